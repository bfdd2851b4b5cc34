import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import { executed, type Lab, menu, runCell, save, startLab } from "./lab.ts";
import { CHECKOUT, until } from "./setup.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

const shownSchema = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  notebook: z.string().nullable(),
  metrics: z.record(z.string(), z.unknown()),
  cells: z.array(z.looseObject({
    id: z.string().nullable(),
    source: z.string(),
    status: z.string(),
    outputs: z.array(z.unknown()),
  })),
  artifacts: z.array(z.looseObject({ path: z.string() })),
  missing: z.array(z.looseObject({ what: z.string(), why: z.string() })),
});
const listSchema = z.looseObject({
  runs: z.array(z.looseObject({ run_id: z.string(), status: z.string() })),
});
const pointsSchema = z.looseObject({ points: z.array(z.unknown()) });

/** The cell that begins to track an experiment, and shows the card. */
const tracking = (experiment: string) =>
  `import { track } from ${JSON.stringify(MOD)};
const run = await track(${JSON.stringify(experiment)});
run`;

/** Logs a point every 10 ms and never gives the thread back. */
const BLOCKING = `for (let beat = 0;; beat++) {
  run.logMetric("beat", beat, { step: beat });
  for (const end = performance.now() + 10; performance.now() < end;);
}`;

let lab: Lab;
Deno.test.beforeAll(async () => {
  lab = await startLab();
});
Deno.test.afterAll(() => lab.close());

async function runs(experiment: string) {
  const { runs } = listSchema.parse(
    await lab.nbtrack("runs", "--experiment", experiment),
  );
  return runs;
}

async function show(run: string) {
  return shownSchema.parse(await lab.nbtrack("show", run));
}

/** The newest run of an experiment, once there is one and it is as wanted. */
async function newest(
  experiment: string,
  what: string,
  wanted: (run: z.infer<typeof shownSchema>) => boolean,
) {
  return await until(`${what} of ${experiment}`, async () => {
    const [last] = await runs(experiment);
    if (last === undefined) return false;
    const shown = await show(last.run_id);
    return wanted(shown) && shown;
  });
}

const sourcesOf = (run: z.infer<typeof shownSchema>) =>
  run.cells.map((cell) => cell.source);

/** Whether a run has these cell executions, in this order. */
const has =
  (sources: readonly string[]) => (run: z.infer<typeof shownSchema>) =>
    sourcesOf(run).join("\0") === sources.join("\0");

/** Waits until a cell that does not end has logged points that others can read. */
async function beating(experiment: string): Promise<string> {
  const [last] = await until("a run", async () => {
    const list = await runs(experiment);
    return list.length > 0 && list;
  });
  const run_id = last?.run_id ?? "";
  await until("points of the executing cell", async () => {
    const { metrics } = await show(run_id);
    if (!("beat" in metrics)) return false;
    const { points } = pointsSchema.parse(
      await lab.nbtrack("show", run_id, "--metric", "beat"),
    );
    return points.length > 10;
  });
  return run_id;
}

Deno.test("in JupyterLab a run records every cell, heals what ran before it, and is closed with the kernel", async (t) => {
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
      const run = await newest(
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
    const card = await page.locator(".jp-OutputArea-output table").first()
      .innerText();
    assertStringIncludes(card, "RUNNING");
  });

  await t.step(
    "once the notebook is saved, the cells before the recording are there too",
    async () => {
      await save(page);
      const run = await newest("whole", "the healed cells", has(cells));
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
    const run = await newest(
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

Deno.test("the points of a cell that does not end are shown meanwhile; interrupting it keeps kernel, run and record", async () => {
  const cells = [
    `const kept = 7;\n${tracking("interrupted")}`,
    BLOCKING,
    `run.logMetric("after", kept);`,
  ];
  await lab.write("interrupted.ipynb", cells);
  const page = await lab.open("interrupted.ipynb");
  await runCell(page, 0);
  await executed(page, 1);
  await runCell(page, 1);
  const run_id = await beating("interrupted");
  await menu(page, "Kernel", "Interrupt Kernel");
  await executed(page, 2);
  await runCell(page, 2);
  await executed(page, 3);
  await save(page);
  const run = await newest("interrupted", "the record", has(cells));
  assertEquals(
    [run.run_id, run.status, run.metrics["after"]],
    [run_id, "RUNNING", 7],
  );
  assert(
    run.missing.some((m) => m.what === "interruptions") ||
      run.cells[1]?.status !== "ok",
    "an interrupted cell passes for one that succeeded",
  );
  assertEquals(lab.sessions("interrupted.ipynb").length, 1);
  await menu(page, "Kernel", "Shut Down Kernel");
  await newest("interrupted", "the end", (run) => run.status !== "RUNNING");
  await page.close();
});

Deno.test("a restarted kernel is a session of its own, and the run of the old one is closed", async () => {
  const cells = [tracking("restarted"), `run.logMetric("n", 1);`];
  await lab.write("restarted.ipynb", cells);
  const page = await lab.open("restarted.ipynb");
  await menu(page, "Run", "Run All Cells");
  await executed(page, 2);
  await save(page);
  const first = await newest("restarted", "the record", has(cells));
  await menu(page, "Kernel", "Restart Kernel…");
  await page.click(".jp-Dialog .jp-mod-accept");
  await until(
    "the end of the first run",
    async () => (await show(first.run_id)).status === "FINISHED",
  );
  await page.waitForSelector(
    '.jp-Notebook-ExecutionIndicator[data-status="idle"]',
  );
  await runCell(page, 0);
  const second = await newest(
    "restarted",
    "the second run",
    (run) => run.run_id !== first.run_id && run.cells.length === 1,
  );
  // The prompt may still be the one of before: whoever saves too early saves again.
  await until("the second record", async () => {
    await save(page);
    return has(cells.slice(0, 1))(await show(second.run_id));
  });
  assertEquals(second.status, "RUNNING");
  assertEquals(sourcesOf(await show(first.run_id)), cells);
  const [old, present, ...more] = lab.sessions("restarted.ipynb");
  assertEquals(more, []);
  assertEquals(old?.connection_file, present?.connection_file);
  assert(old?.pid !== present?.pid, "the kernel is the same process");
  await menu(page, "Kernel", "Shut Down Kernel");
  await newest("restarted", "the end", (run) => run.status !== "RUNNING");
  await page.close();
});

Deno.test("a kernel killed in the middle of a cell leaves a KILLED run, and the server's new kernel is a session of its own", async () => {
  const cells = [tracking("killed"), BLOCKING];
  await lab.write("killed.ipynb", cells);
  const page = await lab.open("killed.ipynb");
  await menu(page, "Run", "Run All Cells");
  const run_id = await beating("killed");
  await save(page);
  await newest("killed", "the record", has(cells));
  const [session] = lab.sessions("killed.ipynb");
  assert(session !== undefined, "no session in the journal");
  Deno.kill(session.pid, "SIGKILL");
  const killed = await newest(
    "killed",
    "the end",
    (run) => run.status !== "RUNNING",
  );
  assertEquals([killed.run_id, killed.status], [run_id, "KILLED"]);
  assertEquals(sourcesOf(killed), cells);
  const { points } = pointsSchema.parse(
    await lab.nbtrack("show", run_id, "--metric", "beat"),
  );
  assert(points.length > 10, `${points.length} points are left`);
  await page.click(".jp-Dialog .jp-mod-accept"); // it says that the kernel died
  await runCell(page, 0);
  const next = await newest(
    "killed",
    "the run of the new kernel",
    (run) => run.run_id !== run_id,
  );
  assertEquals(next.status, "RUNNING");
  const [old, present, ...more] = lab.sessions("killed.ipynb");
  assertEquals(more, []);
  assertEquals(old?.connection_file, present?.connection_file);
  assert(old?.pid !== present?.pid, "the kernel is the same process");
  await menu(page, "Kernel", "Shut Down Kernel");
  await newest("killed", "the end", (run) => run.status !== "RUNNING");
  await page.close();
});

Deno.test("the card can be read in an untrusted copy of a notebook", async () => {
  await lab.write("mine.ipynb", [tracking("card")]);
  const page = await lab.open("mine.ipynb");
  await menu(page, "Run", "Run All Cells");
  await executed(page, 1);
  const card = page.locator(".jp-OutputArea-output table").first();
  const trusted = await card.innerText();
  await save(page);
  const saved = await until("the saved card", async () => {
    const text = await Deno.readTextFile(`${lab.folder}/mine.ipynb`);
    return text.includes("text/html") && text;
  });
  await menu(page, "Kernel", "Shut Down Kernel");
  await newest("card", "the end", (run) => run.status !== "RUNNING");
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
  assertEquals(
    await copy.locator(".jp-OutputArea-output table").first().innerText(),
    trusted,
  );
  assertStringIncludes(trusted, "RUNNING");
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
  assertEquals(
    await page.locator(
      ".jp-OutputArea-output[data-mime-type$='error'], .jp-OutputArea-output[data-mime-type$='stderr']",
    ).allInnerTexts(),
    [],
  );
  const run = await newest(
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
