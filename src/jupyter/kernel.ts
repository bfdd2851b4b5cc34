/**
 * Running Deno's kernel without a front end: start, execute cells one after the other, interrupt, shut down.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { KernelDiedError, KernelStartError } from "./kernel_errors.ts";
import {
  KernelProcess,
  type KernelProcessOptions,
  START_TRIES,
} from "./kernel_process.ts";
import { Kernel, type KernelOptions } from "./running_kernel.ts";

export type { ExecuteReply } from "./execute.ts";
export {
  isKernelDiedError,
  isKernelStartError,
  KernelDiedError,
  KernelStartError,
} from "./kernel_errors.ts";
export {
  type ExecuteOptions,
  Kernel,
  type ShutdownOptions,
} from "./running_kernel.ts";

const START_TIMEOUT_MS = 30_000;
const HINT = "Run `deno jupyter` to see whether the kernel works.";

/** How to start a kernel. */
export interface StartKernelOptions
  extends KernelProcessOptions, KernelOptions {
  denoPath?: string | undefined;
  /** How long it may take to start, milliseconds. @default {30000} */
  timeout_ms?: number;
  /** Gives up starting. */
  signal?: AbortSignal;
  /** Called with each process that is started, before it answers: another one follows when its ports were taken. */
  onSpawn?: (process: Pick<Kernel, "pid" | "connectionFile">) => void;
}

/**
 * Starts a Deno kernel and waits until it answers and what it publishes arrives.
 *
 * @throws {KernelStartError} when it cannot be started or does not answer in time
 * @throws {KernelDiedError} when it ends at once
 */
export async function startKernel(
  options: StartKernelOptions,
): Promise<Kernel> {
  for (let tries = 1;; tries++) {
    const process = await KernelProcess.spawn(options);
    options.onSpawn?.(process);
    try {
      return await ready(process, options);
    } catch (error) {
      const taken = process.portsTaken || isReset(error);
      if (!taken || tries === START_TRIES || options.signal?.aborted) {
        throw error;
      }
    }
  }
}

/** Whether the kernel failed because another process briefly bound one of its ports. */
function isReset(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Deno.errors.ConnectionReset) return true;
  }
  return false;
}

async function ready(
  process: KernelProcess,
  options: StartKernelOptions,
): Promise<Kernel> {
  const { timeout_ms = START_TIMEOUT_MS } = options;
  const started = new AbortController();
  const late = setTimeout(() => started.abort("late"), timeout_ms);
  const stop = () => started.abort("stopped");
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted) stop();
  process.exited.then(() => started.abort("ended"));
  try {
    const kernel = new Kernel(process, options);
    await kernel.connect(started.signal);
    return kernel;
  } catch (cause) {
    const ended = process.status !== null || started.signal.reason === "ended";
    process.kill();
    const status = await process.exited;
    const attempt = `Cannot start a Deno kernel in ${options.cwd}`;
    if (ended) {
      throw new KernelDiedError(
        `${attempt}: it ended with code ${status.code}. ${process.stderr}`
          .trim(),
        {
          exitCode: status.code,
          signal: status.signal,
          cause,
          hint: HINT,
        },
      );
    }
    const why = started.signal.reason === "late"
      ? `it did not answer within ${timeout_ms / 1000} s`
      : started.signal.aborted
      ? "it was stopped"
      : messageOf(cause);
    throw new KernelStartError(
      `${attempt}: ${why}. ${process.stderr}`.trim(),
      { cause, hint: HINT },
    );
  } finally {
    clearTimeout(late);
    options.signal?.removeEventListener("abort", stop);
  }
}
