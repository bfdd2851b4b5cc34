/**
 * The folder a run is repeated in: its modules, configuration and lock, laid out as the notebook's folder was.
 *
 * @module
 */
import { formatNotebook } from "../../notebook/notebook_format.ts";
import { newNotebook } from "../../notebook/notebook.ts";
import { newCodeCell } from "../../notebook/cells.ts";
import { messageOf } from "../../base/errors.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { isAbsolute, joinPath, stepsUp } from "../../record/bundle/paths.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { ReproduceError } from "./errors.ts";
import { removeFolder } from "./remove_folder.ts";
import { actsByItself, isNpmrc } from "./startup_files.ts";

/** How many folders up from the notebook a run's paths may lead. */
const MAX_DEPTH = 32;

/** The folders of a replay. */
export interface Workspace {
  /** The folder that holds everything. */
  root: string;
  /** The notebook's folder in it: below the root by as many steps as its paths lead up. */
  cwd: string;
  /** For what is nbtrack's own: never in the notebook's folder, which a cell may list. */
  own: string;
  /** Made by nbtrack around the others: removed at the end. */
  temporary: readonly string[];
  /** The folder that the user named, its mode, and what in the work folder becomes its contents; null when none was. */
  kept: { dir: string; mode: number | null; from: string } | null;
}

/** How the folders of a replay are made. */
export interface WorkspaceOptions {
  /** A new or empty folder; a temporary one when it is undefined. */
  dir: string | undefined;
  /**
   * Puts each folder that cells can write into one that they cannot, and that its owner alone may enter: cells can give
   * their own folder any mode, and files in it the right to run as their owner.
   */
  closed: boolean;
}

/** Makes an empty folder, or takes an empty one. */
export async function makeWorkspace(
  manifest: Manifest,
  { dir, closed }: WorkspaceOptions,
): Promise<Workspace> {
  const root = dir ?? await Deno.makeTempDir({ prefix: "nbtrack-reproduce-" });
  const temporary = dir === undefined ? [root] : [];
  if (dir !== undefined) {
    try {
      await Deno.mkdir(root, { recursive: true });
      for await (const entry of Deno.readDir(root)) {
        throw new ReproduceError(
          `The folder ${root} is not empty: it has ${entry.name}.`,
          { hint: "Name a new or empty folder by --dir, or leave it out." },
        );
      }
    } catch (cause) {
      if (cause instanceof ReproduceError) throw cause;
      throw new ReproduceError(
        `Cannot use the folder ${root}: ${messageOf(cause)}`,
        { cause },
      );
    }
  }
  const depth = Math.max(
    0,
    ...manifest.modules.map(({ path }) => stepsUp(path)),
    ...manifest.datasets.flatMap(({ base, files }) =>
      [base ?? ".", ...files.map(({ path }) => path)].map(stepsUp)
    ),
  );
  if (depth > MAX_DEPTH) {
    throw new ReproduceError(
      `The run's paths lead ${depth} folders up from its notebook, more than ${MAX_DEPTH}.`,
    );
  }
  const outer = await Deno.realPath(root);
  const mode = Deno.statSync(outer).mode;
  const real = closed ? `${outer}/${CLOSED}` : outer;
  if (closed) {
    await close(outer);
    await Deno.mkdir(real);
  }
  const above = Array.from({ length: depth }, (_, i) => `level${i + 1}`);
  // Under its own name where there is a folder to name: programs print it.
  if ((dir === undefined || closed) && depth === 0) above.push("notebook");
  if (above.length > 0) above.splice(-1, 1, folderName(manifest));
  const cwd = [real, ...above].join("/");
  const own = cwd === real
    ? await Deno.realPath(await Deno.makeTempDir({ prefix: "nbtrack-own-" }))
    : `${real}/.nbtrack`;
  await Deno.mkdir(own, { recursive: true });
  await Deno.mkdir(cwd, { recursive: true });
  return {
    root: real,
    cwd,
    own,
    temporary,
    kept: dir === undefined
      ? null
      : { dir: outer, mode, from: depth === 0 ? cwd : real },
  };
}

/** The folder that cells can write, inside the closed one. */
const CLOSED = "nbtrack-work";

async function close(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  try {
    await Deno.chmod(path, 0o700);
  } catch (cause) {
    throw new ReproduceError(
      `Cannot close the folder ${path} to others: ${messageOf(cause)}`,
      { hint: "Name a folder of your own by --dir, or leave it out.", cause },
    );
  }
}

/** Lifts what a closed folder holds into the folder that the user named, and opens that again. */
export function openWorkspace({ root, kept }: Workspace): void {
  if (kept === null || kept.dir === root) return;
  for (const { name } of [...Deno.readDirSync(kept.from)]) {
    Deno.renameSync(`${kept.from}/${name}`, `${kept.dir}/${name}`);
  }
  removeFolder(root);
  if (kept.mode !== null && Deno.build.os !== "windows") {
    Deno.chmodSync(kept.dir, kept.mode & 0o777);
  }
}

/** The name of the notebook's folder, where it is no name that programs act on. */
function folderName({ folder }: Manifest): string {
  return folder === null || folder === undefined || actsByItself(folder)
    ? "notebook"
    : folder;
}

/** Puts the run's local modules in place. @returns what does not travel */
export async function placeModules(
  bundle: ReadableBundle,
  { cwd }: Workspace,
  options: { sandbox: boolean },
): Promise<{ missing: string[]; warnings: string[] }> {
  const missing: string[] = [];
  const warnings: string[] = [];
  for (const module of bundle.manifest.modules) {
    const bytes = module.file === null ? null : await bundle.file(module.file);
    if (bytes === null) missing.push(`module ${module.path} does not travel`);
    else if (isAbsolute(module.path)) {
      missing.push(
        `module ${module.path} lies outside of the notebook's folders`,
      );
    } else if (
      isNpmrc(module.path) || options.sandbox && actsByItself(module.path)
    ) {
      warnings.push(
        `module ${module.path} would configure or start a program and was not put in place`,
      );
    } else {
      const path = joinPath(cwd, module.path);
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
        recursive: true,
      });
      await Deno.writeFile(path, bytes);
    }
  }
  return { missing, warnings };
}

/**
 * Writes the notebook's file, which a cell may read and which can be opened in the folder afterwards.
 *
 * @param saved The file as it was saved; the cells as they are run when it is null.
 */
export async function placeNotebook(
  bundle: ReadableBundle,
  { cwd, own }: Workspace,
  saved: Uint8Array | null,
): Promise<string> {
  const { notebook } = bundle.manifest;
  const name = notebook?.name ?? "session.ipynb";
  // Where no file was seen, the recorded folder had none.
  const seen = notebook !== null && notebook.digest !== null;
  const path = `${seen ? cwd : own}/${
    /^[\w. -]+\.ipynb$/.test(name) ? name : "session.ipynb"
  }`;
  const cells = () =>
    bundle.cells.map(({ source }, i) =>
      newCodeCell(source, { id: `cell-${i}` })
    );
  await Deno.writeFile(
    path,
    saved ?? new TextEncoder().encode(formatNotebook(newNotebook(cells()))),
  );
  return path;
}
