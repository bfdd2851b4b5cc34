/**
 * The filter of runs: the language of MLflow's run search, evaluated here because GitLab ignores filters.
 *
 * `metrics.loss < 0.3 and params.k = '5' and tags.team IN ('a', 'b') and attributes.run_name LIKE 'quiet%'`
 *
 * @module
 */
import { nearest } from "../base/nearest.ts";
import { QueryError } from "./errors.ts";
import { type FilterToken, tokens } from "./filter_tokens.ts";
import {
  type Comparator,
  comparison,
  equals,
  type Literal,
} from "./filter_conditions.ts";
import {
  fieldOf,
  metricNumberOf,
  type QueriedRun,
  type RunField,
  valueOf,
} from "./query.ts";

const WORDS = ["AND", "LIKE", "ILIKE", "IN", "NOT IN"];

/** Whether a run passes. */
type Condition = (run: QueriedRun) => boolean;

/** Whether a run passes, and what of a run decides that. */
export type RunFilter = Condition & { readonly fields: readonly RunField[] };

/**
 * Reads a filter. A run that lacks a metric, param or tag does not pass a condition on it, whatever the comparator.
 *
 * @throws {QueryError} naming the position of what cannot be understood
 */
export function parseFilter(filter: string): RunFilter {
  if (filter.trim() === "") return Object.assign(() => true, { fields: [] });
  const parser = new Parser(tokens(filter));
  const conditions = [parser.condition()];
  while (parser.more()) conditions.push(parser.condition());
  return Object.assign(
    (run: QueriedRun) => conditions.every((passes) => passes(run)),
    { fields: parser.fields },
  );
}

class Parser {
  readonly #tokens: readonly FilterToken[];
  #at = 0;
  /** What of a run the conditions read so far compare. */
  readonly fields: RunField[] = [];

  constructor(all: readonly FilterToken[]) {
    this.#tokens = all;
  }

  /** Goes over an AND; false at the end. */
  more(): boolean {
    const token = this.#next();
    if (token.type === "end") return false;
    if (isWord(token, "AND")) return true;
    const or = isWord(token, "OR");
    throw new QueryError(
      `At ${token.position + 1}: expected AND, found ${said(token)}.`,
      {
        position: token.position,
        hint: or
          ? "Conditions are joined by AND only; list values with IN ('a', 'b')."
          : hintFor(token.text, ["AND"]),
      },
    );
  }

  condition(): Condition {
    const field = this.#field();
    this.fields.push(field);
    const comparator = this.#comparator();
    const position = this.#peek().position;
    if (comparator === "IN" || comparator === "NOT IN") {
      const wanted = this.#list().map((value) =>
        equals(field, value, position)
      );
      return (run) => {
        const has = valueOf(run, field);
        if (has === undefined) return false;
        return wanted.some((is) => is(has)) === (comparator === "IN");
      };
    }
    const passes = comparison(field, comparator, this.#literal(), position);
    return (run) => {
      const has = valueOf(run, field);
      return has !== undefined && passes(has);
    };
  }

  #field(): RunField {
    const first = this.#next();
    if (first.type !== "name") {
      throw new QueryError(
        `At ${first.position + 1}: expected what to compare, found ${
          said(first)
        }.`,
        {
          position: first.position,
          hint:
            "Write a condition such as metrics.loss < 0.3 or params.k = '5'.",
        },
      );
    }
    if (this.#peek().type !== "dot") {
      return fieldOf(null, first.text, first.position);
    }
    const parts: string[] = [];
    while (this.#peek().type === "dot") {
      this.#next();
      const part = this.#next();
      if (
        part.type !== "name" && (part.type !== "text" || part.quote === "'")
      ) {
        throw new QueryError(
          `At ${
            part.position + 1
          }: expected a name after "${first.text}.", found ${said(part)}.`,
          {
            position: part.position,
            hint:
              `Names with spaces stand in backticks: ${first.text}.\`my name\`.`,
          },
        );
      }
      parts.push(part.text);
    }
    return fieldOf(first.text, parts.join("."), first.position);
  }

  #comparator(): Comparator {
    const token = this.#next();
    if (token.type === "compare") {
      return token.text === "=="
        ? "="
        : token.text === "<>"
        ? "!="
        : token.text as Comparator;
    }
    const word = token.type === "name" ? token.text.toUpperCase() : "";
    if (word === "LIKE" || word === "ILIKE" || word === "IN") return word;
    if (word === "NOT" && isWord(this.#peek(), "IN")) {
      this.#next();
      return "NOT IN";
    }
    throw new QueryError(
      `At ${token.position + 1}: expected a comparison, found ${said(token)}.`,
      {
        position: token.position,
        hint: hintFor(word, WORDS) ??
          "Use =, !=, <, <=, >, >=, LIKE, ILIKE or IN.",
      },
    );
  }

  #literal(): Literal {
    const token = this.#next();
    if (token.type === "text" && token.quote !== "`") {
      return { text: token.text, number: undefined };
    }
    const number = token.type === "number" || token.type === "name"
      ? metricNumberOf(token.text)
      : undefined;
    if (number !== undefined) return { text: token.text, number };
    throw new QueryError(
      `At ${token.position + 1}: expected a value, found ${said(token)}.`,
      {
        position: token.position,
        hint: token.type === "name"
          ? `Texts stand in quotes: '${token.text}'.`
          : "Write a number, or a text in quotes.",
      },
    );
  }

  #list(): Literal[] {
    this.#expect("open", "(");
    const values = [this.#literal()];
    while (this.#peek().type === "comma") {
      this.#next();
      values.push(this.#literal());
    }
    this.#expect("close", ")");
    return values;
  }

  #expect(type: FilterToken["type"], what: string): void {
    const token = this.#next();
    if (token.type === type) return;
    throw new QueryError(
      `At ${token.position + 1}: expected ${what}, found ${said(token)}.`,
      {
        position: token.position,
        hint: "Write IN ('a', 'b').",
      },
    );
  }

  #peek(): FilterToken {
    return this
      .#tokens[Math.min(this.#at, this.#tokens.length - 1)] as FilterToken;
  }

  #next(): FilterToken {
    const token = this.#peek();
    this.#at++;
    return token;
  }
}

function isWord(token: FilterToken, word: string): boolean {
  return token.type === "name" && token.text.toUpperCase() === word;
}

function hintFor(typed: string, words: readonly string[]): string | undefined {
  // Every short word is near to next to nothing.
  const near = typed.length < 3 ? null : nearest(typed, words);
  return near === null ? undefined : `Did you mean ${near}?`;
}

function said(token: FilterToken): string {
  return token.type === "end" ? "the end" : `"${token.text}"`;
}
