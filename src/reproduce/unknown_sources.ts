/**
 * Cells of which nobody saw what was executed: the record has no source of them, or one from the notebook's file.
 *
 * @module
 */
import type { BundledCell, Manifest } from "../record/bundle/manifest.ts";
import { cellName } from "../record/cell_name.ts";
import { CELL_SOURCES } from "../record/source_gap.ts";
import type { Cause } from "./replay/types.ts";

/** Executions whose source is not known cannot be repeated; each with the reason, where the record has one for it. */
export function unseenCells(
  { cells, missing }: Pick<Manifest, "cells" | "missing">,
  only?: ReadonlySet<number>,
): Cause[] {
  const why = missing.find(({ what }) => what === CELL_SOURCES)?.why ?? "";
  return cells.filter(({ index, source }) =>
    source === null && only?.has(index) !== false
  ).map((cell) => {
    const name = cellName(cell);
    const reason = reasonOf(name, why);
    return {
      dimension: "code",
      what: reason === null
        ? `cell ${name} ran before the recording began: its source is not known`
        : `the source of cell ${name} is not known: ${reason}`,
    };
  });
}

/** Of the sentences that say why sources are not known the part about one cell: `[1]: it was edited …. [2]: …`. */
function reasonOf(name: string, why: string): string | null {
  const begins = why.indexOf(`${name}: `);
  if (begins < 0) return null;
  const text = why.slice(begins + name.length + 2);
  const [reason = ""] = text.split(/\. (?=\[\d+\](?::|,| ran))/);
  return reason.replace(/\.$/, "");
}

/** Says which cells' sources were read from the notebook's file, where somebody may have edited them; null where none. */
export function fromFileSentence(cells: readonly BundledCell[]): string | null {
  const names = cells.filter((cell) => cell.source_from === "file")
    .map(cellName);
  if (names.length === 0) return null;
  const [sources, were] = names.length === 1
    ? ["source of cell", "was"]
    : ["sources of cells", "were"];
  return `the ${sources} ${
    names.join(", ")
  } ${were} read from the notebook's file: nobody saw whether it was edited after it was executed`;
}
