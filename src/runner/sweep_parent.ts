/**
 * The run of a sweep itself: its plan, its beginning and its end in the journal and on the server.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { newRunName } from "../base/names.ts";
import { identify, isAlive } from "../base/process_identity.ts";
import type { RunStatus } from "../base/run_status.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { sourceOf } from "../notebook/notebook.ts";
import { deliverOpen, sync } from "../recorder/sync.ts";
import { readDenoNotebook } from "./read_notebook.ts";

/** The document of a run that makes it a sweep. */
const DOCUMENT = "sweep";

const textsSchema = z.record(z.string(), z.string());

const planSchema = z.object({
  space: z.object({
    grid: z.record(z.string(), z.array(z.string())),
    random: z.number().nullable(),
    ranges: z.record(
      z.string(),
      z.object({
        low: z.number(),
        high: z.number(),
        int: z.boolean(),
        log: z.boolean(),
      }),
    ),
    repeat: z.number(),
    seed: z.number().nullable(),
  }),
  trials: z.array(z.object({
    n: z.number(),
    combination: z.number(),
    params: textsSchema,
    seed: z.number().nullable(),
  })),
  /** Params that all trials have. */
  params: textsSchema,
  track: z.string().nullable(),
  goal: z.object({
    metric: z.string(),
    direction: z.enum(["max", "min"]),
  }).nullable(),
  stopMedian: z.number().nullable(),
  timeout_ms: z.number().nullable(),
  allowErrors: z.boolean(),
  /** Where the executed notebooks go; null when they are not kept. */
  output: z.string().nullable(),
});

/** What a sweep was begun with: all that completing it needs. */
export type SweepPlan = z.infer<typeof planSchema>;

/** A sweep's run and the session of the process that runs it. */
export interface Sweep {
  run_id: string;
  session_id: string;
}

/** Opens the run of a sweep; on a server it is there before its children. */
export async function beginSweep(
  journal: Journal,
  path: string,
  plan: SweepPlan,
): Promise<Sweep> {
  const file = await Deno.realPath(path).catch(() => path);
  const experiment = plan.track ?? await experimentOf(path);
  const session_id = openSession(journal, file);
  const { run_id } = journal.transaction(() => {
    const run = journal.runs.create({
      session_id,
      experiment,
      name: newRunName(),
      options: JSON.stringify({ sweep: true }),
      seed: plan.space.seed,
    });
    journal.entries.setDocument(run.run_id, DOCUMENT, JSON.stringify(plan));
    for (const [key, value] of Object.entries(spaceParams(plan))) {
      journal.entries.setParam(run.run_id, key, value);
    }
    journal.entries.setTag(
      run.run_id,
      "nbtrack.sweep",
      `${plan.trials.length} runs`,
    );
    return run;
  });
  await deliverOpen(journal, run_id);
  return { run_id, session_id };
}

/**
 * The plan of a sweep.
 *
 * @throws {NbtrackError} when the run is no sweep
 */
export function readSweep(journal: Journal, run_id: string): SweepPlan {
  const json = journal.entries.document(run_id, DOCUMENT);
  if (json === undefined) {
    throw new NbtrackError(`Run ${run_id.slice(0, 8)} is no sweep.`, {
      hint: "Give the id that nbtrack run --grid said before its first run.",
    });
  }
  return planSchema.parse(JSON.parse(json));
}

/**
 * Opens a sweep's run again.
 *
 * @throws {NbtrackError} when another process runs it
 */
export async function resumeSweep(
  journal: Journal,
  path: string,
  run_id: string,
): Promise<Sweep> {
  await readDenoNotebook(path);
  const run = journal.runs.get(run_id);
  const session = journal.sessions.get(run?.session_id ?? "");
  if (session !== undefined && session.end_time === null) {
    const { pid, process_started: started } = session;
    if (isAlive({ pid, started })) {
      throw new NbtrackError(
        `The sweep ${run_id.slice(0, 8)} is run by process ${pid}.`,
        { hint: "Wait for it, or end that process first." },
      );
    }
  }
  // What was killed together with the sweep is closed first, the sweep's own session too.
  await sync(journal, { run_ids: [] });
  const file = await Deno.realPath(path).catch(() => path);
  const session_id = openSession(journal, file);
  journal.runs.reopen(run_id, session_id);
  await deliverOpen(journal, run_id);
  return { run_id, session_id };
}

/** Ends a sweep's run, and delivers what is left of it. */
export async function endSweep(
  journal: Journal,
  { run_id, session_id }: Sweep,
  status: RunStatus,
  reason: string | null,
): Promise<void> {
  const [child] = journal.runs.children(run_id);
  if (child !== undefined) journal.runs.setExperiment(run_id, child.experiment);
  journal.runs.end(run_id, status, { reason });
  journal.runs.setFinalised(run_id, Date.now());
  journal.sessions.end(session_id, "exited", Date.now());
  if (journal.deliveries.get(run_id).state === "local") return;
  try {
    await sync(journal, { run_ids: [run_id] });
  } catch (error) {
    // The sweep is whole here; its delivery says what is left.
    journal.deliveries.set(run_id, { error: messageOf(error) });
  }
}

function openSession(journal: Journal, notebook: string): string {
  const end = Math.max(1, notebook.replaceAll("\\", "/").lastIndexOf("/"));
  return journal.sessions.open({
    kind: "script",
    pid: Deno.pid,
    process_started: identify(Deno.pid)?.started ?? "",
    connection_file: null,
    cwd: notebook.slice(0, end),
    notebook,
    main_module: null,
  }).session_id;
}

/** The experiment that a notebook's `track()` names; the notebook's name where it names none as a plain text. */
async function experimentOf(path: string): Promise<string> {
  const { cells } = await readDenoNotebook(path);
  for (const cell of cells) {
    if (cell.cell_type !== "code") continue;
    const name = /\btrack\(\s*(["'`])((?:(?!\1)[^\\$])+)\1/.exec(
      sourceOf(cell),
    )?.[2];
    if (name !== undefined) return name;
  }
  return (path.split(/[/\\]/).pop() ?? path).replace(/\.ipynb$/, "");
}

/** The space as params of the sweep's run. */
function spaceParams({ space, params }: SweepPlan): Record<string, string> {
  const { grid, ranges, random, repeat } = space;
  return {
    ...params,
    ...Object.fromEntries(
      Object.entries(grid).map(([key, values]) => [key, values.join(",")]),
    ),
    ...Object.fromEntries(
      Object.entries(ranges).map(([key, { low, high, int, log }]) => [
        key,
        `${low}..${high}${int ? ",int" : ""}${log ? ",log" : ""}`,
      ]),
    ),
    ...(random === null ? {} : { "sweep.random": String(random) }),
    ...(repeat === 1 ? {} : { "sweep.repeat": String(repeat) }),
  };
}
