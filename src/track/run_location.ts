/**
 * The execution that is going on, as the recorder sees it.
 *
 * @module
 */
import { within } from "../base/within.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { RecorderLink } from "../recorder/line.ts";
import { linkRecorder } from "../recorder/link.ts";
import { newMarker } from "../recorder/cells/marker_ids.ts";
import type { Answer } from "../recorder/protocol.ts";
import type { RunningCell } from "./state.ts";
import { jupyter } from "./surroundings.ts";

/** How long a recorder may take to say which cell is executed, milliseconds. */
const ANSWER_MS = 10_000;
/** How long the recorder is waited for where nothing else is said, as at a run's end, milliseconds. */
const CATCH_UP_MS = 2000;

/** The execution that is going on. */
export async function runningCell(
  link: RecorderLink | null,
): Promise<RunningCell | null> {
  if (link === null) return null;
  try {
    const { running = null, position = null } = await askWithMarker(link);
    return position === null ? null : { digest: running, position };
  } catch {
    return null; // its recorder went away: runs are then distinguished by their options alone
  }
}

/** An execution that the recorder was asked for; null where it does not answer in time. */
export function answeredCell(
  asked: Promise<RunningCell | null>,
): Promise<RunningCell | null> {
  return within(asked, ANSWER_MS, null);
}

/**
 * Waits until the recorder has seen what is being executed, and with it all before.
 *
 * @param line The line to the recorder, or to the one that follows it; null when there is none.
 * @param limit_ms How long to wait, milliseconds.
 * @returns whether it has
 */
export async function caughtUp(
  line: () => Promise<RecorderLink | null>,
  limit_ms: number = CATCH_UP_MS,
): Promise<boolean> {
  if (jupyter() === null) return true;
  let over = false;
  try {
    return await within(seen(line, () => over), limit_ms, false);
  } finally {
    over = true;
  }
}

/**
 * {@linkcode caughtUp} of a session in which no run was opened, and which has no line to its recorder yet.
 *
 * @throws {RecorderError} when its recorder does not answer
 */
export async function sessionCaughtUp(
  journal: RunJournal,
  session: Session,
  limit_ms: number,
): Promise<boolean> {
  const link = await linkRecorder(journal, session);
  try {
    return await caughtUp(
      () => Promise.resolve(link.open ? link : null),
      limit_ms,
    );
  } finally {
    link.close();
  }
}

async function seen(
  line: () => Promise<RecorderLink | null>,
  over: () => boolean,
): Promise<boolean> {
  while (!over()) {
    const link = await line();
    if (link === null) return false;
    try {
      // One of an earlier version does not say it: it has waited, too.
      if ((await askWithMarker(link)).arrived !== false) return true;
    } catch {
      await link.closed; // its recorder went away: another one may follow
    }
  }
  return false;
}

/** Asks what is being executed. The cell publishes a marker, by which the recorder knows which one that is. */
async function askWithMarker(link: RecorderLink): Promise<Answer> {
  const front = jupyter();
  if (front === null) return await link.request({ type: "running" });
  const marker = newMarker();
  const [answer] = await Promise.all([
    link.request({ type: "running", marker }),
    front.broadcast("update_display_data", {
      data: {},
      metadata: {},
      transient: { display_id: marker },
    }),
  ]);
  return answer;
}
