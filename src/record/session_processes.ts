/**
 * Which processes of a session are there.
 *
 * @module
 */
import { isAlive } from "../base/process_identity.ts";
import type { Session } from "../journal/sessions.ts";

/** Whether a session's recorder is there: it completes what is open. */
export function hasRecorder(
  { recorder_pid: pid, recorder_started: started }: Pick<
    Session,
    "recorder_pid" | "recorder_started"
  >,
): boolean {
  return pid !== null && isAlive({ pid, started: started ?? "" });
}

/** Whether a session's own process is there, or its recorder. */
export function isFollowed(session: Session): boolean {
  const { pid, process_started: started } = session;
  return isAlive({ pid, started }) || hasRecorder(session);
}
