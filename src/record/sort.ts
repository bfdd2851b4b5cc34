/**
 * The order of runs, in the terms of MLflow's `order_by`.
 *
 * @module
 */
import { QueryError } from "./errors.ts";
import { fieldOf, metricNumberOf, valueOf } from "./query.ts";
import type { RunSummary } from "./schema/summary.ts";

const KEY =
  /^(-?)(?:([A-Za-z]+)\.)?(?:`([^`]+)`|"([^"]+)"|(.+?))(?:\s+(asc|desc))?$/i;

/** Newest first. */
export function byNewest(
  a: Pick<RunSummary, "run_id" | "start_time">,
  b: Pick<RunSummary, "run_id" | "start_time">,
): number {
  return b.start_time - a.start_time ||
    (a.run_id < b.run_id ? 1 : a.run_id > b.run_id ? -1 : 0);
}

/**
 * Reads an order such as `metrics.loss`, `metrics.loss DESC` or `-attributes.start_time, params.k`. Runs without
 * the value, or with NaN, come last either way; among equals the newest is first.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function parseSort(
  order: string,
): (a: RunSummary, b: RunSummary) => number {
  let position = 0;
  const keys = order.split(",").map((part) => {
    const at = position + (part.length - part.trimStart().length);
    position += part.length + 1;
    const match = KEY.exec(part.trim());
    if (match === null) {
      throw new QueryError(
        `At ${at + 1}: "${part.trim()}" is nothing to sort by.`,
        {
          position: at,
          hint: "Write metrics.loss, or metrics.loss DESC.",
        },
      );
    }
    const [, minus, kind, ticked, quoted, plain, direction] = match;
    return {
      field: fieldOf(kind ?? null, ticked ?? quoted ?? plain ?? "", at),
      sign: minus === "-" || direction?.toLowerCase() === "desc" ? -1 : 1,
    };
  });
  return (a, b) => {
    for (const { field, sign } of keys) {
      const result = compareValues(valueOf(a, field), valueOf(b, field), sign);
      if (result !== 0) return result;
    }
    return byNewest(a, b);
  };
}

type Value = string | number | undefined;

function compareValues(a: Value, b: Value, sign: number): number {
  const [noA, noB] = [isNothing(a), isNothing(b)];
  if (noA || noB) return Number(noA) - Number(noB);
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined && y !== undefined) {
    return x === y ? 0 : (x < y ? -1 : 1) * sign;
  }
  // Numbers before texts, whatever the direction, so that the order is one order.
  if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
  const [s, t] = [String(a), String(b)];
  return s === t ? 0 : (s < t ? -1 : 1) * sign;
}

function isNothing(value: Value): boolean {
  return value === undefined ||
    (typeof value === "number" && Number.isNaN(value));
}

function asNumber(value: Value): number | undefined {
  return typeof value === "number" ? value : metricNumberOf(value ?? "");
}
