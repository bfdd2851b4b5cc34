/**
 * `nbtrack sessions`
 *
 * @module
 */
import { type SessionRow, sessionRows } from "../record/session_rows.ts";
import { closeLostSessions } from "../recorder/lost_sessions.ts";
import { z } from "../base/zod.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { ago, duration } from "./format.ts";
import { openJournal } from "./journal.ts";
import { table } from "./table.ts";

/** Sessions that people are shown unless they say how many. */
const SHOWN = 20;

const schema = z.object({
  limit: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(1, "it must be 1 or more").optional(),
});

/** A session as `--json` prints it. */
type ShownSession = Omit<SessionRow, "runs"> & { runs: string[] };

/** Defines `nbtrack sessions`. */
export function define(command: Command, done: Done): void {
  command.option("--limit <n>", "at most so many");
  example(command, "nbtrack sessions --limit 5");
  act(command, done, {
    schema,
    async work({ limit }, out) {
      using journal = openJournal();
      await closeLostSessions(journal);
      const rows = sessionRows(journal, limit ?? (out.json ? -1 : SHOWN));
      const sessions = rows.map(({ runs, ...session }) => ({
        ...session,
        runs: runs.map(({ run_id }) => run_id),
      }));
      out.result({ sessions }, () => sessionsText(sessions, out.width));
      return 0;
    },
  });
}

function sessionsText(
  sessions: readonly ShownSession[],
  width: number,
): string {
  if (sessions.length === 0) return "No sessions.";
  const now = Date.now();
  return table(
    [
      { title: "SESSION", whole: true },
      { title: "STARTED", whole: true },
      { title: "TOOK", right: true, whole: true },
      { title: "CELLS", right: true, whole: true },
      { title: "RUNS", whole: true },
      { title: "KERNEL", whole: true },
      { title: "NOTEBOOK", least: 12 },
    ],
    sessions.map((session) => [
      session.session_id.slice(0, 8),
      ago(session.start_time, now),
      session.end_time === null
        ? "open"
        : duration(session.end_time - session.start_time),
      String(session.cells),
      session.runs.map((run) => run.slice(0, 8)).join(" "),
      session.kernel,
      session.notebook ?? "",
    ]),
    width,
  );
}
