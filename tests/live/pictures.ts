/**
 * Makes the pictures of the README: the card of lesson 1 as a notebook shows it, and the page over its runs.
 * `deno task pictures`
 *
 * @module
 */
import {
  type Browser,
  chromium as browserType,
} from "npm:playwright-core@^1.57.0";
import { z } from "../../src/base/zod.ts";
import { Journal } from "../../src/journal/journal.ts";
import { parseNotebook } from "../../src/notebook/notebook.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { servePages } from "../../src/web/server.ts";
import { CommandLine } from "../cli/command_line.ts";
import { CHECKOUT, chromium } from "./setup.ts";

const FOLDER = `${CHECKOUT}docs/pictures`;

const cards = z.object({ outputs: z.array(z.unknown()) });
const card = z.object({
  data: z.object({
    "application/vnd.nbtrack.run+json": z.unknown(),
    "text/html": z.array(z.string()),
  }),
});

/** The last card of an executed notebook, as HTML. */
async function lastCard(path: string): Promise<string> {
  const { cells } = parseNotebook(await Deno.readTextFile(path));
  const found = cells.flatMap((cell) =>
    cards.safeParse(cell).data?.outputs ?? []
  )
    .flatMap((output) => card.safeParse(output).data ?? []);
  const html = found.at(-1)?.data["text/html"].join("");
  if (html === undefined) throw new Error(`There is no card in ${path}.`);
  return html;
}

async function picture(
  browser: Browser,
  name: string,
  width: number,
  show: (
    page: Awaited<ReturnType<Browser["newPage"]>>,
  ) => Promise<string | null>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 980 } });
  const selector = await show(page);
  const path = `${FOLDER}/${name}.png`;
  if (selector === null) await page.screenshot({ path });
  else await page.locator(selector).screenshot({ path });
  await page.close();
}

await Deno.mkdir(FOLDER, { recursive: true });
await using nbtrack = new CommandLine();
await Deno.mkdir(`${nbtrack.dir}/notebooks`);
for (const name of ["01-first-run.ipynb", "penguins.csv"]) {
  await Deno.copyFile(
    `${CHECKOUT}notebooks/${name}`,
    `${nbtrack.dir}/notebooks/${name}`,
  );
}
await Deno.writeTextFile(
  `${nbtrack.dir}/deno.json`,
  JSON.stringify({
    imports: {
      "@nbtrack/nbtrack": `file://${CHECKOUT}src/mod.ts`,
      "@nbtrack/nbtrack/lessons": `file://${CHECKOUT}src/lessons/mod.ts`,
    },
  }),
);
const notebook = `${nbtrack.dir}/notebooks/01-first-run.ipynb`;
const executed = `${nbtrack.dir}/notebooks/executed.ipynb`;
for (const k of [101, 51, 25, 9, 5]) {
  await nbtrack.call([
    "run",
    notebook,
    "--allow-errors",
    "-p",
    `k=${k}`,
    "--output",
    executed,
  ]);
}
const browser = await browserType.launch({
  executablePath: await chromium(),
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
await picture(browser, "card", 800, async (page) => {
  await page.setContent(
    `<!DOCTYPE html><div id="card" style="display: inline-block; padding: 8px; font: 14px sans-serif">${await lastCard(
      executed,
    )}</div>`,
  );
  return "#card";
});
using journal = Journal.open({
  redactor: standardRedaction,
  home: nbtrack.home,
});
const pages = await servePages({ source: new JournalSource(journal) });
await picture(browser, "page", 1100, async (page) => {
  await page.goto(pages.url);
  const runs = journal.runs.list().map(({ run_id }) => run_id);
  await page.goto(
    new URL(`/compare?runs=${runs.slice(0, 4).join(",")}`, pages.url).href,
  );
  return null;
});
await browser.close();
await pages.close();
