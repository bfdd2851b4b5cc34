/**
 * Deno's kernelspec: what tells Jupyter how to start the kernel.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { delimiter, dirname, join } from "node:path";
import { z } from "../base/zod.ts";
import {
  isReachable,
  makeFolder,
  type PreparedFiles,
  readIfThere,
  writeWhole,
} from "./files.ts";

type Env = (name: string) => string | undefined;

const specSchema = z.looseObject({
  argv: z.array(z.string()),
  interrupt_mode: z.enum(["signal", "message"]).optional(),
});

/** Where Jupyter looks, and whether it is there. */
export interface JupyterFolders {
  /** Whether there is any sign of Jupyter. */
  found: boolean;
  /** The user's own data folder. */
  user: string;
  /** Every data folder, in the order in which Jupyter looks. */
  search: string[];
  /** Those of them that are not the whole system's. */
  own: string[];
}

/** Installs the kernelspec, or adds to one that lacks `interrupt_mode`: without it an interrupt kills the kernel. */
export async function prepareKernelspec(
  folders: JupyterFolders,
  done: PreparedFiles,
): Promise<void> {
  for (const folder of folders.search) {
    const path = specPath(folder);
    const text = await isReachable(path) ? await readIfThere(path) : null;
    if (text === null) continue;
    await mend(
      { path, text, own: folders.own.includes(folder) },
      folders,
      done,
    );
    return;
  }
  await create(folders, newSpec(), done);
}

/** Adds what is missing; where it must not or cannot be written, the user gets a copy of his own. */
async function mend(
  found: { path: string; text: string; own: boolean },
  folders: JupyterFolders,
  done: PreparedFiles,
): Promise<void> {
  const { path, text, own } = found;
  const parsed = specSchema.safeParse(parsedJson(text));
  if (!parsed.success) {
    done.notes.push(
      `${path} is no kernelspec that can be read; it was left as it is.`,
    );
    return;
  }
  if (parsed.data.interrupt_mode !== undefined) return;
  const spec = { ...parsed.data, interrupt_mode: "message" };
  if (!own) return await create(folders, spec, done);
  try {
    await writeWhole(path, kernelspecText(spec));
    done.changed.push(path);
  } catch (error) {
    if (!isDenied(error)) throw error;
    await create(folders, spec, done);
  }
}

async function create(
  folders: JupyterFolders,
  spec: Record<string, unknown>,
  done: PreparedFiles,
): Promise<void> {
  const path = specPath(folders.user);
  await makeFolder(dirname(path));
  await writeWhole(path, kernelspecText(spec));
  done.created.push(path);
}

function isDenied(error: unknown): boolean {
  return error instanceof Error &&
    error.cause instanceof Deno.errors.PermissionDenied;
}

function specPath(folder: string): string {
  return join(folder, "kernels", "deno", "kernel.json");
}

/** Finds Jupyter's folders: `JUPYTER_PATH`, the user's, those beside the program, the system's. */
export async function jupyterFolders(
  env: Env = (name) => Deno.env.get(name) || undefined,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<JupyterFolders> {
  const list = (value: string | undefined) =>
    (value ?? "").split(delimiter).filter((p) => p !== "");
  const user = env("JUPYTER_DATA_DIR") ?? userFolder(env, os);
  const programs: string[] = [];
  for (const folder of list(env("PATH"))) {
    for (
      const name of os === "windows"
        ? ["jupyter.exe", "jupyter-lab.exe"]
        : ["jupyter", "jupyter-lab"]
    ) {
      if (await isReachable(join(folder, name))) {
        programs.push(join(dirname(folder), "share", "jupyter"));
      }
    }
  }
  const system = os === "windows"
    ? [join(env("PROGRAMDATA") ?? "C:\\ProgramData", "jupyter")]
    : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const search = [
    ...new Set([...list(env("JUPYTER_PATH")), user, ...programs, ...system]),
  ];
  const named = env("JUPYTER_DATA_DIR") !== undefined ||
    env("JUPYTER_PATH") !== undefined;
  const there = await Promise.all(search.map(isReachable));
  return {
    found: named || programs.length > 0 || there.includes(true),
    user,
    search,
    own: search.filter((folder) => !system.includes(folder)),
  };
}

function userFolder(env: Env, os: typeof Deno.build.os): string {
  const home = env("HOME") ?? env("USERPROFILE") ?? ".";
  switch (os) {
    case "windows":
      return join(
        env("APPDATA") ?? join(home, "AppData", "Roaming"),
        "jupyter",
      );
    case "darwin":
      return join(home, "Library", "Jupyter");
    default:
      return join(
        env("XDG_DATA_HOME") ?? join(home, ".local", "share"),
        "jupyter",
      );
  }
}

function newSpec(): Record<string, unknown> {
  return {
    argv: [
      Deno.execPath(),
      "jupyter",
      "--kernel",
      "--conn",
      "{connection_file}",
    ],
    display_name: "Deno",
    language: "typescript",
    interrupt_mode: "message",
  };
}

/** A kernelspec as the text of its file. */
export function kernelspecText(spec: Record<string, unknown>): string {
  return `${JSON.stringify(spec, null, 2)}\n`;
}
