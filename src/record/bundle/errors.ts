/**
 * A bundle that cannot be read.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";

/** A bundle or logged notebook cannot be read; nothing of it was used. */
export class BundleError extends NbtrackError {}
