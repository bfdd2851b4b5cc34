/**
 * Executions that nobody saw: a gap in the counts shows that they happened.
 *
 * @module
 */
import type { Execution } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";

/** Missed executions that are listed one by one. */
export const MAX_MISSED = 1000;

/** What missed executions are listed with. */
export interface MissedOptions {
  /** The count of the execution that is seen now. */
  count: number;
  /** The last count before it that is known; 0 when none is. */
  lastCount: number;
  /** Takes the next free position. */
  next: () => number;
}

/**
 * Lists the executions before a count that are not known, for the notebook's file to fill in; one that was seen
 * without its count gets it.
 */
export function listMissed(
  journal: Journal,
  session_id: string,
  options: MissedOptions,
): void {
  const { count, lastCount, next } = options;
  const { executions } = journal;
  const all = executions.list(session_id);
  let after: Execution | undefined = all.findLast((e) =>
    e.execution_count === null && e.source === null
  );
  if (after !== undefined && count - 1 > lastCount) {
    after = { ...after, execution_count: count - 1 };
    executions.put(after);
  } else after = undefined;
  const known = new Set(all.map((e) => e.execution_count));
  if (after !== undefined) known.add(count - 1);
  const from = Math.max(lastCount + 1, count - MAX_MISSED);
  for (let missed = from; missed < count; missed++) {
    if (known.has(missed)) continue;
    // Before the first one that was seen there is room; before one whose input was missed it was kept free.
    const position = lastCount === 0
      ? missed
      : after === undefined
      ? next()
      : after.position - (count - 1 - missed);
    executions.put({
      ...missedExecution(session_id, position),
      execution_count: missed,
    });
  }
}

/** An execution of which nothing was seen. */
export function missedExecution(
  session_id: string,
  position: number,
): Execution {
  return {
    session_id,
    position,
    msg_id: null,
    execution_count: null,
    source: null,
    source_from: null,
    source_gap: null,
    cell_id: null,
    status: "ok",
    start_time: null,
    end_time: null,
    via: "file",
    flags: [],
  };
}
