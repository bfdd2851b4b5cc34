/**
 * Looking through a run's executions for what its notebook does not show of its state.
 *
 * @module
 */
import type { HiddenState } from "../analysis/hidden_state.ts";
import { readSavedNotebook } from "../notebook/saved_cells.ts";
import { cellName } from "./cell_name.ts";
import { flagged } from "./flagged.ts";
import type { ModuleChange, StateNote } from "./schema/documents.ts";
import type { RecordedCell, RunRecord } from "./schema/record.ts";

/** What is looked through of a cell execution. */
type StateCell =
  & Pick<
    RecordedCell,
    "index" | "id" | "execution_count" | "source" | "status" | "start_time"
  >
  & { flags: readonly string[] };

/** Names that a sentence lists. */
const MAX_NAMES = 5;

/** A record with what its notebook does not show, looked for now where nobody has. @param saved The notebook's text */
export async function withStateNotes(
  record: RunRecord,
  saved: string | null,
  changes: readonly ModuleChange[] = [],
): Promise<RunRecord> {
  if (record.hidden_state !== null) return record;
  const hidden_state = await stateNotes(record.cells, saved, changes);
  return {
    ...record,
    hidden_state,
    cells: flagged(record.cells, hidden_state),
  };
}

/** What the executions of a run hide. @param saved The text of the notebook's file; null when it is not known */
export async function stateNotes(
  cells: readonly StateCell[],
  saved: string | null,
  changes: readonly ModuleChange[] = [],
): Promise<StateNote[]> {
  // A parser is loaded for it, and nowhere else.
  const { hiddenState } = await import("../analysis/hidden_state.ts");
  const found = hiddenState(
    cells.map(({ source, id, status, start_time, flags }) => ({
      source: flags.includes("excluded") ? "" : source,
      id,
      status,
      start_time,
    })),
    saved === null ? null : readSavedNotebook(saved),
    changes,
  );
  return found.map((state) => ({
    ...state,
    what: sentence(cells, state, changes),
  }));
}

function sentence(
  cells: readonly StateCell[],
  { cell, flag, names, by }: HiddenState,
  changes: readonly ModuleChange[],
): string {
  const one = nameOf(cells, cell);
  const other = by === null ? "" : nameOf(cells, by);
  const more = names.length - MAX_NAMES;
  const what = more > 0
    ? `${names.slice(0, MAX_NAMES).join(", ")} and ${more} more`
    : names.join(", ");
  switch (flag) {
    case "stale":
      return `cell ${one} used ${what}, which cell ${other} changed afterwards`;
    case "deleted":
      return `cell ${one}, which defined ${what}, is gone from the notebook; cell ${other} uses it`;
    case "undefined":
      return `cell ${one} used ${what}, which no recorded cell defines`;
    case "old-module": {
      const change = changes.find(({ path }) => path === names[0]);
      const [loaded, changed] = timesOfDay([
        change?.loaded_time ?? 0,
        change?.changed_time ?? 0,
      ]);
      return `cell ${one} still uses ${what} of ${loaded}: it was changed at ${changed}, and the kernel keeps what it has loaded`;
    }
  }
}

/** Times of day, as the machine counts them, as exact as tells them apart. */
function timesOfDay(times: readonly number[]): string[] {
  const whole = times.map((time) => new Date(time).toTimeString().slice(0, 8));
  const short = whole.map((text) => text.slice(0, 5));
  return new Set(short).size < times.length ? whole : short;
}

function nameOf(cells: readonly StateCell[], index: number): string {
  const cell = cells[index];
  return cell === undefined ? String(index) : cellName(cell);
}
