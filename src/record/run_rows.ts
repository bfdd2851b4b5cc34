/**
 * Rows of a table of runs: of each run only what the table, its filter and its order need, so that an experiment of
 * many thousand runs is filtered and sorted without reading one of them whole.
 *
 * @module
 */
import { fromJsonNumber, toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { ListedRun } from "../journal/run_table.ts";
import { parseFilter } from "./filter.ts";
import { unknownExperiment } from "./journal_reader.ts";
import type { QueriedRun, RunField } from "./query.ts";
import type { RunSummary } from "./schema/summary.ts";
import { parseOrder } from "./sort.ts";

/** A run with those of its params, metrics and tags that were asked for. */
export type TableRow =
  & QueriedRun
  & Pick<RunSummary, "provenance" | "reproduces">;

/** Which runs are wanted, and what of them. */
export interface RowsWanted {
  experiment: string;
  /** As `nbtrack runs --filter` takes it. @default {every run} */
  filter?: string | undefined;
  /** As `nbtrack runs --sort` takes it. @default {newest first} */
  sort?: string | undefined;
  /** What the rows hold besides what every run has. @default {nothing} */
  fields?: readonly RunField[];
  /** The first row, from 0. @default {0} */
  offset?: number;
  /** At most so many. @default {all} */
  limit?: number;
}

/** Some rows, and how many there are in all. */
export interface Rows {
  total: number;
  runs: TableRow[];
}

/**
 * Rows of the journal's runs.
 *
 * @throws {QueryError} when the filter or the order cannot be understood
 * @throws {UnknownNameError} when there is no such experiment
 */
export function journalRows(journal: Journal, wanted: RowsWanted): Rows {
  const { experiment, fields = [], offset = 0, limit } = wanted;
  const filter = parseFilter(wanted.filter ?? "");
  const order = wanted.sort === undefined ? null : parseOrder(wanted.sort);
  const total = journal.table.count(experiment);
  if (total === 0) {
    throw unknownExperiment(
      experiment,
      journal.table.experiments().map((row) => row.experiment),
    );
  }
  if (filter.fields.length === 0 && order === null) {
    const runs = journal.table.runs(experiment, {
      offset,
      ...(limit === undefined ? {} : { limit }),
    }).map(emptyRow);
    fill(journal, experiment, runs, fields);
    return { total, runs };
  }
  const all = journal.table.runs(experiment).map(emptyRow);
  fill(journal, experiment, all, [...filter.fields, ...order?.fields ?? []]);
  const passing = all.filter(filter);
  const sorted = order === null ? passing : order.sorted(passing);
  const runs = sorted.slice(
    offset,
    limit === undefined ? undefined : offset + limit,
  );
  fill(journal, experiment, runs, fields);
  return { total: sorted.length, runs };
}

/**
 * Rows of runs that are read already, as a server gives them.
 *
 * @throws {QueryError} when the filter or the order cannot be understood
 */
export function rowsOf(
  summaries: readonly RunSummary[],
  wanted: Omit<RowsWanted, "experiment" | "fields">,
): Rows {
  const { offset = 0, limit } = wanted;
  const passing = summaries.filter(parseFilter(wanted.filter ?? ""));
  const sorted = wanted.sort === undefined
    ? passing
    : parseOrder(wanted.sort).sorted(passing);
  return {
    total: sorted.length,
    runs: sorted.slice(
      offset,
      limit === undefined ? undefined : offset + limit,
    ),
  };
}

function emptyRow(run: ListedRun): TableRow {
  return { ...run, params: {}, metrics: {}, tags: {} };
}

/** Up to so many rows are read run by run, more of them key by key. */
const FEW = 500;

/** Reads fields into rows. */
function fill(
  journal: Journal,
  experiment: string,
  rows: readonly TableRow[],
  fields: readonly RunField[],
): void {
  const wanted = [
    ...new Map(fields.map((field) => [`${field.kind} ${field.key}`, field]))
      .values(),
  ];
  if (rows.length <= FEW) fillFew(journal, rows, wanted);
  else fillMany(journal, experiment, rows, wanted);
  fillOpen(journal, rows, wanted);
}

function fillMany(
  journal: Journal,
  experiment: string,
  rows: readonly TableRow[],
  fields: readonly RunField[],
): void {
  for (const { kind, key } of fields) {
    if (kind === "attributes") continue;
    if (kind === "metrics") {
      const values = journal.table.lastValues(experiment, key);
      for (const row of rows) {
        const value = values.get(row.run_id);
        if (value !== undefined) row.metrics[key] = toJsonNumber(value);
      }
      continue;
    }
    const texts = journal.table.texts(kind, experiment, key);
    for (const row of rows) {
      const text = texts.get(row.run_id);
      if (text !== undefined) row[kind][key] = text;
    }
  }
}

function fillFew(
  journal: Journal,
  rows: readonly TableRow[],
  fields: readonly RunField[],
): void {
  const ids = rows.map((row) => row.run_id);
  const of = (kind: RunField["kind"]) =>
    fields.filter((field) => field.kind === kind).map((field) => field.key);
  const byId = new Map(rows.map((row) => [row.run_id, row]));
  for (const kind of ["params", "tags"] as const) {
    for (
      const { run_id, key, value } of journal.table.textsOf(kind, ids, of(kind))
    ) {
      const row = byId.get(run_id);
      if (row !== undefined) row[kind][key] = value;
    }
  }
  for (
    const { run_id, key, value } of journal.table.lastValuesOf(
      ids,
      of("metrics"),
    )
  ) {
    const row = byId.get(run_id);
    if (row !== undefined) row.metrics[key] = toJsonNumber(value);
  }
}

/** Runs that are being logged may have newer values in their own file. */
function fillOpen(
  journal: Journal,
  rows: readonly TableRow[],
  fields: readonly RunField[],
): void {
  const keys = new Set(
    fields.filter(({ kind }) => kind === "metrics").map(({ key }) => key),
  );
  if (keys.size === 0) return;
  const open = new Set(journal.unabsorbed());
  if (open.size === 0) return;
  for (const row of rows) {
    if (!open.has(row.run_id)) continue;
    for (const { key, last } of journal.metrics(row.run_id)) {
      if (keys.has(key) && last !== null) {
        row.metrics[key] = toJsonNumber(last.value);
      }
    }
  }
}

/** A row's metric as a number; undefined where it has none. */
export function metricOf(row: QueriedRun, key: string): number | undefined {
  if (!Object.hasOwn(row.metrics, key)) return undefined;
  const value = row.metrics[key];
  return value === undefined ? undefined : fromJsonNumber(value);
}
