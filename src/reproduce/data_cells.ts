/**
 * Which cells may know what data holds. Of a result that comes out another one each time anyway, a change of data can be
 * called harmless only where its cell knows nothing of data.
 *
 * @module
 */
import { namesIn } from "../analysis/analysis.ts";
import { readCell } from "../analysis/cell.ts";
import { HARMLESS } from "../analysis/methods.ts";
import { isShared } from "../analysis/operations.ts";
import { type ItemKey, plannedCellOf } from "./items.ts";
import type { Judged } from "./judged.ts";

/** What may read, or give what was read: Deno, requests, modules, code made of texts, what all cells share. */
const READS =
  /\b(?:Deno|fetch|import|require|process|this|global|globalThis|self|window|Worker|eval|Function|constructor|prototype|__proto__)\b/;
/** Names of the language that hold nothing of a notebook, besides those whose functions leave their arguments alone. */
const PLAIN: ReadonlySet<string> = new Set(
  "undefined NaN Infinity Object Reflect Temporal".split(" "),
);

/**
 * Whether a cell may know of data: it reads, or uses a name that another cell may have given a value. What that one holds
 * is not looked at: values come there by too many ways.
 */
export function mayKnow(source: string): boolean {
  if (READS.test(source)) return true;
  const steps = readCell(source);
  if (steps === null) return true; // it does not parse
  const { used, declared } = namesIn(steps);
  return [...used.difference(declared)].some((name) =>
    !HARMLESS.has(name) && !PLAIN.has(name) && !isShared(name)
  );
}

/** Whether a result may have something of data in it; what is no cell's output may come from any cell. */
export function mayKnowData(
  item: ItemKey,
  { positions, parts: { planned } }: Judged,
): boolean {
  const cell = plannedCellOf(item, positions);
  const source = cell === null ? undefined : planned[cell]?.source;
  return source === undefined || mayKnow(source);
}
