/**
 * The rows of a table of runs: filtered, sorted, and with the values that it shows.
 *
 * @module
 */
import type { TableRow } from "../../record/run_rows.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import type { RunField } from "../../record/query.ts";
import { parseOrder } from "../../record/sort.ts";
import type { PageSource, TableKeys } from "./source.ts";
import { columnsOf, type RunColumn } from "./table_columns.ts";
import { groupField, type TableQuery, valuesWanted } from "./table_query.ts";
import type { OtherValue } from "./values.ts";

/** Runs that say which columns a table has. */
const ASKED = 500;

/** A table of runs as it is drawn. */
export interface TableRows {
  total: number;
  /** The rows of the page; all of them where they are grouped. */
  rows: TableRow[];
  columns: RunColumn[];
  /** Metrics, and params that differ, that have no column. */
  leftOut: RunField[];
  keys: TableKeys;
  /** What the rows are grouped by; null for nothing. */
  group: RunField | null;
  /** Which values of metrics the rows hold. */
  values: "last" | OtherValue;
  /** Those of the rows with a star; null where there are no stars. */
  starred: ReadonlySet<string> | null;
}

/**
 * Reads the rows of a table.
 *
 * @throws {QueryError} when the query cannot be understood
 * @throws {UnknownNameError} when there is no such experiment
 */
export async function tableRows(
  source: PageSource,
  experiment: string,
  table: TableQuery,
): Promise<TableRows> {
  const wanted = valuesWanted(table);
  const values = source.values === undefined ? "last" : wanted;
  const group = groupField(table);
  const order = table.sort === "" ? null : parseOrder(table.sort);
  // What is shown is what is sorted.
  const sortsShown = values !== "last" &&
    order?.fields.some(({ kind }) => kind === "metrics") === true;
  const selection = await source.select({
    experiment,
    filter: table.filter,
    sort: sortsShown || table.sort === "" ? undefined : table.sort,
  });
  const stars = source.stars;
  const only = stars !== undefined && table.starred !== ""
    ? stars.among({ experiment })
    : null;
  const offset = (table.page - 1) * table.size;
  const whole = only !== null || sortsShown || group !== null;
  let rows = selection.rows(
    whole ? 0 : offset,
    whole ? selection.total : table.size,
  );
  if (only !== null) rows = rows.filter(({ run_id }) => only.has(run_id));
  const total = only === null ? selection.total : rows.length;
  const sample = whole ? rows.slice(0, ASKED) : selection.rows(0, ASKED);
  const keys = await source.keys(sample.map(({ run_id }) => run_id));
  if (table.columns === "") {
    await source.fill(experiment, sample, [{ kind: "tags", key: SWEEP_TAG }]);
  }
  const { columns, leftOut } = columnsOf(table.columns, {
    keys,
    runs: sample,
    sorted: order?.fields ?? [],
  });
  const fields = columns.map(({ field }) => field);
  if (sortsShown && order !== null) {
    const others = order.fields.filter(({ kind }) => kind !== "metrics");
    await source.fill(experiment, rows, others);
    rows = order.sorted(
      await shown(source, experiment, rows, order.fields, values),
    );
  }
  if (whole && group === null) rows = rows.slice(offset, offset + table.size);
  await source.fill(
    experiment,
    rows,
    [
      ...group === null ? [] : [group],
      ...fields,
      { kind: "tags", key: SWEEP_TAG },
    ],
  );
  const used = group?.kind === "metrics" ? [group, ...fields] : fields;
  return {
    total,
    rows: values === "last"
      ? rows
      : await shown(source, experiment, rows, used, values),
    columns,
    leftOut,
    keys,
    group,
    values,
    starred: stars?.among({ run_ids: rows.map(({ run_id }) => run_id) }) ??
      null,
  };
}

/** Rows with other values of their metrics than the last. */
async function shown(
  source: PageSource,
  experiment: string,
  rows: readonly TableRow[],
  fields: readonly RunField[],
  at: "last" | OtherValue,
): Promise<TableRow[]> {
  const keys = fields.filter(({ kind }) => kind === "metrics")
    .map(({ key }) => key);
  if (at === "last" || source.values === undefined || keys.length === 0) {
    return [...rows];
  }
  const ids = rows.map(({ run_id }) => run_id);
  const values = await source.values(experiment, ids, keys, at);
  return rows.map((row) => ({
    ...row,
    metrics: { ...values.get(row.run_id) },
  }));
}
