/**
 * Running a sweep in a cell. Each of its trials ends exactly once: a sweep that was cut off is completed by `resume`,
 * which keeps what had ended and takes the rest back.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import { isAlive } from "../base/process_identity.ts";
import { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { SWEEP_DOCUMENT } from "../record/is_sweep.ts";
import { readPlan, spaceParams } from "../record/sweep/plan.ts";
import { sweepTag } from "../record/sweep/sweep_tag.ts";
import { TrackOptionsError } from "./errors.ts";
import { Awaited } from "./forgotten_await.ts";
import { openInTurn } from "./open_run.ts";
import { recorderOf, trackingState } from "./state.ts";
import { type PreparedSweep, prepareSweep } from "./sweep_plan.ts";
import { sweepResult } from "./sweep_table.ts";
import type {
  SweepBody,
  SweepInCell,
  SweepOptionsInCell,
  SweepSpaceInCell,
  SweptParams,
  SweptRun,
} from "./sweep_types.ts";
import type { ParamValue, Run } from "./types.ts";

/**
 * What resuming needs of `recorder/discard.ts`. That module delivers, too, and with it comes most of nbtrack: it is
 * named by its address alone, so that neither a sweep that is only begun nor a sandbox loads it.
 */
interface TakingBack {
  closed(journal: Journal, run: RunRow, own: string | null): Promise<void>;
  takeBackTrial(
    journal: Journal,
    run: RunRow,
    own: string | null,
  ): Promise<void>;
}

/** Its runs are awaited by the sweep. */
const awaited = new Awaited();
awaited.now();

/** Runs a sweep; see `sweep.ts`. */
export async function runSweepInCell<S extends SweepSpaceInCell>(
  space: S,
  body: SweepBody<S>,
  options: SweepOptionsInCell,
): Promise<SweepInCell> {
  if (typeof body !== "function") {
    throw new TrackOptionsError("sweep() has no function to run.", {
      hint: "Write sweep({ k: [1, 3, 5] }, (run, { k }) => { … }).",
    });
  }
  const going = prepareSweep(space, options);
  const state = trackingState();
  await recorderOf(state);
  const journal = state.journal && Journal.of(state.journal);
  const { resume } = options;
  if (resume !== undefined && journal !== null) {
    return await again(journal, resume, going, body);
  }
  const { plan, experiment, shared } = going;
  const parent = await openInTurn(
    { ...shared, params: { ...shared.params, ...spaceParams(plan) } },
    { experiment, scoped: true, call: null, awaited },
  );
  const { id } = parent.handle;
  journal?.entries.setDocument(id, SWEEP_DOCUMENT, JSON.stringify(plan));
  parent.handle.setTag(
    "nbtrack.sweep",
    sweepTag(plan.trials.length, plan.goal),
  );
  try {
    const runs = await runTrials(id, going, body, new Map());
    const failed = runs.filter(({ status }) => status === "FAILED").length;
    if (failed === 0) await parent.handle.end();
    else parent.fail(`${failed} of ${runs.length} runs failed`);
    return sweepResult(id, plan, runs);
  } catch (error) {
    parent.fail(messageOf(error));
    throw error;
  }
}

/** Runs the trials that have not ended. */
async function runTrials<S extends SweepSpaceInCell>(
  parent: string,
  { plan, valueOf, experiment, shared }: PreparedSweep,
  body: SweepBody<S>,
  ended: ReadonlyMap<number, SweptRun>,
): Promise<SweptRun[]> {
  const runs: SweptRun[] = [];
  for (const { n, params: texts, seed } of plan.trials) {
    const kept = ended.get(n);
    if (kept !== undefined) {
      runs.push(kept);
      continue;
    }
    const params = Object.fromEntries(
      Object.entries(texts).map(([k, text]) => [k, valueOf(k, text)]),
    );
    const { handle, fail } = await openInTurn(
      { ...shared, quiet: true, params: { ...shared.params, ...params } },
      {
        experiment,
        scoped: true,
        call: null,
        awaited,
        trial: { parent, trial: n, seed },
      },
    );
    let error: string | null = null;
    try {
      const own = Object.fromEntries(
        Object.keys(params).map((key) => [
          key,
          (handle.params as Record<string, ParamValue>)[key],
        ]),
      );
      await body(handle as unknown as Run, own as SweptParams<S>);
      await handle.end();
    } catch (thrown) {
      error = messageOf(thrown);
      fail(error);
    }
    const { journal } = trackingState();
    const row = journal?.runs.get(handle.id);
    runs.push(
      journal && row ? sweptRun(Journal.of(journal), row, texts) : {
        run_id: handle.id,
        params: texts,
        seed,
        status: error === null ? "FINISHED" : "FAILED",
        error,
        metrics: {},
      },
    );
  }
  return runs;
}

/** Completes a sweep that was cut off. */
async function again<S extends SweepSpaceInCell>(
  journal: Journal,
  resume: string,
  going: PreparedSweep,
  body: SweepBody<S>,
): Promise<SweepInCell> {
  const [run_id = resume, other] = journal.runs.withPrefix(resume, 2);
  const row = other === undefined ? journal.runs.get(run_id) : undefined;
  if (row === undefined) {
    throw new TrackOptionsError(`There is no one sweep "${resume}".`, {
      hint: "Give the whole id that its card shows.",
    });
  }
  const plan = readPlan(journal, run_id);
  if (JSON.stringify(plan.trials) !== JSON.stringify(going.plan.trials)) {
    throw new TrackOptionsError(
      `Sweep ${
        run_id.slice(0, 8)
      } was begun with another space, repeat or seed.`,
      { hint: "Resume it with those, or begin another sweep." },
    );
  }
  const own = trackingState().session?.session_id ?? null;
  const session = journal.sessions.get(row.session_id);
  if (
    row.session_id !== own && session !== undefined &&
    session.end_time === null &&
    isAlive({ pid: session.pid, started: session.process_started })
  ) {
    throw new TrackOptionsError(
      `Sweep ${run_id.slice(0, 8)} is run by process ${session.pid}.`,
      { hint: "Wait for it, or end that kernel first." },
    );
  }
  const { closed, takeBackTrial } = await lazyImport<TakingBack>(
    "../recorder/discard.ts",
    import.meta.url,
  );
  const ended = new Map<number, SweptRun>();
  for (const child of journal.runs.children(run_id)) {
    const trial = plan.trials.find(({ n }) => n === child.trial);
    if (trial === undefined) continue;
    if (child.status === "FINISHED" || child.status === "FAILED") {
      ended.set(trial.n, sweptRun(journal, child, trial.params));
    } else await takeBackTrial(journal, child, own);
  }
  await closed(journal, row, own);
  if (own !== null) journal.runs.reopen(run_id, own);
  const runs = await runTrials(
    run_id,
    { ...going, plan, experiment: row.experiment },
    body,
    ended,
  );
  const failed = runs.filter(({ status }) => status === "FAILED").length;
  journal.runs.end(run_id, failed === 0 ? "FINISHED" : "FAILED", {
    reason: failed === 0 ? null : `${failed} of ${runs.length} runs failed`,
  });
  return sweepResult(run_id, plan, runs);
}

function sweptRun(
  journal: Journal,
  row: RunRow,
  params: Record<string, string>,
): SweptRun {
  const { run_id, seed, status, end_reason } = row;
  return {
    run_id,
    params,
    seed,
    status: status === "FINISHED" ? "FINISHED" : "FAILED",
    error: status === "FINISHED" ? null : end_reason ?? status,
    metrics: Object.fromEntries(
      journal.metrics(run_id).flatMap(({ key, last }) =>
        last === null ? [] : [[key, last.value]]
      ),
    ),
  };
}
