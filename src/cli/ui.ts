/**
 * `nbtrack ui`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { JournalSource } from "../web/journal_source.ts";
import { servePages } from "../web/server.ts";
import { openInBrowser } from "./browser.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import { untilSignal } from "./signals.ts";

const schema = z.object({
  args: z.tuple([]),
  port: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(0, "it must be 0 or more").max(65535, "it must be 65535 or less")
    .default(0),
  open: z.boolean().default(true),
});

/** Defines `nbtrack ui`. */
export function define(command: Command, done: Done): void {
  command
    .option("--port <n>", "port (default: any free one)")
    .option("--no-open", "open no browser");
  example(command, "nbtrack ui");
  act(command, done, {
    schema,
    async work({ port, open }, out) {
      using journal = openJournal();
      const ended = untilSignal();
      const pages = await servePages({
        source: new JournalSource(journal),
        port,
      });
      out.line(
        JSON.stringify({ url: pages.url }),
        () => `The pages are at ${pages.url}\nCtrl-C ends them.`,
      );
      const why = open && !out.json ? openInBrowser(pages.url) : null;
      if (why !== null) out.note(`No browser was opened: ${why}`);
      await ended;
      await pages.close();
      return 0;
    },
  });
}
