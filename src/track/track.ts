/**
 * `track()`: a cell calls it, and from then on the run records itself.
 *
 * What opens a run is loaded at the first call, while the recorder starts.
 *
 * @module
 */
import { forCell, inCell, messageOf } from "../base/errors.ts";
import { givenText } from "../base/known_options.ts";
import { lazyImport } from "../base/lazy.ts";
// `deno install` puts into a lock what a type names too; at run time it costs nothing.
import type {} from "../base/packages_of_cells.ts";
import type { CallPosition } from "../recorder/call_position.ts";
import { cellPosition } from "./cell_position.ts";
import { startEarly, takeEarly } from "./early_recorder.ts";
import { TrackOptionsError } from "./errors.ts";
import { AskedPromise, Awaited, remindOfAwait } from "./forgotten_await.ts";
import { jupyter } from "./surroundings.ts";
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
  if (body !== undefined && typeof body !== "function") return refused(body);
  startEarly();
  const awaited = new Awaited();
  const call = cellPosition(track);
  const opened = openAndRun(experiment, options, body, { call, awaited });
  opened.catch((error) => {
    // A kernel says nothing of what nobody awaits.
    if (!awaited.done && jupyter() !== null) {
      console.error(`nbtrack: ${messageOf(error)}`);
    }
  });
  const running = AskedPromise.of(opened, () => awaited.now());
  return body === undefined ? remindOfAwait(running) : running;
}

/** Refuses what is no function before a run is opened. */
function refused(body: unknown): Promise<never> {
  return Promise.reject(forCell(
    new TrackOptionsError(
      `track() takes a function after its options; it was given ${
        givenText(body)
      }.`,
      {
        hint:
          'Write await track("penguins-knn", { params: { k: 5 } }, (run) => { … }).',
      },
    ),
  ));
}

async function openAndRun<
  P extends ParamsInput,
  M extends readonly string[],
  R,
>(
  experiment: string,
  options: TrackOptions<P, M>,
  body: ((run: Run<P, M[number]>) => R | Promise<R>) | undefined,
  { call, awaited }: { call: CallPosition | null; awaited: Awaited },
): Promise<R | Run<P, M[number]>> {
  const scoped = body !== undefined;
  const { handle, fail, ready } = await inCell(async () => {
    const { openInTurn } = await opening();
    return await openInTurn<P, M[number]>(options, {
      experiment,
      scoped,
      call,
      awaited,
    });
  });
  const whenAwaited = awaited.promise.then(() => inCell(ready));
  if (body === undefined) {
    await whenAwaited;
    return handle;
  }
  try {
    const result = await body(handle);
    await handle.end();
    await whenAwaited;
    return result;
  } catch (error) {
    fail(messageOf(error));
    throw error;
  }
}

let loading: Promise<typeof import("./open_run.ts")> | null = null;

/** What opens a run, loaded once. */
function opening(): Promise<typeof import("./open_run.ts")> {
  loading ??= lazyImport<typeof import("./open_run.ts")>(
    "./open_run.ts",
    import.meta.url,
  ).catch((error) => {
    loading = null; // tried again by the next call
    takeEarly()?.drop();
    throw error;
  });
  return loading;
}
