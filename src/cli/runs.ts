/**
 * `nbtrack runs`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { JournalReader } from "../runs/journal_reader.ts";
import type { ListOptions } from "../runs/reader.ts";
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
      const all = await list(options);
      const runs = out.json || options.limit !== undefined
        ? all
        : all.slice(0, SHOWN);
      out.result({ runs }, () => runsText(runs, out.width));
      if (runs.length < all.length) {
        out.note(
          `${all.length - runs.length} more; --limit ${all.length} shows all.`,
        );
      }
      return 0;

      async function list(wanted: ListOptions) {
        if (!/^https?:\/\//i.test(wanted.experiment ?? "")) {
          return await new JournalReader(journal).list(wanted);
        }
        const { listOnServer } = await import("../runs/server_runs.ts");
        return await listOnServer(wanted, { home: journal.home });
      }
    },
  });
}
