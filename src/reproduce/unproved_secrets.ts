/**
 * What cannot be told of secrets in results: the placeholders of two machines are made with two keys, and look unlike
 * whether the values are equal or not.
 *
 * @module
 */
import { cellName } from "../record/cell_name.ts";
import type { MaskUse } from "./compare/types.ts";

/** So many places are named. */
const MAX_NAMED = 5;

/** Says where results are equal but for the placeholders of two machines. */
export function unprovedSecrets(
  masked: readonly MaskUse[],
  cells: readonly { index: number; execution_count?: number | null }[],
): string[] {
  const places = [
    ...new Set(
      masked.filter(({ kind }) => kind === "redaction").map(
        ({ cell, artifact }) => {
          if (artifact !== undefined) return `artifact ${artifact}`;
          const known = cells.find(({ index }) => index === cell);
          return known === undefined
            ? "what was logged"
            : `cell ${cellName(known)}`;
        },
      ),
    ),
  ];
  if (places.length === 0) return [];
  const more = places.length - MAX_NAMED;
  const named = places.slice(0, MAX_NAMED).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
  return [
    `a secret stands in ${named} then and now, and nothing shows that it is the same: the placeholders of two machines cannot be compared`,
  ];
}
