/**
 * The notebook's end of the line to its recorder: finds the one of this session, or starts it.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import type { Session } from "../journal/sessions.ts";
import { endsWithin, isAlive } from "../base/process_identity.ts";
import { isRecorderError, RecorderError } from "./errors.ts";
import { rememberLine, secretsToHandOn } from "./handed_secrets.ts";
import { RecorderLink } from "./line.ts";
import type { ReadyLine } from "./protocol.ts";
import { type StartedRecorder, startRecorder } from "./spawn.ts";

/** How long a recorder that listens may take to answer its first request, milliseconds. */
const HELLO_MS = 5000;
/** How long a process that no longer listens may take to be gone, milliseconds. */
const GONE_MS = 2000;

/** How to find a session's recorder. */
export interface LinkOptions {
  /** The kernel was started just now and does not listen yet. @default {false} */
  starting?: boolean;
  /** A recorder that was started already, for the case that the session has none. @default {one is started} */
  started?: StartedRecorder | null;
}

/** A line to the recorder of a session: to the one that lives, else to a new one that is subscribed. */
export async function linkRecorder(
  journal: RunJournal,
  session: Session,
  options: LinkOptions = {},
): Promise<RecorderLink> {
  const link = await findRecorder(journal, session, options);
  rememberLine(journal, link);
  return link;
}

async function findRecorder(
  journal: RunJournal,
  session: Session,
  { starting = false, started = null }: LinkOptions,
): Promise<RecorderLink> {
  const { session_id, kind, pid } = session;
  const known = await connectKnown(journal, session_id).catch((error) => {
    started?.drop();
    throw error;
  });
  if (known !== null) {
    started?.drop();
    // Another process may have started it, which knew less.
    const secrets = secretsToHandOn(journal);
    known.request({ type: "known", secrets }).catch(() => {}); // the end of the line shows it too
    return known;
  }
  const recorder = started ?? startRecorder(journal.home, {
    connection_file: session.connection_file,
    ...starting ? { starting: session } : {},
    // Started by the kernel itself: the cell that did is already being executed.
    inCell: pid === Deno.pid && kind === "kernel",
  });
  const ready = await recorder.record(
    session_id,
    secretsToHandOn(journal),
  );
  if (ready !== null) {
    // A cell goes on once the recorder listens; another process until it has taken the session.
    const wait = pid !== Deno.pid;
    try {
      return await connect(ready, { wait });
    } catch (error) {
      if (!isRecorderError(error)) throw error;
      // Another process started one at the same moment, and that one holds the session.
      const other = await connectKnown(journal, session_id);
      if (other !== null) return other;
    }
  }
  throw new RecorderError(
    `Cannot start the recorder of session ${session_id.slice(0, 8)}.`,
    { hint: `See ${journal.home}/logs/recorder.log.` },
  );
}

/** A line to the recorder that has the session; null when that one is gone. */
async function connectKnown(
  journal: RunJournal,
  session_id: string,
): Promise<RecorderLink | null> {
  const row = journal.sessions.get(session_id);
  if (
    !row || row.recorder_pid === null || row.recorder_port === null ||
    row.recorder_key === null
  ) {
    return null;
  }
  const recorder = {
    pid: row.recorder_pid,
    started: row.recorder_started ?? "",
  };
  if (!isAlive(recorder)) return null;
  try {
    const { recorder_port: port, recorder_key: key } = row;
    return await connect({ port, key }, { wait: true });
  } catch (error) {
    // One that is being killed closes its lines before it is gone.
    if (await endsWithin(recorder, GONE_MS)) return null;
    throw error;
  }
}

/** @param options Whether to wait for an answer: a recorder that was just started listens, and loads what answers. */
async function connect(
  ready: ReadyLine,
  options: { wait: boolean },
): Promise<RecorderLink> {
  const connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: ready.port,
  }).catch((cause) => {
    throw new RecorderError(`Cannot reach the recorder: ${messageOf(cause)}`, {
      cause,
    });
  });
  connection.setNoDelay(true);
  const link = new RecorderLink(connection);
  const hello = link.request({ type: "hello", key: ready.key });
  if (!options.wait) {
    hello.catch(() => {}); // the end of the line shows it too
    return link;
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    link.close();
  }, HELLO_MS);
  try {
    await hello;
    return link;
  } catch (cause) {
    if (!late) throw cause;
    throw new RecorderError(
      `The recorder of this session did not answer within ${HELLO_MS} ms.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}
