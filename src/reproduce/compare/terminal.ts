/**
 * What a terminal, and a front end like it, shows of a text that moves back in its line.
 *
 * @module
 */

const COLOURS = new RegExp(String.raw`\u001b\[[0-9;:]*m`, "g");
const CONTROLS = new RegExp(String.raw`\u001b\[[0-2]?K|[\r\b]`);
const PIECES = new RegExp(
  String.raw`\u001b\[([0-2]?)K|\u001b\[[0-9;:]*m|\r|[\b]|[^\r\b\u001b]+|\u001b`,
  "g",
);

/** The lines of a text with their ends. */
export const LINES = /[^\n]*\n|[^\n]+/g;

/** A text without its colours. */
export function withoutColours(text: string): string {
  return text.replace(COLOURS, "");
}

/** Whether a text moves back in one of its lines. */
export function movesBack(text: string): boolean {
  return CONTROLS.test(text.replaceAll("\r\n", "\n"));
}

/** A text as it stands when all of it has been written: what was overwritten is gone, what was not stays. */
export function asShown(text: string): string {
  return text.replaceAll("\r\n", "\n").split("\n").map((line) =>
    CONTROLS.test(line) ? lineAsShown(line) : line
  ).join("\n");
}

function lineAsShown(line: string): string {
  let shown: string[] = [];
  let at = 0;
  // Colours take no room: they go with the character behind them.
  let colour = "";
  for (const [piece, erase] of line.matchAll(PIECES)) {
    if (piece === "\r") at = 0;
    else if (piece === "\b") at = Math.max(0, at - 1);
    else if (erase !== undefined) {
      if (erase === "" || erase === "0") shown = shown.slice(0, at);
      else if (erase === "1") shown.fill(" ", 0, at + 1);
      else shown = Array.from({ length: at }, () => " ");
    } else if (piece.startsWith("\u001b[")) colour += piece;
    else {
      for (const character of piece) {
        while (shown.length < at) shown.push(" ");
        shown[at++] = colour + character;
        colour = "";
      }
    }
  }
  return (shown.join("") + colour).trimEnd();
}
