/**
 * What `track()` refuses.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../base/errors.ts";

/** `track()` was called with something it cannot use. */
export class TrackOptionsError extends NbtrackError {
  /** The class's name. */
  override name = "TrackOptionsError";
}

/** Whether a value is a {@linkcode TrackOptionsError}. */
export function isTrackOptionsError(
  value: unknown,
): value is TrackOptionsError {
  return isNbtrackError(value) && value.name === "TrackOptionsError";
}
