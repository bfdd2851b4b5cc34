/**
 * `nbtrack compare`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { comparedCurves } from "../view/compared_curves.ts";
import { compareRuns } from "../record/compare.ts";
import { findRun } from "../record/find.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { comparisonText } from "./compare_text.ts";
import { openJournal } from "./journal.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).min(
    2,
    "two or more runs are compared",
  ),
  experiment: z.string().optional(),
  all: z.boolean().default(false),
});

/** Defines `nbtrack compare`. */
export function define(command: Command, done: Done): void {
  command
    .argument(
      "<run...>",
      "two or more runs: ids, `last`, names, or addresses on GitLab",
    )
    .option("--experiment <name>", "the experiment in which names are meant")
    .option("--all", "also what is the same in all");
  example(command, "nbtrack compare 3f2a9c01 last");
  act(command, done, {
    schema,
    async work({ args, experiment, all }, out) {
      using journal = openJournal();
      const records = [];
      for (const text of args) {
        const { reader, run_id } = await findRun(text, journal, { experiment });
        records.push(await reader.get(run_id));
      }
      const comparison = compareRuns(records, { all });
      out.result(comparison, () =>
        comparisonText(comparison, {
          width: out.width,
          paint: out.paint,
          curves: comparedCurves(journal, comparison, out.width),
        }));
      return 0;
    },
  });
}
