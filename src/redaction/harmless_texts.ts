/**
 * Short texts that were looked through and held no secret: names of members, words and sources come again and again.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */

/** A longer text is not remembered, characters. */
const MAX_CHARS = 2000;
/** So many are remembered; the oldest are forgotten. */
const MAX_TEXTS = 100;

/** What held no secret, as long as no further value became known. */
export class HarmlessTexts {
  readonly #texts = new Set<string>();
  #version = 0;

  /**
   * Whether a text was looked through before.
   *
   * @param version What is known by now: what was looked through with less has to be looked through again
   */
  has(text: string, version: number): boolean {
    if (version !== this.#version) {
      this.#texts.clear();
      this.#version = version;
    }
    return this.#texts.has(text);
  }

  /** Remembers a text that held none; asked for before with the same version. */
  add(text: string): void {
    if (text.length > MAX_CHARS) return;
    if (this.#texts.size >= MAX_TEXTS) {
      const [oldest = ""] = this.#texts;
      this.#texts.delete(oldest);
    }
    this.#texts.add(text);
  }
}
