/**
 * `nbtrack scrub`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { scrubRuns } from "../recorder/scrub.ts";
import { findLocal } from "../record/find.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")),
  dryRun: z.boolean().optional(),
});

/** Defines `nbtrack scrub`. */
export function define(command: Command, done: Done): void {
  command
    .argument("[run...]", "only these runs")
    .option("--dry-run", "say what would be taken out, and change nothing");
  example(command, "nbtrack scrub --dry-run");
  act(command, done, {
    schema,
    async work({ args, dryRun = false }, out) {
      using journal = openJournal();
      const run_ids = args.length === 0
        ? journal.runs.list().map((run) => run.run_id)
        : args.map((arg) => findLocal(arg, journal));
      const result = await scrubRuns(journal, run_ids, { dryRun });
      out.result(result, () => {
        const { findings, files, delivered } = result;
        if (findings.length === 0) {
          return "No secret was found in what is stored.";
        }
        return [
          ...findings.map((f) =>
            `${f.run_id.slice(0, 8) || "(no run)"}  ${f.where}: ${f.kind}`
          ),
          dryRun
            ? "Nothing was changed: this was a dry run."
            : `Taken out; ${files} files were written anew or removed.`,
          ...delivered.map((d) =>
            `${d.run_id.slice(0, 8)}  ${d.what} has left already: ${d.how}`
          ),
        ].join("\n");
      });
      return (dryRun ? result.findings : result.delivered).length > 0 ? 1 : 0;
    },
  });
}
