/**
 * Executing a stranger's cells in a process that may do nothing but work in its own folder.
 *
 * @module
 */
import { ENV } from "../../base/env.ts";
import { messageOf } from "../../base/errors.ts";
import { z } from "../../base/zod.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Output } from "../../record/bundle/canonical.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import type { PlannedCell } from "../plan.ts";
import type { Replay } from "../replay.ts";
import type { ReplayedCell } from "../types.ts";
import type { Workspace } from "../workspace.ts";
import { Repl, type ReplAnswer } from "./channel.ts";
import { sandboxRunSchema } from "./collect.ts";
import { importSession } from "./import_session.ts";
import { removeStorage } from "./storage.ts";
import { sandboxEnv, sandboxFlags, type SandboxGrants } from "./permissions.ts";

/** How long the stage, and what is asked between cells, may take, milliseconds. */
const STAGE_LIMIT_MS = 60_000;
const STAGE = new URL("./stage.ts", import.meta.url).href;
const ASK = 'globalThis[Symbol.for("nbtrack.stage")]';

const outputsSchema = z.array(z.looseObject({ output_type: z.string() }));

/** How to execute cells in the sandbox. */
export interface SandboxReplayOptions {
  journal: Journal;
  bundle: ReadableBundle;
  cells: readonly PlannedCell[];
  workspace: Workspace;
  denoPath: string;
  env: Readonly<Record<string, string>>;
  grants: SandboxGrants;
  /** Whether the new run is listed among others. */
  listed: boolean;
  onCell?: ((index: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Executes cells in the sandbox and records what came of them. */
export async function replayInSandbox(
  options: SandboxReplayOptions,
): Promise<Replay> {
  const { workspace, grants } = options;
  const env = sandboxEnv(workspace.cwd, workspace.own, grants, options.env);
  const repl = new Repl({
    denoPath: options.denoPath,
    flags: sandboxFlags(workspace.root, grants),
    cwd: workspace.cwd,
    env,
  });
  const stop = () => repl.kill();
  options.signal?.addEventListener("abort", stop, { once: true });
  let cells: ReplayedCell[] = [];
  let failure: string | null = null;
  let runs: z.infer<typeof sandboxRunSchema>[] = [];
  try {
    await within(
      repl,
      `(await import(${JSON.stringify(STAGE)})).setStage(${
        JSON.stringify(workspace.own)
      })`,
      STAGE_LIMIT_MS,
    ).then((answer) => explained(repl, answer));
    ({ cells, failure } = await execute(repl, options));
    if (repl.gone === null) {
      const text = expectSuccess(
        await within(repl, `${ASK}.runs()`, STAGE_LIMIT_MS),
      );
      runs = z.array(sandboxRunSchema).parse(JSON.parse(text));
    }
  } catch (error) {
    failure ??= `the sandbox failed: ${messageOf(error)}`;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    repl.kill();
    await repl.exited;
    await removeStorage(options.denoPath, workspace.cwd, env);
  }
  const seed = options.env[ENV.seed];
  return importSession(options.journal, {
    bundle: options.bundle,
    planned: options.cells,
    cells,
    failure,
    runs,
    seed: seed === undefined ? null : Number(seed),
    cwd: workspace.cwd,
    listed: options.listed,
  });
}

async function execute(
  repl: Repl,
  options: SandboxReplayOptions,
): Promise<{ cells: ReplayedCell[]; failure: string | null }> {
  const cells: ReplayedCell[] = [];
  for (const [index, cell] of options.cells.entries()) {
    if (cell.skip) {
      cells.push({ index, status: "skipped", outputs: [] });
      continue;
    }
    options.onCell?.(index, options.cells.length);
    let answer: ReplAnswer;
    let outputs: Output[];
    try {
      answer = await within(repl, cell.source, cell.limit_ms);
      outputs = await outputsOf(repl, answer);
    } catch (error) {
      cells.push({ index, status: "aborted", outputs: [] });
      const failure = cell.mayDie && !(error instanceof TooLongError)
        ? null
        : error instanceof TooLongError
        ? `cell ${index} did not end within ${
          Math.round(cell.limit_ms / 1000)
        } s and was ended`
        : `cell ${index} ended the process: ${messageOf(error)}`;
      return { cells, failure };
    }
    const status = answer.type === "RunSuccess" &&
        !outputs.some((output) => output.output_type === "error")
      ? "ok"
      : "error";
    cells.push({ index, status, outputs });
    if (status === "error" && !cell.mayFail) {
      const error = outputs.findLast((output) =>
        output.output_type === "error"
      );
      return {
        cells,
        failure: `cell ${index} failed: ${error?.["ename"]}: ${
          String(error?.["evalue"]).split("\n")[0]
        }`,
      };
    }
  }
  return { cells, failure: null };
}

async function outputsOf(repl: Repl, answer: ReplAnswer): Promise<Output[]> {
  if (answer.type === "Error") {
    return [{
      output_type: "error",
      ename: "Error",
      evalue: `The cell was not executed: ${answer.error.split("\n")[0] ?? ""}`,
      traceback: [],
    }];
  }
  const how = answer.type === "RunSuccess" ? "ok" : "error";
  const text = expectSuccess(
    await within(repl, `await ${ASK}.take("${how}")`, STAGE_LIMIT_MS),
  );
  return outputsSchema.parse(JSON.parse(text));
}

class TooLongError extends Error {}

async function within(
  repl: Repl,
  code: string,
  limit_ms: number,
): Promise<ReplAnswer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      repl.kill();
      reject(new TooLongError("it took too long"));
    }, limit_ms);
  });
  try {
    return await Promise.race([repl.run(code), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A failure of the stage with what was thrown. */
async function explained(repl: Repl, answer: ReplAnswer): Promise<void> {
  if (answer.type !== "RunFailure") return void expectSuccess(answer);
  throw new Error(
    expectSuccess(await within(repl, "String(_error)", STAGE_LIMIT_MS)),
  );
}

function expectSuccess(answer: ReplAnswer): string {
  if (answer.type === "RunSuccess") return answer.output ?? "";
  throw new Error(
    answer.type === "Error" ? answer.error : answer.text ?? "it failed",
  );
}
