/**
 * Wrong use of the command line.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../base/errors.ts";

/** A command was called in a way it does not know. */
export class UsageError extends NbtrackError {
  override name = "UsageError";
}

/** Whether a value is a {@linkcode UsageError}. */
export function isUsageError(value: unknown): value is UsageError {
  return isNbtrackError(value) && value.name === "UsageError";
}
