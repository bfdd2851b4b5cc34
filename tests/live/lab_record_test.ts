/** What a JupyterLab does with a notebook's file beside the record: rename, edit without running, late first saves. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Lab, LAB_KERNELS, type Page, startLab } from "./lab.ts";
import { executed, menu, runCell, save } from "./lab_page.ts";
import { has, Runs, type Shown, sourcesOf, tracking } from "./lab_runs.ts";
import { until } from "../until.ts";

/** Cells of a longer notebook. */
const CELLS = 60;

let lab: Lab;
let runs: Runs;
Deno.test.beforeAll(async () => {
  lab = await startLab();
  runs = new Runs(lab);
});
Deno.test.afterAll(() => lab.close());

function gapOf(run: Shown): string {
  return run.missing.find((m) => m.what === "cell sources")?.why ?? "";
}

async function shutDown(page: Page, experiment: string): Promise<Shown> {
  await menu(page, "Kernel", "Shut Down Kernel");
  const run = await runs.newest(
    experiment,
    "the end",
    (run) => run.status !== "RUNNING",
  );
  await page.close();
  return run;
}

for (const kernel of LAB_KERNELS) {
  const kind = kernel === "deno" ? "Deno's own kernel" : "the tracked kernel";
  Deno.test(`a new notebook of ${kind} that gets its name at the first save is found by it`, async () => {
    const name = `renamed-${kernel}`;
    const cells = [
      `const before = 1;\nbefore`,
      tracking(name),
      `run.logMetric("n", before);`,
    ];
    await lab.write(`Untitled-${kernel}.ipynb`, cells, kernel);
    const page = await lab.open(`Untitled-${kernel}.ipynb`);
    await menu(page, "Run", "Run All Cells");
    await executed(page, 3);
    await menu(page, "File", "Rename Notebook…");
    await page.locator(".jp-Dialog input").fill(`${name}.ipynb`);
    await page.click(".jp-Dialog .jp-mod-accept");
    await until("the file's new name", async () => {
      const { isFile } = await Deno.stat(`${lab.folder}/${name}.ipynb`)
        .catch(() => ({ isFile: false }));
      return isFile;
    });
    // Until the page knows the new name it saves under the old one.
    await page.waitForSelector(
      `.lm-TabBar-tabLabel >> text="${name}.ipynb"`,
    );
    await save(page);
    const named = await Deno.realPath(`${lab.folder}/${name}.ipynb`);
    await runs.newest(
      name,
      "the record under the new name",
      (run) => {
        const isThere = run.notebook === named && has(cells)(run);
        // A key that is pressed while the dialog closes reaches nobody.
        if (!isThere) save(page).catch(() => {});
        return isThere;
      },
    );
    const ended = await shutDown(page, name);
    assertEquals(ended.notebook, named);
    assertEquals([ended.status, gapOf(ended)], ["FINISHED", ""]);
  });
}

for (const kernel of LAB_KERNELS) {
  const kind = kernel === "deno" ? "Deno's own kernel" : "the tracked kernel";
  const tracked = kernel === "nbtrack";

  Deno.test(`a cell that is edited without being executed in ${kind} is not what was executed`, async () => {
    const name = `edited-${kernel}`;
    const source = tracking(name).replace(
      `"${name}")`,
      `"${name}", { params: { lr: 0.1 } })`,
    );
    await lab.write(`${name}.ipynb`, [source], kernel);
    const page = await lab.open(`${name}.ipynb`);
    await runCell(page, 0);
    await executed(page, 1);
    const editor = page.locator(".jp-CodeCell .jp-InputArea-editor .cm-content")
      .first();
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(source.replace("0.1", "0.7"));
    await until(
      "the edit",
      async () => (await editor.innerText()).includes("lr: 0.7"),
    );
    await until("the edited file", async () => {
      await save(page);
      const text = await Deno.readTextFile(`${lab.folder}/${name}.ipynb`);
      return text.includes("lr: 0.7");
    });
    if (tracked) {
      await runs.newest(
        name,
        "the flag of the edit",
        (run) => run.cells[0]?.flags.includes("edited") === true,
      );
      const ended = await shutDown(page, name);
      assertEquals([sourcesOf(ended), gapOf(ended)], [[source], ""]);
      return;
    }
    const run = await runs.newest(
      name,
      "what is said of the edit",
      (run) => gapOf(run).includes("0.7"),
    );
    assertStringIncludes(gapOf(run), "track() was given 0.1");
    const ended = await shutDown(page, name);
    assertEquals(sourcesOf(ended), [""]);
    assertStringIncludes(gapOf(ended), "edited after it was executed");
  });

  Deno.test(`${kind} that is restarted before the first save: the old run claims nothing that was not seen, the new one has its cells`, async () => {
    const name = `early-${kernel}`;
    const cells = [tracking(name), `run.logMetric("n", 1);`];
    await lab.write(`${name}.ipynb`, cells, kernel);
    const page = await lab.open(`${name}.ipynb`);
    await menu(page, "Run", "Run All Cells");
    await executed(page, 2);
    const first = await runs.newest(
      name,
      "the first run",
      (run) => "n" in run.metrics,
    );
    await menu(page, "Kernel", "Restart Kernel and Run All Cells…");
    await page.click(".jp-Dialog .jp-mod-accept");
    const second = await runs.newest(
      name,
      "the second run",
      (run) => run.run_id !== first.run_id && "n" in run.metrics,
    );
    await until("the saved record", async () => {
      await save(page);
      return has(cells)(await runs.show(second.run_id));
    });
    await until(
      "the end of the first run",
      async () => (await runs.show(first.run_id)).status === "FINISHED",
    );
    const [opening, ...rest] = sourcesOf(await runs.show(first.run_id));
    assertEquals(rest, cells.slice(1));
    assert(
      opening === cells[0] || !tracked && opening === "",
      `${opening}`,
    );
    const ended = await shutDown(page, name);
    assertEquals([sourcesOf(ended), gapOf(ended)], [cells, ""]);
  });
}

// The tracked kernel sees each execution, whatever the file says: tests/recorder/saved_file_test.ts.
Deno.test("a track cell of Deno's own kernel that is executed twice before the first save is there twice", async () => {
  const name = "twice";
  const cells = [tracking(name), `run.logMetric("n", 1);`];
  await lab.write("twice.ipynb", cells);
  const page = await lab.open("twice.ipynb");
  await runCell(page, 0);
  await executed(page, 1);
  await runCell(page, 0);
  await until("the second execution", async () => {
    const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt")
      .allInnerTexts();
    return prompts[0]?.includes("2");
  });
  await runCell(page, 1);
  await executed(page, 2);
  await save(page);
  const wanted = [cells[0] ?? "", ...cells];
  await runs.newest(name, "the record", has(wanted));
  const ended = await shutDown(page, name);
  assertEquals([sourcesOf(ended), gapOf(ended)], [wanted, ""]);
});

Deno.test(`Run All of ${CELLS} cells in the tracked kernel records each with its line and its value`, async () => {
  const cells = [
    tracking("many"),
    ...Array.from(
      { length: CELLS - 1 },
      (_, i) => `console.log("line ${i}");\n"value ${i}"`,
    ),
  ];
  await lab.write("many.ipynb", cells, "nbtrack");
  const page = await lab.open("many.ipynb");
  await menu(page, "Run", "Run All Cells");
  await executed(page, CELLS);
  await save(page);
  await runs.newest("many", "the record", has(cells));
  const ended = await shutDown(page, "many");
  assertEquals(gapOf(ended), "");
  for (const [i, { outputs, status }] of ended.cells.slice(1).entries()) {
    const text = JSON.stringify(outputs);
    assertEquals([status, outputs.length], ["ok", 2], text);
    assertStringIncludes(text, `"line ${i}\\n"`);
    assertStringIncludes(text, `value ${i}`);
  }
});

for (const kernel of LAB_KERNELS) {
  const kind = kernel === "deno" ? "Deno's own kernel" : "the tracked kernel";

  Deno.test(`the card of a run in ${kind} names the cell that failed while the run goes on, and becomes its summary where track() was called`, async () => {
    const name = `summary-${kernel}`;
    const cells = [
      tracking(name).replace(/\nrun$/, ""),
      `throw new RangeError("on purpose");`,
      `run.logMetric("loss", 0.5);\nawait run.end();`,
    ];
    await lab.write(`${name}.ipynb`, cells, kernel);
    const page = await lab.open(`${name}.ipynb`);
    await runCell(page, 0);
    await executed(page, 1);
    const output = page.locator(".jp-CodeCell").first()
      .locator(".jp-OutputArea-output");
    const shows = (what: string, ...texts: RegExp[]) =>
      until(what, async () => {
        const shown = (await output.allInnerTexts()).join();
        return texts.every((text) => text.test(shown));
      });
    await shows("the card", new RegExp(`RUNNING\\s+${name}`));
    await runCell(page, 1);
    await shows(
      "the cell that failed",
      /RUNNING/,
      /failed in cell \[2\]: RangeError: on purpose/,
    );
    await runCell(page, 2);
    await shows(
      "the summary",
      new RegExp(`FINISHED\\s+${name}[\\s\\S]*after`),
      /loss\s+0\.5/,
    );
    assertEquals(await output.count(), 1);
    await shutDown(page, name);
  });
}
