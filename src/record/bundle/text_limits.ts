/**
 * How much JSON a bundle may hold: once parsed it takes many times its length, and a process that parses ends by no
 * signal.
 *
 * @module
 */
import { BundleError } from "./errors.ts";
import { LIMITS } from "./zip_read.ts";

/** What the JSON of a bundle may hold at most. */
export interface TextLimits {
  /** Bytes of each file that is parsed. */
  bytes: Readonly<Record<string, number>>;
  /** Bytes of a logged notebook, which has the others in it. @default {268435456} */
  logged: number;
  /** Values of one file, an object counted as {@linkcode OBJECT} of them. @default {12000000} */
  values: number;
  /** Cells of a notebook, or executions of a manifest. @default {10000} */
  cells: number;
  /** Outputs of all cells. @default {100000} */
  outputs: number;
}

/** The limits of a bundle. A manifest that is as long as it may be is full of points before it has so many values. */
export const TEXT_LIMITS: TextLimits = {
  bytes: {
    "manifest.json": 64 << 20,
    "session.ipynb": 128 << 20,
    "notebook.ipynb": 128 << 20,
    "datasets.json": 64 << 20,
    "deno.lock": 16 << 20,
    "deno.json": 1 << 20,
  },
  logged: 256 << 20,
  values: 12_000_000,
  cells: 10_000,
  outputs: 100_000,
};

/** The limits of a bundle of this machine's own, whose outputs may be long. */
export const OWN_TEXT_LIMITS: TextLimits = {
  ...TEXT_LIMITS,
  bytes: {
    ...TEXT_LIMITS.bytes,
    "session.ipynb": LIMITS.file,
    "notebook.ipynb": LIMITS.file,
    "datasets.json": LIMITS.file,
  },
  values: Infinity,
  cells: Infinity,
  outputs: Infinity,
};

const HINT = "Do not use it: it was not made by nbtrack.";

/** @throws {BundleError} when one of an archive's JSON files is too long */
export function refuseLongTexts(
  sizes: ReadonlyMap<string, number>,
  { bytes }: TextLimits,
): void {
  for (const [path, most] of Object.entries(bytes)) {
    refuseLong(path, sizes.get(path) ?? 0, most);
  }
}

/** @throws {BundleError} when a text is too long */
export function refuseLong(what: string, size: number, most: number): void {
  if (size <= most) return;
  throw new BundleError(
    `Cannot read ${what}: it has ${size} bytes, at most ${most} are read.`,
  );
}

/** @throws {BundleError} when a text has more JSON values than may be parsed */
export function refuseManyValues(
  what: string,
  text: Uint8Array | string,
  { values }: TextLimits,
): void {
  if (OBJECT * text.length <= values) return; // each takes at least a character
  const bytes = typeof text === "string"
    ? new TextEncoder().encode(text)
    : text;
  if (!hasMoreValues(bytes, values)) return;
  throw new BundleError(
    `Cannot read ${what}: its JSON has more than ${values} values.`,
    { hint: HINT },
  );
}

/** @throws {BundleError} when a parsed notebook or manifest has more cells, or outputs, than can be gone through */
export function refuseManyCells(
  what: string,
  value: unknown,
  limits: TextLimits,
): void {
  const cells = membersOf(value, "cells");
  if (cells.length > limits.cells) {
    throw new BundleError(
      `Cannot read ${what}: it has ${cells.length} cells, at most ${limits.cells} are read.`,
    );
  }
  const outputs = cells.reduce<number>(
    (count, cell) => count + membersOf(cell, "outputs").length,
    0,
  );
  if (outputs > limits.outputs) {
    throw new BundleError(
      `Cannot read ${what}: its cells have ${outputs} outputs, at most ${limits.outputs} are read.`,
    );
  }
}

function membersOf(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const members: unknown = Reflect.get(value, key);
  return Array.isArray(members) ? members : [];
}

const [QUOTE, COMMA, BACKSLASH, BRACKET, BRACE] = [
  0x22,
  0x2c,
  0x5c,
  0x5b,
  0x7b,
];

/** An object takes as much memory as so many other values. */
const OBJECT = 3;

/** Whether a JSON text has more values than so many: one begins behind each comma, and in each pair of brackets. */
function hasMoreValues(json: Uint8Array, most: number): boolean {
  let count = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) i = endOfString(json, i);
    else if (byte === COMMA || byte === BRACKET) count++;
    else if (byte === BRACE) count += OBJECT;
    if (count > most) return true;
  }
  return false;
}

function endOfString(json: Uint8Array, start: number): number {
  for (let end = start;;) {
    end = json.indexOf(QUOTE, end + 1);
    if (end < 0) return json.length;
    let escapes = 0;
    while (json[end - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
}
