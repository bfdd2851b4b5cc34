/**
 * Generated ids in HTML and SVG: a library makes them anew each time. They differ everywhere they are used, each always
 * by the same other one, and are no words. An id that is used in a text that people read is none of them; neither is a
 * word with a small number (`digit3`), unless all ids of the text count on by the same number.
 *
 * @module
 */

const DEFINED = /\sid\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
/** Begins a style, a script, a comment or a tag; what lies between them is text that people read. */
const BEGINS = /<(?:(style|script)\b|(!--)|[a-z/!?])/gi;
const ENDS: Readonly<Record<string, RegExp>> = {
  style: /<\/style\s*>/gi,
  script: /<\/script\s*>/gi,
  "!--": /-->/g,
};
const TOKENS = /[\w.:-]+/g;

/** Two texts in which each generated id has one name, and the pairs of ids; null where they are not that alone. */
export interface EvenedIds {
  texts: [string, string];
  used: [string, string][];
}

/** Evens out the generated ids of two markup texts between which nothing but chance may differ: else an id may be a result. */
export function evenGeneratedIds(
  recorded: string,
  reproduced: string,
): EvenedIds | null {
  const [then, now] = [idsOf(recorded), idsOf(reproduced)];
  if (then.length === 0 || then.length !== now.length) return null;
  const others = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const [i, id] of then.entries()) {
    const other = now[i] ?? "";
    // One id stands for one other: else they are not made in the same way.
    if ((others.get(id) ?? other) !== other) return null;
    if ((taken.get(other) ?? id) !== id) return null;
    others.set(id, other);
    taken.set(other, id);
  }
  const counted = countOn([...others]);
  const used = [...others].filter(([id, other]) =>
    id !== other && (counted || areGenerated(id, other))
  );
  if (used.length === 0) return null;
  const [a, b] = [
    renamed(recorded, used.map(([id]) => id)),
    renamed(reproduced, used.map(([, id]) => id)),
  ];
  return a === null || b === null ? null : { texts: [a, b], used };
}

/** The styles, scripts, comments and tags of a text. Whatever is not closed is looked for once: a stranger wrote it. */
function* partsOf(markup: string): Generator<{ start: number; part: string }> {
  const unclosed = new Set<string>();
  const endOf = (kind: string | undefined, start: number) => {
    const tag = markup.indexOf(">", start) + 1;
    const ends = kind === undefined ? undefined : ENDS[kind];
    if (tag === 0 || kind === undefined || ends === undefined) return tag;
    if (unclosed.has(kind)) return tag;
    ends.lastIndex = kind === "!--" ? start + 4 : tag;
    if (ends.exec(markup) !== null) return ends.lastIndex;
    unclosed.add(kind);
    return tag;
  };
  const begins = new RegExp(BEGINS);
  for (let match; (match = begins.exec(markup)) !== null;) {
    const { index: start, 1: whole, 2: comment } = match;
    const end = endOf(whole?.toLowerCase() ?? comment, start);
    if (end === 0) return;
    yield { start, part: markup.slice(start, end) };
    begins.lastIndex = end;
  }
}

function idsOf(markup: string): string[] {
  return [...partsOf(markup)].flatMap(({ part }) =>
    /^<(?:style|script|!)/i.test(part)
      ? []
      : [...part.matchAll(DEFINED)].map(([, a, b]) => a ?? b ?? "")
  );
}

/** Whether two ids or more are words with numbers, and all numbers are further by the same count. */
function countOn(pairs: readonly [id: string, other: string][]): boolean {
  const steps = pairs.map(([id, other]) => {
    const [a, b] = [id, other].map((one) => /^([\w.:-]*?)(\d+)$/.exec(one));
    return a && b && a[1] === b[1] ? Number(b[2]) - Number(a[2]) : 0;
  });
  return steps.length >= 2 && steps[0] !== 0 &&
    steps.every((step) => step === steps[0]);
}

/** Words, small numbers, words with a small number: they often say what a thing is. */
function isLabel(part: string): boolean {
  return part.split(/[^a-z\d]+/i).every((piece) =>
    /^[a-z]*\d{0,5}$/i.test(piece)
  );
}

/** What of two ids differs holds a digit on both sides and looks random. */
function areGenerated(id: string, other: string): boolean {
  if (![id, other].every((one) => /^[\w.:-]+$/.test(one))) return false;
  let start = 0;
  while (start < id.length && id[start] === other[start]) start++;
  // A whole piece: `row-17` and `row-18` differ by 17, not by 7.
  while (start > 0 && /[a-z\d]/i.test(id[start - 1] ?? "")) start--;
  let end = 0;
  const most = Math.min(id.length, other.length) - start;
  while (end < most && id.at(-1 - end) === other.at(-1 - end)) end++;
  while (end > 0 && /[a-z\d]/i.test(id.at(-end) ?? "")) end--;
  const parts = [id, other].map((one) => one.slice(start, one.length - end));
  return !parts.every(isLabel) && parts.every((part) => /\d/.test(part));
}

/** A markup text with ids numbered; null when one of them is read by people. */
function renamed(markup: string, ids: readonly string[]): string | null {
  const names = new Map(ids.map((id, n) => [id, `<id ${n}>`]));
  let read = false;
  let result = "";
  let end = 0;
  const text = (part: string) => {
    for (const [token] of part.matchAll(TOKENS)) read ||= names.has(token);
    result += part;
  };
  for (const { start, part } of partsOf(markup)) {
    text(markup.slice(end, start));
    result += part.replace(
      TOKENS,
      // In a style, `#id:hover` and `#id.class` name it too.
      (token) =>
        names.get(token) ??
          token.replace(/^[\w-]+/, (head) => names.get(head) ?? head),
    );
    end = start + part.length;
  }
  text(markup.slice(end));
  return read ? null : result;
}
