import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/jupyter/notebook.ts";
import { executed, menu, save, startLab } from "./lab.ts";
import { until } from "./setup.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

const shownSchema = z.looseObject({
  status: z.string(),
  notebook: z.string().nullable(),
  metrics: z.record(z.string(), z.unknown()),
  cells: z.array(z.looseObject({
    id: z.string().nullable(),
    source: z.string(),
    status: z.string(),
    outputs: z.array(z.unknown()),
  })),
  missing: z.array(z.looseObject({ what: z.string(), why: z.string() })),
});

const CELLS = [
  `const setting = 21;`,
  `import { track } from ${JSON.stringify(MOD)};
const run = await track("lab", { params: { setting }, seed: 3 });
run`,
  `for (let step = 0; step < 50; step++) run.logMetric("loss", 1 / (step + 1), { step });
console.log("doubled", setting * 2);`,
  `setting * 2`,
];

Deno.test("in JupyterLab a run records every cell, heals what ran before it, and is closed with the kernel", async (t) => {
  const lab = await startLab();
  try {
    const notebook = newNotebook(
      CELLS.map((source, i) => newCodeCell(source, { id: `cell-${i}` })),
    );
    await Deno.writeTextFile(
      `${lab.folder}/work.ipynb`,
      formatNotebook(notebook),
    );
    const page = await lab.open("work.ipynb");
    const shown = async () =>
      shownSchema.parse(await lab.nbtrack("show", "last"));

    await t.step(
      "the cells after track() are recorded with their outputs",
      async () => {
        await menu(page, "Run", "Run All Cells");
        await executed(page, CELLS.length);
        const run = await until("the last cell", async () => {
          const run = await shown();
          return run.cells.some((c) =>
            c.source === CELLS[3] && c.outputs.length === 1
          ) && run;
        });
        assertEquals(run.status, "RUNNING");
        assertEquals(run.cells.at(-2)?.source, CELLS[2]);
        assertEquals(run.metrics["loss"], 1 / 50);
      },
    );

    await t.step("the card is in the page", async () => {
      const card = await page.locator(".jp-OutputArea-output table").first()
        .innerText();
      assertStringIncludes(card, "RUNNING");
    });

    await t.step(
      "once the notebook is saved, the cells before the recording are there too",
      async () => {
        await save(page);
        const run = await until("the healed cells", async () => {
          const run = await shown();
          return run.cells.length === CELLS.length && run.cells.every((c) =>
            c.source !== ""
          ) && run;
        });
        assertEquals(run.cells.map((c) => c.source), CELLS);
        assertEquals(run.cells.map((c) => c.id), [
          "cell-0",
          "cell-1",
          "cell-2",
          "cell-3",
        ]);
        assertEquals(
          run.notebook,
          await Deno.realPath(`${lab.folder}/work.ipynb`),
        );
      },
    );

    await t.step("shutting the kernel down closes the run", async () => {
      await menu(page, "Kernel", "Shut Down Kernel");
      const run = await until("the end of the run", async () => {
        const run = await shown();
        return run.status !== "RUNNING" && run;
      });
      assertEquals(run.status, "FINISHED");
      assert(
        !run.missing.some((m) => m.what === "cell sources"),
        JSON.stringify(run.missing),
      );
    });
  } finally {
    await lab.close();
  }
});
