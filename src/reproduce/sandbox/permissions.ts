/**
 * What code in the sandbox may reach.
 *
 * @module
 */

/** What the user lets a sandbox reach besides its own folder. */
export interface SandboxGrants {
  /** Hosts, as `--allow-net` takes them. */
  net: readonly string[];
  /** Names of environment variables. */
  env: readonly string[];
}
