/**
 * Executions that their author keeps out of the record: what is known of one goes when that becomes known late, and the
 * run says what it therefore does not know.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Execution, ExecutionFlag } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { SessionAnswers } from "../journal/session_answers.ts";
import { SessionReads } from "../journal/session_reads.ts";
import { EXCLUDED_OUTPUT, EXCLUDED_SOURCE } from "../notebook/excluded.ts";
import { cellName } from "../record/cell_name.ts";
import { addReads } from "./data/detected_data.ts";
import { isWithin } from "./data/may_be_data.ts";

/** What a run calls that which is not known of them. */
const USED = "what excluded cells used";
/** And what was delivered of it before the notebook's file said so. */
const SENT = "datasets of excluded cells";
const WHY_SENT =
  "they are in the record no longer, but were sent before the notebook's file said that their cell is excluded: " +
  "nbtrack delete --server takes the run from the server";

/** Puts placeholders in the place of an execution that was recorded, and takes out what it had to do with. */
export function keepOut(
  journal: Journal,
  execution: Execution,
  flags: ExecutionFlag[],
): void {
  const { executions } = journal;
  const { session_id, position } = execution;
  executions.put({ ...execution, source: EXCLUDED_SOURCE, flags });
  const shown = executions.outputs(session_id, position).length > 0;
  executions.putOutputs(
    session_id,
    position,
    shown ? [JSON.stringify(EXCLUDED_OUTPUT)] : [],
  );
  forgetUses(journal, session_id, position);
}

/** Takes out what an execution read, wrote and fetched, as far as no other one did. */
export function forgetUses(
  journal: Journal,
  session_id: string,
  position: number,
): void {
  const session = journal.sessions.get(session_id);
  if (session === undefined) return;
  const files = new SessionReads(journal).forget(session_id, position);
  files.forEach((path) => journal.datasets.forget(path));
  const urls = new SessionAnswers(journal).forget(session_id, position);
  if (files.length === 0 && urls.length === 0) return;
  for (const { run_id } of journal.runs.unfinalised(session_id)) {
    let gone = false;
    for (const { found, input, name, sent } of journal.datasets.list(run_id)) {
      if (found !== "detected" || input === null) continue;
      const path = resolve(session.cwd, input);
      if (urls.includes(input) || files.some((file) => isWithin(path, file))) {
        journal.datasets.remove(run_id, name);
        journal.entries.removeMissing(run_id, `dataset "${name}"`);
        gone ||= sent;
      }
    }
    if (gone) journal.entries.setMissing(run_id, SENT, WHY_SENT);
    // Others may have read some of it.
    addReads({ journal, session, run_id });
  }
}

/** Names on a run the cells of which it does not say what they used. */
export function nameKeptOut(
  journal: Journal,
  { run_id, session_id, last_execution }: RunRow,
): void {
  const cells = journal.executions.list(session_id, last_execution)
    .flatMap((execution, index) =>
      execution.flags.includes("excluded")
        ? [cellName({ ...execution, index })]
        : []
    );
  if (cells.length === 0) return;
  journal.checkpoint(); // what was taken out stays in no file
  const are = cells.length === 1 ? "cell" : "cells";
  journal.entries.setMissing(
    run_id,
    USED,
    `the files, addresses, hosts and variables that ${are} ${
      cells.join(", ")
    } used, and what ${
      cells.length === 1 ? "it" : "they"
    } showed or wrote, are not recorded, as their author keeps ${
      cells.length === 1 ? "it" : "them"
    } out of the record`,
  );
}
