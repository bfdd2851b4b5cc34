/**
 * Params: their texts, and their values after overrides from the command line.
 *
 * @module
 */
import { holdsDigits, numeral, withMinusZero } from "../base/numbers.ts";
import { ENV, readEnv } from "../base/env.ts";
import { nearest } from "../base/nearest.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import { TrackOptionsError } from "./errors.ts";
import type { ParamsInput, ParamsSchema, ParamValue } from "./types.ts";

/**
 * The text a param is stored as: a text itself, a number as JavaScript prints it, with the sign of zero, anything else as
 * JSON.
 *
 * @throws {TypeError} when nothing of a value can be written as JSON
 */
export function paramText(value: ParamValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return numeral(value);
    case "object":
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? value.toISOString()
        : JSON.stringify(value, notebookValue);
    default:
      return String(value);
  }
}

/**
 * A replacer for `JSON.stringify`: maps are objects, or lists of pairs where a key is no text; sets and typed arrays are
 * lists; a bigint, NaN, an infinity, a regular expression and an error are texts.
 *
 * @throws {TypeError} when a value has nothing that could be written, as an instance whose fields are private, or a promise
 */
export function notebookValue(key: string, value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? withMinusZero(key, value) : String(value);
    case "object":
      return value === null ? null : ofObject(value);
    default:
      return value;
  }
}

function ofObject(value: object): unknown {
  if (value instanceof Map) {
    const pairs = [...value];
    return pairs.every(([name]) => typeof name === "string")
      ? Object.fromEntries(pairs)
      : pairs;
  }
  if (value instanceof Set) return [...value];
  if (value instanceof RegExp || value instanceof URLSearchParams) {
    return String(value);
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
      : [...value as Uint8Array];
  }
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  const prototype = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null ||
    Object.getPrototypeOf(prototype) === null;
  if (!isPlain && Object.keys(value).length === 0) {
    const name = value.constructor?.name ?? "object";
    throw new TypeError(
      value instanceof Promise
        ? "It is a promise: await it first."
        : `Nothing of a ${name} can be written down as JSON: give its parts, or a text.`,
    );
  }
  return value;
}

/** Params given by `nbtrack run -p`, as texts. */
export function overrides(): Record<string, string> {
  const text = readEnv(ENV.params);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([k, v]) => [k, String(v)]),
      );
    }
  } catch (cause) {
    throw new TrackOptionsError(
      `${ENV.params} is not a JSON object: ${text.slice(0, 80)}`,
      {
        cause,
        hint: `Unset it, or give params by nbtrack run -p key=value.`,
      },
    );
  }
  return {};
}

/** Keeps with a run what `nbtrack run` gave instead of what the cell says: a reproduction gives it again. */
export function noteOverrides(journal: RunJournal, run_id: string): void {
  const params = Object.fromEntries(
    Object.entries(overrides()).map((
      [key, text],
    ) => [key, journal.redactor.named(key, text).text]),
  );
  const seed = readEnv(ENV.seed);
  if (seed === undefined && Object.keys(params).length === 0) return;
  const given = { params, seed: seed === undefined ? null : Number(seed) };
  journal.entries.setDocument(run_id, "overrides", JSON.stringify(given));
}

/**
 * The params' values: what the cell gave, with overrides in the types the cell used, or what its schema makes of them.
 *
 * @throws {TrackOptionsError} when the schema refuses them
 */
export async function resolveParams(
  params: ParamsInput | undefined,
  given: Record<string, string> = overrides(),
): Promise<Record<string, ParamValue>> {
  if (params !== undefined && isSchema(params)) {
    return await validate(params, given);
  }
  const values: Record<string, ParamValue> = {
    ...params as Record<string, ParamValue>,
  };
  for (const [key, text] of Object.entries(given)) {
    values[key] = likeGiven(key, text, values[key]);
  }
  return values;
}

/** Params from the command line that look like a mistyped name of the cell's; by the name that was given. */
export function mistyped(
  params: ParamsInput | undefined,
  given: Record<string, string> = overrides(),
): Map<string, string> {
  const guesses = new Map<string, string>();
  if (params === undefined || isSchema(params)) return guesses;
  const names = Object.keys(params);
  for (const key of Object.keys(given)) {
    const guess = names.includes(key) ? null : nearest(key, names);
    if (guess !== null) guesses.set(key, guess);
  }
  return guesses;
}

function isSchema(params: ParamsInput): params is ParamsSchema {
  return "~standard" in params && typeof params["~standard"] === "object";
}

async function validate(
  schema: ParamsSchema,
  given: Record<string, string>,
): Promise<Record<string, ParamValue>> {
  const asJson = Object.fromEntries(
    Object.entries(given).map(([k, v]) => [k, jsonOrText(v)]),
  );
  let result = await schema["~standard"].validate(asJson);
  if (result.issues !== undefined) {
    const asText = await schema["~standard"].validate(given);
    if (asText.issues === undefined) result = asText;
  }
  if (result.issues === undefined) {
    return result.value as Record<string, ParamValue>;
  }
  const issue = result.issues[0];
  const path =
    issue?.path?.map((p) => String(typeof p === "object" ? p.key : p)).join(
      ".",
    ) ?? "";
  throw new TrackOptionsError(
    `The params do not fit their schema: ${path}: ${issue?.message}.`,
    {
      hint:
        "Give the schema defaults, or the values by nbtrack run -p key=value.",
    },
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON is a plain text: nothing went wrong
  }
}

function likeGiven(
  key: string,
  text: string,
  given: ParamValue,
): ParamValue {
  if (given === undefined) {
    const value = jsonOrText(text);
    return (typeof value === "number" && holdsDigits(value, text)) ||
        typeof value === "boolean"
      ? value
      : text;
  }
  if (typeof given === "number") {
    const value = text.trim() === "" ? text : numberOr(text);
    if (typeof value === "string" || holdsDigits(value, text)) return value;
    throw new TrackOptionsError(
      `Cannot take ${text.trim()} as the param ${key}: a number would be ${value}.`,
      {
        hint:
          `Give ${key} a text or a bigint in the call of track(), which take any digits.`,
      },
    );
  }
  if (typeof given === "bigint" && /^\s*-?\d+\s*$/.test(text)) {
    return BigInt(text.trim());
  }
  if (typeof given === "boolean" && (text === "true" || text === "false")) {
    return text === "true";
  }
  if (typeof given === "object") return jsonOrText(text) as ParamValue;
  return text;
}

function numberOr(text: string): number | string {
  const value = Number(text);
  return Number.isNaN(value) && text !== "NaN" ? text : value;
}
