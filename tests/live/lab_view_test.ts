import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT } from "../recorder/support.ts";
import type { Page } from "./lab.ts";
import { startLab } from "./lab.ts";
import { executed, menu, runCell, save } from "./lab_page.ts";
import { until } from "../until.ts";

/** A picture of what is shown, where NBTRACK_PICTURES names a folder: to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("NBTRACK_PICTURES");
  if (folder === undefined) return;
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** What a cell shows, as text, with the texts of its pictures. */
async function shownBy(page: Page, cell: number): Promise<string> {
  return await page.locator(".jp-CodeCell").nth(cell).evaluate((element) =>
    [
      element.querySelector(".jp-Cell-outputWrapper")?.textContent ?? "",
      ...[...element.querySelectorAll("img")].map((one) => one.alt),
    ].join("\n")
  );
}

/** Waits until a cell shows a text; says what it showed otherwise. */
async function shows(page: Page, cell: number, text: RegExp): Promise<string> {
  let last = "";
  try {
    await until(`${text} in cell ${cell}`, async () => {
      last = await shownBy(page, cell);
      return text.test(last);
    });
  } catch (error) {
    throw new Error(`cell ${cell} shows ${last}`, { cause: error });
  }
  return last;
}

/** Logs for some seconds without ever yielding. */
const BUSY =
  `{ const end = Date.now() + 4000; for (let i = 0; Date.now() < end; i++) { run.logMetric("loss", 1 / (i + 1), i); const next = Date.now() + 20; while (Date.now() < next); } }`;

Deno.test("card and charts move in JupyterLab, in a loop without await and in one with it, and are there after a reload, trusted or not, in light and dark", async () => {
  await using lab = await startedLab();
  await lab.write("view.ipynb", [
    `${IMPORT}\nconst run = await track("live", { name: "quiet-otter", params: { k: 5 }, live: ["loss"] });`,
    BUSY,
    `await run.chart("accuracy");\nfor (let i = 0; i < 100; i++) { run.logMetric("accuracy", i / 100); await new Promise((done) => setTimeout(done, 20)); }`,
    `await run.end();`,
  ]);
  const page = await lab.open("view.ipynb");
  await runCell(page, 0);
  await executed(page, 1);
  await shows(page, 0, /RUNNING[\s\S]*loss over step, no values yet/);
  const outputs = page.locator(".jp-CodeCell").first().locator(
    ".jp-OutputArea-output",
  );
  const height = () =>
    page.locator(".jp-CodeCell").first().locator("img").evaluate((img) =>
      img.getBoundingClientRect().height
    );
  const before = await height();

  await runCell(page, 1);
  // While the loop blocks the kernel, the cell that called track() shows what it logs.
  await shows(page, 0, /loss over step, 0?\.?\d+ to 1, last/);
  const prompts = await page.locator(".jp-CodeCell .jp-InputPrompt")
    .allInnerTexts();
  assertStringIncludes(prompts[1] ?? "", "*", "the loop is still going on");
  await picture(page, "blocking");
  // A picture that has just come has none yet.
  await until(
    "the chart at its one height",
    async () => await height() === before,
  );
  await executed(page, 2);

  await runCell(page, 2);
  const first = await shows(page, 2, /accuracy over step, 0 to 0\.\d+, last/);
  await shows(page, 2, /accuracy over step, 0 to 0\.99, last 0\.99/);
  assert(!first.includes("last 0.99"), "it moved");
  await executed(page, 3);
  await runCell(page, 3);
  await executed(page, 4);
  await shows(page, 0, /FINISHED[\s\S]*accuracy[\s\S]*0\.99/);
  await shows(page, 2, /last 0\.99[\s\S]*|FINISHED/);
  assertEquals(await outputs.count(), 2, "one card, one chart");
  await picture(page, "finished");
  await save(page);
  await menu(page, "Kernel", "Shut Down Kernel");

  // As a colleague sees it: the file was not made here.
  const copy = JSON.parse(
    await Deno.readTextFile(`${lab.folder}/view.ipynb`),
  );
  await Deno.writeTextFile(
    `${lab.folder}/copied.ipynb`,
    JSON.stringify({ ...copy, metadata: { ...copy.metadata, copied: true } }),
  );
  const foreign = await lab.open("copied.ipynb");
  const card = await shows(foreign, 0, /FINISHED[\s\S]*loss over step/);
  assertStringIncludes(card, "quiet-otter");
  await picture(foreign, "untrusted");
  await menu(foreign, "Settings", "Theme");
  await foreign.click('.lm-Menu-itemLabel >> text="JupyterLab Dark"');
  await foreign.waitForSelector('body[data-jp-theme-light="false"]', {
    state: "attached",
  });
  await picture(foreign, "untrusted-dark");
});

async function startedLab() {
  const lab = await startLab();
  return { ...lab, [Symbol.asyncDispose]: () => lab.close() };
}
