/**
 * What can go wrong between a notebook and its recorder.
 *
 * @module
 */
import { NbtrackError, recogniser } from "../base/errors.ts";

/** The recorder could not be started or does not answer. */
export class RecorderError extends NbtrackError {}

/** Whether a value is a {@linkcode RecorderError}. */
export const isRecorderError = recogniser(RecorderError);
