/**
 * A run as the callbacks of a training loop.
 *
 * @module
 */
import type { RunCallbacks, RunCallbacksOptions } from "./view_types.ts";

/** Makes the callbacks; `log` takes one value of a metric. */
export function callbacksOf(
  log: (key: string, value: number, step?: number) => void,
  { batches = false, prefix = "" }: RunCallbacksOptions = {},
): RunCallbacks {
  let epochs = 0;
  const logAll = (
    before: string,
    logs: Readonly<Record<string, unknown>> | undefined,
    step?: number,
  ) => {
    for (const [key, given] of Object.entries(logs ?? {})) {
      const value = numberIn(given);
      if (value !== null) log(`${before}${key}`, value, step);
    }
  };
  return {
    onEpochEnd(epoch, logs) {
      const step = Number.isSafeInteger(epoch) ? epoch : epochs;
      epochs = step + 1;
      logAll(prefix, logs, step);
    },
    // Batches are counted from 0 in each epoch: their steps go on from one epoch to the next.
    ...batches
      ? { onBatchEnd: (_, logs) => logAll(`${prefix}batch.`, logs) }
      : {},
  };
}

/** The number that is logged: one itself, or a tensor with one value. */
function numberIn(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || value === null) return null;
  const read = (value as { dataSync?: unknown }).dataSync;
  if (typeof read !== "function") return null;
  const data: unknown = read.call(value);
  const first = (data as ArrayLike<unknown> | null)?.[0];
  return typeof first === "number" ? first : null;
}
