/**
 * Wrong use of the command line, and of what it writes to.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";

/** A command was called in a way it does not know. */
export class UsageError extends NbtrackError {}

/** What a command found cannot be written where it belongs. */
export class OutputError extends NbtrackError {}
