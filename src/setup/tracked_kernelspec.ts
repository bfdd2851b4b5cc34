/**
 * The kernelspec of the tracked kernel, "Deno (nbtrack)".
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { basename, join } from "node:path";
import { messageOf, NbtrackError, recogniser } from "../base/errors.ts";
import { fromFileUrl } from "../base/file_urls.ts";
import { runProcess } from "../base/process.ts";
import { z } from "../base/zod.ts";
import { RUN_ARGS } from "../recorder/spawn.ts";
import {
  isReachable,
  makeFolder,
  type PreparedFiles,
  readIfThere,
  writeWhole,
} from "./files.ts";
import { jupyterFolders, kernelspecText } from "./kernelspec.ts";

/** The name that Jupyter knows the tracked kernel by. */
export const TRACKED_NAME = "nbtrack";
/** The name that people see. */
export const TRACKED_DISPLAY = "Deno (nbtrack)";

const PROGRAM = new URL("../kernel/main.ts", import.meta.url).href;
/** Names that Jupyter takes. */
const NAME = /^[a-z\d._-]+$/i;
const LOGO_MS = 20_000;

const specSchema = z.looseObject({ argv: z.array(z.string()) });

/** The kernelspec cannot be written or removed. */
export class KernelspecError extends NbtrackError {}

/** Whether a value is a {@linkcode KernelspecError}. */
export const isKernelspecError = recogniser(KernelspecError);

/** Which kernelspec is meant. */
export interface KernelspecOptions {
  /** @default {"nbtrack"} */
  name?: string | undefined;
  /** It lies in `share/jupyter/kernels` of this folder. @default {the user's own folder of Jupyter} */
  prefix?: string | undefined;
}

/** What installing found. */
export interface InstalledKernelspec {
  /** The kernelspec's folder. */
  folder: string;
  name: string;
  /** What was done to its `kernel.json`; null when it was like that already. */
  did: "created" | "changed" | null;
}

/**
 * Writes the kernelspec of the tracked kernel; one that is there already is brought up to date.
 *
 * @throws {KernelspecError} when the name is none, or is another kernel's
 */
export async function installKernelspec(
  options: KernelspecOptions & { display?: string | undefined } = {},
): Promise<InstalledKernelspec> {
  const name = checkName(options.name ?? TRACKED_NAME);
  const folder = await folderOf(name, options.prefix);
  const path = join(folder, "kernel.json");
  const text = kernelspecText({
    argv: [Deno.execPath(), ...RUN_ARGS, PROGRAM, "{connection_file}"],
    display_name: options.display ?? TRACKED_DISPLAY,
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  });
  const before = await readIfThere(path);
  if (before === text) return { folder, name, did: null };
  if (before !== null && ownArgv(before) === null) {
    throw new KernelspecError(
      `Cannot install the tracked kernel as ${name}: ${folder} is another kernel's.`,
      { hint: "Give it another name with --name." },
    );
  }
  await makeFolder(folder);
  await writeWhole(path, text);
  await copyLogos(folder);
  return { folder, name, did: before === null ? "created" : "changed" };
}

/** Installs the kernelspec in the user's own folder of Jupyter; one of another program by that name is left. */
export async function prepareTrackedKernelspec(
  done: PreparedFiles,
): Promise<void> {
  try {
    const { folder, did } = await installKernelspec();
    if (did !== null) done[did].push(join(folder, "kernel.json"));
  } catch (error) {
    if (!isKernelspecError(error)) throw error;
    done.notes.push(error.message);
  }
}

/**
 * Removes the kernelspec of the tracked kernel.
 *
 * @returns its folder; null when there is none
 * @throws {KernelspecError} when it is another kernel's
 */
export async function uninstallKernelspec(
  options: KernelspecOptions = {},
): Promise<string | null> {
  const name = checkName(options.name ?? TRACKED_NAME);
  const folder = await folderOf(name, options.prefix);
  const text = await readIfThere(join(folder, "kernel.json"));
  if (text === null) return null;
  if (ownArgv(text) === null) {
    throw new KernelspecError(
      `Cannot remove ${folder}: it is another kernel's.`,
      { hint: `Remove it with "jupyter kernelspec remove ${name}".` },
    );
  }
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (cause) {
    throw new KernelspecError(`Cannot remove ${folder}: ${messageOf(cause)}`, {
      cause,
    });
  }
  return folder;
}

/** A kernelspec of the tracked kernel that Jupyter finds. */
export interface FoundKernelspec {
  /** Its `kernel.json`. */
  path: string;
  /** The program and the files that it starts. */
  files: string[];
}

/**
 * The kernelspec that Jupyter finds under the tracked kernel's name; null when there is none.
 *
 * @param search Jupyter's data folders, in the order in which it searches them.
 */
export async function findTrackedKernelspec(
  search: readonly string[],
): Promise<FoundKernelspec | null> {
  for (const folder of search) {
    const path = join(folder, "kernels", TRACKED_NAME, "kernel.json");
    if (!await isReachable(path)) continue;
    const argv = ownArgv(await readIfThere(path) ?? "");
    if (argv === null) return null;
    const [program = "", ...others] = argv;
    const urls = others.filter((arg) => arg.startsWith("file:"));
    return { path, files: [program, ...urls.map((url) => fromFileUrl(url))] };
  }
  return null;
}

function checkName(name: string): string {
  if (NAME.test(name) && name !== "." && name !== "..") return name;
  throw new KernelspecError(
    `Cannot use ${JSON.stringify(name)} as a kernel's name.`,
    { hint: "Use letters, digits, dots, dashes and underscores." },
  );
}

async function folderOf(
  name: string,
  prefix: string | undefined,
): Promise<string> {
  const root = prefix === undefined
    ? (await jupyterFolders()).user
    : join(prefix, "share", "jupyter");
  return join(root, "kernels", name);
}

/** What a kernelspec starts, if that is the tracked kernel of whichever copy of nbtrack; else null. */
function ownArgv(text: string): string[] | null {
  const parsed = specSchema.safeParse(parsedJson(text));
  const argv = parsed.data?.argv ?? [];
  return argv.some((arg) => arg.endsWith("/src/kernel/main.ts")) ? argv : null;
}

/** Deno's logo, from the kernelspec that Deno writes itself; a kernel without one works as well. */
async function copyLogos(folder: string): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "nbtrack-logo-" });
  try {
    await runProcess(Deno.execPath(), {
      args: ["jupyter", "--install", "--force"],
      cwd: home,
      env: {
        HOME: home,
        XDG_DATA_HOME: join(home, ".local", "share"),
        APPDATA: home,
        USERPROFILE: home,
      },
      signal: AbortSignal.timeout(LOGO_MS),
    });
    for await (const path of logosIn(home)) {
      await Deno.copyFile(path, join(folder, basename(path)));
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function* logosIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* logosIn(path);
    else if (/^logo-.*\.(?:png|svg)$/.test(entry.name)) yield path;
  }
}
