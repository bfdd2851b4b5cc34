/**
 * How a kernel can fail.
 *
 * @module
 */
import { isNbtrackError, NbtrackError } from "../base/errors.ts";

/** A kernel could not be started. */
export class KernelStartError extends NbtrackError {
  override name = "KernelStartError";
}

/** Whether a value is a {@linkcode KernelStartError}. */
export function isKernelStartError(value: unknown): value is KernelStartError {
  return isNbtrackError(value) && value.name === "KernelStartError";
}

/** A kernel ended while it was used. */
export class KernelDiedError extends NbtrackError {
  override name = "KernelDiedError";
  /** The process's exit code. */
  readonly code: number;
  /** The signal that ended it; null when it ended by itself. */
  readonly signal: string | null;

  constructor(
    message: string,
    options: { code: number; signal: string | null },
  ) {
    super(message, {
      hint:
        "A cell that calls Deno.exit() or runs out of memory ends the kernel.",
    });
    this.code = options.code;
    this.signal = options.signal;
  }
}

/** Whether a value is a {@linkcode KernelDiedError}. */
export function isKernelDiedError(value: unknown): value is KernelDiedError {
  return isNbtrackError(value) && value.name === "KernelDiedError";
}
