/**
 * The positions of the parts of a notebook in its JSON, and of the error in broken JSON: `JSON.parse` gives neither.
 *
 * @module
 */

/** A piece of a text: from its first character to behind its last. */
export interface TextSpan {
  start: number;
  end: number;
}

/** A member of the outermost object. */
export interface Member extends TextSpan {
  key: string;
  /** The items, if the value is an array. */
  items: TextSpan[] | null;
}

/** JSON breaks here. */
export class JsonBreak extends Error {
  override name = "JsonBreak";
  /** The offset in the text, from 0. */
  readonly position: number;

  constructor(position: number) {
    super(`JSON breaks at ${position}`);
    this.position = position;
  }
}

/**
 * The members of a JSON text that is an object; null when it is something else.
 *
 * @throws {JsonBreak} when the text is no JSON
 */
export function scanMembers(text: string): Member[] | null {
  const scanner = new Scanner(text);
  const members = scanner.document();
  return members;
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
// deno-lint-ignore no-control-regex -- JSON forbids them bare
const STRING_STOP = /["\\\u0000-\u001f]/g;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Member[] | null {
    this.#space();
    const isObject = this.#text[this.#at] === "{";
    const members: Member[] = [];
    if (isObject) {
      this.#list("}", () => {
        const key = this.#key();
        const start = this.#at;
        const items = this.#text[start] === "[" ? this.#items() : null;
        if (items === null) this.#value();
        members.push({ key, start, end: this.#at, items });
      });
    } else {
      this.#value();
    }
    this.#space();
    if (this.#at < this.#text.length) throw new JsonBreak(this.#at);
    return isObject ? members : null;
  }

  #items(): TextSpan[] {
    const items: TextSpan[] = [];
    this.#list("]", () => {
      const start = this.#at;
      this.#value();
      items.push({ start, end: this.#at });
    });
    return items;
  }

  #value(): void {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#list("}", () => {
          this.#key();
          this.#value();
        });
      case "[":
        return this.#list("]", () => this.#value());
      case '"':
        return this.#string();
      default:
        if (!this.#match(WORD)) throw new JsonBreak(this.#at);
    }
  }

  /** An opening bracket, items with commas between them, the closing bracket. */
  #list(close: string, item: () => void): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#space();
      const next = this.#text[this.#at];
      if (next !== close && next !== ",") throw new JsonBreak(this.#at);
      this.#at++;
      if (next === close) return;
      this.#space();
    }
  }

  #key(): string {
    const start = this.#at;
    if (this.#text[start] !== '"') throw new JsonBreak(start);
    this.#string();
    const key = JSON.parse(this.#text.slice(start, this.#at)) as string;
    this.#space();
    if (this.#text[this.#at] !== ":") throw new JsonBreak(this.#at);
    this.#at++;
    this.#space();
    return key;
  }

  #string(): void {
    this.#at++;
    for (;;) {
      STRING_STOP.lastIndex = this.#at;
      const stop = STRING_STOP.exec(this.#text);
      this.#at = stop?.index ?? this.#text.length;
      if (stop?.[0] === '"') {
        this.#at++;
        return;
      }
      if (!this.#match(ESCAPE)) throw new JsonBreak(this.#at);
    }
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
