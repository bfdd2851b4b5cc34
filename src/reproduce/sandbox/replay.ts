/**
 * Executing a stranger's cells in a process that may do nothing but work in its own folder.
 *
 * @module
 */
import { atExit } from "../../base/at_exit.ts";
import { ENV } from "../../base/env.ts";
import { messageOf } from "../../base/errors.ts";
import { collectGarbage } from "../../base/garbage.ts";
import { endWithThisProcess } from "../../base/process_guard.ts";
import { explainSilentFailure } from "../../jupyter/silent_failure.ts";
import type { Journal } from "../../journal/journal.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { givenNames } from "../replay/given_names.ts";
import type { PlannedCell } from "../replay/plan.ts";
import type { Replay } from "../replay/replay.ts";
import { cellFailed, codeFailed } from "../replay/failures.ts";
import type { Cause, ReplayedCell, SandboxGrants } from "../replay/types.ts";
import type { Workspace } from "../replay/workspace.ts";
import { type Box, writtenFolders } from "./box.ts";
import { AskedRights } from "./asked_rights.ts";
import { Repl } from "./channel.ts";
import type { SandboxRun } from "./collect.ts";
import { readRuns } from "./collect_runs.ts";
import type { OutsidePaths } from "./outside_paths.ts";
import { importRun, openSession } from "./import_session.ts";
import { refusal, sandboxEnv, sandboxFlags } from "./permissions.ts";
import { CellRecord } from "./record_cells.ts";
import { type Ended, Sandbox } from "./cells.ts";
import { limitOf, whyEnded } from "./ends.ts";
import { ExcessError, limitsHere, type SandboxLimits } from "./usage.ts";
import { watchProcess } from "./watch.ts";

/** How to execute cells in the sandbox. */
export interface SandboxReplayOptions {
  journal: Journal;
  bundle: ReadableBundle;
  cells: readonly PlannedCell[];
  workspace: Workspace;
  box: Box;
  denoPath: string;
  env: Readonly<Record<string, string>>;
  grants: SandboxGrants;
  /** Whether a seed reaches libraries that took `Math.random` before. */
  prepared: boolean;
  /** What the process may take of the machine at most. @default {a share of it, see usage.ts} */
  limits?: SandboxLimits | undefined;
  /** Whether what is refused to each cell is noted. */
  notesRefusals: boolean;
  /** Data that cells read by absolute paths. */
  outside: OutsidePaths;
  /** Whether the new run is listed among others. */
  listed: boolean;
  onCell?: ((index: number, total: number) => void) | undefined;
}

/** Executes cells in the sandbox and records what came of them. */
export async function replayInSandbox(
  options: SandboxReplayOptions,
): Promise<Replay> {
  const { workspace, box, grants, journal, limits = limitsHere() } = options;
  const session_id = openSession(journal, workspace.cwd);
  using _session = atExit(() =>
    journal.sessions.end(session_id, "killed", Date.now())
  );
  const record = new CellRecord(journal, session_id);
  const env = sandboxEnv(workspace, box, grants, options.env);
  const flags = sandboxFlags(workspace, box, grants);
  const asked = options.notesRefusals
    ? new AskedRights(box.config, grants)
    : null;
  const refused = new Map<number, readonly string[]>();
  await Deno.mkdir(`${workspace.own}/tmp`, { recursive: true });
  const sandbox = new Sandbox(record, options.outside, (onFrame) =>
    new Repl({
      denoPath: options.denoPath,
      flags,
      cwd: workspace.cwd,
      env: { ...env, ...asked?.env },
      fileBytes: limits.disk,
      onFrame,
    }));
  const { repl } = sandbox;
  using _process = atExit(() => repl.kill());
  let cells: ReplayedCell[] = [];
  let failure: Cause | null = null;
  {
    await using _guard = endWithThisProcess(repl.pid);
    using _watch = watchProcess({
      pid: repl.pid,
      folders: [...writtenFolders(workspace, box), box.config],
      onExcess: (why) => repl.kill(new ExcessError(`${why} and was ended`)),
      limits,
    });
    try {
      await sandbox.open(box, workspace.own, options.prepared);
      asked?.refused();
      ({ cells, failure } = await execute(sandbox, options, (index) => {
        refused.set(index, asked?.refused() ?? []);
      }));
    } catch (error) {
      failure = codeFailed(`the sandbox failed: ${messageOf(error)}`);
    } finally {
      repl.kill();
      await repl.exited;
    }
  }
  const left = await runsLeft(sandbox, options, env);
  failure ??= left.failure;
  record.close();
  const seed = options.env[ENV.seed];
  const run_id = importRun(journal, {
    session_id,
    bundle: options.bundle,
    runs: left.runs,
    seed: seed === undefined ? null : Number(seed),
    last: cells.at(-1)?.status,
    listed: options.listed,
  });
  return {
    session_id,
    run_id,
    cells: cells.map(({ index, status }) => ({
      index,
      status,
      get outputs() {
        return record.outputsOf(index);
      },
    })),
    failure,
    refused,
    written_later:
      left.runs[options.bundle.manifest.run.ordinal]?.datasets.flatMap((
        { name, written_later },
      ) => written_later ? [name] : []) ?? [],
  };
}

/** The runs that its journal holds, with the metrics that its stage noted. */
async function runsLeft(
  { metrics }: Sandbox,
  options: SandboxReplayOptions,
  env: Readonly<Record<string, string>>,
): Promise<{ runs: SandboxRun[]; failure: Cause | null }> {
  const { workspace, box, outside } = options;
  const { runs, why } = await readRuns({
    denoPath: options.denoPath,
    folders: writtenFolders(workspace, box),
    flags: sandboxFlags(workspace, box, { net: [], env: [] }),
    cwd: workspace.cwd,
    env,
    given: givenNames(options.bundle.manifest),
    module: box.module,
    limits: options.limits,
    asNamed: (text) => outside.asNamed(text),
  });
  let failure = why === null ? null : codeFailed(why);
  const fitting = runs.map((run) => {
    const fits = metrics.fitting(run);
    if (fits === null) {
      failure ??= codeFailed(
        "a cell changed the metrics that the sandbox's journal holds",
      );
    }
    return fits ?? { ...run, metrics: [] };
  });
  return { runs: fitting, failure };
}

async function execute(
  sandbox: Sandbox,
  options: SandboxReplayOptions,
  onEnd: (index: number) => void,
): Promise<{ cells: ReplayedCell[]; failure: Cause | null }> {
  const cells: ReplayedCell[] = [];
  const record = (index: number, status: ReplayedCell["status"]) =>
    cells.push({ index, status, outputs: [] });
  const executed = options.outside.inSources(
    options.cells.map(({ source }) => source),
  );
  for (const [index, cell] of options.cells.entries()) {
    if (cell.skip) {
      record(index, "skipped");
      continue;
    }
    options.onCell?.(index, options.cells.length);
    let ended;
    try {
      ended = await sandbox.run(index, cell, {
        executed: executed[index] ?? cell.source,
        limit_ms: limitOf(cell),
      });
    } catch (error) {
      onEnd(index);
      const isLast = options.cells.slice(index + 1).every(({ skip }) => skip);
      const failure = whyEnded(cell, error, isLast);
      // Interrupted it fails, as it did.
      const again = failure === null && cell.interrupted;
      record(index, again ? "error" : "aborted");
      return { cells, failure };
    }
    onEnd(index);
    collectGarbage();
    const failure = await finish(sandbox, cell, ended, options);
    record(index, ended.error === null ? ended.status : "error");
    if (failure !== null) return { cells, failure };
  }
  return { cells, failure: null };
}

/** Completes the record of a cell. @returns why the replay ends with it; null when it goes on */
async function finish(
  sandbox: Sandbox,
  cell: PlannedCell,
  ended: Ended,
  { denoPath, bundle }: SandboxReplayOptions,
): Promise<Cause | null> {
  const error = ended.silent
    ? await explainSilentFailure(cell.source, denoPath)
    : ended.error;
  sandbox.record.end({
    status: ended.status,
    ename: error?.ename ?? null,
    evalue: error?.evalue ?? null,
  });
  if (ended.disturbed) {
    return codeFailed(
      `cell ${cell.name}, or code before it, disturbed what the sandbox reports of it`,
    );
  }
  if (ended.status === "ok" || cell.mayFail) return null;
  if (ended.givenUp) {
    return codeFailed(
      `cell ${cell.name} waits for a promise that nothing resolves, and Deno gave it up`,
    );
  }
  const message = error?.evalue ?? "";
  const why = refusal(message, bundle.lock);
  return cellFailed(cell, {
    ename: error?.ename ?? null,
    evalue: why,
    refused: why !== message,
  });
}
