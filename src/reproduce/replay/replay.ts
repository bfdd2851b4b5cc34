/**
 * Executing a run's cells again, in a kernel of their own, recorded like any other session.
 *
 * @module
 */
import { atExit } from "../../base/at_exit.ts";
import { ENV } from "../../base/env.ts";
import { isNbtrackError, messageOf } from "../../base/errors.ts";
import type { Journal } from "../../journal/journal.ts";
import { isKernelDiedError, type Kernel } from "../../jupyter/kernel.ts";
import type { Output as KernelOutput } from "../../notebook/outputs.ts";
import { type Recording, startRecorded } from "../../recorder/recording.ts";
import { reportAnswers } from "../../recorder/report_answers.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import type { PlannedCell } from "./plan.ts";
import { cellFailed, codeFailed } from "./failures.ts";
import type { Cause, ReplayedCell } from "./types.ts";

/** Most text and data one cell may put out, characters. */
export const MAX_OUTPUT_CHARS = 64 << 20;
/** How often the size of the outputs is checked, milliseconds. */
const SIZE_EVERY_MS = 50;
/** What Deno says of a Worker whose module is absent, where the cell does not catch it. */
const ABSENT_WORKER =
  /Uncaught \(in worker "[^"]*"\) Module not found "([^"]+)"/;
/** How often it is asked whether it has said so, milliseconds. */
const WORKER_EVERY_MS = 200;
/** How long a cell may go on after that, milliseconds. */
const WORKER_GRACE_MS = 3000;

/** How to execute cells again. */
export interface ReplayOptions {
  journal: Journal;
  manifest: Manifest;
  cells: readonly PlannedCell[];
  /** The notebook's folder in the workspace. */
  cwd: string;
  /** The notebook as it is run. */
  notebook: string;
  denoPath: string;
  env: Record<string, string>;
  /** Whether the new run is listed among others. */
  listed: boolean;
  /** Whether a seed reaches libraries that took `Math.random` before. @default {true} */
  prepared?: boolean | undefined;
  /** A file for Deno's log of permission checks. @default {none is kept} */
  audit?: string | undefined;
  /** Puts something there for the cells, once Deno has read its configuration. */
  forCells: () => Disposable;
  /** Called before each cell. */
  onCell?: ((index: number, total: number) => void) | undefined;
}

/** What came of it. */
export interface Replay {
  session_id: string;
  /** The run that stands for the recorded one; null when none was opened. */
  run_id: string | null;
  cells: ReplayedCell[];
  /** Why it did not come to its end. */
  failure: Cause | null;
  /** Datasets whose files were written again before they could be read: their digests say nothing of what was logged. */
  written_later?: readonly string[];
  /** What a sandbox refused to each cell, by its place in the plan, where that was asked for. */
  refused?: ReadonlyMap<number, readonly string[]>;
}

/** Executes cells again. */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { journal, manifest } = options;
  const { kernel, recording } = await startRecorded(journal, {
    cwd: options.cwd,
    notebook: options.notebook,
    denoPath: options.denoPath,
    prepared: options.prepared ?? true,
    audit: options.audit,
    env: {
      [ENV.home]: journal.home,
      [ENV.notebook]: options.notebook,
      [ENV.params]: "",
      [ENV.sweep]: "",
      [ENV.seed]: "",
      ...options.env,
    },
  });
  const { session_id } = recording.session;
  using _ = atExit(() => {
    kernel.kill();
    journal.runs.unlist(session_id);
    journal.sessions.unlist(session_id);
  });
  let done: Executed;
  using _cells = options.forCells();
  try {
    if (manifest.run.opened_by_runner) {
      const seed = options.env[ENV.seed];
      await recording.track(manifest.run.experiment, {
        params: manifest.params,
        reproduces: manifest.run.run_id,
        listed: options.listed,
        ...seed === undefined ? {} : { seed: Number(seed) },
      });
    }
    done = await execute(kernel, recording, options);
    if (!done.died) {
      if (done.failure === null) await reportAnswers(kernel);
      await recording.finish();
    }
  } finally {
    await kernel.shutdown({ prompt: true });
  }
  await recording.complete(0);
  if (!options.listed) journal.sessions.unlist(session_id);
  const runs = journal.runs.list({ session_id }).reverse();
  return {
    session_id,
    run_id: runs[manifest.run.ordinal]?.run_id ?? null,
    cells: done.cells.map(({ msg_id, ...cell }) =>
      cell.status === "skipped"
        ? cell
        : { ...cell, ...recordedCell(journal, session_id, msg_id) }
    ),
    failure: done.failure,
  };
}

interface Executed {
  /** Without a reply's id those that were skipped, and the one that ended the kernel. */
  cells: (ReplayedCell & { msg_id: string | null })[];
  failure: Cause | null;
  /** The kernel is gone. */
  died: boolean;
}

async function execute(
  kernel: Kernel,
  recording: Recording,
  options: ReplayOptions,
): Promise<Executed> {
  const executed: Executed = { cells: [], failure: null, died: false };
  recording.plan(options.cells.filter((cell) => !cell.skip).length);
  for (const [index, cell] of options.cells.entries()) {
    if (cell.skip) {
      executed.cells.push({
        index,
        status: "skipped",
        outputs: [],
        msg_id: null,
      });
      continue;
    }
    options.onCell?.(index, options.cells.length);
    const guard = guardOf(kernel);
    let reply;
    try {
      reply = await kernel.execute(cell.source, {
        timeout_ms: cell.limit_ms,
        onOutput: guard.check,
      });
    } catch (error) {
      if (!isNbtrackError(error)) throw error;
      executed.cells.push({
        index,
        status: "aborted",
        outputs: isKernelDiedError(error) ? error.outputs : [],
        msg_id: null,
      });
      executed.died = true;
      const why = guard.why();
      if (why !== null) {
        executed.failure = codeFailed(`cell ${cell.name} ${why}`);
      } else if (!(isKernelDiedError(error) && cell.mayDie)) {
        executed.failure = codeFailed(
          `cell ${cell.name} ended the process: ${firstLine(messageOf(error))}`,
        );
      }
      break;
    } finally {
      guard.stop();
    }
    await recording.reply(reply, null);
    executed.cells.push({
      index,
      status: reply.status,
      outputs: reply.outputs,
      msg_id: reply.msg_id,
    });
    if (reply.timedOut && !cell.interrupted && !cell.mayDie) {
      executed.failure = codeFailed(
        `cell ${cell.name} did not end within ${
          Math.round(cell.limit_ms / 1000)
        } s and was interrupted`,
      );
      break;
    }
    if (reply.status !== "ok" && !cell.mayFail) {
      executed.failure = cellFailed(cell, reply);
      break;
    }
  }
  return executed;
}

/** Ends a kernel whose cell puts out more than can be compared, or waits for a Worker that cannot start. */
function guardOf(kernel: Kernel) {
  let last = 0;
  let why: string | null = null;
  let absent: { url: string; since: number } | null = null;
  const end = (sentence: string) => {
    why = sentence;
    kernel.kill();
  };
  const timer = setInterval(() => {
    if (why !== null) return;
    const url = ABSENT_WORKER.exec(kernel.stderr)?.[1];
    if (url === undefined) return;
    absent ??= { url, since: performance.now() };
    if (performance.now() - absent.since < WORKER_GRACE_MS) return;
    end(`waits for a Worker whose module was not found: ${absent.url}`);
  }, WORKER_EVERY_MS);
  return {
    why: () => why,
    stop: () => clearInterval(timer),
    check(outputs: readonly KernelOutput[]) {
      const now = performance.now();
      if (why !== null || now - last < SIZE_EVERY_MS) return;
      last = now;
      const size = outputs.reduce((sum, output) => sum + sizeOf(output), 0);
      if (size < MAX_OUTPUT_CHARS) return;
      end(`put out more than ${MAX_OUTPUT_CHARS} characters and was ended`);
    },
  };
}

function sizeOf(output: KernelOutput): number {
  if (output.output_type === "stream") return output.text.length;
  if (output.output_type === "error") return output.evalue.length;
  return Object.values(output.data).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? value.length : 100),
    0,
  );
}

/** Outputs and failure as the recorder wrote them: the same way as those they are compared with. */
function recordedCell(
  journal: Journal,
  session_id: string,
  msg_id: string | null,
): Partial<ReplayedCell> {
  const executions = journal.executions.list(session_id);
  const execution = msg_id === null
    ? executions.findLast(({ status }) => status === "aborted")
    : executions.find((e) => e.msg_id === msg_id);
  if (execution === undefined) return {};
  return {
    ...execution.status === "error" ? { status: "error" } : {},
    outputs: journal.executions.outputs(session_id, execution.position).map((
      json,
    ) => JSON.parse(json)),
  };
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
