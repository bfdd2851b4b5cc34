/**
 * `nbtrack ui`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { servePages } from "../web/server.ts";
import { openInBrowser } from "./browser.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import { pageSource } from "./page_source.ts";
import { serveUntilSignal } from "./signals.ts";

const schema = z.object({
  args: z.tuple([]),
  port: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(0, "it must be 0 or more").max(65535, "it must be 65535 or less")
    .default(0),
  open: z.boolean().default(true),
  server: z.boolean().default(false),
});

/** Defines `nbtrack ui`. */
export function define(command: Command, done: Done): void {
  command
    .option("--port <n>", "port (default: any free one)")
    .option("--no-open", "open no browser")
    .option(
      "--server",
      "the runs of the configured GitLab or MLflow server, not the journal's",
    );
  example(command, "nbtrack ui");
  act(command, done, {
    schema,
    async work({ port, open, server }, out) {
      using journal = openJournal();
      const pages = await servePages({
        source: await pageSource(journal, { server }),
        port,
      });
      return await serveUntilSignal(pages, () => {
        out.line(
          JSON.stringify({ url: pages.url }),
          () => `The pages are at ${pages.url}\nCtrl-C ends them.`,
        );
        const why = open && !out.json ? openInBrowser(pages.url) : null;
        if (why !== null) out.note(`No browser was opened: ${why}`);
      });
    },
  });
}
