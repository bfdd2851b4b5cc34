/**
 * `nbtrack delete`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { deleteDelivered } from "../delivery/delete_delivered.ts";
import { whyKept } from "../record/delete_run.ts";
import { findLocal } from "../record/find.ts";
import { agrees } from "./ask.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { UsageError } from "./errors.ts";
import { count } from "./format.ts";
import { openJournal } from "./journal.ts";
import { deleteJournalRun } from "../journal/deletion.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).min(1, "no run was given"),
  experiment: z.string().optional(),
  server: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** Defines `nbtrack delete`. */
export function define(command: Command, done: Done): void {
  command
    .argument("<run...>", "ids or the beginning of them, `last`, or names")
    .option("--experiment <name>", "the experiment in which names are meant")
    .option("--server", "also where they were delivered")
    .option("--yes", "without being asked");
  example(command, "nbtrack delete 3f2a9c01 --yes");
  act(command, done, {
    schema,
    async work({ args, experiment, server, yes }, out) {
      using journal = openJournal();
      const ids = [
        ...new Set(
          args.map((text) => findLocal(text, journal, { experiment })),
        ),
      ];
      const names = ids.map((id) => {
        const run = journal.runs.get(id);
        return `${id.slice(0, 8)} (${run?.name} of ${run?.experiment})`;
      });
      const question = `Delete ${count(ids.length, "run")} for good: ${
        names.join(", ")
      }${server ? ", on the server too" : ""}?`;
      if (!yes && !await agrees(question)) {
        throw new UsageError("Nothing was deleted.", {
          hint: "Answer y, or add --yes where nobody can be asked.",
        });
      }
      const deleted: string[] = [];
      const kept: { run_id: string; why: string }[] = [];
      let there = 0;
      for (const run_id of ids) {
        const why = whyKept(journal, run_id, ids) ??
          (server ? await deleteDelivered(journal, run_id) : null);
        if (why !== null) {
          kept.push({ run_id, why });
          continue;
        }
        const { remote_run_id } = journal.deliveries.get(run_id);
        if (!server && remote_run_id !== null) there++;
        deleteJournalRun(journal, run_id);
        deleted.push(run_id);
      }
      out.result({ deleted, kept }, () =>
        [
          ...deleted.map((id) => `deleted  ${id}`),
          ...kept.map(({ run_id, why }) => `kept     ${run_id}: ${why}`),
        ].join("\n"));
      if (there > 0) {
        out.note(
          `${count(there, "run")} stay${
            there === 1 ? "s" : ""
          } on the server: --server deletes there too.`,
        );
      }
      return kept.length === 0 ? 0 : 1;
    },
  });
}
