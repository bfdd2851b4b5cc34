/**
 * What keeps a reproduction from being tried at all.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../../base/errors.ts";

/** A reproduction cannot be tried: nothing was executed. */
export class ReproduceError extends NbtrackError {
  override name = "ReproduceError";
}

/** Whether a value is a {@linkcode ReproduceError}. */
export function isReproduceError(value: unknown): value is ReproduceError {
  return isNbtrackError(value) && value.name === "ReproduceError";
}

/** A bundle of a stranger is not executed without being asked for. */
export class UntrustedError extends NbtrackError {
  override name = "UntrustedError";
}

/** Whether a value is an {@linkcode UntrustedError}. */
export function isUntrustedError(value: unknown): value is UntrustedError {
  return isNbtrackError(value) && value.name === "UntrustedError";
}
