/**
 * What the columns of datasets hold, for people.
 *
 * @module
 */
import { shortened } from "../base/markup.ts";
import type { RecordedDataset } from "../record/schema/record.ts";
import { table } from "./table.ts";

/** Columns of one dataset that are shown. */
const MAX_COLUMNS = 8;
/** Longer values are cut. */
const MAX_VALUE = 24;

/** A line a column: type, missing and distinct values, smallest and largest. */
export function columnsText(
  datasets: readonly RecordedDataset[],
  width: number,
): string {
  const rows = datasets.flatMap(({ name, profile }) => {
    const shown = (profile ?? []).slice(0, MAX_COLUMNS).map((column, i) => [
      i === 0 ? name : "",
      column.name,
      column.type,
      countText(column.missing),
      `${column.distinct_is_estimate ? "about " : ""}${
        countText(column.distinct)
      }`,
      valueText(column.min),
      valueText(column.max),
    ]);
    const more = (profile?.length ?? 0) - shown.length;
    return more > 0
      ? [...shown, ["", `and ${more} more`, "", "", "", "", ""]]
      : shown;
  });
  if (rows.length === 0) return "";
  return table(
    [
      { title: "DATASET" },
      { title: "COLUMN", whole: true },
      { title: "TYPE" },
      { title: "MISSING", right: true },
      { title: "DISTINCT", right: true },
      { title: "SMALLEST" },
      { title: "LARGEST" },
    ],
    rows,
    width,
  );
}

function countText(count: number | null): string {
  return count === null ? "" : count.toLocaleString("en");
}

function valueText(value: number | string | null): string {
  return shortened(value === null ? "" : String(value), MAX_VALUE);
}
