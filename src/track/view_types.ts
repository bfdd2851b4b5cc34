/**
 * What a run shows on demand: charts, and callbacks that log.
 *
 * @module
 */

import type { RunToCompare } from "../record/listed_types.ts";

/** Options of {@linkcode Run.chart}. */
export interface RunChartOptions {
  /** A logarithmic axis of values. @default {false} */
  log?: boolean;
  /**
   * A run to compare with, in grey: `last` for the one before in the experiment, a run's id, its handle, a row of
   * `runs()`, or a run of `load()`.
   * @default {none}
   */
  against?: RunToCompare;
  /** Smooths the lines, from 0 (not at all) to below 1 (much). @default {0} */
  smooth?: number;
}

/** A chart that is shown; awaited, it is shown when the next line runs. */
export interface RunChart extends PromiseLike<void> {}

/** What training loops call as they go on: the shape that `model.fit` of TensorFlow.js takes as `callbacks`. */
export interface RunCallbacks {
  /** Logs each number of an epoch at that step. */
  onEpochEnd(epoch: number, logs?: Readonly<Record<string, unknown>>): void;
  /** Logs each number of a batch as `batch.NAME`, one step a batch; only with `{ batches: true }`. */
  onBatchEnd?(batch: number, logs?: Readonly<Record<string, unknown>>): void;
}

/** Options of {@linkcode Run.callbacks}. */
export interface RunCallbacksOptions {
  /** Logs batches too. @default {false} */
  batches?: boolean;
  /** In front of each metric's name. @default {""} */
  prefix?: string;
}
