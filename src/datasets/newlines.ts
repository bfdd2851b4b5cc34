/**
 * Line ends of every kind as one.
 *
 * @module
 */

/**
 * Gives the text of a file with each of its line ends (`\\r\\n`, `\\n` and `\\r`, which one file may mix) as `\\n`, also
 * inside quotes: no row and no type hangs on those.
 */
export class Newlines {
  #held = "";

  /** The next piece of the text; a `\\r` at its end waits for what follows. */
  next(text: string): string {
    const whole = this.#held + text;
    this.#held = whole.endsWith("\r") ? "\r" : "";
    return unified(this.#held === "" ? whole : whole.slice(0, -1));
  }

  /** What waited. */
  last(): string {
    const held = unified(this.#held);
    this.#held = "";
    return held;
  }
}

function unified(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
