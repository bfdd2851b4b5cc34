/**
 * Texts of a run as they are shown: inside HTML and SVG, in one line, shortened, in columns.
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
  if (text.length <= most) return text;
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most
    ? text
    : `${characters.slice(0, most - 1).join("")}…`;
}

/** A text in one line, without what would control a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, "\ufffd");
}

/** Rows of texts as lines whose columns stand below each other. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const lengthOf = (text: string | undefined) => [...text ?? ""].length;
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(...rows.map((row) => lengthOf(row[i])))
  );
  return rows.map((row) =>
    row.map((text, i) =>
      text + " ".repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(text)))
    ).join("  ").trimEnd()
  );
}
