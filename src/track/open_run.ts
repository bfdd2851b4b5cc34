/**
 * Opening a run, or going on with the one the same cell has opened.
 *
 * @module
 */
import { seenFromStart } from "../base/fetch_hook.ts";
import { sha256 } from "../base/digest.ts";
import { ENV, readEnv, switchedOn } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { checkTrackOptions } from "./check_options.ts";
import { dataOf } from "./dataset.ts";
import { createRun } from "./create_run.ts";
import { mistyped, notebookValue, resolveParams } from "./params.ts";
import type { CallPosition } from "../recorder/call_position.ts";
import { answeredCell, runningCell } from "./run_location.ts";
import { ActiveRun } from "./active_run.ts";
import { attachDataset } from "./attachments.ts";
import { watchAnswers } from "./answers.ts";
import { takeEarly } from "./early_recorder.ts";
import { RunHandle } from "./run.ts";
import { seeding, seedOf, seedOnceAwaited } from "./seeding.ts";
import { chartDrawing } from "./run_chart.ts";
import { cardDrawing } from "./run_display.ts";
import { packagesResolved } from "./resolve_packages.ts";
import type { Awaited } from "./forgotten_await.ts";
import { jupyter } from "./surroundings.ts";
import {
  askRecorder,
  type OpenRun,
  recorderOf,
  type RunningCell,
  type State,
  trackingState,
} from "./state.ts";
import type { ParamsInput, TrackOptions } from "./types.ts";
import { knowDestination } from "../redaction/known_destination.ts";
import { findDestination, serverOf } from "./find_destination.ts";

/** What a run is opened with besides its options. */
export interface OpenOptions {
  experiment: string;
  /** Whether it belongs to a callback, which ends it itself. */
  scoped: boolean;
  /** Where the cell called `track()`; null when it is not known. */
  call: CallPosition | null;
  /** Whether somebody awaits it. */
  awaited: Awaited;
  /** The sweep it is a trial of, and its number and seed there. */
  trial?: { parent: string; trial: number; seed: number | null };
}

/** A run that was opened. */
export interface Opened<P extends ParamsInput, M extends string> {
  handle: RunHandle<P, M>;
  /** Ends it as FAILED. */
  fail(reason: string): void;
  /** Does what had to wait until the run is awaited. */
  ready(): Promise<void>;
}

/**
 * Opens a run, after those that were asked for before it.
 *
 * @throws {TrackOptionsError} when an option cannot be used
 */
export function openInTurn<P extends ParamsInput, M extends string>(
  options: TrackOptions<P, readonly M[]>,
  open: OpenOptions,
): Promise<Opened<P, M>> {
  const state = trackingState();
  recorderOf(state); // it starts now, whatever is done before this run's turn comes
  takeEarly()?.drop(); // this process has one already
  const turn = state.turn.then(() => openRun(state, options, open));
  state.turn = turn.catch(() => {}); // the caller sees it; the next call only waits for it
  return turn;
}

async function openRun<P extends ParamsInput, M extends string>(
  state: State,
  options: TrackOptions<P, readonly M[]>,
  { experiment, scoped, call, trial, awaited }: OpenOptions,
): Promise<Opened<P, M>> {
  const linking = recorderOf(state);
  const destination = findDestination(options);
  if (state.journal !== null) {
    knowDestination(state.journal.redactor, destination);
  }
  await checkTrackOptions(state, experiment, options);
  const params = await resolveParams(options.params);
  const data = await dataOf(options.data);
  const seed = trial === undefined ? seedOf(options) : trial.seed;
  const given = JSON.stringify(
    { ...options, params, seed, data: data.text },
    plain,
  );
  const quiet = options.quiet ?? switchedOn(readEnv(ENV.quiet));
  // While the recorder starts, as what follows.
  awaited.promise.then(packagesResolved);
  const draws = !quiet && jupyter() !== null;
  if (draws) cardDrawing().catch(() => {}); // said when it is to be shown
  awaited.promise.then(() => preload(draws, seed, options));
  state.journal?.redactor.text(given); // its rules are compiled at the first text
  const cell = runningCell(await linking);
  const again = scoped
    ? null
    : await previous(state, { experiment, given, cell });
  if (again !== null) {
    again.cell = cell;
    await seedOnceAwaited(state, again, seed, { awaited, scoped });
    again.destination = destination;
    announce(state, again);
    await again.show();
    const handle = again.handle as RunHandle<P, M>;
    await awaited.once(() => showLive(handle, options));
    return {
      handle,
      fail: () => {}, // a callback's run is never taken up again
      ready: () => awaited.catchUp(() => state.open.has(again)),
    };
  }
  const run = new ActiveRun(state, {
    ...createRun(state, options, { experiment, given, seed, call, trial }),
    experiment,
    params,
    seed,
    metrics: options.metrics ?? null,
    quiet,
    server: serverOf(destination),
  });
  const handle = new RunHandle<P, M>(run);
  const opened = remember(state, run, {
    experiment,
    options: given,
    cell,
    scoped,
    destination,
    handle,
  });
  await seedOnceAwaited(state, opened, seed, { awaited, scoped });
  if (Object.keys(params).length > 0) run.logParams(params);
  for (const [key, guess] of mistyped(options.params)) {
    run.say(
      `-p ${key}=… was logged, and track() reads no param of that name. Did you mean "${guess}"?`,
    );
  }
  run.setTags(options.tags ?? {});
  for (const [name, input] of data.datasets) {
    await attachDataset(run, name, input, {}, false);
  }
  announce(state, opened);
  watchAnswers(state);
  if (seenFromStart()) {
    state.journal?.entries.setDocument(
      run.id,
      "network_reach",
      JSON.stringify("everything"),
    );
  }
  await run.opened();
  await awaited.once(() => showLive(handle, options));
  await awaited.once(async () => {
    const wrong = await packagesResolved();
    if (wrong !== null) run.report("packages", wrong);
  });
  return {
    handle,
    ready: () => awaited.catchUp(() => scoped || state.open.has(opened)),
    fail: (reason) => {
      run.endWith("FAILED", reason);
      run.showNow();
    },
  };
}

/** Loads what needs packages while the recorder starts; what fails is said when it is used. */
function preload(
  draws: boolean,
  seed: number | null,
  { live = [] }: TrackOptions,
): void {
  if (draws && live.length > 0) chartDrawing().catch(() => {});
  if (seed !== null) seeding().catch(() => {});
}

/** Shows the charts that were asked for from the start. */
async function showLive<P extends ParamsInput, M extends string>(
  handle: RunHandle<P, M>,
  { live = [] }: TrackOptions<P, readonly M[]>,
): Promise<void> {
  // What could not be loaded is said by the charts.
  if (live.length > 0) await chartDrawing().catch(() => {});
  for (const keys of live) await handle.chart(keys as M | readonly M[]);
}

/** The open run of the experiment: ended, or handed back when this is the same attempt again. */
async function previous(
  state: State,
  now: { experiment: string; given: string; cell: Promise<RunningCell | null> },
): Promise<OpenRun | null> {
  const candidates = [...state.open].filter((run) =>
    run.experiment === now.experiment && !run.scoped
  );
  if (candidates.length === 0) return null;
  const current = await answeredCell(now.cell);
  for (const run of candidates) {
    // Where it is not known, all are taken for the same cell.
    const before = current === null ? null : await answeredCell(run.cell);
    // Opened in this very execution: both are wanted.
    if (current !== null && current.position === before?.position) continue;
    const same = run.untouched() && run.options === now.given &&
      sameSource(state, current, before);
    if (same && state.journal?.runs.get(run.run_id)?.end_time === null) {
      state.journal.runs.continued(run.run_id);
      return run;
    }
    run.end();
  }
  return null;
}

/** Whether two executions had the same source, as far as it is known. */
function sameSource(
  state: State,
  current: RunningCell | null,
  before: RunningCell | null,
): boolean {
  if (current === null || before === null) return true;
  const digest = before.digest ?? storedDigest(state, before.position);
  return digest === null || current.digest === null ||
    digest === current.digest;
}

/** The digest of an execution's source in the journal: the notebook's file may have had it meanwhile. */
function storedDigest(state: State, position: number): string | null {
  const { journal, session } = state;
  if (journal === null || session === null) return null;
  const source = journal.source(session.session_id, position);
  return source === null ? null : sha256(source);
}

function remember(
  state: State,
  run: ActiveRun,
  opened: Pick<
    OpenRun,
    "experiment" | "options" | "cell" | "scoped" | "destination" | "handle"
  >,
): OpenRun {
  const entry: OpenRun = {
    ...opened,
    run_id: run.id,
    untouched: () => run.untouched,
    note: (what, why) => run.note(what, why),
    show: () => run.display.open(),
    end: () => {
      run.endWith("FINISHED", null);
      run.showNow();
    },
  };
  state.open.add(entry);
  run.onEnd(() => state.open.delete(entry));
  return entry;
}

function announce(state: State, run: OpenRun): void {
  const { run_id, destination } = run;
  askRecorder(state, { type: "track", run_id, destination })
    .catch((error) => run.note("recorder", messageOf(error)));
}

/** Keeps tokens and what JSON cannot hold out of the stored options. */
function plain(key: string, value: unknown): unknown {
  if (key === "token" || key === "~standard" || typeof value === "function") {
    return undefined;
  }
  try {
    return notebookValue(key, value);
  } catch {
    return undefined; // said of the param itself
  }
}
