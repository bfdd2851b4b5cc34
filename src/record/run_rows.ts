/**
 * Rows of a table of runs: of each run only what the table, its filter and its order need, so that an experiment of
 * many thousand runs is filtered and sorted without reading one of them whole.
 *
 * @module
 */
import { toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { journalTable, type ListedRun } from "../journal/run_table.ts";
import { parseFilter } from "./filter.ts";
import { unknownExperiment } from "./journal_reader.ts";
import type { QueriedRun, RunField } from "./query.ts";
import type { RunSummary } from "./schema/summary.ts";
import { parseOrder } from "./sort.ts";

/** A run with those of its params, metrics and tags that were asked for. */
export type TableRow =
  & QueriedRun
  & Pick<RunSummary, "provenance" | "reproduces">;

/** Which runs are wanted, and in which order. */
export interface RowsWanted {
  experiment: string;
  /** As `nbtrack runs --filter` takes it. @default {every run} */
  filter?: string | undefined;
  /** As `nbtrack runs --sort` takes it. @default {newest first} */
  sort?: string | undefined;
}

/** The runs of a table, of which only those that are shown are read. */
export interface RowSelection {
  total: number;
  /** Some of them, in order. */
  rows(offset: number, limit: number): TableRow[];
}

/**
 * The journal's runs that are wanted; their rows hold what the filter and the order read, {@linkcode fillRows} adds
 * more.
 *
 * @throws {QueryError} when the filter or the order cannot be understood
 * @throws {UnknownNameError} when there is no such experiment
 */
export function selectRows(
  journal: Journal,
  { experiment, filter, sort }: RowsWanted,
): RowSelection {
  const passes = parseFilter(filter ?? "");
  const order = sort === undefined ? null : parseOrder(sort);
  const total = journalTable(journal).count(experiment);
  if (total === 0) {
    throw unknownExperiment(
      experiment,
      journalTable(journal).experiments().map((row) => row.experiment),
    );
  }
  const fields = [...passes.fields, ...order?.fields ?? []];
  if (fields.length === 0) {
    return {
      total,
      rows: (offset, limit) =>
        journalTable(journal).runs(experiment, { offset, limit }).map(emptyRow),
    };
  }
  const all = journalTable(journal).runs(experiment).map(emptyRow);
  fillRows(journal, experiment, all, fields);
  const passing = all.filter(passes);
  return selectionOf(order === null ? passing : order.sorted(passing));
}

/**
 * Runs that are read already, as a server gives them.
 *
 * @throws {QueryError} when the filter or the order cannot be understood
 */
export function selectRead(
  summaries: readonly RunSummary[],
  { filter, sort }: Omit<RowsWanted, "experiment">,
): RowSelection {
  const passing = summaries.filter(parseFilter(filter ?? ""));
  return selectionOf(
    sort === undefined ? passing : parseOrder(sort).sorted(passing),
  );
}

function selectionOf(rows: readonly TableRow[]): RowSelection {
  return {
    total: rows.length,
    rows: (offset, limit) => rows.slice(offset, offset + limit),
  };
}

function emptyRow(run: ListedRun): TableRow {
  return { ...run, params: {}, metrics: {}, tags: {} };
}

/** Sets a member whatever it is called. */
function put<T>(values: Record<string, T>, key: string, value: T): void {
  if (key !== "__proto__") values[key] = value;
  else Object.defineProperty(values, key, { value, enumerable: true });
}

/** Up to so many rows are named when their values are read; of more the whole experiment is read. */
const FEW = 500;

/** Reads more of some rows of an experiment. */
export function fillRows(
  journal: Journal,
  experiment: string,
  rows: readonly TableRow[],
  fields: readonly RunField[],
): void {
  const of = rows.length > FEW
    ? { experiment }
    : { run_ids: rows.map((row) => row.run_id) };
  const byId = new Map(rows.map((row) => [row.run_id, row]));
  const keysOf = (kind: RunField["kind"]) => [
    ...new Set(fields.filter((f) => f.kind === kind).map(({ key }) => key)),
  ];
  for (const kind of ["params", "tags"] as const) {
    for (
      const { run_id, key, value } of journalTable(journal).texts(
        kind,
        of,
        keysOf(kind),
      )
    ) {
      const row = byId.get(run_id);
      if (row !== undefined) put(row[kind], key, value);
    }
  }
  const metrics = keysOf("metrics");
  for (
    const { run_id, key, value } of journalTable(journal).lastValues(
      of,
      metrics,
    )
  ) {
    const row = byId.get(run_id);
    if (row !== undefined) put(row.metrics, key, toJsonNumber(value));
  }
  if (metrics.length > 0) fillOpen(journal, byId, new Set(metrics));
}

/** Runs that are being logged may have newer values in their own file. */
function fillOpen(
  journal: Journal,
  rows: ReadonlyMap<string, TableRow>,
  keys: ReadonlySet<string>,
): void {
  for (const run_id of journal.unabsorbed()) {
    const row = rows.get(run_id);
    if (row === undefined) continue;
    for (const { key, last } of journal.metrics(run_id)) {
      if (keys.has(key) && last !== null) {
        put(row.metrics, key, toJsonNumber(last.value));
      }
    }
  }
}
