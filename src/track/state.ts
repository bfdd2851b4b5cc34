/**
 * What the runs of one process share: session, journal, and the line to the recorder. It hangs on `globalThis`,
 * because a notebook may load two versions of the module and must still have one session.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { standardGate } from "../capture/gate.ts";
import { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { linkRecorder, type RecorderLink } from "../recorder/link.ts";
import { surroundings } from "./surroundings.ts";

/** How often a recorder that died is replaced before the session goes on without. */
const MAX_RESTARTS = 5;

/** A run that is open in this process, as `track()` must know it. */
export interface OpenRun {
  run_id: string;
  experiment: string;
  /** What `track()` was given, as JSON. */
  options: string;
  /** Digest of the source of the cell that opened it; null when it could not be seen. */
  source: string | null;
  /** Whether it belongs to a callback, which ends it itself. */
  scoped: boolean;
  /** Whether nothing was logged to it since it was opened. */
  untouched(): boolean;
  /** Ends it. */
  end(): Promise<void>;
}

/** The process's tracking state. */
export interface State {
  /** Null when the journal cannot be used: runs go on and store nothing. */
  journal: Journal | null;
  session: Session | null;
  /** Why there is no journal or no recorder, one sentence each. */
  problems: Map<string, string>;
  link: Promise<RecorderLink | null> | null;
  open: Set<OpenRun>;
  /** How often the recorder had to be replaced. */
  restarts: number;
  /** `track()` calls are carried out one after the other. */
  turn: Promise<unknown>;
}

const KEY = Symbol.for("nbtrack.state.1");

/** The state of this process; made at the first call. */
export function trackingState(): State {
  const global = globalThis as { [KEY]?: State };
  const known = global[KEY];
  // A journal that could not be opened is tried again by the next run.
  if (known !== undefined && known.journal !== null) return known;
  const state: State = known ?? {
    journal: null,
    session: null,
    problems: new Map(),
    link: null,
    open: new Set(),
    restarts: 0,
    turn: Promise.resolve(),
  };
  state.problems.clear();
  try {
    state.journal = Journal.open({ gate: standardGate });
    state.session = state.journal.sessions.open(surroundings());
    if (known === undefined) closeWithProcess(state);
  } catch (error) {
    state.journal = null;
    state.problems.set("journal", `Nothing is stored. ${messageOf(error)}`);
  }
  global[KEY] = state;
  return state;
}

/** The line to the recorder; null, with a problem noted, when there is none. */
export function recorderOf(state: State): Promise<RecorderLink | null> {
  state.link ??= link(state);
  return state.link;
}

async function link(state: State): Promise<RecorderLink | null> {
  if (state.journal === null || state.session === null) return null;
  try {
    const line = await linkRecorder(state.journal, state.session);
    state.problems.delete("recorder");
    // A recorder that dies while the notebook goes on is replaced at the next chance the thread gives.
    line.closed.then(() => {
      state.link = null;
      if (state.open.size > 0 && state.restarts++ < MAX_RESTARTS) {
        return recorderOf(state);
      }
    });
    return line;
  } catch (error) {
    state.link = null;
    state.problems.set(
      "recorder",
      `Cells are not recorded. ${messageOf(error)}`,
    );
    return null;
  }
}

/** In a script or REPL the process ends by itself (a kernel runs no such hook): an open run is closed then. */
function closeWithProcess(state: State): void {
  let failure: string | null = null;
  globalThis.addEventListener(
    "error",
    (event) => failure = messageOf(event.error),
  );
  globalThis.addEventListener(
    "unhandledrejection",
    (event) => failure = messageOf(event.reason),
  );
  globalThis.addEventListener("unload", () => {
    for (const run of state.open) {
      state.journal?.runs.end(
        run.run_id,
        failure === null ? "FINISHED" : "FAILED",
        {
          reason: failure,
        },
      );
    }
  });
}
