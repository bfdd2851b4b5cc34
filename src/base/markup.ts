/**
 * Texts of a run as they are shown: inside HTML and SVG, in one line, shortened, in columns.
 *
 * @module
 */
import { lazyPattern } from "./lazy.ts";

/** Characters that no XML document may hold: with one, an SVG file is not shown at all. */
// deno-lint-ignore no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as the content of an element or of an attribute in double quotes, in HTML and in SVG. */
export function escapeHtml(text: string): string {
  return text.toWellFormed().replace(NOT_XML, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** Characters that turn the direction of a text, or are a part of it that nobody sees. */
const UNSEEN_MARKS =
  /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text in which marks that turn its direction, or that nobody sees, are made visible: otherwise it can read as another one. */
export function withMarks(text: string): string {
  return text.replace(UNSEEN_MARKS, escapedCharacter);
}

/** A character by its number, such as `\u202e`. */
export function escapedCharacter(character: string): string {
  const code = character.codePointAt(0)?.toString(16) ?? "";
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** A text that somebody logged as the content of an element: as {@linkcode escapeHtml}, with its marks made visible. */
export function loggedHtml(text: string): string {
  return escapeHtml(withMarks(text));
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
  return withMarks(
    text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}/gu, "\ufffd"),
  );
}

/** Nothing of such a text is seen. */
const UNSEEN = lazyPattern(
  String
    .raw`^[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u034f]*$`,
  "u",
);

/** A name as it is shown: one of which nothing is seen, such as in a link, by the numbers of its characters. */
export function nameText(name: string): string {
  return UNSEEN().test(name)
    ? [...name].map((c) => `\\u{${c.codePointAt(0)?.toString(16)}}`).join("")
    : name;
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

/**
 * A source with what turns the direction of its text made visible, as terminals have it: otherwise a line can read as
 * another one than was executed.
 */
export function sourceText(source: string): string {
  return source.replace(/[\u202a-\u202e\u2066-\u2069]/g, escapedCharacter);
}
