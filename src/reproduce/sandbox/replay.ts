/**
 * Executing a stranger's cells in a process that may do nothing but work in its own folder.
 *
 * @module
 */
import { ENV } from "../../base/env.ts";
import { messageOf } from "../../base/errors.ts";
import { RANDOM_HOOK } from "../../base/random_hook.ts";
import { explainSilentFailure } from "../../jupyter/silent_failure.ts";
import type { Journal } from "../../journal/journal.ts";
import { sizeOf } from "../../recorder/cells/truncated_output.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import type { PlannedCell } from "../replay/plan.ts";
import { MAX_OUTPUT_CHARS, type Replay } from "../replay/replay.ts";
import { givenNames } from "../replay/given_names.ts";
import { cellFailed, codeFailed } from "../replay/failures.ts";
import type { Cause, ReplayedCell, SandboxGrants } from "../replay/types.ts";
import type { Workspace } from "../replay/workspace.ts";
import type { Box } from "./box.ts";
import { Repl, type ReplAnswer } from "./channel.ts";
import { readRuns } from "./collect_runs.ts";
import type { SandboxFrame } from "./frame_reader.ts";
import { importRun, openSession } from "./import_session.ts";
import {
  refusal,
  refusalsIn,
  sandboxEnv,
  sandboxFlags,
} from "./permissions.ts";
import { NotedMetrics } from "./noted_metrics.ts";
import { CellRecord } from "./record_cells.ts";
import { STAGE_NAME } from "./stage_name.ts";
import { watchProcess } from "./watch.ts";

/** How long the stage, and what is asked between cells, may take, milliseconds. */
const STAGE_LIMIT_MS = 60_000;
/** Of what one cell puts out so much passes at all, bytes. */
const MAX_OUTPUT_BYTES = 1 << 30;
/** A display counts as so many characters at least, and a piece of a stream as so many: each takes memory here. */
const LEAST_CHARS = { stream: 8, other: 1000 };
/** Metrics that the cells may log at most, all runs together. */
const MAX_METRICS = 50_000;
/** A cell may run so long at most, whatever its record says, unless the user says otherwise, milliseconds. */
const MAX_LIMIT_MS = 6 * 3_600_000;

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
  /** Whether the new run is listed among others. */
  listed: boolean;
  onCell?: ((index: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Executes cells in the sandbox and records what came of them. */
export async function replayInSandbox(
  options: SandboxReplayOptions,
): Promise<Replay> {
  const { workspace, box, grants, journal } = options;
  const session_id = openSession(journal, workspace.cwd);
  const record = new CellRecord(journal, session_id);
  const env = sandboxEnv(workspace, box, grants, options.env);
  const flags = sandboxFlags(workspace, box, grants);
  await Deno.mkdir(`${workspace.own}/tmp`, { recursive: true });
  const sandbox = new Sandbox(record, (onFrame) =>
    new Repl({
      denoPath: options.denoPath,
      flags,
      cwd: workspace.cwd,
      env,
      onFrame,
    }));
  const { repl } = sandbox;
  const stop = () => repl.kill(new Error("it was stopped"));
  options.signal?.addEventListener("abort", stop, { once: true });
  let cells: ReplayedCell[] = [];
  let failure: Cause | null = null;
  {
    using _watch = watchProcess({
      pid: repl.pid,
      folders: [workspace.root, workspace.own],
      onExcess: (why) => repl.kill(new ExcessError(`${why} and was ended`)),
    });
    try {
      await sandbox.open(box, workspace.own, options.prepared);
      ({ cells, failure } = await execute(sandbox, options));
    } catch (error) {
      failure = codeFailed(`the sandbox failed: ${messageOf(error)}`);
    } finally {
      options.signal?.removeEventListener("abort", stop);
      repl.kill();
      await repl.exited;
    }
  }
  const { runs, why } = await readRuns({
    denoPath: options.denoPath,
    flags: sandboxFlags(workspace, box, { net: [], env: [] }),
    cwd: workspace.cwd,
    env,
    given: givenNames(options.bundle.manifest),
    module: box.module,
  });
  if (why !== null) failure ??= codeFailed(why);
  const fitting = runs.map((run) => {
    const fits = sandbox.metrics.fitting(run);
    if (fits === null) {
      failure ??= codeFailed(
        "a cell changed the metrics that the sandbox's journal holds",
      );
    }
    return fits ?? { ...run, metrics: [] };
  });
  const outputs = record.outputs();
  const seed = options.env[ENV.seed];
  const run_id = importRun(journal, {
    session_id,
    bundle: options.bundle,
    runs: fitting,
    seed: seed === undefined ? null : Number(seed),
    last: cells.at(-1)?.status,
    listed: options.listed,
  });
  return {
    session_id,
    run_id,
    cells: cells.map((cell) => ({
      ...cell,
      outputs: outputs.get(cell.index) ?? [],
    })),
    failure,
    written_later:
      fitting[options.bundle.manifest.run.ordinal]?.datasets.flatMap((
        { name, written_later },
      ) => written_later ? [name] : []) ?? [],
  };
}

type CellFrame = SandboxFrame & { kind: "done" };

/** How a cell ended. */
interface Ended {
  status: "ok" | "error";
  /** The error that it published. */
  error: { ename: string; evalue: string } | null;
  /** It was not executed at all: its syntax is wrong, or a package is missing. */
  silent: boolean;
  /** What Deno answered and what the stage saw do not fit together. */
  disturbed: boolean;
}

class TooLongError extends Error {}
class ExcessError extends Error {}

/** The process and its stage, cell by cell. */
class Sandbox {
  readonly repl: Repl;
  readonly record: CellRecord;
  readonly metrics = new NotedMetrics();
  /** What the stage said of cells that have ended, and who waits for it. */
  readonly #ends: CellFrame[] = [];
  #onEnd: (() => void) | null = null;
  /** What the current cell has put out, characters. */
  #chars = 0;
  #bytes = 0;
  /** The last error that it published. */
  #error: { ename: string; evalue: string } | null = null;

  constructor(
    record: CellRecord,
    start: (onFrame: (frame: SandboxFrame) => void) => Repl,
  ) {
    this.record = record;
    this.repl = start((frame) => this.#take(frame));
  }

  /** Sets the stage. It is imported by a way that no import map of the bundle touches. */
  async open(
    { module }: Box,
    folder: string,
    prepared: boolean,
  ): Promise<void> {
    const stage = new URL("src/reproduce/sandbox/stage.ts", module).href;
    const entry = `data:text/javascript,${
      encodeURIComponent(`export { setStage } from ${JSON.stringify(stage)};`)
    }`;
    const set = `(await import(${JSON.stringify(entry)})).setStage(${
      JSON.stringify(folder)
    })`;
    const answer = await this.#within(set, STAGE_LIMIT_MS);
    if (answer.type !== "RunSuccess") {
      const why = await this.#within("String(_error)", STAGE_LIMIT_MS);
      throw new Error(`its stage cannot be set: ${why.text.slice(0, 500)}`);
    }
    if (prepared) await this.#within(RANDOM_HOOK, STAGE_LIMIT_MS);
    await this.#within(`${STAGE_NAME}.begin()`, STAGE_LIMIT_MS);
  }

  /** Executes one cell. @returns how it ended, as the stage says */
  async run(index: number, cell: PlannedCell): Promise<Ended> {
    await this.#within(`${STAGE_NAME}.arm(${index})`, STAGE_LIMIT_MS);
    this.#chars = 0;
    this.#bytes = 0;
    this.#error = null;
    this.record.begin(index, cell.source);
    const limit = Math.min(cell.limit_ms, MAX_LIMIT_MS);
    const answer = await this.#within(cell.source, limit);
    await this.#within(`await ${STAGE_NAME}.take(${index})`, STAGE_LIMIT_MS);
    const { cell: number, how } = await this.#end();
    const said = { RunSuccess: "ok", RunFailure: "error", Error: "none" };
    return {
      status: how === "ok" ? "ok" : "error",
      error: this.#error,
      silent: how === "none",
      disturbed: number !== index || how !== said[answer.type],
    };
  }

  #end(): Promise<CellFrame> {
    const next = new Promise<void>((resolve) => {
      if (this.#ends.length > 0) resolve();
      else this.#onEnd = resolve;
    });
    return this.#limited(
      next.then(() =>
        this.#ends.shift() ?? { kind: "done", cell: -1, how: "" }
      ),
      STAGE_LIMIT_MS,
    );
  }

  #take(frame: SandboxFrame): void {
    if (frame.kind === "done") {
      this.#ends.push(frame);
      this.#onEnd?.();
      return;
    }
    if (frame.kind === "metrics") {
      this.metrics.take(frame.lines);
      if (this.metrics.size > MAX_METRICS) {
        this.#exceeds(`it logged more than ${MAX_METRICS} metrics`);
      }
      return;
    }
    const { content, header: { msg_type } } = frame.message;
    if (msg_type === "error") {
      this.#error = {
        ename: String(content["ename"]),
        evalue: String(content["evalue"]),
      };
    }
    // A long message takes no memory here: its head and digest are kept.
    const { long } = frame.message;
    const least = LEAST_CHARS[msg_type === "stream" ? "stream" : "other"];
    this.#chars += long === undefined
      ? Math.max(sizeOf(frame.message), least)
      : 0;
    this.#bytes += frame.bytes;
    if (this.#chars > MAX_OUTPUT_CHARS || this.#bytes > MAX_OUTPUT_BYTES) {
      this.#exceeds(
        `it put out more than ${
          this.#chars > MAX_OUTPUT_CHARS
            ? `${MAX_OUTPUT_CHARS} characters`
            : `${MAX_OUTPUT_BYTES} bytes`
        }`,
      );
      return;
    }
    this.record.take(frame.message);
  }

  #exceeds(what: string): void {
    this.repl.kill(new ExcessError(`${what} and was ended`));
  }

  #within(code: string, limit_ms: number): Promise<ReplAnswer> {
    return this.#limited(this.repl.run(code), limit_ms);
  }

  async #limited<T>(work: Promise<T>, limit_ms: number): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.repl.kill();
        reject(new TooLongError("it took too long"));
      }, limit_ms);
    });
    try {
      return await Promise.race([
        work,
        late,
        this.repl.exited.then(() => {
          throw this.repl.gone ?? new Error("it ended");
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function execute(
  sandbox: Sandbox,
  options: SandboxReplayOptions,
): Promise<{ cells: ReplayedCell[]; failure: Cause | null }> {
  const cells: ReplayedCell[] = [];
  const record = (index: number, status: ReplayedCell["status"]) =>
    cells.push({ index, status, outputs: [] });
  for (const [index, cell] of options.cells.entries()) {
    if (cell.skip) {
      record(index, "skipped");
      continue;
    }
    options.onCell?.(index, options.cells.length);
    let ended;
    try {
      ended = await sandbox.run(index, cell);
    } catch (error) {
      record(index, "aborted");
      return { cells, failure: whyEnded(cell, error) };
    }
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
  { denoPath }: SandboxReplayOptions,
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
  return cellFailed(cell, {
    ename: error?.ename ?? null,
    evalue: refusal(error?.evalue ?? ""),
  });
}

/** Why the process is gone; null where it was gone when the cell was recorded too. */
function whyEnded(
  cell: PlannedCell,
  error: unknown,
): Cause | null {
  if (error instanceof TooLongError) {
    return codeFailed(
      `cell ${cell.name} did not end within ${
        Math.round(Math.min(cell.limit_ms, MAX_LIMIT_MS) / 1000)
      } s and was ended`,
    );
  }
  if (error instanceof ExcessError) {
    return codeFailed(`cell ${cell.name} ${error.message.replace(/^it /, "")}`);
  }
  return cell.mayDie ? null : codeFailed(
    `cell ${cell.name} ended the process: ${refusalsIn(messageOf(error))}`,
  );
}
