/**
 * How a kernel can fail.
 *
 * @module
 */
import {
  NbtrackError,
  type NbtrackErrorOptions,
  recogniser,
} from "../base/errors.ts";
import type { Output } from "../notebook/outputs.ts";

/** A kernel could not be started. */
export class KernelStartError extends NbtrackError {}

/** Whether a value is a {@linkcode KernelStartError}. */
export const isKernelStartError = recogniser(KernelStartError);

/** What is known of a kernel's death. */
export interface KernelDeath extends NbtrackErrorOptions {
  /** The process's exit code. */
  exitCode: number;
  /** The signal that ended it; null when it ended by itself. */
  signal: string | null;
  /** What the cell had shown until then. @default {[]} */
  outputs?: Output[];
  /** Whether it was killed because a cell took too long and did not let itself be interrupted. @default {false} */
  timedOut?: boolean;
}

/** A kernel ended at its start, or while it was used. */
export class KernelDiedError extends NbtrackError {
  /** The process's exit code. */
  readonly exitCode: number;
  /** The signal that ended it; null when it ended by itself. */
  readonly signal: string | null;
  /** What the cell that was being executed had shown until then. */
  readonly outputs: Output[];
  /** Whether it was killed because a cell took too long and did not let itself be interrupted. */
  readonly timedOut: boolean;

  constructor(message: string, death: KernelDeath) {
    super(message, death);
    this.exitCode = death.exitCode;
    this.signal = death.signal;
    this.outputs = death.outputs ?? [];
    this.timedOut = death.timedOut ?? false;
  }
}

/** Whether a value is a {@linkcode KernelDiedError}. */
export const isKernelDiedError = recogniser(KernelDiedError);
