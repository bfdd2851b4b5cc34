/**
 * Other cells than those that were executed: the saved notebook from top to bottom, or its present sources.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { parseNotebook, sourceOf } from "../notebook/notebook.ts";
import type { LoggedCell, ReadableBundle } from "../record/bundle/read.ts";
import { alignCells } from "./cell_order.ts";
import { planCells, type PlannedCell } from "./replay/plan.ts";
import type { Difference } from "./replay/types.ts";

/** Cells to execute instead of the recorded ones. */
export interface Variant {
  cells: PlannedCell[];
  differences: Difference[];
  warnings: string[];
}

/** The saved notebook from top to bottom. */
export async function topToBottom(
  bundle: ReadableBundle,
  recorded: readonly PlannedCell[],
): Promise<Variant> {
  const bytes = await bundle.file("notebook.ipynb");
  if (bytes === null) {
    return unchanged(
      recorded,
      "the saved notebook does not travel: the recorded order was kept",
    );
  }
  const saved = codeOf(bytes);
  if (typeof saved === "string") return unchanged(recorded, saved);
  const { cells, below } = reachedCells(bundle, saved);
  const aligned = alignCells({ ...bundle, cells });
  const added = [...aligned.added.values()];
  const code = aligned.code.filter((what) => !added.includes(what));
  const names = planCells(cells, aligned.recorded).map(({ name }) => name);
  const unexecuted = [...aligned.added.keys()].map((i) =>
    `cell ${names[i]} is executed, and was not then`
  );
  const byIndex = new Map(recorded.map((cell) => [cell.of, cell]));
  const planned = planCells(cells, aligned.recorded).map((cell) => ({
    ...cell,
    outputs: byIndex.get(cell.of)?.outputs ?? [],
  }));
  const wanted =
    (dimension: "order" | "code") => (what: string): Difference => ({
      dimension,
      what,
      contradiction: false,
    });
  return {
    cells: planned,
    differences: [
      ...aligned.order.map(wanted("order")),
      ...unexecuted.map(wanted("order")),
      ...code.map(wanted("code")),
    ],
    warnings: [
      "the saved notebook was run from top to bottom",
      ...below > 0 && bundle.manifest.run.end_reason !== null
        ? [
          `the run did not come to ${
            below === 1 ? "a cell" : `${below} cells`
          } of the notebook below its last one: left out here, too`,
        ]
        : [],
    ],
  };
}

/** The cells of the saved notebook but those below the last execution that the run did not come to. */
function reachedCells(
  bundle: ReadableBundle,
  saved: readonly SavedCode[],
): { cells: LoggedCell[]; below: number } {
  const cells = saved.map(({ source }): LoggedCell => ({
    source,
    outputs: [],
    execution_count: null,
    index: null,
  }));
  const { recorded } = alignCells({ ...bundle, cells });
  const executed = bundle.manifest.cells.map(({ id }) => id);
  const end = executed.at(-1) ?? null;
  const last = end === null ? -1 : saved.findIndex(({ id }) => id === end);
  if (last < 0) return { cells, below: 0 };
  const kept = cells.filter((_, i) =>
    i <= last || recorded[i] !== null || executed.includes(saved[i]?.id ?? null)
  );
  return { cells: kept, below: cells.length - kept.length };
}

/** The recorded order with each cell, or each of those that are taken, as the notebook's file has it now. */
export async function presentCells(
  bundle: ReadableBundle,
  recorded: readonly PlannedCell[],
  { notebook, taken }: {
    notebook: string | null;
    taken?: readonly string[] | undefined;
  },
): Promise<Variant> {
  let bytes: Uint8Array | null = null;
  try {
    bytes = notebook === null ? null : await Deno.readFile(notebook);
  } catch {
    bytes = null; // gone: what travels is used
  }
  bytes ??= await bundle.file("notebook.ipynb");
  if (bytes === null) {
    return unchanged(
      recorded,
      "the notebook's file was not found: the recorded cells were kept",
    );
  }
  const present = codeOf(bytes);
  if (typeof present === "string") return unchanged(recorded, present);
  const byId = new Map(present.map((cell) => [cell.id, cell.source]));
  const ids = new Map(
    bundle.manifest.cells.map((cell) => [cell.index, cell.id]),
  );
  const differences: Difference[] = [];
  const cells = recorded.map((cell) => {
    const id = cell.of === null ? null : ids.get(cell.of) ?? null;
    const source = id === null ? undefined : byId.get(id);
    if (source === undefined || source === cell.source) return cell;
    // However often it was executed, it is one cell.
    const part = `cell ${id}`;
    if (taken?.includes(part) === false) return cell;
    differences.push({
      dimension: "code",
      what: `cell ${cell.name} changed`,
      contradiction: false,
      part,
    });
    return { ...cell, source };
  });
  return {
    cells,
    differences,
    warnings: ["the cells are those that the notebook's file has now"],
  };
}

/** A code cell of the saved notebook. */
export interface SavedCode {
  id: string | null;
  source: string;
}

/** The code cells of the saved notebook; null when it does not travel or cannot be read. */
export async function savedCode(
  bundle: ReadableBundle,
): Promise<SavedCode[] | null> {
  const bytes = await bundle.file("notebook.ipynb");
  const cells = bytes === null ? null : codeOf(bytes);
  return Array.isArray(cells) ? cells : null;
}

function codeOf(
  bytes: Uint8Array,
): SavedCode[] | string {
  try {
    return parseNotebook(new TextDecoder().decode(bytes)).cells
      .filter((cell) => cell.cell_type === "code")
      .map((cell) => ({ id: cell.id ?? null, source: sourceOf(cell) }))
      .filter(({ source }) => source.trim() !== "");
  } catch (error) {
    return `the saved notebook cannot be read: ${messageOf(error)}`;
  }
}

function unchanged(cells: readonly PlannedCell[], warning: string): Variant {
  return { cells: [...cells], differences: [], warnings: [warning] };
}
