/** Pages over a large journal beside static pages of the same size, in the same browser at the same time. */
import { assert } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import { NO_REDACTION } from "../../src/redaction/no_redaction.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { largeJournal } from "../bench/pages_journal.ts";
import { emptyJournal } from "../record/filled.ts";
import { openPages, type Page } from "./pages.ts";
import { until } from "../until.ts";

const ROUNDS = 5;
/** How many times as long as a static page ours may take, and how many times as many nodes it may have. */
const MOST = { usable: 15, input: 8, nodes: 3 };
/** What a frame takes at 60 a second, milliseconds: less is not told apart. */
const FRAME_MS = 1000 / 60;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** How long a page takes from its request until it can be used, milliseconds. */
async function usable(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: "load" });
  return Number(
    await page.evaluate(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
    ),
  );
}

/** How long it takes from a movement of the pointer to the frame after it, milliseconds. */
async function inputDelay(page: Page): Promise<number> {
  // A page behind another one is drawn once a second.
  await page.bringToFront();
  await page.evaluate(`
    globalThis.delays = [];
    addEventListener("pointermove", ({ timeStamp }) =>
      requestAnimationFrame(() => setTimeout(() =>
        delays.push(performance.now() - timeStamp))));
  `);
  for (let i = 0; i < 20; i++) {
    await page.mouse.move(200 + 20 * i, 300 + 10 * (i % 5));
    await page.evaluate("new Promise((done) => requestAnimationFrame(done))");
  }
  const delays = await until("the frames after each movement", async () => {
    const found = await page.evaluate("delays") as number[];
    return found.length >= 20 && found;
  });
  return median(delays);
}

async function nodes(page: Page): Promise<number> {
  return Number(
    await page.evaluate("document.querySelectorAll('*').length"),
  );
}

/** A page of as many bytes that a file server would give: a table and nothing else. */
function staticPage(bytes: number): string {
  const head =
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>static</title><table>`;
  const row =
    "<tr><td>0.123456</td><td>finished</td><td>2026-01-01</td></tr>\n";
  return head +
    row.repeat(Math.max(1, Math.ceil((bytes - head.length) / row.length)));
}

Deno.test("pages over 10,000 runs and 10 million points are about as fast as static pages of their size, and hold no more nodes", async () => {
  using made = emptyJournal();
  const home = `${made.home}/large`;
  Deno.mkdirSync(home);
  const { usual, long, wide } = largeJournal(home);
  using journal = Journal.open({ home, redactor: NO_REDACTION });
  await using pages = await openPages();
  const texts = new Map<string, string>();
  await using files = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      new Response(texts.get(new URL(request.url).pathname) ?? "", {
        headers: { "content-type": "text/html; charset=utf-8" },
      }),
  );
  const { page, at, context } = await pages.window(
    { viewport: { width: 1280, height: 900 } },
    new JournalSource(journal),
  );
  const plain = await context.newPage();
  const failed: string[] = [];
  for (
    const [path, most] of [
      ["/experiments/many", 4000],
      [
        "/experiments/many?sort=metrics.loss&filter=metrics.loss < 0.9",
        4000,
      ],
      ["/experiments/many?values=best&sort=metrics.loss", 4000],
      [`/runs/${usual}`, 3000],
      [`/runs/${long}`, 3000],
      [`/runs/${wide}`, 40_000],
    ] as const
  ) {
    const answer = await page.goto(at(path));
    const size = (await answer?.body())?.byteLength ?? 0;
    texts.set("/static", staticPage(size));
    const url = `http://127.0.0.1:${files.addr.port}/static`;
    const times: { ours: number[]; static: number[] } = {
      ours: [],
      static: [],
    };
    for (let i = 0; i < ROUNDS; i++) {
      times.ours.push(await usable(page, at(path)));
      times.static.push(await usable(plain, url));
    }
    const floor = (value: number) => Math.max(value, FRAME_MS);
    const held = await nodes(page);
    if (held > most) failed.push(`${path}: ${held} nodes`);
    const ratios = {
      usable: median(times.ours) / floor(median(times.static)),
      input: await inputDelay(page) / floor(await inputDelay(plain)),
      nodes: held / await nodes(plain),
    };
    for (const [what, ratio] of Object.entries(ratios)) {
      if (!(ratio <= MOST[what as keyof typeof MOST])) {
        failed.push(`${path}: ${what} ${ratio.toFixed(1)} times`);
      }
    }
  }
  assert(failed.length === 0, failed.join("; "));
});
