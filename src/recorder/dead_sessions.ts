/**
 * Closing what a crash left open.
 *
 * @module
 */
import { RecorderLog } from "../base/log.ts";
import { endsWithin, identify, isAlive } from "../base/process_identity.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { hasRecorder } from "../record/session_processes.ts";
import { Pace } from "./pace.ts";
import { Recorder } from "./recorder.ts";
import { isAbandoned } from "./runner_watch.ts";

/** How long a kernel that is killed may take to be gone, milliseconds. */
const GONE_MS = 2000;

/** Ends the sessions whose process was killed together with its recorder, and their runs. */
export async function closeDeadSessions(journal: Journal): Promise<void> {
  for (const session of journal.sessions.unended()) {
    if (!await hasEnded(session)) continue;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const key = crypto.randomUUID();
    const mine = journal.sessions.claim(session.session_id, {
      pid: Deno.pid,
      started: identify(Deno.pid)?.started ?? "",
      port: listener.addr.port,
      key,
    }, (pid, started) => pid !== Deno.pid && isAlive({ pid, started }));
    if (!mine) {
      listener.close(); // its recorder lives and is about to close it
      continue;
    }
    const log = new RecorderLog(
      journal.home,
      `${session.session_id.slice(0, 8)} [sync]`,
    );
    await new Recorder({
      journal,
      session,
      subscriber: null,
      listener,
      key,
      inCell: false,
      log,
      pace: new Pace({ share: null }),
    })
      .run();
  }
}

/** Whether a session's process is gone. A kernel that nobody reaches any more, and nobody records, is ended. */
async function hasEnded(session: Session): Promise<boolean> {
  const kernel = { pid: session.pid, started: session.process_started };
  if (!isAlive(kernel)) return true;
  if (!isAbandoned(session)) return false;
  if (hasRecorder(session)) return false;
  Deno.kill(kernel.pid, "SIGKILL");
  return await endsWithin(kernel, GONE_MS);
}
