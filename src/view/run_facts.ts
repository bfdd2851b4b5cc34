/**
 * What is worth saying of a run: its metrics, the cell that failed, and what is missing.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { Execution } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import { CELL_SOURCES, sourceGap } from "../record/source_gap.ts";

/** Metrics that are listed. */
const MAX_METRICS = 12;
/** With more points in all, best values and curves are left out: reading them would take too long. */
const MAX_POINTS = 50_000;
/** Bars of a curve. */
const CURVE_WIDTH = 24;
/** Longest message of an error that is shown, characters. */
const MAX_MESSAGE_CHARS = 200;

const LOW_IS_BEST = /loss|err|mse|mae|rmse|cost|perplexity|distance/i;
const HIGH_IS_BEST =
  /acc|auc|f1|precision|recall|score|r2|iou|bleu|dice|reward|likelihood/i;

interface Curve {
  values: number[];
  /** The first point with the lowest value, and the first with the highest. */
  low: { value: number; step: number };
  high: { value: number; step: number };
}

/** A line for each metric: its last value, the best one where its name says which that is, and its curve. */
export function metricTexts(journal: Journal, run_id: string): string[] {
  const metrics = journal.metrics(run_id);
  const points = metrics.reduce((sum, { count }) => sum + count, 0);
  const curves = points > MAX_POINTS ? null : curvesOf(journal, run_id);
  const texts = metrics.slice(0, MAX_METRICS).map(({ key, last }) => {
    const text = `${key} ${last === null ? "–" : numberText(last.value)}`;
    const curve = curves?.get(key);
    return curve === undefined || curve.values.length < 2
      ? text
      : `${text}${rangeText(key, curve)}  ${curveText(curve)}`;
  });
  const more = metrics.length - texts.length;
  return more > 0 ? [...texts, `and ${more} more`] : texts;
}

/** The range of each metric and its curve; none where reading the points would take too long. */
export function metricCurves(
  journal: Journal,
  run_id: string,
): Map<string, { range: string; curve: string }> {
  const metrics = journal.metrics(run_id);
  const points = metrics.reduce((sum, { count }) => sum + count, 0);
  const curves = points > MAX_POINTS || points <= metrics.length
    ? []
    : [...curvesOf(journal, run_id)];
  return new Map(
    curves.filter(([, curve]) => curve.values.length > 1).map(([key, curve]) =>
      [key, { range: rangeText(key, curve), curve: curveText(curve) }] as const
    ),
  );
}

function curvesOf(journal: Journal, run_id: string): Map<string, Curve> {
  const curves = new Map<string, Curve>();
  for (const { key, value, step } of journal.points(run_id)) {
    if (!Number.isFinite(value)) continue;
    const point = { value, step };
    const curve = curves.get(key);
    if (curve === undefined) {
      curves.set(key, { values: [value], low: point, high: point });
      continue;
    }
    curve.values.push(value);
    if (value < curve.low.value) curve.low = point;
    if (value > curve.high.value) curve.high = point;
  }
  return curves;
}

function rangeText(key: string, { low, high }: Curve): string {
  if (low.value === high.value) return "";
  const best = LOW_IS_BEST.test(key)
    ? low
    : HIGH_IS_BEST.test(key)
    ? high
    : null;
  return best === null
    ? ` (${numberText(low.value)} to ${numberText(high.value)})`
    : ` (best ${numberText(best.value)} at step ${best.step})`;
}

/** A curve as a row of bars: the mean of the points that each bar stands for. */
function curveText({ values, low, high }: Curve): string {
  const width = Math.min(CURVE_WIDTH, values.length);
  const range = high.value - low.value;
  const bars = Array.from({ length: width }, (_, i) => {
    const part = values.slice(
      Math.floor(i * values.length / width),
      Math.floor((i + 1) * values.length / width),
    );
    const mean = part.reduce((sum, value) => sum + value / part.length, 0);
    const height = range > 0 ? (mean - low.value) / range : 0.5;
    return "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(height * 8))] ?? "▁";
  });
  return bars.join("");
}

/** The first cell that failed since a run was opened, with its error; null when none did. */
export function failedCell(journal: Journal, run_id: string): string | null {
  const row = journal.runs.get(run_id);
  if (row === undefined) return null;
  const all = journal.executions.list(row.session_id, row.last_execution);
  const index = all.findIndex((e) =>
    e.status === "error" && (e.end_time ?? Infinity) >= row.start_time
  );
  const execution = all[index];
  return execution === undefined
    ? null
    : `${cellName(execution, index)}: ${errorOf(journal, execution)}`;
}

function cellName({ execution_count }: Execution, index: number): string {
  return execution_count === null
    ? `cell ${index}`
    : `cell [${execution_count}]`;
}

function errorOf(
  journal: Journal,
  { session_id, position }: Execution,
): string {
  for (const json of journal.executions.outputs(session_id, position)) {
    const output = JSON.parse(json) as Record<string, unknown>;
    if (output["output_type"] !== "error") continue;
    const [line = ""] = `${output["ename"]}: ${output["evalue"]}`.split("\n");
    return line.slice(0, MAX_MESSAGE_CHARS);
  }
  return "it does not parse";
}

/** What a run lacks, and why, one text each. */
export function missingOf(journal: Journal, run_id: string): string[] {
  const named = journal.entries.missing(run_id).map(({ what, why }) =>
    `${what}: ${why}`
  );
  const unseen = unseenOf(journal, run_id);
  return unseen === null ? named : [...named, `${CELL_SOURCES}: ${unseen}`];
}

/** What a run that has ended lacks of its cells, until its record is complete and names it. */
function unseenOf(journal: Journal, run_id: string): string | null {
  const run = journal.runs.get(run_id);
  if (
    run === undefined || run.end_time === null || run.finalised_time !== null
  ) return null;
  const session = journal.sessions.get(run.session_id);
  const all = journal.executions.list(run.session_id, run.last_execution);
  return session === undefined || all.length === 0
    ? null
    : sourceGap(session, all);
}

function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9
    ? String(value)
    : String(Number(value.toPrecision(6)));
}
