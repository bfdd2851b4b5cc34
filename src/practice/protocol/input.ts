/**
 * What a request sends besides its path: query, JSON or form body, as one record of raw values.
 *
 * @module
 */
import { invalidParams, Refusal } from "./answers.ts";
import type { Profile } from "../settings/config.ts";
import { checkJsonLimits } from "./json_limits.ts";

/** A record of values that nobody has checked. */
export type RawRecord = Record<string, unknown>;

/** A JSON number with the digits it was written with. */
export class NumberLiteral {
  /** The digits as sent. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The raw values of a request. */
export class Input {
  readonly #query: RawRecord;
  readonly #body: RawRecord;
  readonly #json: string | undefined;

  constructor(query: RawRecord, body: RawRecord = {}, json?: string) {
    this.#query = query;
    this.#body = body;
    this.#json = json;
  }

  /** The values; the body's go before the query's. Numbers are JavaScript's. */
  values(): RawRecord {
    return { ...this.#query, ...this.#body };
  }

  /** The same with every JSON number as a {@linkcode NumberLiteral}: slower, and loses no digit. */
  exactValues(): RawRecord {
    if (this.#json === undefined) return this.values();
    const exact = parseExactly(this.#json);
    return { ...this.#query, ...(isRecord(exact) ? exact : {}) };
  }
}

/** Whether a value is an object, and neither null nor an array. */
export function isRecord(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof NumberLiteral);
}

/**
 * Reads a request's values.
 *
 * @throws {Refusal} 400 when the body is no JSON or too large for this profile, 415 when it is another type
 */
export async function readInput(
  request: Request,
  options: { search: string; profile: Profile },
): Promise<Input> {
  const query = parseForm(options.search);
  if (request.method === "GET" || request.method === "HEAD") {
    return new Input(query);
  }
  const type = (request.headers.get("content-type") ?? "").split(";")[0]
    ?.trim().toLowerCase() ?? "";
  if (type === "multipart/form-data") {
    return new Input(query, await readMultipart(request));
  }
  const body = await request.text();
  if (body === "") return new Input(query);
  if (type === "application/x-www-form-urlencoded") {
    return new Input(query, parseForm(body));
  }
  if (type !== "application/json" && type !== "") {
    throw new Refusal(415, {
      error: `The provided content-type '${type}' is not supported.`,
    });
  }
  const newest = options.profile === "newest";
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalidParams([
      newest
        ? "Invalid JSON format"
        : "message body does not match declared format",
    ]);
  }
  if (newest) checkJsonLimits(value, body);
  return new Input(query, isRecord(value) ? value : {}, body);
}

async function readMultipart(request: Request): Promise<RawRecord> {
  try {
    return nest(await request.formData());
  } catch (cause) {
    throw new Refusal(400, { error: "400 Bad Request" }, { cause });
  }
}

function parseExactly(text: string): unknown {
  const reviver = (_key: string, value: unknown, context: { source: string }) =>
    typeof value === "number" ? new NumberLiteral(context.source) : value;
  return (JSON.parse as (
    text: string,
    reviver: (
      key: string,
      value: unknown,
      context: { source: string },
    ) => unknown,
  ) => unknown)(text, reviver);
}

/** Reads `a=1&b[]=2&c[][key]=3&d[e]=4`, as Rack nests it. */
export function parseForm(text: string): RawRecord {
  return nest(new URLSearchParams(text));
}

function nest(entries: Iterable<[string, unknown]>): RawRecord {
  const record: RawRecord = {};
  for (const [name, value] of entries) {
    const head = name.indexOf("[", 1);
    const keys = head < 0
      ? [name]
      : [name.slice(0, head), ...namesIn(name.slice(head))];
    put(record, keys, value);
  }
  return record;
}

function namesIn(brackets: string): string[] {
  return [...brackets.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
}

function put(record: RawRecord, keys: string[], value: unknown): void {
  const [key = "", next, ...deeper] = keys;
  if (key === "__proto__") return;
  if (next === undefined) {
    record[key] = value;
    return;
  }
  const held = record[key];
  if (next !== "") {
    const inner = isRecord(held) ? held : {};
    record[key] = inner;
    put(inner, [next, ...deeper], value);
    return;
  }
  const list: unknown[] = Array.isArray(held) ? held : [];
  record[key] = list;
  if (deeper.length === 0) {
    list.push(value);
    return;
  }
  const last = list.at(-1);
  const open = isRecord(last) && !Object.hasOwn(last, deeper[0] ?? "")
    ? last
    : undefined;
  const element = open ?? {};
  if (open === undefined) list.push(element);
  put(element, deeper, value);
}
