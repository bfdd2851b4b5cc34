/**
 * Results that are drawn without a seed: of few values the same comes again and again.
 *
 * @module
 */
import type { ItemKey } from "./items.ts";
import type { Judged } from "./judged.ts";
import { chanceOfItem } from "./logging_cells.ts";

/** Whether the cells of a result draw random numbers, as their sources tell, and no seed makes them repeat. */
export function isDrawnUnseeded(item: ItemKey, judged: Judged): boolean {
  return judged.parts.bundle.manifest.seed === null &&
    chanceOfItem(item, judged).kinds.has("random numbers");
}
