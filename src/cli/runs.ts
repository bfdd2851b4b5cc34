/**
 * `nbtrack runs`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import { runsText } from "./runs_text.ts";

/** Runs shown to people who set no limit. */
const SHOWN = 30;

const schema = z.object({
  experiment: z.string().optional(),
  filter: z.string().optional(),
  sort: z.string().optional(),
  limit: z.coerce.number("it is not a number").int("it is not a whole number")
    .min(
      1,
      "it must be 1 or more",
    )
    .optional(),
});

/** Defines `nbtrack runs`. */
export function define(command: Command, done: Done): void {
  command
    .option(
      "--experiment <name>",
      "only runs of this experiment, or its address on GitLab",
    )
    .option(
      "--filter <text>",
      "only runs that pass, such as \"metrics.loss < 0.3 and params.k = '5'\"",
    )
    .option(
      "--sort <field>",
      'order, such as metrics.loss or "metrics.loss DESC"',
    )
    .option("--limit <n>", "at most so many");
  example(
    command,
    'nbtrack runs --experiment penguins-knn --sort "metrics.accuracy DESC" --limit 5',
  );
  act(command, done, {
    schema,
    async work(options, out) {
      using journal = openJournal();
      const { experiment, filter, sort, limit } = options;
      const shown = limit ?? (out.json ? undefined : SHOWN);
      const wanted = {
        filter,
        sort,
        // One more than is shown: then it is known whether there are more.
        limit: limit ?? (shown === undefined ? undefined : shown + 1),
      };
      const all = experiment !== undefined && /^https?:\/\//i.test(experiment)
        ? await (await import("../record/server_runs.ts")).listOnServer(
          { ...wanted, experiment },
          journal,
        )
        : await new JournalReader(journal).list({ ...wanted, experiment });
      const runs = all.slice(0, shown);
      out.result({ runs }, () => runsText(runs, out));
      if (runs.length < all.length) {
        out.note(`There are more: --limit N shows N of them.`);
      }
      return 0;
    },
  });
}
