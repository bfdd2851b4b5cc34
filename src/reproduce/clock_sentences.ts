/**
 * What is said of results that differ where a clock's reading chose something.
 *
 * @module
 */
import type { Compared } from "./compare/runs.ts";
import { driftedItems, itemName } from "./items.ts";
import type { Judged } from "./judged.ts";
import { loggingCells } from "./logging_cells.ts";

/** So many results are named, and of so many more the cells are not asked for each. */
const [MOST_NAMED, MOST_ASKED] = [5, 2000] as const;

/** Says which results that differ have what the clock chose, and in which cells it did. */
export function clockSentences(
  judged: Judged,
  compared: Compared,
): string[] {
  const { positions } = judged;
  if (!positions.some(({ clockChose = [] }) => clockChose.length > 0)) {
    return [];
  }
  const byCells = new Map<string, string[]>();
  for (const item of [...driftedItems(compared)].slice(0, MOST_ASKED)) {
    const { cells } = loggingCells(item, judged);
    const chose = new Set(cells.flatMap((i) => positions[i]?.clockChose ?? []));
    if (chose.size === 0) continue;
    const where = [...chose].map((name) => `cell ${name}`).join(", ");
    const names = byCells.get(where) ?? [];
    byCells.set(where, [...names, itemName(item, positions)]);
  }
  return [...byCells].map(([where, names]) => {
    const more = names.length - MOST_NAMED;
    const few = names.slice(0, MOST_NAMED).join(", ");
    return `${few}${
      more > 0 ? ` and ${more} more` : ""
    }: the clock chose, in ${where}: its reading is used there for something else than the time that passed, such as an index, a remainder or a seed`;
  });
}
