/**
 * Pages in Chromium: a journal, `nbtrack ui` over it, and somebody who listens for what gets out.
 *
 * @module
 */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium as browserType,
  type Page,
  type Request,
} from "npm:playwright-core@^1.57.0";
import axe from "npm:axe-core@4.14.1";
import { LONGEST_MS } from "../until.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import type { PageSource } from "../../src/web/parts/source.ts";
import { servePages } from "../../src/web/server.ts";
import { emptyJournal } from "../record/filled.ts";
import { chromium } from "./setup.ts";

export type { BrowserContext, Page, Request };

/** A browser over the pages of a journal. */
export async function openPages() {
  const made = emptyJournal();
  const browser: Browser = await browserType.launch({
    executablePath: await chromium(),
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const servers: Awaited<ReturnType<typeof servePages>>[] = [];
  return {
    home: made.home,
    journal: made.journal,
    browser,
    /** A browser window that has opened the printed address. */
    async window(
      options: BrowserContextOptions = {},
      source: PageSource = new JournalSource(made.journal),
    ) {
      const server = await servePages({ source });
      servers.push(server);
      const context = await browser.newContext(options);
      context.setDefaultTimeout(LONGEST_MS);
      const page = await context.newPage();
      await page.goto(server.url);
      const { origin } = new URL(server.url);
      return { context, page, at: (path: string) => `${origin}${path}` };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      for (const server of servers) await server.close();
      made[Symbol.dispose]();
    },
  };
}

/** Pixels by which a page is wider than its window. */
export async function sideways(page: Page): Promise<number> {
  return await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** What axe finds wrong in a page, one line each. */
export async function accessProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    "axe.run(document, { iframes: false }).then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].html}`))",
  );
  return found as string[];
}

/** A server that counts who connects to it: nobody should. */
export function listenForLeaks() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let connections = 0;
  const done = (async () => {
    for await (const connection of listener) {
      connections++;
      connection.close();
    }
  })();
  return {
    address: `http://127.0.0.1:${listener.addr.port}`,
    get connections() {
      return connections;
    },
    async close() {
      listener.close();
      await done;
    },
  };
}
