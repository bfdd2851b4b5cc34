/**
 * Sessions whose process and recorder were both killed: whoever reads of them or their runs has them closed, and the
 * records of their runs completed.
 *
 * @module
 */
import { thisMachine } from "../base/process_identity.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { isFollowed } from "../record/session_processes.ts";
import { someAtOnce } from "../delivery/sending.ts";
import { isRecorderError } from "./errors.ts";
import { secretsToHandOn } from "./handed_secrets.ts";
import { startRecorder } from "./spawn.ts";

/** Sessions that are closed at once. */
const AT_ONCE = 3;
/** How long a reader waits for records to be completed, milliseconds. */
const CLOSE_MS = 10_000;
const POLL_MS = 25;

/**
 * Starts a recorder for each open session that has lost its own together with its process. Only sessions of this machine
 * are touched: of another that shares the folder it is not known which processes live there.
 */
export async function closeLostSessions(journal: Journal): Promise<void> {
  await someAtOnce(lostSessions(journal), AT_ONCE, async (session) => {
    try {
      await close(journal, session);
    } catch (error) {
      if (!isRecorderError(error)) throw error; // they are read as they are
    }
  });
}

function lostSessions(journal: Journal): Session[] {
  const machine = thisMachine();
  return journal.sessions.unended().filter((session) =>
    machine !== null && session.machine === machine &&
    session.process_started !== "" && // of such a process nothing can be said
    !isFollowed(session)
  );
}

/** Waits until the session has ended and the records of its runs are complete; one recorder at most takes a session, and it goes on by itself. */
async function close(
  journal: Journal,
  { session_id }: Session,
): Promise<void> {
  // There is nothing left to subscribe to.
  const recorder = startRecorder(journal.home, { connection_file: null });
  let ended = false;
  recorder.ended().then(() => ended = true);
  await recorder.record(session_id, secretsToHandOn(journal));
  const deadline = Date.now() + CLOSE_MS;
  while (!ended && Date.now() < deadline) {
    const open = journal.sessions.get(session_id)?.end_time === null;
    if (!open && journal.runs.unfinalised(session_id).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
