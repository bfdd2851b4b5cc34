/**
 * The cell executions of a run, read from the journal.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { outputSchema } from "../notebook/schema.ts";
import { parseJson } from "./schema/documents.ts";
import { cellName } from "./cell_name.ts";
import type { Gaps } from "./gaps.ts";
import { CELL_SOURCES, sourceGap } from "./source_gap.ts";
import type { RecordedCell } from "./schema/record.ts";
import { unfinishedProgress } from "./unfinished_progress.ts";

/** Cells that a gap lists. */
const MAX_NAMED = 12;

/** A cell that shows nothing and took so long may have been interrupted, milliseconds. */
const INTERRUPTED_AFTER_MS = 5000;

/** The executions that belong to a run, in their order; what could not be seen of them becomes a gap. */
export function cellsOf(
  journal: Journal,
  row: RunRow,
  context: {
    session: Session | undefined;
    gaps: Gaps;
    /** Whether the outputs are read, too: of some runs they are many. @default {true} */
    outputs?: boolean | undefined;
  },
): RecordedCell[] {
  const { gaps, session } = context;
  const lost: string[] = [];
  const silent: string[] = [];
  const cutOff: string[] = [];
  const executions = journal.executions.list(
    row.session_id,
    row.last_execution,
  );
  const named = lastNamed(journal, row);
  const opener = openerOf(executions, row.start_time);
  const cells = executions.map(
    (execution, index): RecordedCell => {
      if (execution.source === null) {
        lost.push(`[${execution.execution_count ?? "?"}]`);
      }
      const outputs = context.outputs === false
        ? []
        : outputsOf(journal, execution, { index, gaps });
      if (
        context.outputs !== false && execution.position > named &&
        isSilentlyEnded(execution)
      ) {
        const name = cellName({ ...execution, index });
        const progress = unfinishedProgress(outputs);
        if (progress !== null && row.end_time !== null) {
          cutOff.push(
            `cell ${name} may have been interrupted: ${progress}`,
          );
        } else if (outputs.length === 0 && tookLong(execution)) {
          silent.push(name);
        }
      }
      const over = session !== undefined && session.end_time !== null;
      return {
        index,
        id: execution.cell_id,
        execution_count: execution.execution_count,
        source: execution.source ?? "",
        status: execution.status === "running" && over
          ? "aborted"
          : execution.status,
        start_time: execution.start_time,
        end_time: execution.end_time,
        outputs,
        source_from: execution.source_from,
        ...execution.interrupted === true ? { interrupted: true } : {},
        flags: index < opener
          ? [...execution.flags, "before-track"]
          : execution.flags,
      };
    },
  );
  if (lost.length > 0 && !gaps.name("cell")) {
    gaps.add(
      CELL_SOURCES,
      session === undefined
        ? `${lost.join(", ")} ran before the recording began`
        : sourceGap(session, executions) ?? "",
    );
  }
  if (silent.length > 0) {
    cutOff.push(
      `an interrupted cell looks like one that ended without output; ${
        silent.length === 1 ? "cell" : "cells"
      } ${listed(silent)} took long and showed nothing`,
    );
  }
  if (cutOff.length > 0 && session?.kind === "kernel") {
    gaps.add("interruptions", cutOff.join("; "));
  }
  return cells;
}

/** Whether an execution counts as one that succeeded because no error was seen: only who sees its reply knows. */
function isSilentlyEnded({ via, status, end_time }: Execution): boolean {
  return via === "wire" && status === "ok" && end_time !== null;
}

function tookLong({ start_time, end_time }: Execution): boolean {
  return start_time !== null && end_time !== null &&
    end_time - start_time >= INTERRUPTED_AFTER_MS;
}

/** The last execution of the session's runs before this one: what may be said of it stands there. */
function lastNamed(journal: Journal, row: RunRow): number {
  const before = journal.runs.list({ session_id: row.session_id })
    .filter((run) => run.start_time < row.start_time);
  return Math.max(0, ...before.map((run) => run.last_execution ?? 0));
}

/** The position of the execution a run was opened in; 0 when no times are known. */
function openerOf(executions: readonly Execution[], start_time: number) {
  return Math.max(
    0,
    executions.findLastIndex((e) =>
      e.start_time !== null && e.start_time <= start_time
    ),
  );
}

function outputsOf(
  journal: Journal,
  execution: Execution,
  context: { index: number; gaps: Gaps },
): RecordedCell["outputs"] {
  const { session_id, position } = execution;
  const { index, gaps } = context;
  return journal.executions.outputs(session_id, position).flatMap((json, n) => {
    const what = `output ${n + 1} of cell ${cellName({ ...execution, index })}`;
    try {
      return [parseJson(outputSchema, json, what)];
    } catch (error) {
      gaps.add(what, messageOf(error));
      return [];
    }
  });
}

/** Names in one sentence, the first ones if there are many. */
function listed(all: readonly string[]): string {
  const more = all.length - MAX_NAMED;
  return more > 0
    ? `${all.slice(0, MAX_NAMED).join(", ")} and ${more} more`
    : all.join(", ");
}
