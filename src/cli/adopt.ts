/**
 * `nbtrack adopt`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { summaryOfRow } from "../record/journal_record.ts";
import { adoptSession } from "../recorder/adopt.ts";
import { sync } from "../recorder/sync.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { openJournal } from "./journal.ts";
import { runsText } from "./runs_text.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).length(
    1,
    "one session is made a run at a time",
  ),
  experiment: z.string("it is missing").min(1, "it is empty"),
  name: z.string().min(1, "it is empty").optional(),
});

/** Defines `nbtrack adopt`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<session>", "its id, or the beginning of it")
    .option("--experiment <name>", "the experiment of the new run")
    .option("--name <name>", "what the run is called (default: made up)");
  example(command, "nbtrack adopt 3f2a --experiment penguins-knn");
  act(command, done, {
    schema,
    async work({ args: [session = ""], experiment, name }, out) {
      using journal = openJournal();
      const { run_id, earlier } = await adoptSession(journal, session, {
        experiment,
        name,
      });
      out.note(`Made the run ${run_id.slice(0, 8)}`);
      if (earlier !== null) {
        out.note(
          `The session was made the run ${earlier.run_id.slice(0, 8)} (${
            JSON.stringify(earlier.name)
          } of ${earlier.experiment}) before; this one has the cells since then, too.`,
        );
      }
      await sync(journal, { run_ids: [run_id] });
      const row = journal.runs.get(run_id);
      const run = row === undefined ? undefined : summaryOfRow(journal, row);
      out.result(
        run,
        () => runsText(run === undefined ? [] : [run], { width: out.width }),
      );
      return 0;
    },
  });
}
