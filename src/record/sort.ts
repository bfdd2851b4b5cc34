/**
 * The order of runs, in the terms of MLflow's `order_by`.
 *
 * @module
 */
import { QueryError } from "./errors.ts";
import {
  fieldOf,
  metricNumberOf,
  type QueriedRun,
  type RunField,
  valueOf,
} from "./query.ts";
import type { RunSummary } from "./schema/summary.ts";

const KEY =
  /^(-?)(?:([A-Za-z]+)\.)?(?:`([^`]+)`|"([^"]+)"|(.+?))(?:\s+(asc|desc))?$/i;

/** The parts of an order: what stands between its commas, but for those in quotes. */
const PARTS = /(?:[^,`"]|`[^`]*`|"[^"]*"|[`"])+/g;

/** Newest first. */
export function byNewest(
  a: Pick<RunSummary, "run_id" | "start_time">,
  b: Pick<RunSummary, "run_id" | "start_time">,
): number {
  return b.start_time - a.start_time ||
    (a.run_id < b.run_id ? 1 : a.run_id > b.run_id ? -1 : 0);
}

/** An order of runs, and what of a run decides it. */
export interface RunOrder {
  readonly fields: readonly RunField[];
  /** The runs in that order; each value is read once, however many runs there are. */
  sorted<R extends QueriedRun>(runs: readonly R[]): R[];
}

/**
 * Reads an order such as `metrics.loss`, `metrics.loss DESC` or `-attributes.start_time, params.k`. Runs without
 * the value, or with NaN, come last either way; among equals the newest is first, reproductions after all others.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function parseOrder(order: string): RunOrder {
  const keys = keysOf(order);
  return {
    fields: keys.map(({ field }) => field),
    sorted(runs) {
      const ranked = runs.map((run) => ({
        run,
        ranks: keys.map(({ field }) => rankOf(valueOf(run, field))),
      }));
      const signs = keys.map(({ sign }) => sign);
      ranked.sort((a, b) => {
        for (let i = 0; i < signs.length; i++) {
          const result = compareRanks(
            a.ranks[i] as Rank,
            b.ranks[i] as Rank,
            signs[i] as number,
          );
          if (result !== 0) return result;
        }
        return originalsFirst(a.run, b.run) || byNewest(a.run, b.run);
      });
      return ranked.map(({ run }) => run);
    },
  };
}

/**
 * The comparison of two runs for an order, as {@linkcode parseOrder} reads it.
 *
 * @throws {QueryError} when it cannot be understood
 */
export function parseSort(
  order: string,
): (a: QueriedRun, b: QueriedRun) => number {
  const keys = keysOf(order);
  return (a, b) => {
    for (const { field, sign } of keys) {
      const result = compareRanks(
        rankOf(valueOf(a, field)),
        rankOf(valueOf(b, field)),
        sign,
      );
      if (result !== 0) return result;
    }
    return originalsFirst(a, b) || byNewest(a, b);
  };
}

/** Among equals a reproduction is no better than what it reproduces. */
function originalsFirst(a: QueriedRun, b: QueriedRun): number {
  const [again, too] = [a, b].map((run: Reproducing) =>
    Number((run.reproduces ?? null) !== null)
  );
  return (again ?? 0) - (too ?? 0);
}

type Reproducing = QueriedRun & Partial<Pick<RunSummary, "reproduces">>;

/** A field as a filter or an order names it. */
export function fieldText({ kind, key }: RunField): string {
  if (kind === "attributes") return key;
  const plain = /^[\p{L}_][\p{L}\p{N}_/.-]*$/u.test(key);
  return `${kind}.${
    plain ? key : key.includes("`") ? `"${key}"` : `\`${key}\``
  }`;
}

/**
 * Reads the fields of a list such as `params.k, metrics.loss, start_time`.
 *
 * @throws {QueryError} when one cannot be understood
 */
export function parseFields(list: string): RunField[] {
  return list.trim() === "" ? [] : keysOf(list).map(({ field }) => field);
}

function keysOf(order: string): { field: RunField; sign: number }[] {
  let position = 0;
  return (order.match(PARTS) ?? [""]).map((part) => {
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
}

/** A value as it is ordered: numbers before texts, whatever the direction, and nothing last. */
type Rank = { group: 0; value: number } | { group: 1; value: string } | {
  group: 2;
  value: null;
};

const NOTHING: Rank = { group: 2, value: null };

function rankOf(value: string | number | undefined): Rank {
  if (value === undefined) return NOTHING;
  if (typeof value === "number") {
    return Number.isNaN(value) ? NOTHING : { group: 0, value };
  }
  const number = metricNumberOf(value);
  if (number === undefined) return { group: 1, value };
  return Number.isNaN(number) ? NOTHING : { group: 0, value: number };
}

function compareRanks(a: Rank, b: Rank, sign: number): number {
  if (a.group !== b.group) return a.group - b.group;
  const x = a.value as number;
  const y = b.value as number;
  return x === y || a.group === 2 ? 0 : (x < y ? -1 : 1) * sign;
}
