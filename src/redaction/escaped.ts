/**
 * The forms in which a text may be written: escaped for JSON, URLs or HTML, coloured, split over lines, as Base64,
 * as hexadecimal digits, in UTF-16.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

const ENTITIES: Record<string, string> = {
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
/** What may stand between two characters of a text that was coloured, wrapped or split over pieces. */
const BETWEEN =
  "(?:[\\s\\0\\ufffd\\u200b-\\u200d\\u00ad\\ufeff]|\\\\{1,8}[nrt]|\\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|[@-Z\\\\^_])|[\"'`]\\s{0,9}[+,]\\s{0,20}[\"'`]|\\\\{1,8}u001b\\[[\\d;]*m){0,24}";
/** So much of a long text is looked for. */
const MOST_CHARS = 96;

/** A pattern that finds a text in every escaped form; when `split`, also with line ends and colours in it. */
export function loosePattern(text: string, split: boolean): RegExp {
  const chars = [...text.slice(0, MOST_CHARS)].map(charForms);
  return new RegExp(chars.join(split ? BETWEEN : ""), "g");
}

function charForms(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code > 0x7e || code < 0x20) return escapePattern(char);
  const hex = [...code.toString(16).padStart(2, "0")]
    .map((d) => /[a-f]/.test(d) ? `[${d}${d.toUpperCase()}]` : d).join("");
  const entity = ENTITIES[char];
  const forms = [
    /[A-Za-z\d]/.test(char) ? char : `\\\\{0,8}${escapePattern(char)}`,
    `\\\\{1,8}u(?:00|\\{)${hex}\\}?`,
    `\\\\{1,8}x${hex}`,
    `\\\\{1,8}0?${code.toString(8).padStart(3, "0")}`,
    `%(?:25){0,6}${hex}`,
    `&(?:amp;){0,6}(?:#0{0,6}${code}|#[xX]0{0,6}${hex}${
      entity === undefined ? "" : `|${entity}`
    });`,
  ];
  return `(?:${forms.join("|")})`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** What a text looks like inside Base64 (three ways, by where it begins), Base64 for URLs, and as hexadecimal digits. */
export function encodedForms(text: string): string[] {
  const utf8 = new TextEncoder().encode(text);
  const wide = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    wide[2 * i] = code & 0xff;
    wide[2 * i + 1] = code >> 8;
  }
  const forms = new Set<string>();
  for (const bytes of [utf8, wide]) {
    for (const inside of base64Inside(bytes)) {
      forms.add(inside);
      forms.add(inside.replaceAll("+", "-").replaceAll("/", "_"));
    }
    const hex = bytes.reduce((t, b) => t + b.toString(16).padStart(2, "0"), "");
    forms.add(hex);
    forms.add(hex.toUpperCase());
  }
  return [...forms];
}

/** The characters of Base64 that depend on these bytes alone, for each way in which they may lie in it. */
function base64Inside(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const padded = "\0".repeat(before) + String.fromCharCode(...bytes);
    const first = Math.ceil(before * 8 / 6);
    const last = Math.floor((before + bytes.length) * 8 / 6);
    return btoa(padded).slice(first, last);
  }).filter((inside) => inside.length >= 8);
}

/** What a terminal acts on, and what has no width. */
const MARKS =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])|[\0\u200b-\u200d\u00ad\ufeff]/;
const ALL_MARKS = new RegExp(MARKS, "g");
const BACKSLASH =
  /\\(?:u[\da-f]{4}|u\{[\da-f]{1,6}\}|x[\da-f]{2}|0?[01][0-7]{2}|[^\w\s]|[bfnrt])/i;
const ALL_BACKSLASH = new RegExp(BACKSLASH, "gi");
const PERCENT = /%[\da-f]{2}/i;
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
  return MARKS.test(text) || BACKSLASH.test(text) || PERCENT.test(text) ||
    ENTITY.test(text);
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

function withoutLayer(text: string): string {
  let view = text;
  if (MARKS.test(view)) view = view.replace(ALL_MARKS, "");
  if (BACKSLASH.test(view)) view = view.replace(ALL_BACKSLASH, fromBackslash);
  if (PERCENT.test(view)) view = fromPercent(view);
  if (ENTITY.test(view)) view = view.replace(ALL_ENTITY, fromEntity);
  return view;
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
  try {
    return decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    // Not UTF-8: byte by byte.
    return text.replace(
      /%[\da-f]{2}/gi,
      (all) => charOf(parseInt(all.slice(1), 16), all),
    );
  }
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
