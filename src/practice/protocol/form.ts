/**
 * Form bodies and queries: `a=1&b[]=2&c[][key]=3&d[e]=4`, nested as Rack nests it.
 *
 * @module
 */
import { invalidParams, RefusedAnswer } from "./answers.ts";
import { isRecord, type RawRecord } from "./values.ts";

/** How deep names may nest, as in a JSON body. */
const MAX_DEPTH = 32;
/** How many names and values a form may have, as elements of a JSON body. */
const MAX_FIELDS = 100_000;

/**
 * Reads a form.
 *
 * @throws {RefusedAnswer} 400 when it has too many fields, or a name nests too deep
 */
export function parseForm(text: string): RawRecord {
  return nest(fieldsOf(text));
}

/**
 * Reads a multipart body. Files among its parts stay files.
 *
 * @throws {RefusedAnswer} 400 when it is none, has too many fields, or a name nests too deep
 */
export async function parseMultipart(
  body: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<RawRecord> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { "content-type": type } })
      .formData();
  } catch (cause) {
    throw new RefusedAnswer(400, { error: "400 Bad Request" }, { cause });
  }
  return nest(form);
}

/** Names and values in order; a name without an equals sign has null, as in Rack. */
function* fieldsOf(text: string): Generator<[string, string | null]> {
  const equals = new Set<number>();
  let index = 0;
  for (const part of text.split("&")) {
    if (part === "") continue;
    if (part.includes("=")) equals.add(index);
    index++;
  }
  index = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    yield [name, equals.has(index++) ? value : null];
  }
}

function nest(fields: Iterable<[string, unknown]>): RawRecord {
  const record: RawRecord = {};
  let count = 0;
  for (const [name, value] of fields) {
    if (++count > MAX_FIELDS) {
      throw invalidParams(["Too many total parameters"]);
    }
    put(record, keysOf(name), value);
  }
  return record;
}

/** The keys of `a[b][][c]`: a, b, an empty one for a list, c. What is no pair of brackets is passed over. */
function keysOf(name: string): string[] {
  const head = name.indexOf("[", 1);
  if (head < 0) return [name];
  const keys = [name.slice(0, head)];
  for (let open = head; open >= 0;) {
    const close = name.indexOf("]", open);
    if (close < 0) break;
    keys.push(name.slice(open + 1, close));
    if (keys.length > MAX_DEPTH) {
      throw invalidParams(["Parameters nested too deeply"]);
    }
    open = name.indexOf("[", close);
  }
  return keys;
}

function put(record: RawRecord, keys: readonly string[], value: unknown): void {
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
