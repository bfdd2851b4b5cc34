/**
 * What a record itself says against its being repeated.
 *
 * @module
 */
import { oneLine } from "../base/markup.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { cellName } from "../record/cell_name.ts";
import type { Journal } from "../journal/journal.ts";
import {
  variablesRead,
  variablesSet,
  variablesUnset,
} from "../record/variables.ts";
import { savedCode } from "./variants.ts";

/** Hidden state, gaps, placeholders and variables that are not set here. */
export function recordWarnings(
  bundle: Pick<ReadableBundle, "manifest" | "cells">,
  journal: Journal,
): string[] {
  const { cells, missing, models, hidden_state } = bundle.manifest;
  const warnings: string[] = [];
  const sources = bundle.cells.map(({ source }) => source);
  const asThen = variablesSet(sources).union(
    variablesUnset(journal, bundle.manifest.run.run_id),
  );
  const unset = variablesRead(bundle.manifest, sources).filter((name) =>
    Deno.env.get(name) === undefined && !asThen.has(name)
  );
  if (unset.length > 0) {
    warnings.push(
      `the run read environment variables that are not set here: ${
        unset.join(", ")
      }`,
    );
  }
  for (const cell of cells) {
    if (cell.flags.includes("excluded")) {
      warnings.push(
        `cell ${
          cellName(cell)
        } was kept out of the record and was not executed`,
      );
    }
  }
  const disordered = cells.filter((cell) =>
    cell.flags.includes("out-of-order")
  );
  const edited = cells.filter((cell) => cell.flags.includes("edited"));
  if (disordered.length > 0) {
    warnings.push(
      `hidden state: cells ran out of the notebook's order (${
        disordered.map(cellName).join(", ")
      }); --top-to-bottom tells whether that matters`,
    );
  }
  if (edited.length > 0) {
    warnings.push(
      `hidden state: cells were edited after they ran (${
        edited.map(cellName).join(", ")
      })`,
    );
  }
  for (const { what } of hidden_state ?? []) {
    warnings.push(oneLine(`hidden state: ${what}`));
  }
  if (
    models === undefined &&
    bundle.cells.some(({ source }) => /\bregisterModel\b/.test(source))
  ) {
    warnings.push(
      "the record does not say which models were registered: they are not compared",
    );
  }
  for (const { what, why } of missing) {
    warnings.push(oneLine(`not recorded: ${what}: ${why}`));
  }
  return warnings;
}

/** Says which cells of the saved notebook stand below the one that ended the run: they are no part of it. */
export async function cellsAfterEnd(bundle: ReadableBundle): Promise<string[]> {
  const { run, cells } = bundle.manifest;
  const last = cells.at(-1);
  if (run.end_reason !== null || !last || last.id === null) return [];
  const saved = await savedCode(bundle) ?? [];
  const end = saved.findIndex(({ id }) => id === last.id);
  const executed = new Set(cells.map(({ id }) => id));
  const below = end < 0
    ? []
    : saved.slice(end + 1).filter(({ id }) => !executed.has(id));
  if (below.length === 0) return [];
  const [what, are] = below.length === 1
    ? ["the cell", "is"]
    : [`the ${below.length} cells`, "are"];
  return [
    `the run was ended in cell ${
      cellName(last)
    }: ${what} of the notebook below it ${are} no part of it, and ${are} neither executed nor compared`,
  ];
}
