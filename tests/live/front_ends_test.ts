/** What front ends other than JupyterLab make of everything that nbtrack shows in a cell. */
import { assertEquals } from "@std/assert";
import {
  chromium as browserType,
  type Frame,
  type Page,
} from "npm:playwright-core@^1.57.0";
import axe from "npm:axe-core@4.14.1";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { allDisplays, type Bundle } from "../view/displays.ts";
import { chromium, frontEnds } from "./setup.ts";
import { serveVsCode } from "./vs_code.ts";
import { until } from "../until.ts";

/** A notebook with one display a cell. */
function notebookOf(bundles: readonly Bundle[]): string {
  return formatNotebook(newNotebook(bundles.map((data, i) => ({
    ...newCodeCell(`display(${i});`, { id: `cell-${i}` }),
    execution_count: i + 1,
    outputs: [{ output_type: "display_data", metadata: {}, data }],
  }))));
}

/** Pictures that are not there, boxes that are cut, and texts that are hard to read, one line each. */
async function problemsOf(frame: Frame | Page): Promise<string[]> {
  await frame.evaluate(axe.source);
  return await frame.evaluate(`(async () => {
    const pictures = [...document.images];
    await Promise.all(pictures.map((img) => img.decode().catch(() => {})));
    const { violations } = await axe.run(document.body, { runOnly: ["color-contrast", "image-alt"] });
    return [
      ...pictures.filter((img) => img.naturalWidth === 0).map((img) => "no picture: " + img.alt),
      ...[...document.querySelectorAll(".output")].filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => "wider than its place: " + box.textContent.slice(0, 80)),
      ...violations.flatMap((v) => v.nodes.map((node) => v.id + ": " + node.html.slice(0, 200) + node.failureSummary)),
    ];
  })()`) as string[];
}

/** The words that HTML shows, each once. */
async function wordsOf(page: Page, html: string): Promise<string[]> {
  await page.setContent(html);
  const texts = await page.locator("body").innerText();
  return [...new Set(texts.split(/\s+/).filter((word) => word !== ""))];
}

/** A picture of what is shown, where NBTRACK_PICTURES names a folder: to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("NBTRACK_PICTURES");
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png` });
  }
}

async function opened() {
  const browser = await browserType.launch({
    executablePath: await chromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

Deno.test("VS Code shows everything that cells show whole and readable, in light and dark", async () => {
  const bundles = await allDisplays();
  await using vsCode = await serveVsCode(notebookOf(bundles));
  await using at = await opened();
  const { page, outputs } = await vsCode.open(at.browser);
  const shown = outputs.locator(".output");
  await until(
    "every output",
    async () => await shown.count() >= bundles.length,
  );
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await outputs.waitForSelector(`body.vscode-${colorScheme}`, {
      state: "attached",
    });
    await picture(page, `vs-code-${colorScheme}`);
    assertEquals(await problemsOf(outputs), [], colorScheme);
  }
  const blank = await at.browser.newPage();
  const texts = (await outputs.locator("body").innerText()).split(/\s+/);
  for (const bundle of bundles) {
    const words = await wordsOf(blank, String(bundle["text/html"]));
    assertEquals(words.filter((word) => !texts.includes(word)), []);
  }
});

Deno.test("GitLab's page of a notebook shows everything that cells show whole and readable", async () => {
  const [bundles, folder] = [await allDisplays(), await frontEnds()];
  await using at = await opened();
  const page = await at.browser.newPage();
  const purify = await Deno.readTextFile(
    `${folder}/dompurify/dist/purify.min.js`,
  );
  for (const bundle of bundles) {
    const html = String(bundle["text/html"]);
    const words = await wordsOf(page, html);
    await page.evaluate(purify);
    // As GitLab configures it (lib/dompurify.js and notebook/cells/output/html.vue).
    const kept = await page.evaluate(
      `DOMPurify.sanitize(${JSON.stringify(html)}, ${
        JSON.stringify({
          ADD_TAGS: ["use", "gl-emoji", "copy-code"],
          FORBID_ATTR: ["data-remote", "data-url", "data-type", "data-method"],
          FORBID_TAGS: ["style", "mstyle"],
        })
      })`,
    ) as string;
    assertEquals(
      await wordsOf(page, `<div class="output">${kept}</div>`),
      words,
    );
    assertEquals(await problemsOf(page), []);
    // Without its styles, too, no two words become one.
    const bare = kept.replaceAll(/ style="[^"]*"/g, "");
    assertEquals(await wordsOf(page, bare), words);
  }
});
