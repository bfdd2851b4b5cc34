/**
 * Reading the runs of a sandbox's journal, in a process that may do no more than the sandbox.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { ENV } from "../../base/env.ts";
import { ifThere } from "../../base/files.ts";
import { runProcess } from "../../base/process.ts";
import { endWithThisProcess } from "../../base/process_guard.ts";
import { z } from "../../base/zod.ts";
import { type SandboxRun, sandboxRunSchema } from "./collect.ts";
import type { SandboxLimits } from "./usage.ts";
import { watchProcess } from "./watch.ts";

/** How long it may take, milliseconds. */
const LIMIT_MS = 120_000;
/** Longest answer that is read, bytes. */
const MAX_BYTES = 64 << 20;

/** How to read. */
export interface ReadRunsOptions {
  denoPath: string;
  flags: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Names of datasets that the sandbox was given: they are not read again. */
  given: readonly string[];
  /** The URL of the sandbox's copy of nbtrack. */
  module: string;
  /** The folders that it can write. */
  folders: readonly string[];
  limits?: SandboxLimits | undefined;
  /** Turns the sandbox's own paths in a text into those that the run names. */
  asNamed: (text: string) => string;
}

/** Reads the runs. @returns them, oldest first, or why they cannot be had */
export async function readRuns(
  options: ReadRunsOptions,
): Promise<{ runs: SandboxRun[]; why: string | null }> {
  await using guards = new AsyncDisposableStack();
  const excess = new AbortController();
  const onStart = (pid: number) => {
    guards.use(endWithThisProcess(pid));
    guards.use(watchProcess({
      pid,
      folders: options.folders,
      limits: options.limits,
      onExcess: (why) => excess.abort(new Error(why)),
    }));
  };
  try {
    const { success, stdout, overLimit } = await runProcess(options.denoPath, {
      args: [
        "run",
        "--quiet",
        ...options.flags,
        new URL("src/reproduce/sandbox/collect_main.ts", options.module).href,
        options.env[ENV.home] ?? "",
        ...options.given,
      ],
      cwd: options.cwd,
      env: options.env,
      clearEnv: true,
      maxBytes: MAX_BYTES,
      signal: AbortSignal.any([
        AbortSignal.timeout(LIMIT_MS),
        excess.signal,
      ]),
      onStart,
    });
    if (overLimit) throw new Error(`it holds more than ${MAX_BYTES} bytes`);
    if (!success) throw new Error("it cannot be read");
    const text = options.asNamed(new TextDecoder().decode(stdout));
    return {
      runs: z.array(sandboxRunSchema).parse(JSON.parse(text)),
      why: null,
    };
  } catch (error) {
    const why = error instanceof z.ZodError || error instanceof SyntaxError
      ? "it is not as nbtrack writes it"
      : isFolder(options.cwd)
      ? messageOf(error)
      : "a cell removed the folder that it ran in";
    return { runs: [], why: `the sandbox's journal cannot be used: ${why}` };
  }
}

function isFolder(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path).isDirectory) ?? false;
}
