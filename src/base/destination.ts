/**
 * What a tracking process knows of the server its runs go to.
 *
 * @module
 */

/** Where a run is to be delivered, as the tracking process sees it. */
export interface Destination {
  /** What `track()` was given. */
  options: Record<string, string>;
  /** The environment variables that name a server or a CI job. */
  env: Record<string, string>;
}
