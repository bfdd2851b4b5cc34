/**
 * Reading the runs of a sandbox's journal, in a process that may do no more than the sandbox.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { ENV } from "../../base/env.ts";
import { runProcess } from "../../base/process.ts";
import { z } from "../../base/zod.ts";
import { type SandboxRun, sandboxRunSchema } from "./collect.ts";

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
}

/** Reads the runs. @returns them, oldest first, or why they cannot be had */
export async function readRuns(
  options: ReadRunsOptions,
): Promise<{ runs: SandboxRun[]; why: string | null }> {
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
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (overLimit) throw new Error(`it holds more than ${MAX_BYTES} bytes`);
    if (!success) throw new Error("it cannot be read");
    const text = new TextDecoder().decode(stdout);
    return {
      runs: z.array(sandboxRunSchema).parse(JSON.parse(text)),
      why: null,
    };
  } catch (error) {
    const why = error instanceof z.ZodError || error instanceof SyntaxError
      ? "it is not as nbtrack writes it"
      : messageOf(error);
    return { runs: [], why: `the sandbox's journal cannot be used: ${why}` };
  }
}
