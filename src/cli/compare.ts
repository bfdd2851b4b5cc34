/**
 * `nbtrack compare`
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { z } from "../base/zod.ts";
import { isOffline } from "../delivery/target.ts";
import { comparedCurves } from "../view/compared_curves.ts";
import { compareRuns } from "../record/compare.ts";
import { curveDigests } from "../record/curves.ts";
import { findRun } from "../record/find.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { comparisonText } from "./compare_text.ts";
import { userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { openJournal } from "./journal.ts";
import { noteComparison } from "../runner/pipeline.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).min(
    2,
    "two or more runs are compared",
  ),
  experiment: z.string().optional(),
  all: z.boolean().default(false),
  mergeRequest: z.string().regex(/^!?[1-9]\d{0,9}$/, "it is no number")
    .optional(),
});

/** Defines `nbtrack compare`. */
export function define(command: Command, done: Done): void {
  command
    .argument(
      "<run...>",
      "two or more runs: ids, `last`, names, or addresses on GitLab",
    )
    .option("--experiment <name>", "the experiment in which names are meant")
    .option("--all", "also what is the same in all")
    .option(
      "--merge-request <number>",
      "put the comparison of two runs on this merge request, as a note",
    );
  example(command, "nbtrack compare 3f2a9c01 last --merge-request 12");
  act(command, done, {
    schema,
    async work({ args, experiment, all, mergeRequest }, out) {
      if (mergeRequest !== undefined && args.length > 2) {
        throw new UsageError(
          "A note on a merge request compares two runs with each other.",
          { hint: "Name the run before, and the run that is new." },
        );
      }
      if (mergeRequest !== undefined && isOffline(Deno.env.toObject())) {
        throw new UsageError(
          `The comparison cannot be put on merge request !${
            mergeRequest.replace("!", "")
          }: ${ENV.offline} is set.`,
          { hint: "Nothing is sent while it is; unset it." },
        );
      }
      using journal = openJournal();
      const records = [];
      for (const text of args) {
        const { reader, run_id } = await findRun(text, journal, { experiment });
        records.push(await reader.get(run_id));
      }
      const curves = curveDigests(journal, records);
      const comparison = compareRuns(records, { all, curves });
      const text = () =>
        comparisonText(comparison, {
          width: out.width,
          paint: out.paint,
          curves: comparedCurves(journal, comparison, out.width),
        });
      if (mergeRequest === undefined) {
        out.result(comparison, text);
        return 0;
      }
      const merge_request = Number(mergeRequest.replace("!", ""));
      const note = await noteComparison(
        all ? compareRuns(records, { curves }) : comparison,
        { cwd: userFolder(), merge_request },
      );
      out.result(
        { ...comparison, note },
        () =>
          `${text()}\n\nThe note on merge request !${merge_request}${
            note === null ? " is written." : `: ${note}`
          }`,
      );
      return 0;
    },
  });
}
