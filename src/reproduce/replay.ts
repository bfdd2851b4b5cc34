/**
 * Executing a run's cells again, in a kernel of their own, recorded like any other session.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { isNbtrackError, messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import { isKernelDiedError, type Kernel } from "../jupyter/kernel.ts";
import type { Output as KernelOutput } from "../notebook/outputs.ts";
import { type Recording, startRecorded } from "../recorder/recording.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { PlannedCell } from "./plan.ts";
import type { ReplayedCell } from "./types.ts";

/** Most text and data one cell may put out, characters. */
export const MAX_OUTPUT_CHARS = 64 << 20;
/** How often the size of the outputs is looked at, milliseconds. */
const SIZE_EVERY_MS = 50;

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
  /** Called before each cell. */
  onCell?: ((index: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What came of it. */
export interface Replay {
  session_id: string;
  /** The run that stands for the recorded one; null when none was opened. */
  run_id: string | null;
  cells: ReplayedCell[];
  /** Why it did not come to its end. */
  failure: string | null;
}

/** Executes cells again. */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { journal, manifest } = options;
  const { kernel, recording } = await startRecorded(journal, {
    cwd: options.cwd,
    notebook: options.notebook,
    denoPath: options.denoPath,
    env: {
      [ENV.home]: journal.home,
      [ENV.notebook]: options.notebook,
      [ENV.params]: "",
      [ENV.sweep]: "",
      [ENV.seed]: "",
      ...options.env,
    },
    ...options.signal === undefined ? {} : { signal: options.signal },
  });
  let done: Executed;
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
    if (!done.died) await recording.finish();
  } finally {
    await kernel.shutdown({ prompt: true });
  }
  await recording.complete(0);
  const { session_id } = recording.session;
  const runs = journal.runs.list({ session_id }).reverse();
  return {
    session_id,
    run_id: runs[manifest.run.ordinal]?.run_id ?? null,
    cells: done.cells.map(({ msg_id, ...cell }) =>
      msg_id === null
        ? cell
        : { ...cell, ...recordedCell(journal, session_id, msg_id) }
    ),
    failure: done.failure,
  };
}

interface Executed {
  cells: (ReplayedCell & { msg_id: string | null })[];
  failure: string | null;
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
    const guard = outputGuard(kernel);
    let reply;
    try {
      reply = await kernel.execute(cell.source, {
        timeout_ms: cell.limit_ms,
        onOutput: guard.look,
        ...options.signal === undefined ? {} : { signal: options.signal },
      });
    } catch (error) {
      if (!isNbtrackError(error)) throw error;
      executed.cells.push({
        index,
        status: "aborted",
        outputs: [],
        msg_id: null,
      });
      executed.died = true;
      const died = isKernelDiedError(error) && !guard.flooded();
      if (!(died && cell.mayDie)) {
        executed.failure = guard.flooded()
          ? `cell ${index} put out more than ${MAX_OUTPUT_CHARS} characters and was ended`
          : `cell ${index} ended the process: ${firstLine(messageOf(error))}`;
      }
      break;
    }
    await recording.reply(reply, null);
    executed.cells.push({
      index,
      status: reply.status,
      outputs: reply.outputs,
      msg_id: reply.msg_id,
    });
    if (reply.timedOut && !cell.interrupted && !cell.mayDie) {
      executed.failure = `cell ${index} did not end within ${
        Math.round(cell.limit_ms / 1000)
      } s and was interrupted`;
      break;
    }
    if (reply.status !== "ok" && !cell.mayFail) {
      executed.failure = `cell ${index} failed: ${reply.ename}: ${
        firstLine(reply.evalue ?? "")
      }`;
      break;
    }
  }
  return executed;
}

/** Ends a kernel whose cell puts out more than can be compared. */
function outputGuard(kernel: Kernel) {
  let last = 0;
  let flooded = false;
  return {
    flooded: () => flooded,
    look(outputs: readonly KernelOutput[]) {
      const now = performance.now();
      if (flooded || now - last < SIZE_EVERY_MS) return;
      last = now;
      if (
        outputs.reduce((sum, output) => sum + sizeOf(output), 0) <
          MAX_OUTPUT_CHARS
      ) return;
      flooded = true;
      kernel.kill();
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
  msg_id: string,
): Partial<ReplayedCell> {
  const execution = journal.executions.list(session_id).find((e) =>
    e.msg_id === msg_id
  );
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
