/**
 * Running a sweep in a cell. Each of its trials ends exactly once: a sweep that was cut off is completed by `resume`,
 * which keeps what had ended and takes the rest back.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { TRACKING_STATE } from "../base/names.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import {
  readPlan,
  spaceParams,
  SWEEP_DOCUMENT,
  type SweepPlan,
} from "../record/sweep/plan.ts";
import { type SweepTrial, trialsOf } from "../record/sweep/space.ts";
import { discardRun } from "../recorder/discard.ts";
import { TrackOptionsError } from "./errors.ts";
import { openInTurn } from "./open_run.ts";
import { paramText } from "./params.ts";
import { recorderOf, type State, trackingState } from "./state.ts";
import { sweepResult } from "./sweep_table.ts";
import type {
  SweepBody,
  SweepInCell,
  SweepOptionsInCell,
  SweepSpaceInCell,
  SweptParams,
  SweptRun,
} from "./sweep_types.ts";
import type { ParamValue, Run, TrackOptions } from "./types.ts";

const optionsSchema = z.looseObject({
  experiment: z.string().min(1).max(255).optional(),
  repeat: z.int().positive().default(1),
  seed: z.int().nonnegative().max(2 ** 32 - 1).optional(),
  max: z.string().min(1).optional(),
  min: z.string().min(1).optional(),
  resume: z.string().min(4).optional(),
});

interface Going {
  plan: SweepPlan;
  /** The values of each param by their texts. */
  values: ReadonlyMap<string, ReadonlyMap<string, ParamValue>>;
  experiment: string;
  /** What all its runs are opened with. */
  shared: TrackOptions<{ readonly [key: string]: ParamValue }>;
}

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
  const going = prepare(space, options);
  const state = trackingState();
  await recorderOf(state);
  const { journal } = state;
  const { resume } = options;
  if (resume !== undefined && journal !== null) {
    return await again(journal, resume, going, body);
  }
  const { plan, experiment, shared } = going;
  const parent = await openInTurn(
    { ...shared, params: { ...shared.params, ...spaceParams(plan) } },
    { experiment, scoped: true, call: null },
  );
  const { id } = parent.handle;
  journal?.entries.setDocument(id, SWEEP_DOCUMENT, JSON.stringify(plan));
  parent.handle.setTag("nbtrack.sweep", `${plan.trials.length} runs`);
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

/** @throws {TrackOptionsError} when the space or an option cannot be used */
function prepare(
  space: SweepSpaceInCell,
  options: SweepOptionsInCell,
): Going {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TrackOptionsError(
      `Cannot use the option ${
        issue?.path.join(".")
      } of sweep(): ${issue?.message}.`,
      { cause: parsed.error },
    );
  }
  const { repeat, seed, max, min } = parsed.data;
  if (max !== undefined && min !== undefined) {
    throw new TrackOptionsError("sweep() was given both max and min.", {
      hint: "One metric decides which combination is best.",
    });
  }
  const values = valuesOf(space);
  const metric = max ?? min;
  const given = readEnv(ENV.seed);
  const sweepSpace = {
    grid: Object.fromEntries(
      [...values].map(([key, texts]) => [key, [...texts.keys()]]),
    ),
    random: null,
    ranges: {},
    repeat,
    seed: given === undefined ? seed ?? null : Number(given),
  };
  const { experiment, params, data, tags, gitlab, trackingUri, token, quiet } =
    options;
  const shared: Going["shared"] = Object.fromEntries(
    Object.entries({ params, data, tags, gitlab, trackingUri, token, quiet })
      .filter(([, value]) => value !== undefined),
  );
  return {
    values,
    shared,
    experiment: experiment ?? openExperiment() ?? "sweep",
    plan: {
      space: sweepSpace,
      trials: planned(sweepSpace),
      params: Object.fromEntries(
        Object.entries(params ?? {}).map(([k, v]) => [k, paramText(v)]),
      ),
      track: null,
      goal: metric === undefined
        ? null
        : { metric, direction: max === undefined ? "min" : "max" },
      stopMedian: null,
      timeout_ms: null,
      allowErrors: false,
      output: null,
      in_cell: true,
    },
  };
}

function planned(space: SweepPlan["space"]): SweepTrial[] {
  try {
    return trialsOf(space);
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    throw new TrackOptionsError(error.message, {
      cause: error,
      hint: error.hint,
    });
  }
}

function valuesOf(
  space: SweepSpaceInCell,
): Map<string, Map<string, ParamValue>> {
  const entries = typeof space === "object" && space !== null
    ? Object.entries(space)
    : [];
  if (entries.length === 0) {
    throw new TrackOptionsError("sweep() has no params to vary.", {
      hint: "Write sweep({ k: [1, 3, 5] }, (run, { k }) => { … }).",
    });
  }
  return new Map(entries.map(([key, list]) => {
    if (!Array.isArray(list) || list.length === 0) {
      throw new TrackOptionsError(
        `The values of "${key}" are no list that has any.`,
        { hint: `Write { ${key}: [1, 3, 5] }.` },
      );
    }
    const texts = new Map(
      list.map((value: ParamValue) => [paramText(value), value]),
    );
    if (texts.size < list.length) {
      throw new TrackOptionsError(
        `"${key}" has the same value twice: ${list.map(paramText).join(", ")}.`,
        { hint: "To run a combination more than once, give repeat." },
      );
    }
    return [key, texts];
  }));
}

/** The experiment of the run that was opened last and is open. */
function openExperiment(): string | undefined {
  const { open } =
    (globalThis as { [TRACKING_STATE]?: State })[TRACKING_STATE] ??
      { open: [] };
  return [...open].at(-1)?.experiment;
}

/** Runs the trials that have not ended. */
async function runTrials<S extends SweepSpaceInCell>(
  parent: string,
  { plan, values, experiment, shared }: Going,
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
      Object.entries(texts).map(([k, text]) => [k, values.get(k)?.get(text)]),
    );
    const { handle, fail } = await openInTurn(
      { ...shared, quiet: true, params: { ...shared.params, ...params } },
      {
        experiment,
        scoped: true,
        call: null,
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
      journal && row ? sweptRun(journal, row, texts) : {
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
  going: Going,
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
  const { session } = trackingState();
  if (row.end_time === null && row.session_id !== session?.session_id) {
    throw new TrackOptionsError(
      `Sweep ${run_id.slice(0, 8)} is still open in another kernel.`,
      { hint: "Wait for it, or end that kernel first." },
    );
  }
  const ended = new Map<number, SweptRun>();
  for (const child of journal.runs.children(run_id)) {
    const trial = plan.trials.find(({ n }) => n === child.trial);
    if (trial === undefined) continue;
    if (child.status === "FINISHED" || child.status === "FAILED") {
      ended.set(trial.n, sweptRun(journal, child, trial.params));
      continue;
    }
    const why = await discardRun(journal, child.run_id);
    if (why !== null) {
      throw new TrackOptionsError(
        `Cannot run trial ${trial.n + 1} again: run ${
          child.run_id.slice(0, 8)
        }, which was cut off, is on its server. ${why}`,
        { hint: "Resume the sweep once the server can be reached." },
      );
    }
  }
  if (session !== null) journal.runs.reopen(run_id, session.session_id);
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
