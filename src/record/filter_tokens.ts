/**
 * The words of a filter, each with its position.
 *
 * @module
 */
import { QueryError } from "./errors.ts";

/** A word of a filter. */
export interface FilterToken {
  type:
    | "name"
    | "text"
    | "number"
    | "compare"
    | "dot"
    | "open"
    | "close"
    | "comma"
    | "end";
  /** What it says, without quotes. */
  text: string;
  /** The quote it was written in; empty when in none. */
  quote: string;
  /** Where it starts, from 0. */
  position: number;
}

const SINGLE: Record<string, FilterToken["type"]> = {
  ".": "dot",
  "(": "open",
  ")": "close",
  ",": "comma",
};
const COMPARE = /(?:<=|>=|!=|<>|==|=|<|>)/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w-])/y;
const NAME = /[\p{L}_\d][\p{L}\p{N}_/-]*/uy;

/**
 * Splits a filter into words.
 *
 * @throws {QueryError} at a character that belongs to no word, or a quote that is not closed
 */
export function tokens(filter: string): FilterToken[] {
  const found: FilterToken[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(filter)?.[0];
  };
  while (at < filter.length) {
    const char = filter[at] as string;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (char === "'" || char === '"' || char === "`") {
      const token = quoted(filter, at);
      found.push(token.token);
      at = token.next;
      continue;
    }
    const afterDot = found.at(-1)?.type === "dot";
    const number = afterDot ? undefined : match(NUMBER);
    const compare = match(COMPARE);
    const name = match(NAME);
    const type = number !== undefined
      ? "number"
      : compare !== undefined
      ? "compare"
      : name !== undefined
      ? "name"
      : SINGLE[char];
    if (type === undefined) {
      throw new QueryError(`At ${at + 1}: "${char}" does not belong here.`, {
        position: at,
        hint:
          "Put names with special characters in backticks: metrics.`val loss`.",
      });
    }
    const text = number ?? compare ?? name ?? char;
    found.push({ type, text, quote: "", position: at });
    at += text.length;
  }
  found.push({ type: "end", text: "", quote: "", position: filter.length });
  return found;
}

function quoted(
  filter: string,
  start: number,
): { token: FilterToken; next: number } {
  const quote = filter[start] as string;
  let text = "";
  for (let at = start + 1; at < filter.length; at++) {
    if (filter[at] !== quote) {
      text += filter[at];
    } else if (filter[at + 1] === quote) {
      text += quote; // a doubled quote is the quote itself, as in SQL
      at++;
    } else {
      return {
        token: { type: "text", text, quote, position: start },
        next: at + 1,
      };
    }
  }
  throw new QueryError(`At ${start + 1}: the quote ${quote} is not closed.`, {
    position: start,
    hint: `End the text with ${quote}.`,
  });
}
