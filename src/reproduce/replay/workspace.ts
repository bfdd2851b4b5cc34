/**
 * The folder a run is repeated in: its modules, configuration and lock, laid out as the notebook's folder was.
 *
 * @module
 */
import { atExit } from "../../base/at_exit.ts";
import { formatNotebook } from "../../notebook/notebook_format.ts";
import { newNotebook } from "../../notebook/notebook.ts";
import { newCodeCell } from "../../notebook/cells.ts";
import { type Digest, sha256 } from "../../base/digest.ts";
import { messageOf } from "../../base/errors.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { stepsUp } from "../../record/bundle/paths.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { ReproduceError } from "./errors.ts";
import { abandonFolders, openAgain } from "./abandon.ts";
import { removeFolder } from "./remove_folder.ts";
import { actsByItself } from "./startup_files.ts";

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
  /**
   * The folder that the user named, its mode, what in the work folder becomes its contents, and where that goes which
   * does not stay; null when none was named.
   */
  kept: {
    dir: string;
    mode: number | null;
    from: string;
    removed: string;
  } | null;
  /** Should this process exit before it is disposed of, nothing of it stays but what the user's own cells left. */
  atExit: Disposable;
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
  const removed = `${outer}/nbtrack-removed-${crypto.randomUUID()}`;
  const made = [real, removed];
  const exit = atExit(() =>
    abandonFolders({
      temporary: [own, ...temporary],
      closed: dir === undefined || !closed ? null : { dir: outer, mode, made },
    })
  );
  await Deno.mkdir(own, { recursive: true });
  await Deno.mkdir(cwd, { recursive: true });
  return {
    atExit: exit,
    root: real,
    cwd,
    own,
    temporary,
    kept: dir === undefined
      ? null
      : { dir: outer, mode, from: depth === 0 ? cwd : real, removed },
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

/**
 * Lifts what a closed folder holds into the folder that the user named, and opens that again.
 *
 * @returns what is still being removed, in sentences
 */
export function openWorkspace({ root, kept }: Workspace): string[] {
  if (kept === null || kept.dir === root) return [];
  for (const { name } of [...Deno.readDirSync(kept.from)]) {
    Deno.renameSync(`${kept.from}/${name}`, `${kept.dir}/${name}`);
  }
  const going_on = [root, kept.removed].map(removeFolder);
  openAgain(kept);
  return going_on.filter((text) => text !== null);
}

/** The name of the notebook's folder, where it is no name that programs act on. */
function folderName({ folder }: Manifest): string {
  return folder === null || folder === undefined || actsByItself(folder)
    ? "notebook"
    : folder;
}

/** The notebook's file, as it was put in place. */
export interface PlacedNotebook {
  path: string;
  digest: Digest;
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
): Promise<PlacedNotebook> {
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
  const bytes = saved ??
    new TextEncoder().encode(formatNotebook(newNotebook(cells())));
  await Deno.writeFile(path, bytes);
  return { path, digest: sha256(bytes) };
}
