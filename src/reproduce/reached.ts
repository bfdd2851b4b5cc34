/**
 * Which results a difference can have changed, as far as the cells' sources show.
 *
 * @module
 */
import { type ItemKey, plannedCellOf } from "./items.ts";
import type { Judged } from "./judged.ts";
import type { Difference } from "./replay/types.ts";

/** Whether a difference can be behind a result: it reaches its cell, and nothing that changes by itself does. */
export function isReached(
  item: ItemKey,
  difference: Difference,
  judged: Judged,
): boolean {
  return reaches(difference, item, judged) &&
    !readsOutside(item, judged, difference.dimension);
}

/** Of what is logged no cell is known. */
function reaches(
  { reaches }: Difference,
  item: ItemKey,
  { positions }: Judged,
): boolean {
  if (reaches === undefined) return true;
  const i = plannedCellOf(item, positions);
  return i === null ? reaches.size > 0 : reaches.has(i);
}

/**
 * Whether a result is of a cell that reads a clock, the network or a folder. The network is what data of an address is
 * read by: of a difference of data it says nothing.
 */
function readsOutside(
  item: ItemKey,
  { chance, positions }: Judged,
  dimension: Difference["dimension"],
): boolean {
  const i = plannedCellOf(item, positions);
  const kinds = i === null
    ? new Set(chance.flatMap((kinds) => [...kinds]))
    : chance[i] ?? new Set();
  return kinds.has("the time") || kinds.has("what lies in a folder") ||
    (kinds.has("the network") && dimension !== "data");
}
