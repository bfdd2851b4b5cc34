/**
 * `runs()` and `compare()`: what they find, with the way it shows itself.
 *
 * @module
 */
import { Journal } from "../journal/journal.ts";
import { NO_REDACTION } from "../redaction/no_redaction.ts";
import { compareListed, listRuns } from "../record/listed_runs.ts";
import type {
  ComparedRuns,
  RunEntry,
  RunsOptions,
  RunToCompare,
} from "../record/listed_types.ts";
import { bucketsOf } from "./chart/shared_edges.ts";
import { type ChartSeries, namesInChart } from "./chart/chart_series.ts";
import { readBuckets } from "./chart/read_buckets.ts";
import { withCourse } from "./metric_facts.ts";
import { comparisonBundle, runsBundle } from "./runs_view.ts";

/** Metrics whose curves a comparison shows. */
const MAX_CURVES = 4;
/** Buckets of all lines of a curve together: a notebook's file holds the picture. */
const MAX_DRAWN = 2400;

/** Runs as rows; as a cell's last value they show themselves as a table. */
export async function runsInCell(
  experiment: string | undefined,
  options: RunsOptions & { home?: string },
): Promise<RunEntry[]> {
  const { home, ...wanted } = options;
  using journal = opened(home);
  const entries = await listRuns(journal, experiment, wanted);
  return shownAs(entries, () => runsBundle(entries));
}

/** Runs side by side; as a cell's last value they show tables and curves. */
export async function compareInCell(
  runs: readonly RunToCompare[],
  { home }: { home?: string } = {},
): Promise<ComparedRuns> {
  // Kept open: points are read when they are asked for.
  const journal = opened(home);
  const { compared } = await compareListed(journal, runs);
  return shownAs(compared, async () => {
    const curves = new Map<string, ChartSeries[]>();
    const ids = compared.runs.map(({ run_id }) => run_id);
    const keys = compared.metrics.map(({ key }) => key);
    const drawable = isLocal(journal, compared)
      ? withCourse(journal, ids, { keys, points: 2 })
      : keys;
    for (const key of drawable) {
      if (curves.size >= MAX_CURVES) break;
      const series = await seriesOf(journal, compared, key);
      if (series.some(({ buckets }) => buckets.count > 1)) {
        curves.set(key, series);
      }
    }
    return comparisonBundle(compared, curves);
  });
}

/** A metric's course in each run: from the journal in buckets, else from all its points. */
async function seriesOf(
  journal: Journal,
  compared: ComparedRuns,
  key: string,
): Promise<ChartSeries[]> {
  const local = isLocal(journal, compared);
  const most = Math.max(40, Math.floor(MAX_DRAWN / compared.runs.length));
  const points = local ? [] : await compared.points(key);
  const names = namesInChart(compared.runs);
  return compared.runs.flatMap(({ run_id, name: own }) => {
    const name = names.get(run_id) ?? own;
    const buckets = local
      ? readBuckets(journal, run_id, [key], { most }).get(key)
      : bucketsOf(
        points.filter((point) => point.run_id === run_id),
        most,
      );
    return buckets === undefined || buckets.count === 0
      ? []
      : [{ run_id, name, buckets }];
  });
}

/** Whether this machine's journal has all of the runs. */
function isLocal(journal: Journal, { runs }: ComparedRuns): boolean {
  return runs.every(({ run_id }) => journal.runs.get(run_id) !== undefined);
}

function opened(home: string | undefined): Journal {
  return Journal.open({
    redactor: NO_REDACTION,
    ...home === undefined ? {} : { home },
  });
}

function shownAs<T extends object>(
  value: T,
  bundle: () => Record<string, unknown> | Promise<Record<string, unknown>>,
): T {
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), {
    value: bundle,
  });
}
