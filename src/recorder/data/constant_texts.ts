/**
 * The texts that a cell names: its literals, and what is put together from constants alone.
 *
 * @module
 */
import { dirname } from "node:path";
import { fromFileUrl, toFileUrl } from "../../base/file_urls.ts";

/** Longer texts are no paths. */
const MAX_PATH = 1024;
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|\s+|[^]/gu;
/** Functions that put paths together of their arguments. */
const JOINING = new Set(["join", "resolve", "normalize"]);

/** Where a source stands. */
interface SourcePosition {
  cwd: string;
  /** Its file. */
  module: string;
}
const HERE: SourcePosition = { cwd: ".", module: "./cell.ts" };

/** What constants hold, by their names; those of the cells before are known to the next. */
export type Constants = Map<string, string>;

/**
 * The paths that a source names by literals and constant expressions; those of comments are not.
 *
 * @param constants What is known of constants; those of this source are added.
 * @param cwd What `Deno.cwd()` is.
 * @param module The file that `import.meta` speaks of. @default {a cell in that folder}
 */
export function constantPaths(
  source: string,
  constants: Constants = new Map(),
  cwd = ".",
  module = `${cwd}/cell.ts`,
): Set<string> {
  const found = new Set<string>();
  const reader = new Reader(source, constants, { cwd, module }, (text) => {
    const path = pathOf(text);
    if (path !== null) found.add(path);
  });
  reader.read();
  return found;
}

/**
 * The variables of the environment that a source reads by constant names: `Deno.env.get("X")`, `process.env.X`.
 *
 * @param constants What is known of constants; those of this source are added.
 */
export function constantVariables(
  source: string,
  constants: Constants = new Map(),
): Set<string> {
  const found = new Set<string>();
  const reader = new Reader(source, constants, HERE, () => {}, (name) => {
    if (name !== "") found.add(name);
  });
  reader.read();
  return found;
}

/** The path that a text may be; null when it is none, or an address of something else. */
function pathOf(text: string): string | null {
  const path = /^[a-z][a-z0-9+.-]+:/i.test(text) ? filePath(text) : text;
  return path === null || path.length > MAX_PATH ||
      /^[\s.\\/]*$|[\n\0]/.test(path)
    ? null
    : path;
}

function filePath(text: string): string | null {
  const url = URL.parse(text);
  try {
    return url?.protocol === "file:" ? fromFileUrl(url) : null;
  } catch {
    return null; // of another machine, or none at all
  }
}

/** Reads constants out of a source, without understanding the rest of it. */
class Reader {
  readonly #tokens: string[];
  readonly #constants: Constants;
  readonly #position: SourcePosition;
  readonly #take: (text: string) => void;
  readonly #takeVariable: (name: string) => void;
  #at = 0;

  constructor(
    source: string,
    constants: Constants,
    position: SourcePosition,
    take: (text: string) => void,
    takeVariable: (name: string) => void = () => {},
  ) {
    this.#takeVariable = takeVariable;
    this.#tokens = (source.match(TOKEN) ?? []).filter((token) =>
      !/^(?:\s|\/[/*])/.test(token)
    );
    this.#constants = constants;
    this.#position = position;
    this.#take = take;
  }

  read(): void {
    while (this.#at < this.#tokens.length) {
      const at = this.#at;
      if (/^(?:const|let|var)$/.test(this.#peek()) && this.#peek(2) === "=") {
        const name = this.#peek(1);
        this.#at += 3;
        const value = this.#sum();
        const whole = this.#peek() === "" || /^[;,}]$/.test(this.#peek()) ||
          this.#startsStatement();
        if (value !== null && whole) this.#constants.set(name, value);
        else this.#constants.delete(name);
      } else this.#sum();
      if (this.#at === at) this.#at++;
    }
  }

  #peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? "";
  }

  /** Whether what follows begins another statement, as it does after a line without a semicolon. */
  #startsStatement(): boolean {
    return /^[\p{ID_Start}$_]/u.test(this.#peek()) &&
      !/^(?:in|instanceof|as|satisfies)$/.test(this.#peek());
  }

  /** Constants with `+` between them; null when one of them is none. */
  #sum(): string | null {
    let sum = this.#constant();
    while (sum !== null && this.#peek() === "+") {
      this.#at++;
      const more = this.#constant();
      sum = more === null ? null : sum + more;
      if (sum !== null) this.#take(sum);
    }
    return sum;
  }

  #constant(): string | null {
    const token = this.#peek();
    const text = this.#text(token);
    if (text !== null) {
      this.#at++;
      this.#take(text);
      return text;
    }
    if (/^(?:Deno|process)$/.test(token) && this.#peek(-1) !== ".") {
      if (this.#isCwd()) return this.#position.cwd;
      if (this.#isVariable(token)) return null;
    }
    if (token === "import" && this.#peek(2) === "meta") {
      const text = ofModule(this.#peek(4), this.#position.module);
      if (text !== null) this.#at += 5;
      return text;
    }
    if (token === "new" && this.#peek(1) === "URL" && this.#peek(2) === "(") {
      this.#at += 2;
      const parts = this.#arguments();
      const url = parts === null ? null : URL.parse(parts[0] ?? "", parts[1]);
      if (url !== null) this.#take(url.href);
      return url?.href ?? null;
    }
    const words = this.#peek(1) === "." ? 3 : 1;
    if (
      JOINING.has(this.#peek(words - 1)) && this.#peek(words) === "("
    ) {
      this.#at += words;
      const joined = this.#arguments()?.join("/") ?? null;
      if (joined !== null) this.#take(joined);
      return joined;
    }
    if (
      this.#constants.has(token) && this.#peek(-1) !== "." &&
      !/^(?:[.([]|=>)$/.test(this.#peek(1))
    ) {
      this.#at++;
      const known = this.#constants.get(token) ?? null;
      if (known !== null) this.#take(known);
      return known;
    }
    return null;
  }

  /** Takes the tokens that follow when they are `.cwd()`. */
  #isCwd(): boolean {
    const wanted = [".", "cwd", "(", ")"];
    if (!wanted.every((token, i) => this.#peek(i + 1) === token)) return false;
    this.#at += wanted.length + 1;
    return true;
  }

  /** Takes the tokens that follow when they read a variable of the environment. */
  #isVariable(object: string): boolean {
    if (this.#peek(1) !== "." || this.#peek(2) !== "env") return false;
    if (object === "Deno") {
      const reads = this.#peek(3) === "." && this.#peek(5) === "(" &&
        /^(?:get|has)$/.test(this.#peek(4));
      if (!reads) return false;
      this.#at += 5;
      this.#takeVariable(this.#arguments()?.[0] ?? "");
      return true;
    }
    const deleted = this.#peek(-1) === "delete";
    let name = "";
    if (this.#peek(3) === ".") {
      name = this.#peek(4);
      this.#at += 5;
    } else if (this.#peek(3) === "[") {
      this.#at += 4;
      name = this.#sum() ?? "";
      if (this.#peek() === "]") this.#at++;
      else name = ""; // more than a constant
    } else return false;
    const assigned = this.#peek() === "=" && !/^[=>]$/.test(this.#peek(1));
    if (!deleted && !assigned) this.#takeVariable(name);
    return true;
  }

  /** The arguments of a call, when all are constants; what stands there is read all the same. */
  #arguments(): string[] | null {
    const parts: string[] = [];
    let constant = true;
    this.#at++;
    while (this.#at < this.#tokens.length && this.#peek() !== ")") {
      const at = this.#at;
      const part = this.#sum();
      if (part === null) constant = false;
      else parts.push(part);
      if (this.#peek() === ",") this.#at++;
      else if (this.#peek() !== ")") constant = false;
      if (this.#at === at) this.#at++;
    }
    this.#at++;
    return constant ? parts : null;
  }

  /** The text of a literal, parts of a template that are constants put in; null for what is none. */
  #text(token: string): string | null {
    if (!/^["'`]/.test(token) || token.length < 2) return null;
    const inside = token.slice(1, -1);
    if (token[0] !== "`") return unescaped(inside);
    for (const [, code = ""] of inside.matchAll(/\$\{([^{}]*)\}/g)) {
      if (!/\benv\b/.test(code)) continue;
      new Reader(
        code,
        this.#constants,
        this.#position,
        () => {},
        this.#takeVariable,
      )
        .read();
    }
    let constant = true;
    const text = inside.replace(/\$\{([^{}]*)\}/g, (_, code: string) => {
      const name = code.trim();
      const value = /^(?:Deno|process)\s*\.\s*cwd\(\)$/.test(name)
        ? this.#position.cwd
        : this.#constants.get(name);
      if (value === undefined) constant = false;
      return value ?? "";
    });
    if (!constant || /(?:^|[^\\])\$\{/.test(text)) return null;
    return unescaped(text);
  }
}

/** What a member of `import.meta` is. */
function ofModule(member: string, module: string): string | null {
  switch (member) {
    case "url":
      return toFileUrl(module).href;
    case "dirname":
      return dirname(module);
    case "filename":
      return module;
    default:
      return null;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}
