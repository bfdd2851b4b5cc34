/**
 * What a request sends besides its path: query, JSON or form body, as one record of raw values.
 *
 * @module
 */
import type { Profile } from "../settings/config.ts";
import { invalidParams, RefusedAnswer } from "./answers.ts";
import { parseForm, parseMultipart } from "./form.ts";
import { type BodyLimit, type Incoming, readBody } from "./incoming.ts";
import { checkJsonLimits, checkOlderLimits } from "./json_limits.ts";
import { isRecord, NumberLiteral, type RawRecord } from "./values.ts";

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

/**
 * Reads a request's values.
 *
 * @throws {RefusedAnswer} 400 when the body is no JSON or too large for this profile, 415 when it is another type,
 * the limit's refusal when it is too long
 */
export async function readInput(
  request: Incoming,
  options: { query: RawRecord; profile: Profile; limit: BodyLimit },
): Promise<Input> {
  const { query, limit } = options;
  if (request.method === "GET" || request.method === "HEAD") {
    return new Input(query);
  }
  const declared = request.headers.get("content-type") ?? "";
  const type = declared.split(";")[0]?.trim().toLowerCase() ?? "";
  const bytes = await readBody(request, limit);
  if (type === "multipart/form-data") {
    return new Input(query, await parseMultipart(bytes, declared));
  }
  const body = new TextDecoder().decode(bytes);
  if (body === "") return new Input(query);
  if (type === "application/x-www-form-urlencoded") {
    return new Input(query, parseForm(body));
  }
  if (type !== "application/json" && type !== "") {
    throw new RefusedAnswer(415, {
      error: `The provided content-type '${type}' is not supported.`,
    });
  }
  const value = parseJson(body, options.profile);
  return new Input(query, isRecord(value) ? value : {}, body);
}

function parseJson(body: string, profile: Profile): unknown {
  const newest = profile === "newest";
  if (newest) checkJsonLimits(body);
  else checkOlderLimits(body);
  try {
    return JSON.parse(body);
  } catch {
    throw invalidParams([
      newest
        ? "Invalid JSON format"
        : "message body does not match declared format",
    ]);
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
