/**
 * Values that are written out in a cell's source: arguments of a call, as far as they are literals.
 *
 * @module
 */

/** What is not written out: it is computed when the cell is executed. */
export const COMPUTED: unique symbol = Symbol("computed");

/** Set on an object that has members besides those that are written out. */
export const PARTIAL: unique symbol = Symbol("partial");

/** Most calls of one source that are read. */
const MAX_CALLS = 100;

/**
 * The arguments of each call of a function in a source, in order.
 *
 * @param name The function, called by its plain name or as a member.
 */
export function callArguments(source: string, name: string): unknown[][] {
  const calls: unknown[][] = [];
  const pattern = new RegExp(
    `(?<![\\w$])${name}\\s*(?:<[^()]*>)?\\s*\\(`,
    "g",
  );
  const text = withoutComments(source);
  for (const { 0: call, index } of text.matchAll(pattern)) {
    const reader = new Reader(text, index + call.length);
    calls.push(reader.list(")"));
    if (calls.length === MAX_CALLS) break;
  }
  return calls;
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/g;

/** A source with spaces for its comments. */
export function withoutComments(source: string): string {
  return source.replace(
    TOKEN,
    (token) => token.startsWith("/") ? " ".repeat(token.length) : token,
  );
}

const SPACE = /\s*/y;
const STRING = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y;
const TEMPLATE = /`(?:\\[\s\S]|[^`\\])*`/y;
const NUMBER =
  /[-+]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][-+]?\d+)?\.?)/y;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const CASTS = /\s+(?:as\s+const|satisfies\s+[\w.<>[\]]+)/y;

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  /** Values with commas between them, up to a closing bracket. */
  list(close: string): unknown[] {
    const values: unknown[] = [];
    for (;;) {
      this.#take(SPACE);
      if (this.#done(close)) return values;
      values.push(
        this.#text.startsWith("...", this.#at) ? this.#skip() : this.#whole(),
      );
      this.#take(SPACE);
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== close) return values; // broken off
    }
  }

  #done(close: string): boolean {
    if (this.#at >= this.#text.length) return true;
    if (this.#text[this.#at] !== close) return false;
    this.#at++;
    return true;
  }

  /** A value that nothing is done with: an operator behind it makes it a computed one. */
  #whole(): unknown {
    const value = this.#value();
    this.#take(CASTS);
    this.#take(SPACE);
    const next = this.#text[this.#at];
    return next === undefined || ",)]}".includes(next) ? value : this.#skip();
  }

  #value(): unknown {
    const string = this.#take(STRING) ?? this.#take(TEMPLATE);
    if (string !== null) return textOf(string);
    const number = this.#take(NUMBER);
    if (number !== null) return Number(number.replaceAll("_", ""));
    switch (this.#text[this.#at]) {
      case "{":
        this.#at++;
        return this.#object();
      case "[":
        this.#at++;
        return this.list("]");
    }
    const word = this.#take(WORD);
    if (word === "true" || word === "false") return word === "true";
    return word === "null" ? null : this.#skip();
  }

  #object(): Record<PropertyKey, unknown> {
    const object: Record<PropertyKey, unknown> = {};
    for (;;) {
      this.#take(SPACE);
      if (this.#done("}")) return object;
      const string = this.#take(STRING);
      const key = string === null
        ? this.#take(WORD) ?? this.#take(NUMBER)
        : String(textOf(string));
      this.#take(SPACE);
      if (key !== null && this.#text[this.#at] === ":") {
        this.#at++;
        this.#take(SPACE);
        object[key] = this.#whole();
      } else if (key !== null && ",}".includes(this.#text[this.#at] ?? "")) {
        object[key] = COMPUTED;
      } else {
        object[PARTIAL] = true;
        this.#skip();
      }
      this.#take(SPACE);
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== "}") return object; // broken off
    }
  }

  /** Goes on to the end of an expression. */
  #skip(): typeof COMPUTED {
    for (let depth = 0; this.#at < this.#text.length;) {
      if ((this.#take(STRING) ?? this.#take(TEMPLATE)) !== null) continue;
      const character = this.#text[this.#at] ?? "";
      if (depth === 0 && ",)]}".includes(character)) break;
      if ("([{".includes(character)) depth++;
      if (")]}".includes(character)) depth--;
      this.#at++;
    }
    return COMPUTED;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found === "" ? null : found;
  }
}

const ESCAPES: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
};

/** The text of a string literal; {@linkcode COMPUTED} for a template with expressions, or an escape that is not read. */
function textOf(literal: string): string | typeof COMPUTED {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`") && inner.includes("${")) return COMPUTED;
  if (/\\[ux\n\r]/.test(inner)) return COMPUTED;
  return inner.replace(/\\([\s\S])/g, (_, c: string) => ESCAPES[c] ?? c);
}
