/**
 * What a record itself says against its being repeated.
 *
 * @module
 */
import type { ReadableBundle } from "../record/bundle/read.ts";
import { cellName } from "../record/cell_name.ts";

/** Hidden state, gaps, placeholders and variables that are not set here. */
export function recordWarnings(
  bundle: Pick<ReadableBundle, "manifest" | "cells">,
): string[] {
  const { cells, missing, env_names, models, hidden_state } = bundle.manifest;
  const warnings: string[] = [];
  const unset = env_names.filter((name) => Deno.env.get(name) === undefined);
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
    warnings.push(`hidden state: ${what}`);
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
    warnings.push(`not recorded: ${what}: ${why}`);
  }
  return warnings;
}
