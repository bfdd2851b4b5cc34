/**
 * Runs as a table.
 *
 * @module
 */
import { shortened } from "../base/markup.ts";
import type { RunField } from "../record/query.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { SweepBest } from "../record/sweep/best.ts";
import { someNames } from "../view/telling_keys.ts";
import { numberText } from "./format.ts";
import { noPaint, type Paint } from "./paint.ts";
import { runColumns } from "./runs_columns.ts";
import { alikeParams, byWorth, type RunsColumn } from "./runs_worth.ts";
import { canFit, table } from "./table.ts";
import { plainLine, wrap } from "./text.ts";

/** Metrics and params that get a column. */
const MAX_COLUMNS = 12;
/** So many metrics and params are tried for a column: of thousands none says more than these. */
const MAX_TRIED = 200;
/** Characters of a param that is the same in all runs. */
const MAX_VALUE = 60;

/** What a table of runs is made for. */
export interface RunsTextOptions {
  /** Columns of the terminal. */
  width: number;
  /** @default {noPaint} */
  paint?: Paint;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
  /** What the runs were filtered and sorted by: it stays. @default {nothing} */
  asked?: readonly RunField[];
  /** Ids of the best runs, which are marked. @default {none} */
  best?: ReadonlySet<string>;
  /** Curves of one metric by run id, for a column behind it. @default {none is shown} */
  curves?: { metric: string; of: ReadonlyMap<string, string> };
}

/**
 * A table of runs: what they are, then their metrics and the params that differ; a param that is the same in all of
 * them is said once below. Names are never shortened: columns that do not fit are left out, those that say least
 * first, and named below the table.
 */
export function runsText(
  runs: readonly RunSummary[],
  { width, paint, now = Date.now(), asked = [], best, curves }: RunsTextOptions,
): string {
  if (runs.length === 0) return "No runs.";
  const columns = runColumns(runs, { now, asked, best, curves });
  const kept = new Set(columns.filter((column) => column.always));
  const shown = () => columns.filter((column) => kept.has(column));
  const rowsOf = (those: readonly RunsColumn[]) =>
    runs.map((run) => those.map((column) => column.text(run)));
  const fits = () => {
    const those = shown();
    return canFit(those, rowsOf(those), width);
  };
  let values = 0;
  let tried = 0;
  for (const column of byWorth(columns, runs, asked)) {
    if (column.field !== undefined) {
      if (values === MAX_COLUMNS || tried === MAX_TRIED) continue;
      tried++;
    }
    kept.add(column);
    if (!fits()) kept.delete(column);
    else if (column.field !== undefined) values++;
  }
  // Whole names may be wider than the terminal, which then breaks the lines.
  const those = shown();
  const text = table(those, rowsOf(those), fits() ? width : Infinity, paint);
  const left = columns.filter((column) => !kept.has(column));
  const alike = alikeParams(runs).map(([key, value]) =>
    `${key} ${shortened(value, MAX_VALUE)}`
  );
  const how =
    columns.some(({ title, always }) => always && title === "EXPERIMENT")
      ? "--experiment NAME, show and --json"
      : "show and --json";
  return [
    text,
    ...alike.length === 0
      ? []
      : wrap(plainLine(`${someNames(alike).join(", ")} in all`), width),
    ...left.length === 0 ? [] : [
      ...wrap(
        plainLine(
          `Left out: ${someNames(left.map(({ title }) => title)).join(", ")}`,
        ),
        width,
      ),
      ...wrap(`(${how} have them.)`, width),
    ],
  ].join("\n");
}

/** The best combination of a sweep, with its spread. */
export function bestText(best: SweepBest, paint: Paint = noPaint): string {
  const params = Object.entries(best.params).map(([k, v]) => `${k}=${v}`);
  return `${paint("Best", "bold")}: ${
    plainLine(
      `${params.join(" ")}, ${best.metric} ${numberText(best.mean)}${
        best.std === null ? "" : ` ± ${numberText(best.std)}`
      } over ${best.n} run${best.n === 1 ? "" : "s"}`,
    )
  }`;
}
