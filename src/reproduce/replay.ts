/**
 * Executing a run's cells again, in a kernel of their own, recorded like any other session.
 *
 * @module
 */
import { ENV, serverEnv } from "../base/env.ts";
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { newRunName } from "../base/names.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import {
  isKernelDiedError,
  type Kernel,
  startKernel,
} from "../jupyter/kernel.ts";
import type { Output as KernelOutput } from "../jupyter/outputs.ts";
import { identify } from "../jupyter/process.ts";
import { linkRecorder, type RecorderLink } from "../recorder/link.ts";
import type { Output } from "../runs/bundle/canonical.ts";
import type { Manifest } from "../runs/bundle/manifest.ts";
import type { PlannedCell } from "./plan.ts";
import type { ReplayedCell } from "./types.ts";

/** Most text and data one cell may put out, characters. */
export const MAX_OUTPUT_CHARS = 64 << 20;
/** How often the size of the outputs is looked at, milliseconds. */
const SIZE_EVERY_MS = 50;
const POLL_MS = 20;
const AWAKE_MS = 1000;

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
  /** Told before each cell. */
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
  const kernel = await startKernel({
    cwd: options.cwd,
    denoPath: options.denoPath,
    env: {
      [ENV.home]: journal.home,
      [ENV.notebook]: options.notebook,
      [ENV.params]: "",
      [ENV.seed]: "",
      ...options.env,
    },
    ...options.signal === undefined ? {} : { signal: options.signal },
  });
  // The line to the recorder does not keep the process: this does, as long as answers are waited for.
  const awake = setInterval(() => {}, AWAKE_MS);
  let session: Session;
  let done: Executed;
  try {
    session = journal.sessions.open({
      kind: "kernel",
      pid: kernel.pid,
      process_started: identify(kernel.pid)?.started ?? "",
      connection_file: kernel.connectionFile,
      cwd: options.cwd,
      notebook: options.notebook,
      main_module: null,
    });
    const link = await linkRecorder(journal, session);
    if (manifest.run.opened_by_runner) {
      await openRun(journal, session, link, manifest);
    }
    done = await execute(kernel, link, options);
    if (!done.died) await link.request({ type: "finish" });
    await kernel.shutdown();
    await sessionEnd(journal, session.session_id);
  } finally {
    clearInterval(awake);
    await kernel.shutdown();
  }
  const runs = journal.runs.list({ session_id: session.session_id }).reverse();
  return {
    session_id: session.session_id,
    run_id: runs[manifest.run.ordinal]?.run_id ?? null,
    cells: done.cells.map(({ msg_id, ...cell }) => ({
      ...cell,
      outputs: msg_id === null
        ? cell.outputs
        : recordedOutputs(journal, session.session_id, msg_id) ?? cell.outputs,
    })),
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
  link: RecorderLink,
  options: ReplayOptions,
): Promise<Executed> {
  const executed: Executed = { cells: [], failure: null, died: false };
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
    await link.request({
      type: "reply",
      msg_id: reply.msg_id,
      status: reply.status,
      ename: reply.ename,
      evalue: reply.evalue,
      cell_id: null,
    });
    executed.cells.push({
      index,
      status: reply.status,
      outputs: reply.outputs,
      msg_id: reply.msg_id,
    });
    if (reply.timedOut && !cell.interrupted) {
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

async function openRun(
  journal: Journal,
  session: Session,
  link: RecorderLink,
  { run, params, seed }: Manifest,
): Promise<void> {
  const { run_id } = journal.runs.create({
    session_id: session.session_id,
    experiment: run.experiment,
    name: newRunName(),
    options: "{}",
    seed,
    reproduces: run.run_id,
  });
  for (const [key, value] of Object.entries(params)) {
    journal.entries.setParam(run_id, key, value);
  }
  await link.request({
    type: "track",
    run_id,
    where: { options: {}, env: serverEnv() },
  });
}

/** Waits until the recorder has completed the record, or is gone. */
async function sessionEnd(journal: Journal, session_id: string): Promise<void> {
  for (;;) {
    const row = journal.sessions.get(session_id);
    if (row === undefined || row.end_time !== null) return;
    const { recorder_pid } = row;
    if (recorder_pid === null || identify(recorder_pid) === null) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The outputs as the recorder wrote them: the same way as those they are compared with. */
function recordedOutputs(
  journal: Journal,
  session_id: string,
  msg_id: string,
): Output[] | null {
  const execution = journal.executions.list(session_id).find((e) =>
    e.msg_id === msg_id
  );
  return execution === undefined
    ? null
    : journal.executions.outputs(session_id, execution.position).map((json) =>
      JSON.parse(json)
    );
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
