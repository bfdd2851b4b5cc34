/**
 * `nbtrack gc`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { count, sizeText } from "./format.ts";
import { openJournal } from "./journal.ts";
import { collectUnused } from "../journal/deletion.ts";

const DAY_MS = 86_400_000;

const schema = z.object({
  args: z.array(z.string()).max(0, "it takes no argument"),
  olderThan: z.string().trim().min(1, "it is empty").transform(Number).pipe(
    z.number("it is not a number").nonnegative("it is less than 0"),
  ).optional(),
  dryRun: z.boolean().default(false),
});

/** Defines `nbtrack gc`. */
export function define(command: Command, done: Done): void {
  command
    .option(
      "--older-than <days>",
      "also sessions without runs that ended so long ago",
    )
    .option("--dry-run", "only say what would be removed");
  example(command, "nbtrack gc --older-than 30 --dry-run");
  act(command, done, {
    schema,
    async work({ olderThan, dryRun }, out) {
      using journal = openJournal();
      const unused = await Promise.resolve(collectUnused(journal, {
        dryRun,
        ...(olderThan === undefined
          ? {}
          : { sessionsBefore: Date.now() - olderThan * DAY_MS }),
      }));
      const { files, bytes, sessions } = unused;
      out.result(
        { files, bytes, sessions, dry_run: dryRun },
        () =>
          `${dryRun ? "Would remove" : "Removed"} ${count(files, "file")} (${
            sizeText(bytes)
          }) and ${count(sessions, "session")}.`,
      );
      return 0;
    },
  });
}
