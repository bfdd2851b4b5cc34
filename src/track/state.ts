/**
 * What the runs of one process share: session, journal, and the line to the recorder. It hangs on `globalThis`,
 * because a notebook may load two versions of the module and must still have one session.
 *
 * @module
 */
import { TRACKING_STATE } from "../base/names.ts";
import { messageOf } from "../base/errors.ts";
import { knowDestination } from "../redaction/known_destination.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { RunJournal } from "../journal/run_journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { RecorderLink, RequestOptions } from "../recorder/line.ts";
import { linkRecorder } from "../recorder/link.ts";
import type { Destination } from "../base/destination.ts";
import type { Answer, LineRequest } from "../recorder/protocol.ts";
import { takeEarly } from "./early_recorder.ts";
import { closeWithProcess } from "./process_end.ts";
import { watchSecrets } from "./watch_secrets.ts";
import { surroundings } from "./surroundings.ts";

/** How often a recorder that died is replaced before the session continues without one. */
const MAX_RESTARTS = 5;

/** The execution a run was opened in. */
export interface RunningCell {
  /** Digest of its source; null when it was not seen. */
  digest: string | null;
  position: number;
}

/** A run that is open in this process, as `track()` must know it. */
export interface OpenRun {
  run_id: string;
  experiment: string;
  /** What `track()` was given, as JSON. */
  options: string;
  /** The execution that opened it; null when it is not known. */
  cell: Promise<RunningCell | null>;
  /** Whether it belongs to a callback, which ends it itself. */
  scoped: boolean;
  /** Its destination, for the recorder and each that replaces it. */
  destination: Destination;
  /** The handle; another copy of the module may have made it. */
  handle: unknown;
  /** Whether nothing was logged to it since it was opened. */
  untouched(): boolean;
  /** Reports something, and names it on the run. */
  note(what: string, why: string): void;
  /** Shows it in the cell that is being executed. */
  show(): Promise<void>;
  /** Ends it. */
  end(): void;
}

/** The process's tracking state. */
export interface State {
  /** Null when the journal cannot be used: runs go on and store nothing. */
  journal: RunJournal | null;
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

/** The state of this process; made at the first call. */
export function trackingState(): State {
  const global = globalThis as { [TRACKING_STATE]?: State };
  const known = global[TRACKING_STATE];
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
  global[TRACKING_STATE] = state;
  state.problems.clear();
  try {
    const journal = RunJournal.open({ redactor: standardRedaction });
    state.session = journal.sessions.open(surroundings());
    state.journal = journal;
    watchSecrets((variables) => learn(state, variables));
    // Under another name or none, cells may print it: the recorder stores what they print.
    const heard = new Set<string>();
    journal.redactor.onNamed?.((name, value) => {
      if (heard.has(value)) return;
      heard.add(value);
      learn(state, { [name]: value });
    });
    // A kernel that is shut down or killed runs no such hook: there the recorder closes the runs.
    if (state.session.kind !== "kernel") closeWithProcess(state);
  } catch (error) {
    state.problems.set("journal", `Nothing is stored. ${messageOf(error)}`);
  }
  return state;
}

/** A recorder that is not there yet reads the environment when it is started. */
function learn(state: State, variables: Record<string, string>): void {
  const redactor = state.journal?.redactor;
  if (redactor !== undefined) {
    knowDestination(redactor, { options: {}, env: variables });
  }
  if (state.link === null) return;
  askRecorder(state, { type: "secrets", variables }).catch((error) => {
    state.problems.set(
      "secrets",
      `The recorder was not told of a secret that a cell has set. ${
        messageOf(error)
      }`,
    );
  });
}

/** The line to the recorder; null, with a problem noted, when there is none. */
export function recorderOf(state: State): Promise<RecorderLink | null> {
  state.link ??= link(state);
  return state.link;
}

async function link(state: State): Promise<RecorderLink | null> {
  const { journal, session } = state;
  if (journal === null || session === null) return null;
  try {
    const line = await linkRecorder(journal, session, { started: takeEarly() });
    state.problems.delete("recorder");
    for (const { run_id, destination } of state.open) {
      line.request({ type: "track", run_id, destination }).catch(() => {}); // the line's end is seen below
    }
    // It ends behind this process: one that ends before is replaced at the next chance the thread gives.
    line.closed.then(() => {
      state.link = null;
      if (state.restarts++ < MAX_RESTARTS) return recorderOf(state);
      unrecorded(state, `The recorder ended ${state.restarts} times.`);
    });
    return line;
  } catch (error) {
    state.link = null;
    unrecorded(state, messageOf(error));
    return null;
  }
}

/**
 * Asks the recorder, or the one that follows it when it ends meanwhile.
 *
 * @returns its answer; null when there is no recorder
 * @throws {RecorderError} when it cannot do what it was asked
 */
export async function askRecorder(
  state: State,
  request: LineRequest,
  options: RequestOptions = {},
): Promise<Answer | null> {
  for (;;) {
    const line = await recorderOf(state);
    if (line === null) return null;
    try {
      return await line.request(request, options);
    } catch (error) {
      if (line.open) throw error;
      await line.closed;
      if (state.link === null) return null;
    }
  }
}

function unrecorded(state: State, why: string): void {
  const text = `Cells are not recorded. ${why}`;
  state.problems.set("recorder", text);
  for (const run of state.open) run.note("recorder", text);
}
