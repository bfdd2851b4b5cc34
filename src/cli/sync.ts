/**
 * `nbtrack sync`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { sync, type Synced } from "../recorder/sync.ts";
import { findLocal } from "../record/find.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { UsageError } from "./errors.ts";
import { openJournal } from "./journal.ts";
import type { StepShare } from "./step_line.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")),
  again: z.boolean().default(false),
  experiment: z.string().trim().min(1, "it is empty").optional(),
  points: z.literal("all", 'it can only be "all"').optional(),
});

/** Defines `nbtrack sync`. */
export function define(command: Command, done: Done): void {
  command.argument("[run...]", "only these runs")
    .option(
      "--again",
      "send anew what was deleted on the server, or whose experiment was",
    )
    .option(
      "--points <which>",
      "all: send GitLab every point, also in place of a thinned series",
    )
    .option(
      "--experiment <name>",
      "send the named runs to an experiment of another name there",
    );
  example(command, "nbtrack sync");
  act(command, done, {
    schema,
    async work({ args, again, points, experiment }, out) {
      if (experiment !== undefined && args.length === 0) {
        throw new UsageError("--experiment is for runs that are named.", {
          hint: 'Write nbtrack sync RUN --experiment "another name".',
        });
      }
      using journal = openJournal();
      const run_ids = args.map((arg) => findLocal(arg, journal));
      let share: StepShare | undefined;
      const runs = await sync(journal, {
        ...(args.length === 0 ? {} : { run_ids }),
        again,
        experiment,
        delivery: { points },
        onRun: (run) =>
          out.step(`Delivering ${run.name} (${run.run_id.slice(0, 8)})`, share),
        onDone: (done, total) => {
          share = { done, total };
        },
      });
      const count = (state: Synced["state"]) =>
        runs.filter((r) => r.state === state).length;
      if (
        runs.length > 0 && count("local") === runs.length &&
        runs.every((r) => !r.error)
      ) {
        throw new UsageError(
          `Cannot deliver ${runs.length} run${
            runs.length === 1 ? "" : "s"
          }: no server is set.`,
          {
            hint:
              "Run `nbtrack login`, or set MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN, or GITLAB_URL, GITLAB_PROJECT and GITLAB_TOKEN.",
          },
        );
      }
      const left = count("pending") + count("refused");
      out.result({
        delivered: count("delivered"),
        pending: count("pending"),
        refused: count("refused"),
        runs,
      }, () => syncText(runs));
      return left > 0 ? 1 : 0;
    },
  });
}

function syncText(runs: readonly Synced[]): string {
  if (runs.length === 0) return "Everything is delivered.";
  return runs.flatMap((r) => [
    `${r.run_id.slice(0, 8)}  ${r.state}${
      r.error === null ? "" : `  ${r.error}`
    }`,
    ...r.parts.map(({ what, why }) => `          without ${what}: ${why}`),
  ]).join("\n");
}
