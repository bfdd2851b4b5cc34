/**
 * How the parent calls the stage of a sandbox.
 *
 * @module
 */

/** A name that cells can see, and neither change nor use to any effect but a verdict of FAILED. */
export const STAGE_NAME = "__nbtrack_stage";
