/**
 * Words that are longer than what the patterns read of a value. In a view in which they are cut short they are found by
 * what stands around them, and taken out whole.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/** No pattern reads less of a value than what is left of a long word, characters. */
const KEPT = 90;
const LONG = 190;
const IN_WORD = Uint8Array.from(
  { length: 128 },
  (_, code) => /[\w+/=.~%-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** A text in which long words are cut short. */
export interface ShortWords {
  text: string;
  /** Where a character of it stands in the text that was given; what begins or ends at a cut takes all of the word along. */
  positionOf: (at: number, isEnd: boolean) => number;
}

/** A text with its long words cut short; null when it has none. */
export function withShortWords(text: string): ShortWords | null {
  let short = "";
  let from = 0;
  const cuts: { at: number; before: number }[] = [];
  let gone = 0;
  for (const { start, end } of longWords(text, LONG)) {
    short += text.slice(from, start + KEPT);
    cuts.push({ at: short.length, before: gone });
    from = end - KEPT;
    gone += end - start - 2 * KEPT;
  }
  if (cuts.length === 0) return null;
  short += text.slice(from);
  const positionOf = (at: number, isEnd: boolean) => {
    let [low, high] = [0, cuts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const cut = cuts[middle]?.at ?? 0;
      if (isEnd ? cut <= at : cut < at) low = middle + 1;
      else high = middle;
    }
    return at + (cuts[low]?.before ?? gone);
  };
  return { text: short, positionOf };
}

/**
 * The words of a text that have so many characters at least.
 * Of as many characters in a row one is looked at: such a word has it.
 */
export function* longWords(
  text: string,
  least: number,
): Generator<{ start: number; end: number }> {
  const isInWord = (at: number) => IN_WORD[text.charCodeAt(at)] === 1;
  for (let at = least - 1; at < text.length; at += least) {
    if (!isInWord(at)) continue;
    let start = at;
    while (start > 0 && isInWord(start - 1)) start--;
    let end = at + 1;
    while (end < text.length && isInWord(end)) end++;
    if (end - start >= least) yield { start, end };
    at = Math.max(at, end);
  }
}
