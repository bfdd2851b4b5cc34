/**
 * The conditions of a filter: how a value of a run is compared with what was written.
 *
 * @module
 */
import { QueryError } from "./errors.ts";
import { metricNumberOf, type RunField, TIME_ATTRIBUTES } from "./query.ts";

/** How a condition compares. */
export type Comparator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "LIKE"
  | "ILIKE"
  | "IN"
  | "NOT IN";
/** A value as written: its text, and its number when it was written as one. */
export type Literal = { text: string; number: number | undefined };

/** Whether a value of a run stands in a relation to a literal; the position is the literal's. */
export function comparison(
  field: RunField,
  comparator: Exclude<Comparator, "IN" | "NOT IN">,
  literal: Literal,
  position: number,
): (has: string | number) => boolean {
  if (comparator === "LIKE" || comparator === "ILIKE") {
    const matches = likePattern(
      literal.text,
      comparator === "ILIKE" || isState(field),
    );
    return (has) => matches(String(has));
  }
  const is = equals(field, literal, position);
  if (comparator === "=") return is;
  if (comparator === "!=") return (has) => !is(has);
  const number = literal.number ?? asNumber(field, literal.text);
  if (number === undefined) {
    throw new QueryError(
      `At ${
        position + 1
      }: ${field.kind}.${field.key} is compared with a text; ${comparator} orders numbers.`,
      {
        position,
        hint: `Write the number without quotes, or use = , != , LIKE or IN.`,
      },
    );
  }
  const orders: Record<typeof comparator, (has: number) => boolean> = {
    "<": (has) => has < number,
    "<=": (has) => has <= number,
    ">": (has) => has > number,
    ">=": (has) => has >= number,
  };
  const passes = orders[comparator];
  return (has) => {
    const value = typeof has === "number" ? has : metricNumberOf(has);
    return value !== undefined && passes(value);
  };
}

/** Whether a value of a run is the same as a literal. */
export function equals(
  field: RunField,
  literal: Literal,
  position: number,
): (has: string | number) => boolean {
  const numeric = field.kind === "metrics" || isTime(field);
  const number = literal.number ??
    (numeric ? asNumber(field, literal.text) : undefined);
  if (numeric && number === undefined) {
    throw new QueryError(
      `At ${
        position + 1
      }: ${field.kind}.${field.key} is a number, "${literal.text}" is not.`,
      {
        position,
        hint: isTime(field)
          ? "Give milliseconds since 1970, or a date such as '2026-01-31' or '2026-01-31T12:00Z'."
          : "Compare metrics with numbers: metrics.loss < 0.3.",
      },
    );
  }
  if (isState(field)) {
    const state = literal.text.toUpperCase();
    return (has) => has === state;
  }
  if (number === undefined) return (has) => String(has) === literal.text;
  return (has) => {
    const value = typeof has === "number" ? has : metricNumberOf(has);
    return value !== undefined &&
      (value === number || Object.is(value, number));
  };
}

/** Whether it is a run's state, which people see in small letters and MLflow writes in large ones. */
function isState(field: RunField): boolean {
  return field.kind === "attributes" && field.key === "status";
}

function isTime(field: RunField): boolean {
  return field.kind === "attributes" && TIME_ATTRIBUTES.includes(field.key);
}

function asNumber(field: RunField, text: string): number | undefined {
  if (field.kind === "metrics") return metricNumberOf(text);
  if (!isTime(field)) return undefined;
  const number = metricNumberOf(text) ?? Date.parse(text);
  return Number.isNaN(number) ? undefined : number;
}

/**
 * Whether a text is as a pattern says: `%` stands for any characters, `_` for one. At most as many steps as both are
 * long together multiplied: an expression with a repetition for each `%` may take years.
 */
function likePattern(
  pattern: string,
  ignoreCase: boolean,
): (text: string) => boolean {
  const cased = (text: string) => ignoreCase ? text.toLowerCase() : text;
  const wanted = [...cased(pattern)];
  return (text) => {
    const has = [...cased(text)];
    let [at, next] = [0, 0];
    let [any, from] = [-1, 0];
    while (at < has.length) {
      if (wanted[next] === "%") {
        [any, from] = [next++, at];
      } else if (wanted[next] === "_" || wanted[next] === has[at]) {
        at++;
        next++;
      } else if (any >= 0) {
        next = any + 1;
        at = ++from;
      } else return false;
    }
    return wanted.slice(next).every((character) => character === "%");
  };
}
