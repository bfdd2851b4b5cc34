/**
 * Which cells may know what data holds, as far as their sources tell. Of a result that comes out another one each time
 * anyway, a change of data can be called harmless only where the cell knows nothing of data.
 *
 * @module
 */
import { usesByCell } from "./chance.ts";
import type { ItemKey } from "./items.ts";
import type { Judged } from "./judged.ts";
import { loggingCells } from "./logging_cells.ts";

/** What may read, or give what was read: Deno, requests, modules, and code made of texts. */
const READS =
  /\b(?:Deno|fetch|import|require|process|globalThis|self|window|XMLHttpRequest|WebSocket|EventSource|Worker|localStorage|indexedDB|caches|eval|Function)\b/;
/** Getting `track()` alone, which gives nothing of data. */
const TRACK =
  /\bimport\s*\{\s*(?:track|sweep)\s*\}\s*from\s*(?:"[^"\n]*"|'[^'\n]*')|\bconst\s*\{\s*(?:track|sweep)\s*\}\s*=\s*await\s+import\((?:"[^"\n]*"|'[^'\n]*')\)/g;

/** Whether each cell may read, itself or by names that another one bound. @param sources The cells in the order they are executed */
export function cellsOfData(sources: readonly string[]): boolean[] {
  return usesByCell(
    sources,
    [],
    (source) => READS.test(source.replaceAll(TRACK, "")) ? [true] : [],
    // Also what a package gives may read.
    { imports: /(?!)/, isForeign: () => false },
  ).map(({ size }) => size > 0);
}

/** Whether a result may have something of data in it. */
export function mayKnowData(item: ItemKey, judged: Judged): boolean {
  const { cells, sure } = loggingCells(item, judged);
  return sure
    ? cells.some((i) => judged.ofData[i] ?? true)
    : judged.ofData.includes(true);
}
