/**
 * Reading constant texts out of a source.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import { isStatement, usedNames } from "./constant_uses.ts";
import { literalText, ofModule } from "./source_tokens.ts";
import { TokenCursor } from "./token_cursor.ts";

/** Only with a quotation mark or a name a constant begins. */
const BEGINS_CONSTANT = /^["'`\w$\u0080-\uffff]/;
const DECLARES = new Set(["const", "let", "var"]);
/** Functions that put paths together of their arguments, and the modules that they are members of. */
const JOINING = new Set(["join", "resolve", "normalize"]);
const PATH_MODULE = /^(?:\w*path|posix|win32)$/i;

/** Where a source stands. */
export interface SourcePosition {
  cwd: string;
  /** Its file. */
  module: string;
}
/** What a constant holds. */
interface Constant {
  text: string;
  /** A number: it names nothing by itself. @default {false} */
  isNumber?: boolean;
  /** Whether no code was seen yet that does something with it: until then it names nothing. */
  waits: boolean;
}

/** Constants by their names; those of the cells before are known to the next. */
export type Constants = Map<string, Constant>;

/** The arguments of a call. */
interface Arguments {
  parts: string[];
  /** Whether all of them are constants. */
  constant: boolean;
  /** The first, when it is a constant. */
  first: string | null;
  /** How many texts were found with the first. */
  foundFirst: number;
  /** Whether more follow the first. */
  more: boolean;
}

/** Reads constants out of a source, without understanding the rest of it. */
export class ConstantReader {
  readonly #tokens: TokenCursor;
  readonly #constants: Constants;
  readonly #position: SourcePosition;
  readonly #takeVariable: (name: string) => void;
  readonly #isUsedElsewhere: (name: string) => boolean;
  readonly #found: string[] = [];
  /** Positions of names that are no path, or whose path was found. */
  readonly #aside = new Set<number>();

  constructor(
    source: string,
    constants: Constants,
    position: SourcePosition,
    { takeVariable = () => {}, isUsedElsewhere = () => true }: {
      takeVariable?: (name: string) => void;
      /** Whether other code may do something with what this exports by a name. */
      isUsedElsewhere?: (name: string) => boolean;
    } = {},
  ) {
    this.#takeVariable = takeVariable;
    this.#isUsedElsewhere = isUsedElsewhere;
    this.#tokens = new TokenCursor(source);
    this.#constants = constants;
    this.#position = position;
  }

  /** Reads the source. @returns the texts that it names */
  read(): string[] {
    while (this.#tokens.at < this.#tokens.all.length) {
      const at = this.#tokens.at;
      if (
        DECLARES.has(this.#tokens.peek()) &&
        this.#tokens.declaredAt(2) !== null
      ) {
        const isExported = this.#tokens.peek(-1) === "export";
        const keyword = this.#tokens.peek();
        do {
          this.#tokens.at++;
          this.#declare(keyword, isExported);
        } while (
          this.#tokens.peek() === "," && this.#tokens.declaredAt(2) !== null
        );
      } else this.#sum();
      if (this.#tokens.at === at) this.#tokens.at++;
    }
    const used = usedNames(this.#tokens.all, this.#aside);
    for (const name of used) {
      const constant = this.#constants.get(name);
      if (!constant?.waits || constant.isNumber === true) continue;
      this.#constants.set(name, { text: constant.text, waits: false });
      this.#found.push(constant.text);
    }
    return this.#found;
  }

  /** Takes the declaration of one name. */
  #declare(keyword: string, isExported: boolean): void {
    const name = this.#tokens.peek();
    const before = this.#found.length;
    const waits = keyword !== "var" &&
      (!isExported || !this.#isUsedElsewhere(name));
    this.#tokens.at += this.#tokens.declaredAt(1) ?? 1;
    const isNumber = /^\d[\d_]*$/.test(this.#tokens.peek());
    const value = isNumber ? this.#tokens.number() : this.#sum();
    if (/^(?:as|satisfies)$/.test(this.#tokens.peek())) this.#tokens.at += 2;
    const whole = value !== null &&
      (this.#tokens.peek() === "" || /^[;,}]$/.test(this.#tokens.peek()) ||
        this.#tokens.startsStatement());
    const earlier = this.#constants.get(name);
    this.#constants.delete(name);
    if (whole) {
      this.#constants.set(name, { text: value, waits, isNumber });
      if (waits) this.#found.length = before;
    }
    // Of two constants of one name nobody knows here which one code means.
    if (earlier?.waits && !earlier.isNumber && earlier.text !== value) {
      this.#found.push(earlier.text);
    }
  }

  /** Constants with `+` between them; null when one of them is none. */
  #sum(): string | null {
    const before = this.#found.length;
    let sum = this.#constant();
    while (sum !== null && this.#tokens.peek() === "+") {
      this.#tokens.at++;
      const more = this.#constant();
      sum = more === null ? null : sum + more;
      if (sum !== null) this.#found.splice(before, Infinity, sum);
    }
    return sum;
  }

  #constant(): string | null {
    const token = this.#tokens.peek();
    if (!BEGINS_CONSTANT.test(token)) return null;
    const text = this.#text(token);
    if (text !== null) {
      const imported = /^(?:from|import)$/.test(this.#tokens.peek(-1));
      this.#tokens.at++;
      this.#found.push(imported ? this.#imported(text) : text);
      return text;
    }
    if (
      (token === "Deno" || token === "process") &&
      this.#tokens.peek(-1) !== "."
    ) {
      if (this.#tokens.isCwd()) return this.#position.cwd;
      if (this.#isVariable(token)) return null;
    }
    if (token === "import" && this.#tokens.peek(1) === "(") {
      return this.#import();
    }
    if (
      token === "logArtifact" && this.#tokens.peek(-1) === "." &&
      this.#tokens.peek(1) === "("
    ) return this.#logArtifact();
    if (token === "import" && this.#tokens.peek(2) === "meta") {
      const text = ofModule(this.#tokens.peek(4), this.#position.module);
      if (text !== null) this.#tokens.at += 5;
      if (this.#tokens.peek() === "!" && this.#tokens.peek(1) !== "=") {
        this.#tokens.at++;
      }
      return text;
    }
    if (
      token === "new" && this.#tokens.peek(1) === "URL" &&
      this.#tokens.peek(2) === "("
    ) {
      this.#tokens.at += 2;
      return this.#whole(({ parts: [url = "", base] }) =>
        URL.parse(url, base)?.href ?? null
      );
    }
    const words = this.#tokens.peek(1) === "." ? 3 : 1;
    if (
      JOINING.has(this.#tokens.peek(words - 1)) &&
      this.#tokens.peek(words) === "("
    ) {
      const ofPaths = words > 1 && PATH_MODULE.test(token);
      this.#tokens.at += words;
      return this.#whole(
        ({ parts }) => parts.join("/"),
        ({ parts: [first = ""] }) => ofPaths || isAbsolute(first),
      );
    }
    if (
      this.#constants.has(token) && this.#tokens.peek(-1) !== "." &&
      !/^(?:[.([]|=>)$/.test(this.#tokens.peek(1))
    ) {
      const { text, isNumber } = this.#constants.get(token) ?? {};
      const isShown = isStatement(this.#tokens.all, this.#tokens.at);
      this.#aside.add(this.#tokens.at++);
      if (text === undefined) return null;
      if (!isShown && isNumber !== true) this.#found.push(text);
      return text;
    }
    return null;
  }

  /** What a call makes of constants; its arguments are not named then, unless it may be a call of something else. */
  #whole(
    make: (given: Arguments) => string | null,
    isSure: (given: Arguments) => boolean = () => true,
  ): string | null {
    const before = this.#found.length;
    const given = this.#arguments();
    const made = given.constant ? make(given) : null;
    if (made === null) return null;
    if (isSure(given)) this.#found.length = before;
    this.#found.push(made);
    return made;
  }

  /** Takes an `import()`: its specifier is named from where the module lies. */
  #import(): null {
    const before = this.#found.length;
    const beginsConstant = /^["'`]/.test(this.#tokens.peek(2));
    this.#tokens.at++;
    const { first } = this.#arguments();
    if (first !== null || beginsConstant) this.#found.length = before;
    if (first !== null) this.#found.push(this.#imported(first));
    return null;
  }

  /** Takes `logArtifact(name, content)`: with a content the name is none of a file that is read. */
  #logArtifact(): null {
    const before = this.#found.length;
    const name = this.#tokens.at + 2;
    this.#tokens.at++;
    const { first, foundFirst, more } = this.#arguments();
    if (first === null || !more) return null;
    this.#found.splice(before, foundFirst);
    if (this.#tokens.all[name + 1] === ",") this.#aside.add(name);
    return null;
  }

  #imported(specifier: string): string {
    return /^\.\.?\//.test(specifier)
      ? join(dirname(this.#position.module), specifier)
      : specifier;
  }

  /** Takes the tokens that follow when they read a variable of the environment. */
  #isVariable(object: string): boolean {
    if (this.#tokens.peek(1) !== "." || this.#tokens.peek(2) !== "env") {
      return false;
    }
    if (object === "Deno") {
      const reads = this.#tokens.peek(3) === "." &&
        this.#tokens.peek(5) === "(" &&
        /^(?:get|has)$/.test(this.#tokens.peek(4));
      if (!reads) return false;
      this.#tokens.at += 5;
      const { parts, constant } = this.#arguments();
      this.#takeVariable(constant ? parts[0] ?? "" : "");
      return true;
    }
    const deleted = this.#tokens.peek(-1) === "delete";
    let name = "";
    if (this.#tokens.peek(3) === ".") {
      name = this.#tokens.peek(4);
      this.#tokens.at += 5;
    } else if (this.#tokens.peek(3) === "[") {
      this.#tokens.at += 4;
      name = this.#sum() ?? "";
      if (this.#tokens.peek() === "]") this.#tokens.at++;
      else name = ""; // more than a constant
    } else return false;
    const assigned = this.#tokens.peek() === "=" &&
      !/^[=>]$/.test(this.#tokens.peek(1));
    if (!deleted && !assigned) this.#takeVariable(name);
    return true;
  }

  /** The arguments of a call: what stands there that is no constant is read all the same. */
  #arguments(): Arguments {
    const before = this.#found.length;
    const given: Arguments = {
      parts: [],
      constant: true,
      first: null,
      foundFirst: 0,
      more: false,
    };
    this.#tokens.at++;
    for (let steps = 0; this.#tokens.peek() !== ")"; steps++) {
      const at = this.#tokens.at;
      if (at >= this.#tokens.all.length) break;
      const part = this.#sum();
      if (part === null) given.constant = false;
      else given.parts.push(part);
      const ends = /^[,)]$/.test(this.#tokens.peek());
      if (!ends) given.constant = false;
      if (steps === 0 && ends) {
        given.first = part;
        given.foundFirst = this.#found.length - before;
        given.more = this.#tokens.peek() === "," &&
          this.#tokens.peek(1) !== ")";
      }
      if (this.#tokens.peek() === ",") this.#tokens.at++;
      if (this.#tokens.at === at) this.#tokens.at++;
    }
    this.#tokens.at++;
    return given;
  }

  /** The text of a literal, parts of a template that are constants put in; null for what is none. */
  #text(token: string): string | null {
    if (!/^["'`]/.test(token) || token.length < 2) return null;
    const inside = token.slice(1, -1);
    if (token[0] !== "`") return literalText(inside);
    for (const [, code = ""] of inside.matchAll(/\$\{([^{}]*)\}/g)) {
      if (!/\benv\b|["'`]/.test(code)) continue;
      const inner = new ConstantReader(
        code,
        new Map(this.#constants),
        this.#position,
        { takeVariable: this.#takeVariable },
      );
      this.#found.push(...inner.read());
    }
    let constant = true;
    const text = inside.replace(/\$\{([^{}]*)\}/g, (_, code: string) => {
      const name = code.trim();
      const value = /^(?:Deno|process)\s*\.\s*cwd\(\)$/.test(name)
        ? this.#position.cwd
        : this.#constants.get(name)?.text ??
          ofModule(
            /^import\.meta\.(\w+)$/.exec(name)?.[1] ?? "",
            this.#position.module,
          ) ?? undefined;
      if (value === undefined) constant = false;
      return value ?? "";
    });
    if (!constant || /(?:^|[^\\])\$\{/.test(text)) return null;
    return literalText(text);
  }
}
