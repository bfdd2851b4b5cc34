/**
 * Which cell of the saved notebook each execution was: ids, order, cells kept out by a tag.
 *
 * @module
 */
import { mapCellIds, orderFlags } from "../notebook/recover_cells.ts";
import { isExcluded } from "../notebook/excluded.ts";
import { codeCellsOf, type SavedNotebook } from "../notebook/saved_cells.ts";
import type { ExecutionFlag } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import { keepOut } from "./kept_out.ts";

/**
 * Gives executions their cells' ids, flags their order, and takes out what a tag keeps out of the record.
 *
 * @returns positions of those that were taken out
 */
export function identifyCells(
  journal: Journal,
  session_id: string,
  notebook: SavedNotebook,
): number[] {
  const { executions } = journal;
  const all = executions.list(session_id).filter((e) => e.source !== null);
  const plain = all.map((e) => ({ ...e, source: e.source ?? "" }));
  const ids = mapCellIds({ notebook, executions: plain });
  const identified = plain.map((e, i) => ({
    ...e,
    cell_id: e.cell_id ?? ids.get(i) ?? null,
  }));
  const order = orderFlags(identified, notebook);
  const tags = new Map(codeCellsOf(notebook).map((c) => [c.id, c.tags]));
  const keptOut: number[] = [];
  identified.forEach((e, i) => {
    const already = e.flags.includes("excluded");
    const excluded = already ||
      isExcluded(e.source, e.cell_id === null ? [] : tags.get(e.cell_id));
    const flags: ExecutionFlag[] = excluded
      // Its source as executed is not known any more: whether it was edited is not, either.
      ? [...(order[i] ?? []).filter((f) => f !== "edited"), "excluded"]
      : order[i] ?? [];
    if (excluded && !already) {
      keepOut(journal, e, flags);
      keptOut.push(e.position);
    } else if (
      all[i]?.cell_id !== e.cell_id || all[i]?.flags.join() !== flags.join()
    ) executions.put({ ...e, flags });
  });
  return keptOut;
}
