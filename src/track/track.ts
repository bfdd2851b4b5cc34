/**
 * `track()`: a cell calls it, and from then on the run records itself.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { remindOfAwait } from "./forgotten_await.ts";
import { openRun } from "./open_run.ts";
import { type CallPosition, cellPosition } from "./run_location.ts";
import { trackingState } from "./state.ts";
import type { ParamsInput, ParamValue, Run, TrackOptions } from "./types.ts";

/**
 * Opens a run of an experiment; everything from here on records itself.
 *
 * Returns once the recorder listens to the kernel, without waiting for a server. Executing the same cell again
 * ends the open run of that experiment, or goes on with it when nothing was logged to it and nothing changed.
 *
 * @param experiment The experiment's name, 1 to 255 characters.
 * @param options Params, data, seed and the server to deliver to.
 * @returns The run. As a cell's last value it shows its card.
 * @throws {TrackOptionsError} when an option cannot be used. Nothing else is thrown into the cell: what could not
 * be captured or stored is said once and stands on the run's card.
 *
 * @example Usage
 * ```ts no-eval
 * import { track } from "@nbtrack/nbtrack";
 *
 * const run = await track("penguins-knn", { params: { k: 5 }, seed: 7 });
 * run.logMetric("accuracy", 0.97);
 * await run.end();
 * ```
 */
export function track<
  P extends ParamsInput = Record<string, ParamValue>,
  const M extends readonly string[] = readonly string[],
>(
  experiment: string,
  options?: TrackOptions<P, M>,
): Promise<Run<P, M[number]>>;
/**
 * Runs a function as a run and ends it: FINISHED, or FAILED with the error, which is thrown on.
 *
 * @param experiment The experiment's name, 1 to 255 characters.
 * @param options Params, data, seed and the server to deliver to.
 * @param body What is tracked.
 * @returns What the function returned.
 * @throws {TrackOptionsError} when an option cannot be used
 *
 * @example Usage
 * ```ts no-eval
 * import { track } from "@nbtrack/nbtrack";
 *
 * await track("penguins-knn", { params: { k: 5 } }, (run) => {
 *   run.logMetric("accuracy", 0.97);
 * });
 * ```
 */
export function track<
  P extends ParamsInput,
  const M extends readonly string[],
  R,
>(
  experiment: string,
  options: TrackOptions<P, M>,
  body: (run: Run<P, M[number]>) => R | Promise<R>,
): Promise<R>;
export function track<
  P extends ParamsInput,
  M extends readonly string[],
  R,
>(
  experiment: string,
  options: TrackOptions<P, M> = {},
  body?: (run: Run<P, M[number]>) => R | Promise<R>,
): Promise<R | Run<P, M[number]>> {
  const running = openAndRun(experiment, options, body, cellPosition(track));
  return body === undefined ? remindOfAwait(running) : running;
}

async function openAndRun<
  P extends ParamsInput,
  M extends readonly string[],
  R,
>(
  experiment: string,
  options: TrackOptions<P, M>,
  body: ((run: Run<P, M[number]>) => R | Promise<R>) | undefined,
  call: CallPosition | null,
): Promise<R | Run<P, M[number]>> {
  const state = trackingState();
  const scoped = body !== undefined;
  const turn = state.turn.then(() =>
    openRun<P, M[number]>(state, options, { experiment, scoped, call })
  );
  state.turn = turn.catch(() => {}); // the caller sees it; the next call only waits for it
  const { handle, fail } = await turn;
  if (body === undefined) return handle;
  try {
    const result = await body(handle);
    await handle.end();
    return result;
  } catch (error) {
    fail(messageOf(error));
    throw error;
  }
}
