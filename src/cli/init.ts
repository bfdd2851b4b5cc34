/**
 * `nbtrack init`
 *
 * @module
 */
import { join, relative } from "node:path";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { taskName } from "./call_name.ts";
import { act, type Done, example } from "./command.ts";
import type { Command } from "./commander.ts";
import { hasTask, resolvePath, userFolder } from "./cwd.ts";
import { prepareDenoJson } from "../setup/deno_json.ts";
import type { PreparedFiles } from "../setup/files.ts";
import { prepareBinder } from "../setup/binder.ts";
import { writeFirstNotebook } from "../setup/first_notebook.ts";
import { writeGitignore } from "../setup/gitignore.ts";
import { jupyterFolders, prepareKernelspec } from "../setup/kernelspec.ts";
import {
  prepareTrackedKernelspec,
  TRACKED_DISPLAY,
} from "../setup/tracked_kernelspec.ts";

const schema = z.object({
  binder: z.boolean(),
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
  command.option(
    "--binder",
    "also write what Binder needs to open the folder",
    false,
  );
  example(command, "nbtrack init my-experiments");
  act(command, done, {
    schema,
    async work({ args, binder }, out) {
      const dir = resolvePath(args[0] ?? ".");
      const prepared: PreparedFiles = { created: [], changed: [], notes: [] };
      const empty = await makeFolder(dir);
      await prepareDenoJson(dir, prepared);
      if (binder) {
        await prepareBinder(dir, prepared);
        if (import.meta.url.startsWith("file:")) {
          prepared.notes.push(
            "deno.json names nbtrack by a path of this machine: on Binder it has to be a package or a path in the repository.",
          );
        }
      }
      const jupyter = await jupyterFolders();
      if (empty) {
        await writeGitignore(dir, prepared);
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
      for (const note of notes) out.note(note);
      const next = nextCommands({
        dir,
        notebook: await notebookIn(dir),
        jupyter: jupyter.found,
        nbtrack: out.nbtrack,
        task: hasTask(dir) ? taskName() : null,
      });
      out.result({ dir, created, changed }, () =>
        [
          ...created.map((path) => `created  ${path}`),
          ...changed.map((path) => `changed  ${path}`),
          created.length + changed.length === 0
            ? `${dir} is ready; nothing was changed.`
            : `${dir} is ready.`,
          "",
          "Next:",
          ...next.map((command) => `  ${command}`),
        ].join("\n"));
      return 0;
    },
  });
}

/** The name of a notebook in a folder; undefined when there is none. */
async function notebookIn(dir: string): Promise<string | undefined> {
  const names: string[] = [];
  for await (const { isFile, name } of Deno.readDir(dir)) {
    if (isFile && name.endsWith(".ipynb")) names.push(name);
  }
  return names.sort()[0];
}

/** The two commands that lead to a first recorded run, as they can be typed here. */
export function nextCommands(
  { dir, notebook, jupyter, nbtrack, task }: {
    dir: string;
    /** A notebook in it; undefined when there is none. */
    notebook: string | undefined;
    /** Whether Jupyter is there. */
    jupyter: boolean;
    /** How nbtrack is called. */
    nbtrack: string;
    /** How the folder's task that calls nbtrack is called; null when it has none. */
    task: string | null;
  },
): [string, string] {
  const quoted = (path: string) =>
    /^[\w./~-]+$/.test(path) ? path : JSON.stringify(path);
  const there = relative(userFolder(), dir);
  const folder = there === "" ? "" : `cd ${quoted(there)} && `;
  const called = nbtrack === "nbtrack" ? nbtrack : task ?? nbtrack;
  const inFolder = called !== nbtrack;
  const first = jupyter
    ? `${folder}jupyter lab${
      notebook === undefined ? "" : ` ${notebook}`
    }   # or VS Code; the kernel is ${TRACKED_DISPLAY}`
    : inFolder
    ? `${folder}${called} run ${quoted(notebook ?? "NOTEBOOK.ipynb")}`
    : `${nbtrack} run ${quoted(join(there, notebook ?? "NOTEBOOK.ipynb"))}`;
  return [
    first,
    `${called} show last${jupyter ? "   # in a second terminal" : ""}`,
  ];
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
