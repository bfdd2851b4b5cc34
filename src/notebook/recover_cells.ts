/**
 * Executions and the cells of the saved notebook: filling in what was not seen, and which cell each was.
 *
 * @module
 */
import type { SeenExecution } from "./find_notebook.ts";
import type { AnyOutput } from "./outputs.ts";
import {
  codeCellsOf,
  comparable,
  type SavedCodeCell,
  type SavedNotebook,
} from "./saved_cells.ts";

/** An execution that was not seen, as the notebook file has it. */
export interface RecoveredExecution {
  execution_count: number;
  source: string;
  /** The cell's id; null when the file has none or several equal cells fit. */
  id: string | null;
  outputs: readonly AnyOutput[];
  /** Whether the file was saved in this session and nothing in it is left over from an earlier one. */
  sure: boolean;
}

/** What {@linkcode recoverCells} found. */
export interface Recovery {
  recovered: RecoveredExecution[];
  stillMissing: number[];
  /** A sentence for every count that is missing or not sure. */
  notes: { execution_count: number; why: string }[];
}

/** Options of {@linkcode recoverCells}. */
export interface RecoverOptions {
  /** The notebook as saved. Read the file before collecting `seen`. */
  notebook: SavedNotebook;
  /** All executions of the session that were seen. */
  seen: readonly SeenExecution[];
  /** Counts of executions that were not seen. */
  missingCounts: readonly number[];
  /** When the kernel started, in milliseconds since 1970. */
  sessionStart_ms: number;
  /** When the file was saved, in milliseconds since 1970. */
  file_mtime_ms: number;
}

/**
 * Fills in executions from the notebook file. A count in the file may be one of an earlier session, which
 * front ends keep until the cell is executed again, so an execution is recovered only when
 * - exactly one cell (or several with the same source) has its count, leaving out cells that are known to
 *   be older than the session, and
 * - the file was saved since the session began, or else agrees with at least one execution that was seen and
 *   contradicts none.
 *
 * It is `sure` when the front end recorded the cell's start in this session, or when the file was saved in
 * it and holds no count that must be left over: one that is higher than all seen, one that two cells share,
 * or one whose source is not what was seen.
 */
export function recoverCells(options: RecoverOptions): Recovery {
  const { notebook, seen, missingCounts, sessionStart_ms, file_mtime_ms } =
    options;
  const cells = codeCellsOf(notebook).filter((c) =>
    c.started_ms === null || c.started_ms >= sessionStart_ms
  );
  const fresh = file_mtime_ms >= sessionStart_ms;
  const evidence = compare(cells, seen, missingCounts);
  const recovery: Recovery = { recovered: [], stillMissing: [], notes: [] };
  for (const execution_count of [...missingCounts].sort((a, b) => a - b)) {
    const result = recoverOne(
      cells.filter((c) => c.execution_count === execution_count),
      { fresh, ...evidence },
    );
    if ("cell" in result) {
      const { source, outputs } = result.cell;
      recovery.recovered.push({
        execution_count,
        source,
        id: result.alone ? result.cell.id : null,
        outputs,
        sure: result.doubt === null,
      });
    } else recovery.stillMissing.push(execution_count);
    const why = "cell" in result ? result.doubt : result.why;
    if (why !== null) recovery.notes.push({ execution_count, why });
  }
  return recovery;
}

interface Evidence {
  /** Cells whose count and source are those of an execution that was seen. */
  agreeing: number;
  /** Cells whose count was seen with another source: edited since, or left over. */
  contradicting: number;
  /** Cells whose count cannot be of this session, or not of this cell. */
  leftOver: number;
}

function compare(
  cells: readonly SavedCodeCell[],
  seen: readonly SeenExecution[],
  missingCounts: readonly number[],
): Evidence {
  const sources = new Map<number, string>();
  for (const { execution_count, source } of seen) {
    if (execution_count !== null) {
      sources.set(execution_count, comparable(source));
    }
  }
  const highest = Math.max(0, ...sources.keys(), ...missingCounts);
  const used = new Set<number>();
  const evidence: Evidence = { agreeing: 0, contradicting: 0, leftOver: 0 };
  for (const { execution_count: count, source } of cells) {
    if (count === null) continue;
    const executed = sources.get(count);
    if (count > highest || used.has(count)) evidence.leftOver++;
    else if (executed === comparable(source)) evidence.agreeing++;
    else if (executed !== undefined) evidence.contradicting++;
    used.add(count);
  }
  return evidence;
}

function recoverOne(
  candidates: readonly SavedCodeCell[],
  { fresh, agreeing, contradicting, leftOver }: Evidence & { fresh: boolean },
): { cell: SavedCodeCell; alone: boolean; doubt: string | null } | {
  why: string;
} {
  const [cell, ...others] = candidates;
  if (cell === undefined) {
    return {
      why: "no cell of the saved notebook has this count: it was executed " +
        "again, deleted, or not saved yet",
    };
  }
  if (others.some((c) => comparable(c.source) !== comparable(cell.source))) {
    return {
      why: `${candidates.length} cells of the saved notebook have this count`,
    };
  }
  const alone = others.length === 0;
  if (cell.started_ms !== null && alone) return { cell, alone, doubt: null };
  if (!fresh && (agreeing === 0 || contradicting > 0)) {
    return {
      why: "the notebook was not saved since the session began, and what it " +
        "says is not what was executed",
    };
  }
  const doubt = !fresh
    ? "the source is that of a notebook saved before the session began"
    : contradicting + leftOver > 0
    ? "the notebook holds counts of an earlier session, and this may be one"
    : null;
  return { cell, alone, doubt };
}

/**
 * The cell of each execution, by its index in `executions`: the cell with its count and source, else the
 * only cell with its source. Executions that fit no cell, or several, are left out; so are cells without id.
 */
export function mapCellIds(
  options: {
    notebook: SavedNotebook;
    executions: readonly SeenExecution[];
  },
): Map<number, string> {
  const bySource = Map.groupBy(
    codeCellsOf(options.notebook),
    (c) => comparable(c.source),
  );
  const ids = new Map<number, string>();
  options.executions.forEach(({ execution_count, source }, i) => {
    const same = bySource.get(comparable(source)) ?? [];
    const counted = execution_count === null
      ? []
      : same.filter((c) => c.execution_count === execution_count);
    const [cell, ...others] = counted.length > 0 ? counted : same;
    if (cell !== undefined && cell.id !== null && others.length === 0) {
      ids.set(i, cell.id);
    }
  });
  return ids;
}

/** An execution whose cell may be known already. */
export interface IdentifiedExecution extends SeenExecution {
  /** The id of its cell, if an earlier reading of the file gave it. */
  cell_id?: string | null;
}

/** The saved cell of each execution, in order; undefined where it is not known. */
export function cellsOfExecutions(
  executions: readonly IdentifiedExecution[],
  notebook: SavedNotebook,
): (SavedCodeCell | undefined)[] {
  const ids = mapCellIds({ notebook, executions });
  const byId = Map.groupBy(codeCellsOf(notebook), (cell) => cell.id);
  return executions.map((execution, i) => {
    const id = execution.cell_id ?? ids.get(i) ?? null;
    return id === null ? undefined : cellAmong(byId.get(id) ?? [], execution);
  });
}

/**
 * The flags of each execution, in order:
 * - `out-of-order`: a cell that stands below it in the notebook was executed before it;
 * - `edited`: its cell has another source in the saved notebook, so that running the notebook from top to bottom would
 *   not do what this execution did.
 *
 * Executions whose cell is not known have none.
 */
export function orderFlags(
  executions: readonly IdentifiedExecution[],
  notebook: SavedNotebook,
): ("out-of-order" | "edited")[][] {
  const cells = cellsOfExecutions(executions, notebook);
  let lowest = -1;
  return executions.map((execution, i) => {
    const cell = cells[i];
    if (cell === undefined) return [];
    const flags: ("out-of-order" | "edited")[] = [];
    if (cell.position < lowest) flags.push("out-of-order");
    lowest = Math.max(lowest, cell.position);
    if (comparable(cell.source) !== comparable(execution.source)) {
      flags.push("edited");
    }
    return flags;
  });
}

/** The cell of an execution among those with its id; undefined when copies share the id and which it was is not known. */
function cellAmong(
  cells: readonly SavedCodeCell[],
  { execution_count, source }: SeenExecution,
): SavedCodeCell | undefined {
  const [only, ...others] = cells;
  if (others.length === 0) return only;
  const equal = cells.filter((c) =>
    comparable(c.source) === comparable(source)
  );
  const counted = equal.filter((c) => c.execution_count === execution_count);
  const [cell, ...more] = counted.length > 0 ? counted : equal;
  return more.length === 0 ? cell : undefined;
}
