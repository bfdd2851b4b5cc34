import { assertEquals } from "@std/assert";
import type { Manifest } from "../../src/record/bundle/manifest.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { planCells } from "../../src/reproduce/replay/plan.ts";
import { topToBottom } from "../../src/reproduce/variants.ts";
import { notebookJson } from "../notebook_file.ts";
import { writeBundle } from "../safety/bundles.ts";

/** What is executed of a saved notebook from top to bottom, of which some cells were executed, in an order. */
async function fromTop(
  saved: readonly string[],
  executed: readonly number[],
  end_reason: string | null = null,
) {
  const bundle = await readBundle(
    await writeBundle({
      cells: executed.map((i) => saved[i] ?? ""),
      files: { "notebook.ipynb": notebookJson(saved) },
      manifest(manifest) {
        (manifest["run"] as Manifest["run"]).end_reason = end_reason;
        for (
          const [at, cell] of (manifest["cells"] as Manifest["cells"]).entries()
        ) {
          cell.id = `cell-${executed[at]}`;
        }
      },
    }),
  );
  const planned = planCells(bundle.cells, bundle.manifest.cells);
  const { cells, differences, warnings } = await topToBottom(bundle, planned);
  return {
    sources: cells.map(({ source }) => source),
    differences: differences.map(({ dimension, what }) =>
      `${dimension}: ${what}`
    ),
    warnings,
  };
}

const LETTERS = ["a", "b", "c", "d"].map((letter) =>
  `console.log("${letter}")`
);

Deno.test("a cell that was passed over is executed from top to bottom, which is another order and no other code", async () => {
  const { sources, differences } = await fromTop(LETTERS, [0, 2, 3]);
  assertEquals(sources, LETTERS);
  assertEquals(differences, [
    "order: cell #1 is executed, and was not then",
  ]);
});

Deno.test("cells below the last one that was executed are left out, also one that reads like another", async () => {
  const saved = [...LETTERS, LETTERS[0] ?? ""];
  const { sources, differences, warnings } = await fromTop(saved, [0, 1], "x");
  assertEquals([sources, differences], [LETTERS.slice(0, 2), []]);
  assertEquals(warnings, [
    "the saved notebook was run from top to bottom",
    "the run did not come to 3 cells of the notebook below its last one: left out here, too",
  ]);
});

Deno.test("cells that were executed are kept wherever they stand", async () => {
  const { sources, differences } = await fromTop(LETTERS, [0, 3, 1]);
  assertEquals(sources, [LETTERS[0], LETTERS[1], LETTERS[3]]);
  assertEquals(differences.every((text) => text.startsWith("order: ")), true);
});
