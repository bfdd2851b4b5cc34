/**
 * Colours of a terminal, for the few words that matter first.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";

/** A colour: green good, red bad, yellow to be checked, blue under way, grey beside the point. */
export type Colour = "green" | "red" | "yellow" | "blue" | "grey" | "bold";

/** Colours a text, or leaves it as it is where there is no terminal. */
export type Paint = (text: string, colour: Colour) => string;

const CODES: Record<Colour, readonly [on: number, off: number]> = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  blue: [34, 39],
  grey: [90, 39],
  bold: [1, 22],
};

/** The only sequences that a text of ours may carry to a terminal. */
export const PAINT_CODES: RegExp = new RegExp(
  `\\u001b\\[(?:${Object.values(CODES).flat().map(String).join("|")})m`,
  "g",
);

/** Leaves texts as they are. */
export const noPaint: Paint = (text) => text;

/** Colours texts by the codes of a terminal. */
export const terminalPaint: Paint = (text, colour) => {
  if (text === "") return "";
  const [on, off] = CODES[colour];
  return `\x1b[${on}m${text}\x1b[${off}m`;
};

const STATES: Readonly<Record<string, Colour>> = {
  FINISHED: "green",
  REPRODUCED: "green",
  delivered: "green",
  ok: "green",
  FAILED: "red",
  KILLED: "red",
  refused: "red",
  error: "red",
  fail: "red",
  DRIFTED: "yellow",
  pending: "yellow",
  aborted: "yellow",
  warn: "yellow",
  RUNNING: "blue",
  SCHEDULED: "blue",
  running: "blue",
  local: "grey",
};

/** A state in its colour: a text that begins with one is coloured whole. */
export function paintState(text: string, paint: Paint): string {
  const [word = ""] = text.split(/[^A-Za-z]/, 1);
  const colour = ownValue(STATES, word);
  return colour === undefined ? text : paint(text, colour);
}
