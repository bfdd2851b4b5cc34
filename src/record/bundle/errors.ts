/**
 * A bundle that cannot be read.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../../base/errors.ts";

/** A bundle or logged notebook cannot be read; nothing of it was used. */
export class BundleError extends NbtrackError {
  override name = "BundleError";
}

/** Whether a value is a {@linkcode BundleError}. */
export function isBundleError(value: unknown): value is BundleError {
  return isNbtrackError(value) && value.name === "BundleError";
}
