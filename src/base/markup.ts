/**
 * Texts of a run inside HTML and SVG.
 *
 * @module
 */

/** Characters that no XML document may hold: with one, an SVG file is not shown at all. */
// deno-lint-ignore no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as the content of an element or of an attribute in double quotes, in HTML and in SVG. */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(NOT_XML, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** A text of at most so many characters, the end cut off. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most
    ? text
    : `${characters.slice(0, most - 1).join("")}…`;
}
