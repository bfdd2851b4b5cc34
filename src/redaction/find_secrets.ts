/**
 * Finding the secrets of a text, in whatever form they stand.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { findAssigned } from "./assigned.ts";
import { findConfigured } from "./config_lines.ts";
import { type EncodedText, encodedTexts, numberedTexts } from "./encoded.ts";
import { findOffered } from "./fallbacks.ts";
import { findHeld } from "./held_blocks.ts";
import type { KnownSecrets } from "./known_secrets.ts";
import { findInRows } from "./listed_rows.ts";
import { findNamedValues } from "./named_values.ts";
import { namePattern, WORDS } from "./naming.ts";
import { locate } from "./locate.ts";
import { withShortWords } from "./long_words.ts";
import { narrowed } from "./narrow.ts";
import { findInSeries } from "./series.ts";
import { findSplit } from "./split_tokens.ts";
import { findSurrounded } from "./surroundings.ts";
import { findInTables } from "./table_columns.ts";
import { findTokenForms, type FoundForm } from "./find_token_forms.ts";
import { hasEscapes, Positions, unescaped, withoutMarks } from "./unescaped.ts";

/** How deep encoded texts may lie in one another. */
const MOST_LAYERS = 3;
/** Escapes are looked into piece by piece, characters. */
const PIECE_CHARS = 32_768;
/** What two pieces share where no line ends, characters. */
const OVERLAP_CHARS = 4096;
/** A shorter value would be located in other words too. */
const SHORTEST_LOCATED = 4;
/** Without one of these words no name says secret. */
const NAMES_SECRET = namePattern(
  "i",
  ({ word }) =>
    `${word}|app_?id|btoa\\(|Buffer\\.from\\(|b(?:ase64|64encode)\\(`,
  [
    ...WORDS,
    "appid",
    "app_id",
    "btoa(",
    "buffer.from(",
    "base64(",
    "64encode(",
  ],
);

/** Finds secrets by other means. */
export type Finder = (text: string) => FoundForm[];

/** The secrets of a text, in order, none inside another. */
export function findSecrets(
  text: string,
  known: KnownSecrets,
  more: Finder | null = null,
): FoundForm[] {
  return overlapsJoined(find(text, { known, more, layer: 0 }), text);
}

/** The values of a text that are known, in order, in whatever form they stand. */
export function findKnown(text: string, known: KnownSecrets): FoundForm[] {
  const search: Search = { known, more: null, layer: 0, knownOnly: true };
  return overlapsJoined(find(text, search), text);
}

/** The secrets of a document whose letters are numbers in it. */
export function findNumbered(text: string, known: KnownSecrets): FoundForm[] {
  const search = { known, more: null, layer: MOST_LAYERS };
  return numberedTexts(text).flatMap((one) => findInside(one, search));
}

interface Search {
  known: KnownSecrets;
  more: Finder | null;
  layer: number;
  /** Whether only values that are known are looked for. @default {false} */
  knownOnly?: boolean;
}

function find(text: string, search: Search): FoundForm[] {
  const found = findPlain(text, search);
  for (const [at, piece] of pieces(text)) {
    for (const one of findEscaped(piece, search)) {
      found.push({ ...one, start: one.start + at, end: one.end + at });
    }
  }
  found.push(
    ...findNarrowed(text, search),
    ...findSplit(text, found),
    ...findLong(text, search),
  );
  if (search.layer >= MOST_LAYERS) return found;
  const inner = { ...search, layer: search.layer + 1 };
  for (const one of encodedTexts(without(text, found))) {
    found.push(...findInside(one, inner));
  }
  return [...found, ...findColoured(without(text, found), inner)];
}

/** Encoded texts with colours in them. */
function findColoured(text: string, search: Search): FoundForm[] {
  if (text.length > PIECE_CHARS) return [];
  const plain = withoutMarks(text);
  if (plain === text) return [];
  const positions = new Positions(text);
  return encodedTexts(plain).flatMap((one) =>
    findInside(one, search).map((found) => {
      const [start, end] = positions.ofUnmarked(found.start, found.end);
      const value = found.value ?? plain.slice(found.start, found.end);
      return { ...found, start, end, value };
    })
  );
}

/** The first secret of an encoded text stands for all of it. */
function findInside(encoded: EncodedText, search: Search): FoundForm[] {
  const { start, end, text } = encoded;
  const [first] = find(text, search);
  if (first === undefined) return [];
  const value = first.value ?? text.slice(first.start, first.end);
  return [{ ...first, start, end, value }];
}

/** A text in which what was found is covered: what is encoded before and behind it is still seen. */
function without(text: string, found: readonly FoundForm[]): string {
  let covered = "";
  let at = 0;
  for (const { start, end } of [...found].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    covered += text.slice(at, from) + "~".repeat(end - from);
    at = end;
  }
  return covered + text.slice(at);
}

/** Pieces in which something may be escaped, each where a line ends, or with what goes before it. */
function* pieces(text: string): Generator<[number, string]> {
  if (!hasEscapes(text)) return;
  for (let at = 0; at < text.length;) {
    const line = text.lastIndexOf("\n", at + PIECE_CHARS) + 1;
    const end = at + PIECE_CHARS >= text.length
      ? text.length
      : line > at
      ? line
      : at + PIECE_CHARS;
    const piece = text.slice(at, end);
    if (hasEscapes(piece)) yield [at, piece];
    at = end === text.length || end === line ? end : end - OVERLAP_CHARS;
  }
}

function findEscaped(text: string, search: Search): FoundForm[] {
  const all: FoundForm[] = [];
  const values = new Map<string, FoundForm & { value: string }>();
  const positions = new Positions(text);
  for (const [layer, view] of unescaped(text).entries()) {
    const plain = findPlain(view, search);
    for (const one of [...plain, ...findSplit(view, plain)]) {
      const value = one.value ?? view.slice(one.start, one.end);
      if (value.length < SHORTEST_LOCATED) continue;
      values.set(value, { ...one, value });
      const [start, end] = positions.of(layer, one.start, one.end);
      all.push({ ...one, value, start, end });
    }
  }
  // The same may stand elsewhere in another form.
  return [...all, ...[...values.values()].flatMap((one) => locate(text, one))];
}

/** Secrets that are longer than what is read of a value: long words are cut short. */
function findLong(text: string, search: Search): FoundForm[] {
  if (search.knownOnly === true) return [];
  if (!NAMES_SECRET(text).test(text) && !text.includes("://")) return [];
  const short = withShortWords(text);
  if (short === null) return [];
  return find(short.text, { ...search, layer: MOST_LAYERS }).map(
    ({ start, end, value: _, ...one }) => ({
      ...one,
      start: short.positionOf(start, false),
      end: short.positionOf(end, true),
    }),
  );
}

/** In letters that stand for others. */
function findNarrowed(text: string, search: Search): FoundForm[] {
  return narrowed(text).flatMap(({ text: plain, positions }) =>
    findPlain(plain, search).map((one) => ({
      ...one,
      value: one.value ?? plain.slice(one.start, one.end),
      start: positions[one.start] ?? 0,
      end: positions[one.end] ?? text.length,
    }))
  );
}

function findPlain(
  text: string,
  { known, more, knownOnly }: Search,
): FoundForm[] {
  if (knownOnly === true) return known.find(text);
  const hasNames = NAMES_SECRET(text).test(text);
  return [
    ...known.find(text),
    ...findTokenForms(text),
    ...hasNames ? findNamed(text) : [],
    ...findSurrounded(text, hasNames),
    ...more?.(text) ?? [],
  ];
}

/** What a name tells to be a secret. */
function findNamed(text: string): FoundForm[] {
  return [
    ...findAssigned(text),
    ...findConfigured(text),
    ...findOffered(text),
    ...findNamedValues(text),
    ...findInTables(text),
    ...findHeld(text),
    ...findInRows(text),
    ...findInSeries(text),
  ];
}

/** Joins what overlaps; what was found first, or reaches furthest, gives the kind. */
export function overlapsJoined<F extends FoundForm>(
  found: readonly F[],
  text: string,
): F[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: F[] = [];
  for (const one of sorted) {
    const last = merged.at(-1);
    if (last === undefined || one.start >= last.end) {
      merged.push({
        ...one,
        value: one.value ?? text.slice(one.start, one.end),
      });
      continue;
    }
    if (last.name === undefined && one.name !== undefined) last.name = one.name;
    if (one.end <= last.end) continue;
    last.end = one.end;
    last.value = text.slice(last.start, last.end);
  }
  return merged;
}
