/**
 * Media types of nbtrack's own outputs.
 *
 * @module
 */

/** A run's card among a cell's outputs: which run it shows, for programs. HTML and text beside it are for people. */
export const RUN_CARD = "application/vnd.nbtrack.run+json";
