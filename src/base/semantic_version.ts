/**
 * Semantic versions, as semver.org writes their grammar.
 *
 * @module
 */
const NUMBER = "(?:0|[1-9][0-9]*)";
const PRE = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD = "[0-9A-Za-z-]+";
const VERSION = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRE}(?:\\.${PRE})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`,
);

/** Whether a text is a semantic version. */
export function isSemanticVersion(text: string): boolean {
  return VERSION.test(text);
}
