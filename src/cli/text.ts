/**
 * Text for a terminal: its width, shortened to fit, and without what could control the terminal.
 *
 * @module
 */
import { escapedCharacter, withMarks } from "../base/markup.ts";

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

/** What acts on a terminal. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** A text in which characters that act on a terminal, or that nobody sees, are made visible; line breaks and tabs are kept. */
export function printable(text: string): string {
  return withMarks(
    text.replace(
      CONTROL,
      (char) => char === "\r" ? "" : escapedCharacter(char),
    ),
  );
}

/** A text on one line. */
export function plainLine(text: string): string {
  return printable(
    text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, " ").replaceAll("\t", " "),
  );
}

/** How many columns a text takes. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) {
    width += NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  }
  return width;
}

/** A text of at most so many columns, its end given up for `…`. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  let kept = "";
  let used = 1;
  for (const char of text) {
    used += widthOf(char);
    if (used > width) break;
    kept += char;
  }
  return `${kept}…`;
}

/** A text of at most so many columns, its middle given up for `…`. */
export function fitEnds(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const chars = [...text];
  let [used, tail] = [0, ""];
  for (let char; (char = chars.pop()) !== undefined; tail = char + tail) {
    used += widthOf(char);
    if (used > (width - 1) / 2) break;
  }
  return fit(text, width - widthOf(tail)) + tail;
}

/** A text filled up with spaces. */
export function pad(text: string, width: number, right = false): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

/** A text in lines of at most so many columns, broken between words; a longer word, such as an address, stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
