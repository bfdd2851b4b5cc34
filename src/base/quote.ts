/**
 * Text of a stranger inside a sentence of ours.
 *
 * @module
 */

/** Longest text that is shown whole, characters. */
const MAX_CHARS = 60;

/** A stranger's text in quotation marks: cut, on one line, without characters that move a terminal's cursor. */
export function quote(text: string): string {
  const line = text.slice(0, 4 * MAX_CHARS)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, " ").trim();
  const characters = [...line];
  const cut = characters.length > MAX_CHARS || text.length > 4 * MAX_CHARS;
  return `"${
    characters.slice(0, MAX_CHARS).join("").replaceAll(/["\\]/g, "'")
  }${cut ? "…" : ""}"`;
}
