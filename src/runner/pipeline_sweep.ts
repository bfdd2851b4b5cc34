/**
 * The run that the runs of a pipeline's sweep belong to. It is known on the server by the pipeline and the notebook, so
 * that a job that is started again finds it, and one job of the pipeline alone makes it.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type { RunStatus } from "../base/run_status.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import { combinations } from "../record/sweep/grid.ts";
import {
  isOfPipeline,
  MOST_RUNS,
  type PipelineTrial,
} from "./finished_trial.ts";

/** The sweep of a pipeline. */
export interface PipelineSweep
  extends Pick<PipelineTrial, "pipeline" | "since" | "notebook" | "params"> {
  /** The values of each key of the sweep. */
  grid: Readonly<Record<string, readonly string[]>>;
}

/** What was put together. */
export interface GroupedRuns {
  /** The sweep's run on the server; null where there is none. */
  sweep: string | null;
  /** How many runs belong to it. */
  runs: number;
}

/**
 * Puts the runs of a pipeline under the sweep's run; done again, only what is new is put there.
 *
 * @param options.make Makes the sweep's run where there is none: for one job of the pipeline
 * @throws {TrackingError} when the server cannot be asked
 */
export async function groupPipeline(
  client: TrackingClient,
  sweep: PipelineSweep,
  options: { make: boolean },
): Promise<GroupedRuns> {
  const grouped: GroupedRuns = { sweep: null, runs: 0 };
  for (const { experiment_id } of await client.listExperiments()) {
    const runs = await runsOf(client, experiment_id, sweep);
    if (runs.length === 0) continue;
    const parent = await parentOf(client, experiment_id, {
      sweep,
      runs,
      ...options,
    });
    if (parent === null) continue;
    for (const { info, data } of runs) {
      // One that a sweep in its own notebook has made belongs to that.
      if (data.tags.some(({ key }) => key === TAG.parent)) continue;
      const tags = [{ key: TAG.parent, value: parent }];
      await client.logBatch({ run_id: info.run_id, tags });
    }
    await client.updateRun({
      run_id: parent,
      status: statusOf(sweep, runs),
      end_time: Math.max(
        ...runs.map(({ info }) => info.end_time ?? info.start_time ?? 0),
      ),
    });
    grouped.sweep = parent;
    grouped.runs += runs.length;
  }
  return grouped;
}

async function runsOf(
  client: TrackingClient,
  experiment_id: string,
  sweep: PipelineSweep,
): Promise<ServerRun[]> {
  const runs: ServerRun[] = [];
  let seen = 0;
  for await (
    const run of client.searchRuns({ experiment_id, page_size: 100 })
  ) {
    // They come newest first.
    if ((run.info.start_time ?? 0) < sweep.since || ++seen > MOST_RUNS) break;
    if (isOfPipeline(run, sweep)) runs.push(run);
  }
  return runs;
}

/** The id of the sweep's run on the server; null where there is none and none is to be made. */
async function parentOf(
  client: TrackingClient,
  experiment_id: string,
  { sweep, runs, make }: {
    sweep: PipelineSweep;
    runs: readonly ServerRun[];
    make: boolean;
  },
): Promise<string | null> {
  const { pipeline, notebook, grid, params } = sweep;
  const key = idOf(`${pipeline}\0${notebook}\0${experiment_id}`);
  const run_name = `pipeline-${pipeline}`;
  const found = await client.findRunByTag({
    experiment_id,
    key: TAG.runId,
    value: key,
  });
  if (found === null && !make) return null;
  const { info } = found ?? await client.createRun({
    experiment_id,
    run_name,
    start_time: Math.min(...runs.map((run) => run.info.start_time ?? 0)),
    tags: createTags({ run_id: key, run_name }).slice(0, 1),
  });
  const values = {
    ...params,
    ...Object.fromEntries(
      Object.entries(grid).map(([key, all]) => [key, all.join(",")]),
    ),
  };
  await client.logBatch({
    run_id: info.run_id,
    params: Object.entries(values).map(([key, value]) => ({ key, value })),
    tags: [
      { key: TAG.sweep, value: `${combinations(grid).length} runs` },
      { key: TAG.ciPipeline, value: pipeline },
      { key: TAG.sourceName, value: notebook },
    ],
  });
  return info.run_id;
}

/** FINISHED when each combination has a run that ended well; else what kept it from that. */
function statusOf(
  { grid }: PipelineSweep,
  runs: readonly ServerRun[],
): RunStatus {
  const last = combinations(grid).map((wanted) => {
    const own = runs.filter(({ data }) => {
      const params = new Map(data.params.map((p) => [p.key, p.value]));
      return Object.entries(wanted).every(([k, v]) => params.get(k) === v);
    });
    return own.some(({ info }) => info.status === "FINISHED")
      ? "FINISHED"
      : own.some(({ info }) => info.status === "FAILED")
      ? "FAILED"
      : "KILLED";
  });
  if (last.includes("FAILED")) return "FAILED";
  return last.includes("KILLED") ? "KILLED" : "FINISHED";
}

/** An id that the same text always gives. */
function idOf(text: string): string {
  const hex = sha256(text).slice("sha256:".length);
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]]
    .map(([from, to]) => hex.slice(from, to)).join("-");
}
