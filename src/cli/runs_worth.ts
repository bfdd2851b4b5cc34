/**
 * Which columns of a table of runs matter most, and what one line says of all runs.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";
import type { RunField } from "../record/query.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { ShownColumn } from "./table.ts";

/** Metrics that stay before times do, and params before a seed does. */
const FIRST_VALUES = 3;

/** A column and what it says of a run. */
export interface RunsColumn extends ShownColumn {
  text: (run: RunSummary) => string;
  /** Never left out. */
  always?: boolean;
  /** What of a run it holds. */
  field?: RunField;
}

/** The columns that may be left out, those that matter most first. */
export function byWorth(
  columns: readonly RunsColumn[],
  runs: readonly RunSummary[],
  asked: readonly RunField[],
): RunsColumn[] {
  const titled = (title: string) =>
    columns.filter((c) => c.field === undefined && c.title === title);
  const values = (kind: RunField["kind"]) =>
    columns.filter((c) => c.field?.kind === kind);
  const usual = (column: RunsColumn) =>
    2 * runs.filter((run) => column.text(run) !== "").length >= runs.length;
  const metrics = values("metrics").filter(usual);
  const telling = metrics.filter((c) => runs.length === 1 || differs(c, runs));
  const params = values("params");
  return [
    ...new Set([
      ...values("metrics").filter((c) => isAsked(c, asked)),
      ...(telling.length === 0 ? metrics : telling).slice(0, FIRST_VALUES),
      ...titled("STARTED"),
      ...titled("TOOK"),
      ...params.filter((c) => isAsked(c, asked)),
      ...params.filter(usual).slice(0, FIRST_VALUES),
      ...values("attributes"),
      ...params.filter(usual),
      ...telling,
      ...params,
      ...metrics,
      ...titled("PARENT"),
      ...titled("REPRODUCES"),
      ...titled("DELIVERY"),
      ...columns.filter((column) => !column.always),
    ]),
  ];
}

/** Params that every one of several runs has with the same value; a seed too. */
export function alikeParams(
  runs: readonly RunSummary[],
): (readonly [key: string, value: string])[] {
  const [first, ...others] = runs;
  if (first === undefined || others.length === 0) return [];
  const params = Object.entries(first.params).filter(([key, value]) =>
    others.every((run) => ownValue(run.params, key) === value)
  );
  const { seed } = first;
  return seed === null || Object.hasOwn(first.params, "seed") ||
      others.some((run) => run.seed !== seed)
    ? params
    : [...params, ["seed", String(seed)]];
}

/** Whether a column tells runs apart. */
export function differs(
  column: RunsColumn,
  runs: readonly RunSummary[],
): boolean {
  return new Set(runs.map((run) => column.text(run))).size > 1;
}

/** Whether the runs were filtered or sorted by what a column holds. */
export function isAsked(
  { field }: RunsColumn,
  asked: readonly RunField[],
): boolean {
  return asked.some(({ kind, key }) =>
    kind === field?.kind && key === field.key
  );
}
