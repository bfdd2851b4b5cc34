/**
 * `nbtrack register`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { sync } from "../recorder/sync.ts";
import { findRun } from "../record/find.ts";
import { putModel } from "../track/model.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { openJournal } from "./journal.ts";

const schema = z.object({
  args: z.tuple([z.string().min(1, "it is empty")]),
  model: z.string("it is missing").min(1, "it is empty"),
  file: z.array(z.string().min(1, "it is empty")).default([]),
  description: z.string().optional(),
  modelVersion: z.string().optional(),
  experiment: z.string().optional(),
});

/** Defines `nbtrack register`. */
export function define(command: Command, done: Done): void {
  const collect = (value: string, all: string[] = []) => [...all, value];
  command
    .argument(
      "<run>",
      "id or the beginning of it, `last`, name, or its page on the server it was delivered to",
    )
    .requiredOption("--model <name>", "the model's name")
    .option(
      "--file <path>",
      "an artifact of the run, or a file or folder; can be given often (default: every artifact it logged)",
      collect,
    )
    .option("--description <text>", "what is new in this version")
    .option("--model-version <x.y.z>", "the version (default: the next one)")
    .option("--experiment <name>", "the experiment in which a name is meant");
  example(command, "nbtrack register last --model penguins-knn");
  act(command, done, {
    schema,
    async work({ args: [text], model, file, ...rest }, out) {
      using journal = openJournal();
      const { experiment, description, modelVersion: version } = rest;
      const run_id = await inJournal(text, journal, experiment);
      const logged = new Set(journal.artifacts.list(run_id).map((a) => a.path));
      await putModel(journal, run_id, model, {
        ...(file.length === 0
          ? {}
          : { files: file.map((f) => logged.has(f) ? f : resolvePath(f)) }),
        ...(description === undefined ? {} : { description }),
        ...(version === undefined ? {} : { version }),
      });
      const [synced] = await sync(journal, { run_ids: [run_id] });
      const row = journal.models.get(run_id, model);
      const result = {
        model,
        version: row?.remote_name ?? null,
        url: row?.url ?? null,
      };
      out.result(
        result,
        () =>
          row?.sent
            ? `${model} ${result.version} is registered${
              result.url === null ? "" : `: ${result.url}`
            }`
            : `${model} is not registered yet.`,
      );
      if (row?.sent) return 0;
      out.note(
        synced?.parts.find(({ what }) => what.startsWith("model"))?.why ??
          synced?.error ??
          "No server is set: nbtrack sync registers it once there is one.",
      );
      return 1;
    },
  });
}

/** The run of the journal that a text means, also by its address on a server. */
async function inJournal(
  text: string,
  journal: Journal,
  experiment: string | undefined,
): Promise<string> {
  const { run_id } = await findRun(text, journal, { experiment });
  if (journal.runs.get(run_id) !== undefined) return run_id;
  const delivered = journal.deliveries.ofRemote(run_id);
  if (delivered !== undefined) return delivered.run_id;
  throw new UsageError(
    `The run ${text} was not recorded on this machine, and only those can be registered.`,
    {
      hint:
        "Register it where it was recorded; nbtrack runs lists the runs of this machine.",
    },
  );
}
