/** Runs request and answer pairs of `gitlab-exchanges.json` against a server. */
import { assert, assertEquals, assertMatch } from "@std/assert";

/** A pair of the file. */
export interface Exchange {
  id: string;
  request: {
    method: string;
    path: string;
    headers: Record<string, string>;
    query?: Record<string, string>;
    json?: unknown;
    raw?: string;
  };
  response: {
    status: number;
    exact?: unknown;
    subset?: unknown;
    shape?: unknown;
    absent?: string[];
    text?: string;
    headers?: Record<string, string>;
  };
  capture?: Record<string, string>;
  profiles?: string[];
}

/** Reads the pairs. */
export async function readExchanges(): Promise<Exchange[]> {
  const path = new URL("./gitlab-exchanges.json", import.meta.url);
  return JSON.parse(await Deno.readTextFile(path)).exchanges;
}

/** Names and what they stand for. */
export type Values = Map<string, string>;

/** Replaces `{{name}}` and the generators in texts, however deep. */
export function fill(value: unknown, values: Values): unknown {
  if (typeof value === "string") {
    const whole = /^\{\{generate:metrics:(\d+)\}\}$/.exec(value);
    if (whole !== null) {
      return {
        run_id: values.get("runB"),
        metrics: Array.from({ length: Number(whole[1]) }, (_, step) => ({
          key: "m",
          value: step / 2,
          timestamp: 1700000000000 + step,
          step,
        })),
      };
    }
    return value
      .replace(/\{\{repeat:(.):(\d+)\}\}/g, (_, c, n) => c.repeat(Number(n)))
      .replace(/\{\{([\w.]+)\}\}/g, (_, name) => {
        const known = values.get(name);
        assert(known !== undefined, `nothing is known of ${name}`);
        return known;
      });
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, fill(member, values)]),
    );
  }
  return value;
}

/** Sends a pair's request. */
export function send(
  base: string,
  exchange: Exchange,
  values: Values,
): Promise<Response> {
  const { method, path, headers, query, json, raw } = fill(
    exchange.request,
    values,
  ) as Exchange["request"];
  const search = query ? `?${new URLSearchParams(query)}` : "";
  return fetch(`${base}${path}${search}`, {
    method,
    headers: {
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    redirect: "manual",
    ...(json === undefined && raw === undefined
      ? {}
      : { body: raw ?? JSON.stringify(json) }),
  });
}

/** Checks an answer against its pair and takes what later pairs need. */
export async function check(
  answer: Response,
  exchange: Exchange,
  values: Values,
): Promise<void> {
  const text = await answer.text();
  const wanted = fill(exchange.response, values) as Exchange["response"];
  assertEquals(answer.status, wanted.status, text);
  for (const [name, value] of Object.entries(wanted.headers ?? {})) {
    matches(answer.headers.get(name), value, name);
  }
  if (wanted.text !== undefined) assertEquals(text, wanted.text);
  const body = () => JSON.parse(text);
  if (wanted.exact !== undefined) assertEquals(body(), wanted.exact);
  if (wanted.subset !== undefined) contains(body(), wanted.subset, "$");
  if (wanted.shape !== undefined) hasShape(body(), wanted.shape, "$");
  for (const path of wanted.absent ?? []) {
    assertEquals(at(body(), path), undefined, path);
  }
  for (const [name, path] of Object.entries(exchange.capture ?? {})) {
    const value = at(body(), path);
    assert(value !== undefined && value !== null, `${path} is missing`);
    values.set(name, String(value));
  }
}

function at(value: unknown, path: string): unknown {
  return path.split(".").slice(1).reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    value,
  );
}

function isSubset(actual: unknown, wanted: unknown): boolean {
  try {
    contains(actual, wanted, "");
    return true;
  } catch {
    return false;
  }
}

function contains(actual: unknown, wanted: unknown, path: string): void {
  if (Array.isArray(wanted)) {
    assert(Array.isArray(actual), `${path} is no array`);
    assertEquals(actual.length, wanted.length, `${path} has another length`);
    wanted.forEach((item, index) =>
      contains(actual[index], item, `${path}[${index}]`)
    );
    return;
  }
  if (typeof wanted !== "object" || wanted === null) {
    assertEquals(actual, wanted, path);
    return;
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (/^<(unordered|contains|excludes)>$/.test(key)) {
      assert(Array.isArray(actual), `${path} is no array`);
      if (key === "<unordered>") assertEquals(actual.length, value.length);
      for (const item of value) {
        const found = actual.some((one) => isSubset(one, item));
        assertEquals(
          found,
          key !== "<excludes>",
          `${path} ${key} ${JSON.stringify(item)} in ${JSON.stringify(actual)}`,
        );
      }
    } else {
      contains(
        (actual as Record<string, unknown>)[key],
        value,
        `${path}.${key}`,
      );
    }
  }
}

function hasShape(actual: unknown, shape: unknown, path: string): void {
  if (typeof shape === "string") return matches(actual, shape, path);
  for (const [key, inner] of Object.entries(shape as object)) {
    hasShape((actual as Record<string, unknown>)[key], inner, `${path}.${key}`);
  }
}

function matches(actual: unknown, matcher: string, path: string): void {
  const contained = /^<contains:(.*)>$/.exec(matcher)?.[1];
  if (contained !== undefined) {
    assert(String(actual).includes(contained), `${path} is ${actual}`);
  } else if (matcher === "<string>") {
    assertEquals(typeof actual, "string", path);
  } else if (matcher === "<int>") assert(Number.isInteger(actual), path);
  else if (matcher === "<number>") assertEquals(typeof actual, "number", path);
  else if (matcher === "<digits>") assertMatch(String(actual), /^\d+$/, path);
  else if (matcher === "<array>") assert(Array.isArray(actual), path);
  else if (matcher === "<uuid>") {
    assertMatch(String(actual), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  } else if (matcher === "<http-date>") {
    assert(!Number.isNaN(Date.parse(String(actual))), path);
  } else if (matcher !== "<any>") assertEquals(actual, matcher, path);
}
