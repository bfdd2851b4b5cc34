/**
 * The run of a sweep itself: its plan, its beginning and its end in the journal and on the server.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { newRunName } from "../base/names.ts";
import { identify, isAlive, thisMachine } from "../base/process_identity.ts";
import type { RunStatus } from "../base/run_status.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import { callArguments } from "../notebook/literals.ts";
import { type Cell, sourceOf } from "../notebook/notebook.ts";
import { SWEEP_DOCUMENT } from "../record/is_sweep.ts";
import { readPlan, spaceParams, type SweepPlan } from "../record/sweep/plan.ts";
import { sweepTag } from "../record/sweep/sweep_tag.ts";
import { closed } from "../recorder/discard.ts";
import { deliverOpen, sync } from "../recorder/sync.ts";
import { readDenoNotebook } from "./read_notebook.ts";

/** A sweep's run and the session of the process that runs it. */
export interface Sweep {
  run_id: string;
  session_id: string;
}

/** Opens the run of a sweep; on a server it is there before its children. */
export async function beginSweep(
  journal: Journal,
  path: string,
  { cells, plan }: { cells: readonly Cell[]; plan: SweepPlan },
): Promise<Sweep> {
  const file = await Deno.realPath(path).catch(() => path);
  const experiment = plan.track ?? experimentOf(path, cells);
  const session_id = openSession(journal, file);
  const { run_id } = journal.transaction(() => {
    const run = journal.runs.create({
      session_id,
      experiment,
      name: newRunName(),
      options: JSON.stringify({ sweep: true }),
      seed: plan.space.seed,
    });
    journal.entries.setDocument(
      run.run_id,
      SWEEP_DOCUMENT,
      JSON.stringify(plan),
    );
    for (const [key, value] of Object.entries(spaceParams(plan))) {
      journal.entries.setParam(run.run_id, key, value);
    }
    journal.entries.setTag(
      run.run_id,
      TAG.sweep,
      sweepTag(plan.trials.length, plan.goal),
    );
    return run;
  });
  await deliverOpen(journal, run_id);
  return { run_id, session_id };
}

/**
 * The plan of a sweep.
 *
 * @throws {NbtrackError} when the run is no sweep of a notebook
 */
export function readSweep(journal: Journal, run_id: string): SweepPlan {
  const plan = readPlan(journal, run_id);
  if (!plan.in_cell) return plan;
  throw new NbtrackError(
    `Sweep ${run_id.slice(0, 8)} was run in a cell, not by nbtrack run.`,
    { hint: `Execute its cell with { resume: "${run_id}" }.` },
  );
}

/**
 * Makes sure that a notebook is the one that a sweep was begun with; it may have moved with its folder.
 *
 * @throws {NbtrackError} when it is another one
 */
export async function refuseOtherNotebook(
  journal: Journal,
  path: string,
  { run_id, plan }: { run_id: string; plan: SweepPlan },
): Promise<void> {
  const { cells } = await readDenoNotebook(path);
  const run = journal.runs.get(run_id);
  const { notebook = null } = journal.sessions.get(run?.session_id ?? "") ?? {};
  const named = experimentsOf(cells);
  const refuse = (why: string) => {
    throw new NbtrackError(
      `Cannot complete sweep ${run_id.slice(0, 8)} with ${path}: ${why}.`,
      { hint: "Give the notebook that it was begun with." },
    );
  };
  if (notebook !== null && fileName(notebook) !== fileName(path)) {
    refuse(`it was begun with ${journal.sessions.withoutSecrets(notebook)}`);
  }
  const experiment = run?.experiment ?? "";
  if (plan.track !== null || named.length === 0) return;
  if (named.includes(null) || named.includes(experiment)) return;
  refuse(
    `its runs are of experiment ${
      JSON.stringify(experiment)
    }, and that notebook tracks ${JSON.stringify(named[0])}`,
  );
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
  if (session !== undefined) {
    await closed(journal, { run_id, session_id: session.session_id });
  }
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
    machine: thisMachine(),
  }).session_id;
}

/** The experiment that a notebook's `track()` names; the notebook's name where it names none as a plain text. */
function experimentOf(path: string, cells: readonly Cell[]): string {
  return experimentsOf(cells).find((name) => name !== null) ??
    fileName(path).replace(/\.ipynb$/, "");
}

/** What each call of `track()` names its experiment; null for a name that is computed. */
function experimentsOf(cells: readonly Cell[]): (string | null)[] {
  return cells.flatMap((cell) =>
    cell.cell_type === "code" ? callArguments(sourceOf(cell), "track") : []
  ).map(([name]) => typeof name === "string" ? name.trim() : null);
}

function fileName(path: string): string {
  return path.split(/[/\\]/).pop() ?? path;
}
