/**
 * The columns of a table of runs.
 *
 * @module
 */
import type { RunField } from "../../record/query.ts";
import { fieldText, parseFields } from "../../record/sort.ts";
import type { TableKeys } from "./source.ts";

/** Params and metrics shown unless the address says which. */
const MAX_PARAMS = 10;
const MAX_METRICS = 6;

/** Columns that a table has beside a run's name unless its address says which. */
const ALWAYS: readonly RunField[] = [
  { kind: "attributes", key: "status" },
  { kind: "attributes", key: "start_time" },
];

/** A column. */
export interface RunColumn {
  field: RunField;
  /** What its header says. */
  title: string;
}

/**
 * The columns of a table: those that are asked for, else state and time, some metrics, and the params that differ.
 *
 * @throws {QueryError} when what is asked for cannot be understood
 */
export function columnsOf(asked: string, keys: TableKeys): RunColumn[] {
  const fields = asked === "" ? chosen(keys) : parseFields(asked);
  const once = new Map(fields.map((field) => [fieldText(field), field]));
  return [...once.values()]
    .filter(({ kind, key }) => !(kind === "attributes" && isName(key)))
    .map((field) => ({ field, title: titleOf(field, fields) }));
}

function chosen({ differing, metrics }: TableKeys): RunField[] {
  // Of a machine's own load a table says nothing unless it is asked.
  const own = metrics.filter((key) => !key.startsWith("system/"));
  return [
    ...ALWAYS,
    ...own.slice(0, MAX_METRICS).map((key) =>
      ({ kind: "metrics", key }) as const
    ),
    ...differing.slice(0, MAX_PARAMS).map((key) =>
      ({ kind: "params", key }) as const
    ),
  ];
}

const TITLES: Readonly<Record<string, string>> = {
  status: "State",
  start_time: "Started",
  end_time: "Ended",
  run_id: "Id",
  experiment_name: "Experiment",
};

/** The key alone, with its kind where another column has the same key. */
function titleOf({ kind, key }: RunField, all: readonly RunField[]): string {
  if (kind === "attributes") return TITLES[key] ?? key;
  return all.some((other) => other.key === key && other.kind !== kind)
    ? `${kind}.${key}`
    : key;
}

function isName(key: string): boolean {
  return key === "name" || key === "run_name";
}
