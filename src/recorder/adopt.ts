/**
 * Making a run of a session afterwards.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { RecorderLog } from "../base/log.ts";
import { newRunName } from "../base/names.ts";
import { isAlive, SANDBOX_PROCESS } from "../base/process_identity.ts";
import type { RunStatus } from "../base/run_status.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { cellName } from "../record/cell_name.ts";
import { hasRecorder } from "../record/session_processes.ts";
import { closeDeadSessions } from "./dead_sessions.ts";
import { DatasetQueue } from "./datasets.ts";
import { addReads } from "./data/detected_data.ts";
import { captureStart } from "./capture_start.ts";
import { finaliseOrNameWhy } from "./finalise.ts";

/** How long a session's own recorder may take to complete the run, milliseconds. */
const FINALISE_MS = 60_000;
/** How long after a cell's end the journal may still call it running, milliseconds. */
const LAST_CELL_MS = 1000;
const POLL_MS = 50;

/** A session cannot be made a run. */
export class AdoptError extends NbtrackError {}

/** What the run is called. */
export interface AdoptOptions {
  experiment: string;
  /** @default {a name made up} */
  name?: string | undefined;
}

/** A run that was made of a session. */
export interface Adopted {
  run_id: string;
  /** The run that was made of the same session before, with fewer cells; null where there is none. */
  earlier: RunRow | null;
}

/**
 * Makes a run of everything that a session has executed so far, with a complete record. A session that goes on is not
 * disturbed, and what it executes later is no part of the run.
 *
 * @throws {AdoptError} when there is no such session, several fit, nothing was executed in it, a cell is being executed,
 * or all of it is a run already
 */
export async function adoptSession(
  journal: Journal,
  asked: string,
  options: AdoptOptions,
): Promise<Adopted> {
  const session = await betweenCells(journal, findSession(journal, asked));
  const { session_id } = session;
  const { run_id, last, earlier } = journal.transaction(() =>
    openRun(journal, session, options)
  );
  if (isRecorded(session)) {
    addReads({ journal, session, run_id }, last.position);
    await untilFinalised(journal, run_id);
  } else {
    const log = new RecorderLog(
      journal.home,
      `${session_id.slice(0, 8)} [adopt]`,
    );
    addReads({ journal, session, run_id }, last.position);
    const datasets = new DatasetQueue(journal, session_id, log);
    datasets.poll();
    await captureStart(journal, session, run_id, log);
    await datasets.finished(run_id);
    await finaliseOrNameWhy(journal, { run_id, partial: new Set(), log });
  }
  return { run_id, earlier };
}

/** The session once its last cell has ended: the recorder hears of that a moment after the front end. */
async function betweenCells(
  journal: Journal,
  found: Session,
): Promise<Session> {
  const { session_id, pid, process_started: started } = found;
  if (found.end_time === null && !isRecorded(found)) {
    await closeDeadSessions(journal);
  }
  const began = Date.now();
  while (runningCell(journal, session_id) !== undefined) {
    // A recorder that outlives its kernel is about to say how the cell ended.
    const patience = isAlive({ pid, started }) ? LAST_CELL_MS : FINALISE_MS;
    if (Date.now() - began > patience) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return journal.sessions.get(session_id) ?? found;
}

/** The cell that an open session is executing. */
function runningCell(
  journal: Journal,
  session_id: string,
): Execution | undefined {
  if (journal.sessions.get(session_id)?.end_time !== null) return undefined;
  return journal.executions.list(session_id)
    .find(({ status }) => status === "running");
}

/** Opens the run and ends it, with the cells that have ended by now. */
function openRun(
  journal: Journal,
  session: Session,
  { experiment, name }: AdoptOptions,
): Adopted & { last: Execution } {
  const { session_id } = session;
  const what = `Cannot make a run of the session ${session_id.slice(0, 8)}`;
  const running = runningCell(journal, session_id);
  if (running !== undefined) {
    const cell = cellName({ ...running, index: running.position });
    throw new AdoptError(`${what}: cell ${cell} is still running.`, {
      hint: "Wait for its end, or interrupt it.",
    });
  }
  const last = journal.executions.lastEnded(session_id);
  if (last === undefined) {
    throw new AdoptError(`${what}: no cell was executed in it.`, {
      hint: "nbtrack sessions lists the sessions and how many cells each has.",
    });
  }
  const adopted = journal.runs.adopted(session_id);
  const earlier = adopted.at(-1) ?? null;
  if (earlier !== null && last.position === earlier.last_execution) {
    throw new AdoptError(
      `${what}: it is the run ${earlier.run_id.slice(0, 8)} (${
        JSON.stringify(earlier.name)
      } of ${earlier.experiment}) already, and no cell was executed since.`,
      {
        hint:
          "Adopt it again when it has executed more, or delete that run first.",
      },
    );
  }
  const { run_id } = journal.runs.create({
    session_id,
    experiment,
    name: name ?? newRunName(),
    options: "{}",
    // Later runs of the same session stand behind the earlier ones wherever runs are listed.
    start_time: session.start_time + adopted.length,
    adopted_time: Date.now(),
    provenance: provenanceOf(journal, session),
  });
  const { status, reason } = outcomeOf(last);
  journal.runs.end(run_id, status, {
    time: session.end_time ?? last.end_time ?? Date.now(),
    reason,
  });
  journal.runs.setLastExecution(run_id, last.position);
  return { run_id, last, earlier };
}

/** What a stranger's code did in a sandbox stays a stranger's, whatever it is made. */
function provenanceOf(
  journal: Journal,
  { session_id, process_started }: Session,
): RunRow["provenance"] {
  const other = journal.runs.list({ session_id })
    .find(({ provenance }) => provenance !== "here");
  return process_started.startsWith(SANDBOX_PROCESS)
    ? "sandbox"
    : other?.provenance ?? "here";
}

function findSession(journal: Journal, asked: string): Session {
  const ids = asked.length < 4 ? [] : journal.sessions.withPrefix(asked, 3);
  const [id] = ids;
  const session = id === undefined ? undefined : journal.sessions.get(id);
  const hint = "nbtrack sessions lists them.";
  if (session === undefined) {
    throw new AdoptError(`There is no session ${JSON.stringify(asked)}.`, {
      hint: asked.length < 4 ? `Give 4 characters or more. ${hint}` : hint,
    });
  }
  if (ids.length > 1) {
    throw new AdoptError(
      `Several sessions begin with ${JSON.stringify(asked)}: ${
        ids.map((found) => found.slice(0, 12)).join(", ")
      }.`,
      { hint: "Give more of the id." },
    );
  }
  return session;
}

function outcomeOf(
  last: Execution,
): { status: RunStatus; reason: string | null } {
  switch (last.status) {
    case "error":
      return { status: "FAILED", reason: "its last cell failed" };
    case "aborted":
      return { status: "KILLED", reason: "its last cell was not finished" };
    default:
      return { status: "FINISHED", reason: null };
  }
}

/** Whether the session's own recorder lives and completes its runs. */
function isRecorded(session: Session): boolean {
  return session.end_time === null && hasRecorder(session);
}

async function untilFinalised(journal: Journal, run_id: string): Promise<void> {
  const deadline = Date.now() + FINALISE_MS;
  while (journal.runs.get(run_id)?.finalised_time === null) {
    if (Date.now() > deadline) {
      throw new AdoptError(
        `The session's recorder did not complete the run ${
          run_id.slice(0, 8)
        } within ${FINALISE_MS / 1000} s; it goes on.`,
        { hint: "nbtrack show tells when it is complete." },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
