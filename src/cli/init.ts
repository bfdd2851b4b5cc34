/**
 * `nbtrack init`
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath } from "./cwd.ts";
import { prepareDenoJson } from "../setup/deno_json.ts";
import type { Prepared } from "../setup/files.ts";
import { writeFirstNotebook } from "../setup/first_notebook.ts";
import { jupyterFolders, prepareKernelspec } from "../setup/kernelspec.ts";
import { prepareTrackedKernelspec } from "../setup/tracked_kernelspec.ts";

const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).max(
    1,
    "one folder is made ready at a time",
  ),
});

/** Defines `nbtrack init`. */
export function define(command: Command, done: Done): void {
  command.argument(
    "[dir]",
    "the folder, made if it is not there (default: this one)",
  );
  example(command, "nbtrack init my-experiments");
  act(command, done, {
    schema,
    async work({ args }, out) {
      const dir = resolvePath(args[0] ?? ".");
      const prepared: Prepared = { created: [], changed: [], notes: [] };
      const empty = await makeFolder(dir);
      await prepareDenoJson(dir, prepared);
      const jupyter = await jupyterFolders();
      if (empty) {
        await writeFirstNotebook(dir, prepared, { tracked: jupyter.found });
      }
      if (jupyter.found) {
        await prepareKernelspec(jupyter, prepared);
        await prepareTrackedKernelspec(prepared);
      } else {
        prepared.notes.push(
          "Jupyter was not found: install it to open notebooks in a browser, and run this again.",
        );
      }
      const { created, changed, notes } = prepared;
      out.result({ dir, created, changed }, () =>
        [
          ...created.map((path) => `created  ${path}`),
          ...changed.map((path) => `changed  ${path}`),
          created.length + changed.length === 0
            ? `${dir} is ready; nothing was changed.`
            : `${dir} is ready.`,
        ].join("\n"));
      for (const note of notes) out.note(note);
      return 0;
    },
  });
}

/** Makes a folder; true when nothing but hidden files is in it. */
async function makeFolder(dir: string): Promise<boolean> {
  try {
    await Deno.mkdir(dir, { recursive: true });
    for await (const entry of Deno.readDir(dir)) {
      if (!entry.name.startsWith(".")) return false;
    }
    return true;
  } catch (cause) {
    const why = cause instanceof Deno.errors.AlreadyExists
      ? "it is a file"
      : messageOf(cause);
    throw new NbtrackError(`Cannot make ${dir} ready: ${why}.`, {
      cause,
      hint: "Choose a folder that can be written.",
    });
  }
}
