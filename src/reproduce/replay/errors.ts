/**
 * What keeps a reproduction from being tried at all.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";

/** A reproduction cannot be tried: nothing was executed. */
export class ReproduceError extends NbtrackError {}

/** A bundle of a stranger is not executed without being asked for. */
export class UntrustedError extends NbtrackError {}
