/**
 * Text of a stranger inside a sentence of ours.
 *
 * @module
 */

/** Longest text that is shown whole, characters. */
const MAX_CHARS = 60;

/** A stranger's text in quotation marks: cut, on one line, without characters that move a terminal's cursor. */
export function quote(text: string, max = MAX_CHARS): string {
  const line = text.slice(0, 4 * max)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, " ").trim();
  const characters = [...line];
  const cut = characters.length > max || text.length > 4 * max;
  return `"${characters.slice(0, max).join("").replaceAll(/["\\]/g, "'")}${
    cut ? "…" : ""
  }"`;
}
