/**
 * Wrong use of the command line.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";

/** A command was called in a way it does not know. */
export class UsageError extends NbtrackError {}
