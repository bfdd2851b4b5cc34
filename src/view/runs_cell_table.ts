/**
 * The table that runs show themselves as in a cell: which columns it has, and what is in them.
 *
 * @module
 */
import { dateTimeText } from "../base/clock_text.ts";
import { nameText, shortened } from "../base/markup.ts";
import { numberText } from "../base/numbers.ts";
import type { RunStatus } from "../base/run_status.ts";
import type { RunEntry } from "../record/listed_types.ts";
import { REPRODUCES_TAG, SWEEP_TAG } from "../record/own_tags.ts";
import { goalOfTag } from "../record/sweep/sweep_tag.ts";
import { areBest } from "./best_run.ts";
import { tellingKeys } from "./telling_keys.ts";

const MAX_PARAMS = 6;
const MAX_METRICS = 6;
const MAX_CHARS = 40;
/** Of a digest its beginning tells it from others. */
const DIGEST = /^sha256:([0-9a-f]{12})[0-9a-f]{52}$/;

/** A table whose cells are texts, one of them perhaps the best of its column. */
export interface PlainTable {
  heads: string[];
  rows: { text: string; best?: boolean; status?: RunStatus }[][];
}

/** The table of some runs, and what it has no room for. */
export interface RunsTable {
  table: PlainTable;
  /** Params and metrics that are the same in all runs, with their values. */
  alike: string[];
  /** Names of params and metrics that have no column. */
  leftOut: string[];
}

/** The table of runs: what decides and what differs comes first, for it is there to tell them from each other. */
export function runsTableOf(
  shown: readonly RunEntry[],
  all: readonly RunEntry[],
): RunsTable {
  const params = chosen(all, "params.", MAX_PARAMS);
  const metrics = chosen(all, "metrics.", MAX_METRICS);
  const best = metrics.shown.map((name) =>
    all.length < 2
      ? []
      : bestRuns(keyOf(name), all, all.map((run) => run[name] ?? null))
  );
  const several = new Set(all.map(({ experiment }) => experiment)).size > 1;
  return {
    table: {
      heads: [
        "run",
        "state",
        "started",
        ...several ? ["experiment"] : [],
        ...[...params.shown, ...metrics.shown].map(keyOf),
      ],
      rows: shown.map((run, i) => [
        { text: `${nameText(run.name)} (${run.run_id.slice(0, 8)})` },
        { text: run.status, status: run.status as RunStatus },
        { text: dateTimeText(run.start_time) },
        ...several ? [{ text: run.experiment }] : [],
        ...params.shown.map((name) => ({ text: valueText(run[name]) })),
        ...metrics.shown.map((name, m) => ({
          text: valueText(run[name]),
          best: best[m]?.[i] === true,
        })),
      ]),
    },
    alike: [...params.alike, ...metrics.alike],
    leftOut: [...metrics.left, ...params.left].map(keyOf),
  };
}

type Column<P extends string> = `${P}${string}`;

/** The columns of a kind that are shown: those that differ, or all where none does. */
function chosen<P extends "params." | "metrics.">(
  all: readonly RunEntry[],
  kind: P,
  most: number,
): { shown: Column<P>[]; left: string[]; alike: string[] } {
  const names = Object.keys(all[0] ?? {}).filter((name) =>
    name.startsWith(kind)
  );
  const goals = all.flatMap((run) =>
    goalOfTag(run[`tags.${SWEEP_TAG}`] ?? undefined)?.metric ?? []
  ).slice(0, 1);
  const isLoad = (name: string) => name.startsWith("metrics.system/");
  const runs = all as readonly object[] as readonly Record<string, unknown>[];
  const { telling, alike } = tellingKeys(
    [
      ...names.filter((name) => !isLoad(name)),
      ...names.filter(isLoad),
    ],
    runs,
    goals.map((key) => `metrics.${key}`),
  );
  const columns = telling.length > 0 ? telling : alike;
  return {
    shown: columns.slice(0, most) as Column<P>[],
    left: columns.slice(most),
    alike: telling.length === 0 ? [] : alike.map((name) => {
      const value = runs.map((run) => run[name]).find((v) => v !== null);
      return `${keyOf(name)} ${valueText(value)}`;
    }),
  };
}

/** Which runs are the best by a metric. */
export function bestRuns(
  key: string,
  runs: readonly RunEntry[],
  values: readonly (number | null)[],
): boolean[] {
  return areBest(
    key,
    runs.map((run, i) => ({
      run_id: run.run_id,
      reproduces: run[`tags.${REPRODUCES_TAG}`] ?? null,
      value: values[i] ?? undefined,
    })),
  );
}

function keyOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** A value as a table has it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number"
    ? numberText(value)
    : shortened(String(value).replace(DIGEST, "$1"), MAX_CHARS);
}
