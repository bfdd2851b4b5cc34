/**
 * Cells that their author keeps out of the record: by a first line `// nbtrack: exclude`, or by the cell tag
 * `nbtrack-exclude`, which only the notebook file knows.
 *
 * @module
 */

/** The tag of a cell that is kept out of the record. */
export const EXCLUDE_TAG = "nbtrack-exclude";

/** Stands for an excluded cell's source; executing it does nothing. */
export const EXCLUDED_SOURCE =
  "// nbtrack: exclude\n// [excluded from the record by its author]\n";

/** Stands for all outputs of an excluded cell. */
export const EXCLUDED_OUTPUT: {
  readonly output_type: "stream";
  readonly name: "stdout";
  readonly text: string;
} = {
  output_type: "stream",
  name: "stdout",
  text: "[outputs excluded from the record]\n",
};

const EXCLUDE_COMMENT =
  /^\uFEFF?\s*(?:\/\/\s*nbtrack:\s*exclude\b|\/\*\s*nbtrack:\s*exclude\b)/i;

/** Whether a cell is kept out of the record, by its first line that is not empty or by its tags. */
export function isExcluded(
  source: string,
  tags: readonly string[] = [],
): boolean {
  return EXCLUDE_COMMENT.test(source) || tags.includes(EXCLUDE_TAG);
}
