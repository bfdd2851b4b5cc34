/**
 * Texts without their escapes and colours, and where what stands in them stands in the text with them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isLongAscii } from "./words_in_text.ts";

/** Characters by the names that HTML has for them. */
export const ENTITIES: Record<string, string> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
  "/": "sol",
  "+": "plus",
  "=": "equals",
  "_": "lowbar",
  "-": "hyphen|dash",
  ".": "period",
  ":": "colon",
  "@": "commat",
  "$": "dollar",
  "!": "excl",
  "#": "num",
  "%": "percnt",
};
/** What a terminal acts on, and what has no width. */
const MARKS =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])|[\0\u200b-\u200d\u00ad\ufeff]/;
const ALL_MARKS = new RegExp(MARKS, "g");
const BACKSLASH =
  /\\(?:u[\da-f]{4}|u\{[\da-f]{1,6}\}|x[\da-f]{2}|0?[01][0-7]{2}|(?!&(?:#|[a-z]{2,8};))[^\w\s]|[bfnrt])/i;
const ALL_BACKSLASH = new RegExp(BACKSLASH, "gi");
const PERCENT = /%[\da-f]{2}/i;
const ALL_PERCENT = new RegExp(PERCENT, "gi");
/** The bytes of one character. */
const UTF8 =
  /%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}|%[\da-f]{2}/gi;
const ENTITY = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});/i;
const ALL_ENTITY = new RegExp(ENTITY, "gi");
const NAMED = new Map(
  Object.entries(ENTITIES).flatMap(([char, names]) =>
    names.split("|").map((name) => [name, char] as const)
  ),
);
/** How often a text may be escaped. */
const ROUNDS = 3;

/** Whether something of a text may be escaped or coloured. */
export function hasEscapes(text: string): boolean {
  return hasMarks(text) || hasBackslash(text) || hasPercent(text) ||
    hasEntity(text);
}

// A sign is found in a fifth of a pattern's time.
function hasMarks(text: string): boolean {
  return (!isLongAscii(text) || text.includes("\x1b") || text.includes("\0")) &&
    MARKS.test(text);
}

function hasBackslash(text: string): boolean {
  return text.includes("\\") && BACKSLASH.test(text);
}

function hasPercent(text: string): boolean {
  return text.includes("%") && PERCENT.test(text);
}

function hasEntity(text: string): boolean {
  return text.includes("&") && ENTITY.test(text);
}

/** A text without escapes and colours, once for each layer of them; nothing when it has none. */
export function unescaped(text: string): string[] {
  const views: string[] = [];
  for (let view = text; views.length < ROUNDS;) {
    const next = withoutLayer(view);
    if (next === view) break;
    views.push(next);
    view = next;
  }
  return views;
}

/** A text without colours and what has no width. */
export function withoutMarks(text: string): string {
  return hasMarks(text) ? text.replace(ALL_MARKS, "") : text;
}

/** A text without one layer of its escapes, and without colours. */
export function withoutLayer(text: string): string {
  let view = withoutMarks(text);
  if (hasBackslash(view)) view = view.replace(ALL_BACKSLASH, fromBackslash);
  if (hasPercent(view)) view = fromPercent(view);
  if (hasEntity(view)) view = view.replace(ALL_ENTITY, fromEntity);
  return view;
}

/** Where parts of a text without escapes stand in the text with them. */
export class Positions {
  #view: string;
  readonly #layers: Step[][] = [];

  constructor(text: string) {
    this.#view = text;
  }

  /** Where a part of a view stands in the text. @param layer Which view of {@linkcode unescaped} it is */
  of(layer: number, start: number, end: number): [number, number] {
    while (this.#layers.length <= layer) this.#addLayer();
    return before(this.#layers.slice(0, layer + 1).flat(), start, end);
  }

  /** The same for a part of the text {@linkcode withoutMarks}. */
  ofUnmarked(start: number, end: number): [number, number] {
    if (this.#layers.length === 0) this.#addLayer();
    return before(this.#layers[0]?.slice(0, 1) ?? [], start, end);
  }

  #addLayer(): void {
    const steps = [this.#replace(ALL_MARKS, () => "")];
    steps.push(this.#replace(ALL_BACKSLASH, fromBackslash));
    steps.push(
      decoded(this.#view) === null
        ? this.#replace(ALL_PERCENT, byteOf)
        : this.#replace(UTF8, decodeURIComponent),
    );
    steps.push(this.#replace(ALL_ENTITY, fromEntity));
    this.#layers.push(steps);
  }

  #replace(pattern: RegExp, by: (all: string) => string): Step {
    const step: Step = { starts: [], cuts: [] };
    let grown = 0;
    for (const { 0: all, index } of this.#view.matchAll(pattern)) {
      const length = by(all).length;
      const start = index + grown;
      step.starts.push(start);
      step.cuts.push([index, index + all.length, start + length]);
      grown += length - all.length;
    }
    this.#view = this.#view.replace(pattern, by);
    return step;
  }
}

/** Where a part of a text stood before the steps that made the text. */
function before(
  steps: readonly Step[],
  start: number,
  end: number,
): [number, number] {
  return steps.toReversed().reduce<[number, number]>(
    (
      [from, to],
      step,
    ) => [charAt(step, from)[0], charAt(step, Math.max(from, to - 1))[1]],
    [start, end],
  );
}

/** What was replaced in a text. */
interface Step {
  /** Where each piece begins behind the step. */
  starts: number[];
  /** Where it began and ended before the step, and where it ends behind it. */
  cuts: [from: number, to: number, end: number][];
}

/** Where a character stood before a step. */
function charAt({ starts, cuts }: Step, at: number): [number, number] {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const [from, to, end] = cuts[low - 1] ?? [0, 0, 0];
  return at < end ? [from, to] : [to + at - end, to + at - end + 1];
}

function fromBackslash(all: string): string {
  const c = all[1] ?? "";
  if (c === "u" || c === "x") {
    return charOf(parseInt(all.replace(/[^\da-f]|^\\x/gi, ""), 16), all);
  }
  if (/\d/.test(c)) return charOf(parseInt(all.slice(1), 8), all);
  return c === "n" || c === "r"
    ? "\n"
    : c === "t"
    ? "\t"
    : /[bf]/.test(c)
    ? " "
    : c;
}

function fromPercent(text: string): string {
  return decoded(text) ?? text.replace(ALL_PERCENT, byteOf);
}

/** A text without the escapes of URLs; null where they are not UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    return null; // it is read byte by byte
  }
}

function byteOf(all: string): string {
  return charOf(parseInt(all.slice(1), 16), all);
}

function fromEntity(all: string): string {
  const name = all.slice(1, -1).toLowerCase();
  if (name.startsWith("#x")) return charOf(parseInt(name.slice(2), 16), all);
  if (name.startsWith("#")) return charOf(Number(name.slice(1)), all);
  return NAMED.get(name) ?? all;
}

function charOf(code: number, otherwise: string): string {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}
