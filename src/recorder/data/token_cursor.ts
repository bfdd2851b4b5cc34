/**
 * Going through the tokens of a source.
 *
 * @module
 */
import { sourceTokens } from "./source_tokens.ts";

/** A longer type is not read, tokens. */
const MAX_TYPE_TOKENS = 40;

/** A position in the tokens of a source. */
export class TokenCursor {
  readonly all: readonly string[];
  at = 0;

  constructor(source: string) {
    this.all = sourceTokens(source);
  }

  /** Where what a name is declared to be begins, behind its type; null where nothing does. */
  declaredAt(from: number): number | null {
    if (this.peek(from) === "=") return from + 1;
    if (this.peek(from) !== ":") return null;
    let depth = 0;
    for (let at = from + 1; at < from + MAX_TYPE_TOKENS; at++) {
      const token = this.peek(at);
      if (token === "=" && this.peek(at + 1) === ">") at++;
      else if (token === "=" && depth === 0) return at + 1;
      else if (token === "" || token === ";") return null;
      else if (/^[<([{]$/.test(token)) depth++;
      else if (/^[>)\]}]$/.test(token)) depth--;
    }
    return null;
  }

  /** Takes a number. @returns its digits */
  number(): string {
    return this.all[this.at++]?.replaceAll("_", "") ?? "";
  }

  /** The token that follows, or one further on; empty behind the last. */
  peek(offset = 0): string {
    return this.all[this.at + offset] ?? "";
  }

  /** Whether what follows begins another statement, as it does after a line without a semicolon. */
  startsStatement(): boolean {
    return /^[\p{ID_Start}$_]/u.test(this.peek()) &&
      !/^(?:in|instanceof|as|satisfies)$/.test(this.peek());
  }

  /** Takes the tokens that follow when they are `.cwd()`. */
  isCwd(): boolean {
    const wanted = [".", "cwd", "(", ")"];
    if (!wanted.every((token, i) => this.peek(i + 1) === token)) return false;
    this.at += wanted.length + 1;
    return true;
  }
}
