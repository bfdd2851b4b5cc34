/**
 * Checks of nbtrack's folder: journal, recorders, what was not delivered.
 *
 * @module
 */
import { count } from "../base/numbers.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import { JOURNAL_VERSION } from "../journal/schema.ts";
import { isAlive } from "../base/process_identity.ts";
import type { Check } from "../gitlab/access.ts";
import { fail, failed, ok, warn } from "./checks.ts";
import { journalTable } from "../journal/run_table.ts";

/** Runs that are named. */
const SHOWN = 5;

/** Opens the journal and checks what is in it. */
export async function* journalChecks(home: string): AsyncGenerator<Check> {
  let journal: Journal;
  try {
    journal = Journal.open({ redactor: standardRedaction, home });
    journal.transaction(() => {}); // waits for the lock that every write needs
  } catch (error) {
    yield failed("journal", error);
    return;
  }
  using open = journal;
  const { runs, experiments } = counted(open);
  yield ok(
    "journal",
    `${home}/journal.db opens and can be written (schema ${JOURNAL_VERSION}; ${
      count(runs, "run")
    } in ${count(experiments, "experiment")}).`,
  );
  if (open.lacksLog) {
    yield warn(
      "journal",
      `${home}/journal.db was copied without journal.db-wal while a session was recorded: its newest runs are missing here.`,
      "Copy the whole folder again while nothing is recorded.",
    );
  }
  yield* recorderChecks(open);
  yield* deliveryChecks(open);
}

function counted(journal: Journal): { runs: number; experiments: number } {
  const rows = journalTable(journal).experiments();
  return {
    runs: rows.reduce((sum, row) => sum + row.runs, 0),
    experiments: rows.length,
  };
}

function recorderChecks(journal: Journal): Check[] {
  const name = "recorder";
  const found: Check[] = [];
  let recorded = 0;
  for (const session of journal.sessions.unended()) {
    const short = session.session_id.slice(0, 8);
    const process = isAlive({
      pid: session.pid,
      started: session.process_started,
    });
    const recorder = session.recorder_pid !== null && isAlive({
      pid: session.recorder_pid,
      started: session.recorder_started ?? "",
    });
    if (process && recorder) recorded++;
    else if (process) {
      found.push(fail(
        name,
        `Session ${short} goes on (process ${session.pid}), but its recorder has gone: its cells are not recorded.`,
        `Call track() again, which starts another; ${journal.home}/logs/recorder.log says why it went.`,
      ));
    } else if (recorder) {
      recorded++; // it is about to close the session
    } else {
      found.push(warn(
        name,
        `Session ${short} was left open by a crash or a power cut.`,
        "`nbtrack sync` closes it and delivers its runs.",
      ));
    }
  }
  if (found.length > 0) return found;
  return [
    ok(
      name,
      recorded === 0
        ? "No session is open."
        : `${recorded} session${
          recorded === 1 ? " is" : "s are"
        } being recorded.`,
    ),
  ];
}

function* deliveryChecks(journal: Journal): Generator<Check> {
  const name = "delivery";
  const refused = journal.deliveries.inState("refused");
  const pending = journal.deliveries.inState("pending");
  for (const { run_id, error } of refused.slice(-SHOWN)) {
    yield fail(
      name,
      `Run ${run_id.slice(0, 8)} was refused: ${error ?? "no reason is known"}`,
      "Mend it, then `nbtrack sync` delivers the run.",
    );
  }
  if (refused.length > SHOWN) {
    yield fail(
      name,
      `${refused.length - SHOWN} more runs were refused.`,
      "`nbtrack runs` lists them.",
    );
  }
  const lacking = journal.deliveries.inState("delivered").filter((row) =>
    journal.deliveries.leftOut(row.run_id).length > 0
  );
  for (const { run_id } of lacking.slice(-SHOWN)) {
    const parts = journal.deliveries.leftOut(run_id);
    yield warn(
      name,
      `Run ${run_id.slice(0, 8)} was delivered without ${
        parts.map(({ what }) => what).slice(0, SHOWN).join(", ")
      }: ${parts[0]?.why ?? ""}`,
      "Mend it, then `nbtrack sync` delivers what is left out.",
    );
  }
  const thinned = journal.deliveries.inState("delivered").filter((row) =>
    row.thinned !== null
  );
  if (thinned.length > 0) {
    yield ok(
      name,
      `${
        count(thinned.length, "run")
      } on GitLab with thinned series; every point is in their metrics.csv.`,
      '`track({ points: "all" })` sends all of a run\'s points.',
    );
  }
  const waiting = pending.filter((row) =>
    typeof journal.runs.get(row.run_id)?.end_time === "number"
  );
  for (const { run_id, error } of waiting.slice(-SHOWN)) {
    yield warn(
      name,
      `Run ${run_id.slice(0, 8)} waits to be delivered${
        error === null ? "." : `: ${error}`
      }`,
      "`nbtrack sync` delivers it.",
    );
  }
  if (waiting.length > SHOWN) {
    yield warn(
      name,
      `${waiting.length - SHOWN} more runs wait to be delivered.`,
      "`nbtrack sync` delivers them.",
    );
  }
  if (refused.length + waiting.length + lacking.length === 0) {
    const local = journal.runs.list({ listed: true }).filter((run) =>
      run.end_time !== null &&
      journal.deliveries.get(run.run_id).state === "local"
    ).length;
    if (local === 0) {
      yield ok(name, "Nothing waits to be delivered.");
    } else {
      yield ok(
        name,
        `Nothing waits to be delivered; ${count(local, "run")} ${
          local === 1 ? "is" : "are"
        } kept on this machine alone: no server was set where ${
          local === 1 ? "it was" : "they were"
        } made.`,
        `\`nbtrack sync\` delivers ${
          local === 1 ? "it" : "them"
        } once one is. A kernel knows the variables that were set before Jupyter was started: start it again after you set one.`,
      );
    }
  }
}
