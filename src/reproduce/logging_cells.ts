/**
 * Which cells log a result, as far as sources tell.
 *
 * @module
 */
import type { ChanceKind } from "./chance.ts";
import { type ItemKey, plannedCellOf, resultKey } from "./items.ts";
import type { Judged } from "./judged.ts";

/** Writes something down that is a result. */
const LOGS = /\b(?:log[A-Z]\w*|setTags?|registerModel|callbacks|track)\s*\(/;

/** Whether a source may log a result. */
export function logsResults(source: string): boolean {
  return LOGS.test(source);
}

/** Where a result comes from. */
export interface LoggingCells {
  /** Places in the plan. */
  cells: number[];
  /** Whether it is a cell's own output, or those cells name it; else they are all that log anything. */
  sure: boolean;
}

/** The cells that a result is of: the one that shows it, or those that log it. */
export function loggingCells(
  item: ItemKey,
  { positions, parts: { planned } }: Pick<Judged, "positions" | "parts">,
): LoggingCells {
  const cell = plannedCellOf(item, positions);
  if (cell !== null) return { cells: [cell], sure: true };
  const key = resultKey(item);
  const logging = [...planned.keys()].filter((i) =>
    logsResults(planned[i]?.source ?? "")
  );
  const naming = key === null
    ? []
    : logging.filter((i) => names(planned[i]?.source ?? "", String(key)));
  return naming.length > 0
    ? { cells: naming, sure: true }
    : { cells: logging, sure: false };
}

/** The sources of chance of a result's cells. */
export function chanceOfItem(
  item: ItemKey,
  judged: Pick<Judged, "positions" | "parts" | "chance">,
): { kinds: Set<ChanceKind>; sure: boolean } {
  const { cells, sure } = loggingCells(item, judged);
  return {
    kinds: new Set(cells.flatMap((i) => [...judged.chance[i] ?? []])),
    sure,
  };
}

/** Whether a source has a key as a text, or as the name of an object's member. */
function names(source: string, key: string): boolean {
  if (['"', "'", "`"].some((mark) => source.includes(mark + key + mark))) {
    return true;
  }
  return /^[\w$]+$/.test(key) &&
    new RegExp(
      `(?<![\\w$.])${key.replaceAll("$", "\\$")}\\s*[:,}]`,
    ).test(source);
}
