/**
 * Which results a difference can have changed, as far as the cells' sources show.
 *
 * @module
 */
import type { ItemKey } from "./items.ts";
import type { Judged } from "./judged.ts";
import { loggingCells } from "./logging_cells.ts";
import type { Difference } from "./replay/types.ts";

/** Whether a difference can be behind a result: it reaches its cell, and nothing that changes by itself does. */
export function isReached(
  item: ItemKey,
  { reaches, dimension }: Difference,
  judged: Judged,
): boolean {
  const { cells, sure } = loggingCells(item, judged);
  const reached = reaches === undefined ||
    (sure ? cells.some((i) => reaches.has(i)) : reaches.size > 0);
  return reached &&
    !readOutside(sure ? cells : [...judged.chance.keys()], dimension, judged);
}

/**
 * Whether cells read a clock, the network or a folder. The network is what data of an address is read by: of a
 * difference of data it says nothing.
 */
function readOutside(
  cells: readonly number[],
  dimension: Difference["dimension"],
  { chance }: Judged,
): boolean {
  return cells.some((i) => {
    const kinds = chance[i];
    return kinds !== undefined &&
      (kinds.has("the time") || kinds.has("what lies in a folder") ||
        (kinds.has("the network") && dimension !== "data"));
  });
}
