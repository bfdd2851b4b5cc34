/**
 * How far a command is: on a terminal one line that is written over.
 *
 * @module
 */
import { fit, plainLine } from "./text.ts";

/** How much of a whole is done. */
export interface StepShare {
  done: number;
  total: number;
}

const BAR_CHARS = 20;

/** The line of a step: a bar where it is known how much there is, then what is being done. */
export function stepText(
  text: string,
  share: StepShare | undefined,
  width: number,
): string {
  const bar = share === undefined || share.total <= 0
    ? ""
    : `${barText(share.done / share.total)} `;
  return fit(`${bar}${plainLine(text)}`, Math.max(1, width - 1));
}

function barText(part: number): string {
  const full = Math.round(BAR_CHARS * Math.min(1, Math.max(0, part)));
  return "█".repeat(full) + "░".repeat(BAR_CHARS - full);
}

/** One line at the end of a terminal's output. */
export class StepLine {
  readonly #write: (text: string) => void;
  #shown = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Writes the line instead of the one before. */
  show(line: string): void {
    this.#write(`\r\x1b[2K${line}`);
    this.#shown = true;
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#write("\r\x1b[2K");
  }
}
