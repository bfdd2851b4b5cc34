/**
 * What a run's record lacks of its cells, in words.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { MAX_CELL_OUTPUT_CHARS } from "./cells/output_log.ts";

/** What a run lacks when the source of a cell was not seen. */
export const CELL_SOURCES = "cell sources";

/** Names the cell executions whose source nobody saw. */
export function nameSources(
  journal: Journal,
  session: Session,
  run: RunRow,
): void {
  const missing = (why: string) =>
    journal.entries.setMissing(run.run_id, CELL_SOURCES, why);
  if (session.kind === "repl") {
    return missing("deno repl tells nobody what was typed.");
  }
  const all = journal.executions.list(session.session_id, run.last_execution);
  if (session.kind === "kernel" && all.length === 0) {
    return missing(
      "What the kernel executes could not be followed: its connection file was not found.",
    );
  }
  const unseen = all.filter((e) => e.source === null);
  if (unseen.length === 0) {
    return journal.entries.healed(run.run_id, CELL_SOURCES);
  }
  if (session.kind === "script") {
    return missing(`The script ${session.main_module} could not be read.`);
  }
  const counts = unseen.map((e) => e.execution_count);
  const named = counts.every((n) => n !== null)
    ? counts.map((n) => `[${n}]`).join(", ")
    : "The cell that called track() and any before it";
  if (unseen.every((e) => e.via === "runner")) {
    return missing(
      `${named} could not be seen: longer than 4 MB, or executed while the recorder was replaced.`,
    );
  }
  const why = session.notebook === null
    ? "the notebook's file was not found"
    : "the notebook was not saved since";
  missing(
    `${named} ran before the recording began and ${why}. Save it, or pass the option notebook.`,
  );
}

/** Names the cell executions whose outputs were too long to be kept whole. */
export function nameOutputs(
  journal: Journal,
  run: RunRow,
  partial: ReadonlySet<number>,
): void {
  const all = journal.executions.list(run.session_id, run.last_execution);
  const cells = all.flatMap((e, i) => partial.has(e.position) ? [i] : []);
  if (cells.length === 0) return;
  journal.entries.setMissing(
    run.run_id,
    "outputs",
    `The outputs of ${cells.length === 1 ? "cell" : "cells"} ${
      cells.join(", ")
    } are longer than ${
      MAX_CELL_OUTPUT_CHARS.toLocaleString("en")
    } characters; the rest is kept by its digest only.`,
  );
}
