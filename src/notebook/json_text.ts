/**
 * JSON that comes out as it went in: numbers keep the text they had (`1.0`, `1e5`, more digits than a double has), and
 * the layout is that of the file.
 *
 * @module
 */

/** A number whose text JavaScript would write otherwise. */
interface RawNumber {
  readonly rawJSON: string;
}

const json = JSON as typeof JSON & {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

/** How a JSON file is laid out. */
export interface JsonStyle {
  /** White space of one level; empty for everything on one line. */
  indent: string;
  newline: "\n" | "\r\n";
  /** Between a name and its value. */
  colon: ":" | ": ";
  /** Whether members are in the order of their names. */
  sorted: boolean;
  /** Whether characters beyond ASCII are escaped. */
  ascii: boolean;
}

/** Parses JSON; a number that would be written in another way is kept as its text. */
export function parseExact(text: string): unknown {
  return JSON.parse(
    text,
    function (
      _key: string,
      value: unknown,
      context?: { source?: string },
    ): unknown {
      if (typeof value !== "number" || context?.source === undefined) {
        return value;
      }
      return String(value) === context.source
        ? value
        : json.rawJSON(context.source);
    } as (key: string, value: unknown) => unknown,
  );
}

/** Writes JSON; of members that are undefined nothing is written. */
export function writeJson(
  value: unknown,
  style: JsonStyle,
  depth: number = 0,
): string {
  if (
    typeof value !== "object" || value === null || json.isRawJSON(value)
  ) {
    const text = JSON.stringify(value) ?? "null";
    return style.ascii ? escapeBeyondAscii(text) : text;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => writeJson(item, style, depth + 1));
    return layOut("[", items, "]", { style, depth });
  }
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  if (style.sorted) entries.sort(([a], [b]) => byCodePoint(a, b));
  const items = entries.map(([key, v]) =>
    `${writeJson(key, style)}${style.colon}${writeJson(v, style, depth + 1)}`
  );
  return layOut("{", items, "}", { style, depth });
}

/** Brackets around items as a style has them. */
export function layOut(
  open: "[" | "{",
  items: readonly string[],
  close: "]" | "}",
  { style, depth }: { style: JsonStyle; depth: number },
): string {
  if (items.length === 0) return open + close;
  if (style.indent === "") {
    return open + items.join(style.colon === ":" ? "," : ", ") + close;
  }
  const outer = style.newline + style.indent.repeat(depth);
  const inner = outer + style.indent;
  return `${open}${inner}${items.join(`,${inner}`)}${outer}${close}`;
}

/** The order Python sorts texts in; JavaScript's differs for characters beyond the basic plane. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [i, character] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const order = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function escapeBeyondAscii(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
