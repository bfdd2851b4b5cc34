/**
 * Media types of nbtrack's own outputs.
 *
 * @module
 */

/** A run's card among a cell's outputs: which run it shows, for programs. HTML and text beside it are for people. */
export const RUN_CARD = "application/vnd.nbtrack.run+json";

/** What a lesson's `check()` found, or one of its hints: what nbtrack says of the record, and no result of a cell. */
export const LESSON_CHECK = "application/vnd.nbtrack.check+json";

/** What a command of nbtrack printed that a lesson's cell has called. */
export const LESSON_COMMAND = "application/vnd.nbtrack.command+json";

/** A chart, a progress display or a table of runs among a cell's outputs: what it is, for programs. */
export const RUN_VIEW = "application/vnd.nbtrack.view+json";
