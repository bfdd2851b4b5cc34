/**
 * Generated ids in HTML and SVG: a library makes them anew each time. They differ everywhere they are used, each always
 * by the same other one, and are no words. An id that is used in a text that people read is none of them; neither is a
 * word with a small number (`digit3`), unless all ids of the text count on by the same number.
 *
 * @module
 */

const DEFINED = /\sid\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
/** A style or a script as a whole, a tag, a comment; what lies between is text that people read. */
const PARTS =
  /<style\b[^>]*>[\s\S]*?<\/style\s*>|<script\b[^>]*>[\s\S]*?<\/script\s*>|<!--[\s\S]*?-->|<[a-z/!?][^>]*>/gi;
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

function idsOf(markup: string): string[] {
  return [...markup.matchAll(PARTS)].flatMap(([part]) =>
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
  for (const match of markup.matchAll(PARTS)) {
    text(markup.slice(end, match.index));
    result += match[0].replace(
      TOKENS,
      // In a style, `#id:hover` and `#id.class` name it too.
      (token) =>
        names.get(token) ??
          token.replace(/^[\w-]+/, (head) => names.get(head) ?? head),
    );
    end = match.index + match[0].length;
  }
  text(markup.slice(end));
  return read ? null : result;
}
