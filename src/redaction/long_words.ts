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
const BEYOND = 128;
const WORD = charactersOf(/[\w+/=.~%-]/);

/** Which characters are of a kind, by their codes; the last answer is that of all beyond ASCII. */
export function charactersOf(kind: RegExp): Uint8Array {
  return Uint8Array.from(
    { length: BEYOND + 1 },
    (_, code) => kind.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

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

/** Whether a text has a word of so many characters. @param of which characters it may have; all letters and signs of keys otherwise */
export function hasLongWord(text: string, least: number, of = WORD): boolean {
  return longWords(text, least, of).next().done === false;
}

/**
 * The words of a text that have so many characters at least.
 *
 * @param of Which characters they may have; all letters and signs of keys otherwise.
 */
export function* longWords(
  text: string,
  least: number,
  of = WORD,
): Generator<{ start: number; end: number }> {
  for (let end = 0;;) {
    const start = nextWord(text, end, least, of);
    if (start === -1) return;
    end = endOfWord(text, start + least, of);
    yield { start, end };
  }
}

/** Where the next one begins: of as many characters in a row the last is looked at first, as most are of no long word. */
function nextWord(
  text: string,
  from: number,
  least: number,
  of: Uint8Array,
): number {
  const last = text.length - least;
  for (let start = from; start <= last;) {
    let at = start + least - 1;
    while (at >= start && of[Math.min(text.charCodeAt(at), BEYOND)] === 1) at--;
    if (at < start) return start;
    start = at + 1;
  }
  return -1;
}

function endOfWord(text: string, from: number, of: Uint8Array): number {
  let end = from;
  while (
    end < text.length && of[Math.min(text.charCodeAt(end), BEYOND)] === 1
  ) end++;
  return end;
}

/** What is no further apart is looked through at once, characters. */
const NEAR = 200;
/** So much beside a piece the patterns look at, characters. */
const BESIDE = 2;

/** Pieces with the characters beside them that patterns look at; those near each other are one. */
export function* joinedPieces(
  pieces: Iterable<{ start: number; end: number }>,
): Generator<[start: number, end: number]> {
  let [from, to] = [0, 0];
  for (const { start, end } of pieces) {
    if (start > to + NEAR) {
      if (to > 0) yield [Math.max(0, from - BESIDE), to + BESIDE];
      from = start;
    } else if (to === 0) from = start;
    to = end;
  }
  if (to > 0) yield [Math.max(0, from - BESIDE), to + BESIDE];
}
