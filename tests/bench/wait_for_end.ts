/**
 * Waiting until what was measured has ended, so that it disturbs nothing that is measured next.
 *
 * @module
 */
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { Journal } from "../../src/journal/journal.ts";
import { isAlive } from "../../src/base/process_identity.ts";

const POLL_MS = 25;
const LIMIT_MS = 60_000;

/** Waits until every session of a journal has ended, and its recorder too. */
export async function allEnded(home: string): Promise<void> {
  using journal = Journal.open({ redactor: standardRedaction, home });
  const deadline = Date.now() + LIMIT_MS;
  const recorders = journal.sessions.unended().map((s) => ({
    pid: s.recorder_pid ?? 0,
    started: s.recorder_started ?? "",
  }));
  while (
    journal.sessions.unended().length > 0 ||
    recorders.some((recorder) => isAlive(recorder))
  ) {
    if (Date.now() > deadline) throw new Error("a recorder does not end");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
