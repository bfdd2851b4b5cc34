/**
 * Finding the secrets of a text, in whatever form they stand.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { findAssigned } from "./assigned.ts";
import { type EncodedText, encodedTexts, numberedTexts } from "./encoded.ts";
import { hasEscapes, loosePattern, unescaped } from "./escaped.ts";
import { findOffered } from "./fallbacks.ts";
import type { KnownSecrets } from "./known_secrets.ts";
import { findNamedValues } from "./named_values.ts";
import { WORD } from "./naming.ts";
import { narrowed } from "./narrow.ts";
import { findSurrounded } from "./surroundings.ts";
import { findInTables } from "./table_columns.ts";
import { findTokenForms, type FoundForm } from "./find_token_forms.ts";

/** How deep encoded texts may lie in one another. */
const MOST_LAYERS = 3;
/** Escapes are looked into piece by piece, characters. */
const PIECE_CHARS = 32_768;
/** What two pieces share where no line ends, characters. */
const OVERLAP_CHARS = 4096;
/** A shorter value would be located in other words too. */
const SHORTEST_LOCATED = 4;
/** A text that may be split over lines: what begins a token stands in it. */
const BEGINS_TOKEN =
  /gl[a-z]{1,5}t?-|gh[opusr]_|github_pat_|AKIA|sk[-_]|hf_|xox|eyJ|npm_/;

/** Without one of these words no name says secret. */
const NAMES_SECRET = new RegExp(`${WORD}|btoa\\(|Buffer\\.from\\(`, "i");

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

/** The secrets of a document whose letters are numbers in it. */
export function findNumbered(text: string, known: KnownSecrets): FoundForm[] {
  const search = { known, more: null, layer: MOST_LAYERS };
  return numberedTexts(text).flatMap((one) => findInside(one, search));
}

interface Search {
  known: KnownSecrets;
  more: Finder | null;
  layer: number;
}

function find(text: string, search: Search): FoundForm[] {
  const found = findPlain(text, search);
  for (const [at, piece] of pieces(text)) {
    for (const one of findEscaped(piece, search)) {
      found.push({ ...one, start: one.start + at, end: one.end + at });
    }
  }
  found.push(...findNarrowed(text, search), ...findSplit(text, found));
  if (search.layer >= MOST_LAYERS) return found;
  const inner = { ...search, layer: search.layer + 1 };
  for (const one of encodedTexts(without(text, found))) {
    found.push(...findInside(one, inner));
  }
  return found;
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
  const values = new Map<string, FoundForm & { value: string }>();
  for (const view of unescaped(text)) {
    for (const one of findPlain(view, search)) {
      const value = one.value ?? view.slice(one.start, one.end);
      if (value.length < SHORTEST_LOCATED) continue;
      values.set(value, { ...one, value });
    }
  }
  return [...values.values()].flatMap((one) => locate(text, one));
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

function findPlain(text: string, { known, more }: Search): FoundForm[] {
  return [
    ...known.find(text),
    ...findTokenForms(text),
    ...NAMES_SECRET.test(text) ? findNamed(text) : [],
    ...findSurrounded(text),
    ...more?.(text) ?? [],
  ];
}

/** What a name tells to be a secret. */
function findNamed(text: string): FoundForm[] {
  return [
    ...findAssigned(text),
    ...findOffered(text),
    ...findNamedValues(text),
    ...findInTables(text),
  ];
}

/** Where a value that was seen without escapes stands with them. What cannot be located takes all of the text along. */
function locate(
  text: string,
  found: FoundForm & { value: string },
): FoundForm[] {
  const pattern = loosePattern(found.value, !/\s/.test(found.value));
  const places = [...text.matchAll(pattern)].filter(({ 0: all, index }) =>
    found.value.length >= 8 || !isInsideWord(text, index, index + all.length)
  ).map(({ 0: all, index }) => ({
    ...found,
    start: index,
    end: found.value.length > 96
      ? longEnd(text, index + all.length, found.value)
      : index + all.length,
  }));
  return places.length > 0
    ? places
    : [{ ...found, start: 0, end: text.length }];
}

function isInsideWord(text: string, start: number, end: number): boolean {
  return /\w\w/.test(text.slice(start - 1, start + 1)) && start > 0 ||
    /\w\w/.test(text.slice(end - 1, end + 1));
}

/** Where a long value ends of which only the beginning was looked for. */
function longEnd(text: string, from: number, value: string): number {
  const last = value.slice(-24).replace(/^[^\n]*\n/, "");
  const at = [
    ...text.slice(from, from + 6 * value.length).matchAll(
      loosePattern(last, true),
    ),
  ]
    .at(-1);
  return at === undefined ? text.length : from + at.index + at[0].length;
}

/** Tokens with a line end in them: joined, what is left of the text is looked at for tokens of a known form. */
function findSplit(text: string, found: readonly FoundForm[]): FoundForm[] {
  if (!text.includes("\n") || !BEGINS_TOKEN.test(text)) return [];
  let rest = "";
  let at = 0;
  for (const { start, end } of [...found].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    rest += `${text.slice(at, start)} `;
    at = end;
  }
  rest += text.slice(at);
  const joined = rest.replace(/(?<=[\w=-])[ \t]*\r?\n[ \t]*(?=[\w=-])/g, "");
  if (joined === rest) return [];
  return findTokenForms(joined).flatMap((one) => {
    const value = joined.slice(one.start, one.end);
    // A sentence that goes on in the next line is no token.
    if (!/\d/.test(value) || !/[A-Z]/.test(value)) return [];
    const places = [...text.matchAll(loosePattern(value, true))];
    return places.map(({ 0: all, index }) => ({
      ...one,
      value,
      start: index,
      end: index + all.length,
    }));
  });
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
