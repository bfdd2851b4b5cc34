/**
 * Going through a text line by line, where a line may be of any length.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/** Longest line that is read, characters. */
export const MAX_LINE = 4000;

/** Where the line begins that a position lies in; in one that is too long, as far before it as is read. */
export function lineStart(text: string, at: number): number {
  const before = text.slice(Math.max(0, at - MAX_LINE), at);
  return at - before.length + before.lastIndexOf("\n") + 1;
}

/** A line without its end, and where the next one begins; one that is too long is empty, and the text goes on in it. */
export function lineAt(
  text: string,
  from: number,
): [line: string, next: number] {
  const piece = text.slice(from, from + MAX_LINE);
  const end = piece.indexOf("\n");
  if (end !== -1) {
    return [piece.slice(0, end).replace(/\r$/, ""), from + end + 1];
  }
  return [piece.length < MAX_LINE ? piece : "", from + piece.length];
}
