/**
 * `track()`: a cell calls it, and from then on the run records itself.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import { ENV, readEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { isNamedData } from "../capture/named_data.ts";
import type { RunRow } from "../journal/runs.ts";
import { TrackOptionsError } from "./errors.ts";
import { newRunName } from "../base/names.ts";
import { resolveParams } from "./params.ts";
import { RunHandle } from "./run.ts";
import {
  type OpenRun,
  recorderOf,
  type State,
  trackingState,
} from "./state.ts";
import type { ParamsInput, ParamValue, Run, TrackOptions } from "./types.ts";
import { whereTo } from "./where.ts";

/**
 * Opens a run of an experiment; everything from here on records itself.
 *
 * Returns once the recorder listens to the kernel, without waiting for a server. Executing the same cell again
 * ends the open run of that experiment, or goes on with it when nothing was logged to it and nothing changed.
 *
 * @param experiment The experiment's name, 1 to 255 characters.
 * @param options Params, data, seed and where to deliver.
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
 * @param options Params, data, seed and where to deliver.
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
export async function track<
  P extends ParamsInput,
  M extends readonly string[],
  R,
>(
  experiment: string,
  options: TrackOptions<P, M> = {},
  body?: (run: Run<P, M[number]>) => R | Promise<R>,
): Promise<R | Run<P, M[number]>> {
  const state = trackingState();
  const turn = state.turn.then(() =>
    open(state, experiment, options, body !== undefined)
  );
  state.turn = turn.catch(() => {}); // the caller sees it; the next call only waits for it
  const run = await turn;
  if (body === undefined) return run;
  try {
    const result = await body(run);
    await run.end();
    return result;
  } catch (error) {
    await run.endWith("FAILED", messageOf(error));
    throw error;
  }
}

async function open<P extends ParamsInput, M extends readonly string[]>(
  state: State,
  experiment: string,
  options: TrackOptions<P, M>,
  scoped: boolean,
): Promise<RunHandle<P, M[number]>> {
  const linking = recorderOf(state);
  await checked(state, experiment, options);
  const params = await resolveParams(options.params);
  const seed = seedOf(options);
  const given = JSON.stringify({
    ...options,
    params,
    seed,
    data: dataText(options.data),
  }, plain);
  const link = await linking;
  const source = await link?.request({ type: "running" }).then(
    (a) => a.running ?? null,
    () => null,
  ) ??
    null;

  const row = scoped ? null : await previous(state, experiment, given, source);
  const created = row ?? create(state, experiment, options, given, seed);
  const handle = new RunHandle<P, M[number]>(state, {
    id: created.run_id,
    name: created.name,
    experiment,
    params,
    seed,
    metrics: options.metrics ?? null,
    quiet: options.quiet ?? readEnv(ENV.quiet) !== undefined,
  });
  remember(state, handle, { experiment, options: given, source, scoped });
  if (seed !== null) await seedRandom(handle, seed);
  if (row === null) {
    handle.logParams(params as never);
    handle.setTags(options.tags ?? {});
    await nameData(handle, options.data);
    handle.opened();
  }
  link?.request({ type: "track", run_id: handle.id, where: whereTo(options) })
    .catch((error) => handle.note("recorder", messageOf(error)));
  return handle;
}

async function checked(
  state: State,
  experiment: unknown,
  options: unknown,
): Promise<void> {
  let module;
  try {
    module = await lazyImport<typeof import("./options.ts")>(
      "./options.ts",
      import.meta.url,
    );
  } catch (error) {
    // A package.json beside the notebook keeps npm packages from loading: the run goes on unchecked.
    state.problems.set(
      "options",
      `The options were not checked. ${messageOf(error)}`,
    );
    if (typeof experiment !== "string" || experiment.trim() === "") {
      throw new TrackOptionsError("track() takes the experiment's name first.");
    }
    return;
  }
  module.checkOptions(experiment, options);
}

/** The open run of the experiment: ended, or handed back when this is the same attempt again. */
async function previous(
  state: State,
  experiment: string,
  given: string,
  source: string | null,
): Promise<RunRow | null> {
  for (const run of [...state.open]) {
    if (run.experiment !== experiment || run.scoped) continue;
    const same = run.untouched() && run.options === given &&
      (run.source === source || run.source === null || source === null);
    const row = same ? state.journal?.runs.get(run.run_id) : undefined;
    if (row !== undefined && row.end_time === null) {
      state.open.delete(run);
      state.journal?.runs.continued(run.run_id);
      return row;
    }
    await run.end();
  }
  return null;
}

function create(
  state: State,
  experiment: string,
  options: TrackOptions,
  given: string,
  seed: number | null,
): Pick<RunRow, "run_id" | "name"> {
  const name = options.name ?? newRunName();
  const parent = typeof options.from === "string"
    ? options.from
    : options.from?.id ?? null;
  if (state.journal !== null && state.session !== null) {
    try {
      if (options.notebook !== undefined) {
        state.journal.sessions.setNotebook(
          state.session.session_id,
          absolute(options.notebook),
        );
      }
      return state.journal.runs.create({
        session_id: state.session.session_id,
        experiment,
        name,
        options: given,
        parent,
        seed,
        description: options.description ?? null,
        reproduces: readEnv(ENV.reproduces) ?? null,
      });
    } catch (error) {
      state.problems.set(
        "journal",
        `Nothing of this run is stored. ${messageOf(error)}`,
      );
    }
  }
  return { run_id: crypto.randomUUID(), name };
}

function remember(
  state: State,
  handle: RunHandle<ParamsInput, string>,
  opened: Pick<OpenRun, "experiment" | "options" | "source" | "scoped">,
): void {
  const entry: OpenRun = {
    ...opened,
    run_id: handle.id,
    untouched: () => handle.untouched,
    end: () => handle.end(),
  };
  state.open.add(entry);
  handle.onEnd(() => state.open.delete(entry));
}

async function nameData(
  run: RunHandle<ParamsInput, string>,
  data: unknown,
): Promise<void> {
  if (data === undefined || data === null) return;
  const named = isNamedData(data)
    ? Object.entries(data)
    : [["data", data] as const];
  for (const [name, input] of named) {
    await run.nameDataset(
      typeof input === "string" && !isNamedData(data) ? baseName(input) : name,
      input,
    );
  }
}

async function seedRandom(
  run: RunHandle<ParamsInput, string>,
  seed: number,
): Promise<void> {
  try {
    (await lazyImport<typeof import("./seed.ts")>("./seed.ts", import.meta.url))
      .seedMathRandom(seed);
  } catch (error) {
    run.note("seed", `Math.random was not seeded. ${messageOf(error)}`);
  }
}

function seedOf(options: TrackOptions): number | null {
  const given = readEnv(ENV.seed);
  return given === undefined ? options.seed ?? null : Number(given);
}

function baseName(path: string): string {
  const last =
    path.replace(/[?#].*$/, "").split(/[/\\]/).filter((p) => p !== "").pop() ??
      path;
  return last.replace(/\.[^.]+$/, "") || last;
}

function absolute(path: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${Deno.cwd()}/${path}`;
}

/** What tells two `data` options apart without reading them. */
function dataText(data: unknown): unknown {
  if (typeof data === "string" || data instanceof URL) return String(data);
  if (isNamedData(data)) {
    return Object.fromEntries(
      Object.entries(data).map(([k, v]) => [k, dataText(v)]),
    );
  }
  return data === undefined ? null : "in memory";
}

/** Keeps tokens and what JSON cannot hold out of the stored options. */
function plain(key: string, value: unknown): unknown {
  if (key === "token" || key === "~standard" || typeof value === "function") {
    return undefined;
  }
  return typeof value === "bigint" ? String(value) : value;
}
