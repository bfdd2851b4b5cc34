/**
 * The columns of a table of runs.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import type { RunField } from "../../record/query.ts";
import type { TableRow } from "../../record/run_rows.ts";
import { fieldText, parseFields } from "../../record/sort.ts";
import { goalOfTag } from "../../record/sweep/sweep_tag.ts";
import type { TableKeys } from "./source.ts";

/** Params and metrics shown unless the address says which. */
const MAX_PARAMS = 10;
const MAX_METRICS = 6;

/** Columns that a table has beside a run's name unless its address says which. */
const ALWAYS: readonly RunField[] = [
  { kind: "attributes", key: "status" },
  { kind: "attributes", key: "start_time" },
];

const SEED: RunField = { kind: "attributes", key: "seed" };

/** A column. */
export interface RunColumn {
  field: RunField;
  /** What its header says. */
  title: string;
}

/** The columns of a table, and what it has no room for. */
export interface RunColumns {
  columns: RunColumn[];
  /** Metrics, and params that differ, that have no column although nobody said which are wanted. */
  leftOut: RunField[];
}

/** What columns are chosen by. */
export interface ColumnsKnown {
  keys: TableKeys;
  /** Some of the rows. */
  runs: readonly TableRow[];
  /** What the rows are sorted by. */
  sorted: readonly RunField[];
}

/**
 * The columns of a table: those that are asked for, else state and time, some metrics, and the params that differ; a
 * seed where it tells the runs apart and no param does. What decides and what differs comes first.
 *
 * @throws {QueryError} when what is asked for cannot be understood
 */
export function columnsOf(asked: string, known: ColumnsKnown): RunColumns {
  const { fields, leftOut } = asked === ""
    ? chosen(known)
    : { fields: parseFields(asked), leftOut: [] };
  const once = new Map(fields.map((field) => [fieldText(field), field]));
  return {
    columns: [...once.values()]
      .filter(({ kind, key }) => !(kind === "attributes" && isName(key)))
      .map((field) => ({ field, title: titleOf(field, fields) })),
    leftOut,
  };
}

function chosen(
  { keys, runs, sorted }: ColumnsKnown,
): { fields: RunField[]; leftOut: RunField[] } {
  const { differing } = keys;
  const seeds = new Set(runs.map(({ seed }) => seed));
  const goals = runs.flatMap(({ tags }) =>
    goalOfTag(ownValue(tags, SWEEP_TAG))?.metric ?? []
  ).filter((key) => keys.metrics.includes(key));
  // Of a machine's own load a table says nothing unless it is asked.
  const own = [
    ...new Set([...goals.slice(0, 1), ...keys.telling, ...keys.metrics]),
  ].filter((key) => !key.startsWith("system/"));
  const asked = (kind: RunField["kind"]) =>
    new Set(sorted.filter((f) => f.kind === kind).map(({ key }) => key));
  const metrics = withRoom(own, MAX_METRICS, asked("metrics"));
  const params = withRoom(differing, MAX_PARAMS, asked("params"));
  const fieldsOf = (kind: "metrics" | "params", keys: readonly string[]) =>
    keys.map((key) => ({ kind, key }));
  return {
    fields: [
      ...ALWAYS,
      ...fieldsOf("metrics", metrics.shown),
      ...fieldsOf("params", params.shown),
      ...seeds.size < 2 || differing.includes("seed") ? [] : [SEED],
    ],
    leftOut: [
      ...fieldsOf("metrics", metrics.left),
      ...fieldsOf("params", params.left),
    ],
  };
}

/** The first of some keys, and those that are asked for wherever they stand. */
function withRoom(
  keys: readonly string[],
  most: number,
  asked: ReadonlySet<string>,
): { shown: string[]; left: string[] } {
  const kept = new Set(
    [true, false].flatMap((wanted) =>
      keys.filter((key) => asked.has(key) === wanted)
    ).slice(0, most),
  );
  return {
    shown: keys.filter((key) => kept.has(key)),
    left: keys.filter((key) => !kept.has(key)),
  };
}

const TITLES: Readonly<Record<string, string>> = {
  status: "State",
  start_time: "Started",
  end_time: "Ended",
  seed: "Seed",
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
