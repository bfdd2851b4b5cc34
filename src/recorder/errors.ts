/**
 * What can go wrong between a notebook and its recorder.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../base/errors.ts";

/** The recorder could not be started or does not answer. */
export class RecorderError extends NbtrackError {
  override name = "RecorderError";
}

/** Whether a value is a {@linkcode RecorderError}. */
export function isRecorderError(value: unknown): value is RecorderError {
  return isNbtrackError(value) && value.name === "RecorderError";
}
