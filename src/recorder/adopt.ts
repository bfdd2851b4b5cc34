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
import type { Execution } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { DatasetQueue } from "./datasets.ts";
import { addReads } from "./data/detected_data.ts";
import { captureStart } from "./capture_start.ts";
import { finaliseOrNameWhy } from "./finalise.ts";

/** How long a session's own recorder may take to complete the run, milliseconds. */
const FINALISE_MS = 60_000;
const POLL_MS = 50;

/** A session cannot be made a run. */
export class AdoptError extends NbtrackError {}

/** What the run is called. */
export interface AdoptOptions {
  experiment: string;
  /** @default {a name made up} */
  name?: string | undefined;
}

/**
 * Makes a run of everything that a session has executed so far, with a complete record. A session that goes on is not
 * disturbed.
 *
 * @returns the run's id
 * @throws {AdoptError} when there is no such session, several fit, or nothing was executed in it
 */
export async function adoptSession(
  journal: Journal,
  asked: string,
  { experiment, name }: AdoptOptions,
): Promise<string> {
  const session = findSession(journal, asked);
  const { session_id } = session;
  const ended = journal.executions.list(session_id)
    .filter((e) => e.status !== "running");
  const last = ended.at(-1);
  if (last === undefined) {
    throw new AdoptError(
      `Cannot make a run of the session ${
        session_id.slice(0, 8)
      }: no cell was executed in it.`,
      {
        hint:
          "nbtrack sessions lists the sessions and how many cells each has.",
      },
    );
  }
  const { run_id } = journal.runs.create({
    session_id,
    experiment,
    name: name ?? newRunName(),
    options: "{}",
    start_time: session.start_time,
    provenance: provenanceOf(journal, session),
  });
  const { status, reason } = outcomeOf(last);
  if (isRecorded(session)) addReads({ journal, session, run_id });
  journal.runs.end(run_id, status, {
    time: session.end_time ?? Date.now(),
    reason,
  });
  if (isRecorded(session)) await untilFinalised(journal, run_id);
  else {
    const log = new RecorderLog(
      journal.home,
      `${session_id.slice(0, 8)} [adopt]`,
    );
    journal.runs.setLastExecution(run_id, last.position);
    addReads({ journal, session, run_id });
    const datasets = new DatasetQueue(journal, session_id, log);
    datasets.poll();
    await captureStart(journal, session, run_id, log);
    await datasets.finished(run_id);
    await finaliseOrNameWhy(journal, { run_id, partial: new Set(), log });
  }
  return run_id;
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
  const { recorder_pid, recorder_started, end_time } = session;
  return end_time === null && recorder_pid !== null &&
    isAlive({ pid: recorder_pid, started: recorder_started ?? "" });
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
