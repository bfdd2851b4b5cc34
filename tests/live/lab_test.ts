import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Lab, startLab } from "./lab.ts";
import { executed, menu, save } from "./lab_page.ts";
import { has, Runs, tracking } from "./lab_runs.ts";
import { CHECKOUT } from "./setup.ts";
import { until } from "../until.ts";

let lab: Lab;
let runs: Runs;
Deno.test.beforeAll(async () => {
  lab = await startLab();
  runs = new Runs(lab);
});
Deno.test.afterAll(() => lab.close());

Deno.test("in JupyterLab a run records every cell, fills in what ran before it, and is closed with the kernel", async (t) => {
  const cells = [
    `const setting = 21;`,
    tracking("whole"),
    `for (let step = 0; step < 50; step++) run.logMetric("loss", 1 / (step + 1), { step });
console.log("doubled", setting * 2);`,
    `setting * 2`,
  ];
  await lab.write("whole.ipynb", cells);
  const page = await lab.open("whole.ipynb");

  await t.step(
    "the cells after track() are recorded with their outputs",
    async () => {
      await menu(page, "Run", "Run All Cells");
      await executed(page, cells.length);
      const run = await runs.newest(
        "whole",
        "the last cell",
        (run) =>
          run.cells.some((c) =>
            c.source === cells[3] && c.outputs.length === 1
          ),
      );
      assertEquals(run.status, "RUNNING");
      assertEquals(run.cells.at(-2)?.source, cells[2]);
      assertEquals(run.metrics["loss"], 1 / 50);
    },
  );

  await t.step("the card is in the page", async () => {
    const card = page.locator(".jp-OutputArea-output")
      .filter({ hasText: "RUNNING" }).first();
    await card.waitFor();
    assertStringIncludes(await card.innerText(), "whole");
  });

  await t.step(
    "once the notebook is saved, the cells before the recording are there too",
    async () => {
      await save(page);
      const run = await runs.newest(
        "whole",
        "the cells before the recording",
        has(cells),
      );
      assertEquals(run.cells.map((c) => c.id), [
        "cell-0",
        "cell-1",
        "cell-2",
        "cell-3",
      ]);
      assertEquals(
        run.notebook,
        await Deno.realPath(`${lab.folder}/whole.ipynb`),
      );
    },
  );

  await t.step("shutting the kernel down closes the run", async () => {
    await menu(page, "Kernel", "Shut Down Kernel");
    const run = await runs.newest(
      "whole",
      "the end",
      (run) => run.status !== "RUNNING",
    );
    assertEquals(run.status, "FINISHED");
    assert(
      !run.missing.some((m) => m.what === "cell sources"),
      JSON.stringify(run.missing),
    );
  });
  await page.close();
});

Deno.test("the card can be read in an untrusted copy of a notebook", async () => {
  await lab.write("mine.ipynb", [tracking("card")]);
  const page = await lab.open("mine.ipynb");
  await menu(page, "Run", "Run All Cells");
  await executed(page, 1);
  await page.locator(".jp-OutputArea-output")
    .filter({ hasText: "RUNNING" }).first().waitFor();
  await save(page);
  const saved = await until("the saved card", async () => {
    const text = await Deno.readTextFile(`${lab.folder}/mine.ipynb`);
    return text.includes("text/html") && text;
  });
  await menu(page, "Kernel", "Shut Down Kernel");
  const { run_id } = await runs.newest(
    "card",
    "the end",
    (run) => run.status !== "RUNNING",
  );
  await page.close();

  const colleague = JSON.parse(saved);
  colleague.metadata.of = "a colleague"; // what this server did not sign is not trusted
  await Deno.writeTextFile(
    `${lab.folder}/theirs.ipynb`,
    JSON.stringify(colleague),
  );
  const copy = await lab.open("theirs.ipynb");
  await copy.waitForSelector(".jp-StatusItem-trust:not(.jp-mod-trusted)", {
    state: "attached",
  });
  const card = copy.locator(".jp-OutputArea-output")
    .filter({ hasText: "RUNNING" }).first();
  await card.waitFor();
  const text = await card.innerText();
  for (const part of ["card", run_id.slice(0, 8), "as of"]) {
    assertStringIncludes(text, part);
  }
  await copy.close();
});

Deno.test("the first lesson runs in JupyterLab and shows its figure", async () => {
  await lab.nbtrack("init", ".");
  for (const file of ["01-first-run.ipynb", "penguins.csv"]) {
    await Deno.copyFile(
      `${CHECKOUT}notebooks/${file}`,
      `${lab.folder}/${file}`,
    );
  }
  const page = await lab.open("01-first-run.ipynb");
  await menu(page, "Run", "Run All Cells");
  await executed(page, await page.locator(".jp-CodeCell").count());
  const figure = page.locator(".jp-RenderedSVG img, .jp-RenderedSVG svg");
  await figure.scrollIntoViewIfNeeded();
  const box = await figure.boundingBox();
  assert(box !== null && box.width > 300 && box.height > 100, `${box}`);
  // One cell fails by design, and is tagged so that the notebook goes on.
  const failures = await page.locator(
    ".jp-OutputArea-output[data-mime-type$='error'], .jp-OutputArea-output[data-mime-type$='stderr']",
  ).allInnerTexts();
  assertEquals(failures.length, 1, failures.join("\n"));
  assertStringIncludes(failures[0] ?? "", "cannot be right");
  const run = await runs.newest(
    "penguins-knn",
    "the end",
    (run) => run.status !== "RUNNING",
  );
  assertEquals(run.status, "FINISHED");
  assert(Number(run.metrics["accuracy"]) > 0.9, `${run.metrics["accuracy"]}`);
  assert(run.artifacts.some((a) => a.path === "accuracy-by-k.svg"));
  await menu(page, "Kernel", "Shut Down Kernel");
  await page.close();
});
