/**
 * What stays of a sandbox's folder that its user keeps: data, pictures and texts, and the files of the record as they
 * were. Whatever else the cells left could be a program, or be read by one as its settings.
 *
 * @module
 */
import { newSha256 } from "../../base/digest.ts";
import { nextTurn } from "../../base/next_turn.ts";
import { quote } from "../../base/quote.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { joinPath } from "../../record/bundle/paths.ts";
import type { PlacedNotebook } from "./workspace.ts";
import { hasFormulas, isActivePicture } from "./active_files.ts";
import { isMisleading, isUnusual } from "./misleading_names.ts";
import { isObeyed, isObeyedFolder } from "./obeyed_files.ts";
import { actsByItself, bareRepository, plainName } from "./startup_files.ts";

/** Kinds of files that nothing executes, by the ends of their names. */
const DATA =
  /\.(?:csv|tsv|psv|txt|text|md|log|jsonl|ndjson|geojson|topojson|parquet|arrow|feather|ipc|avro|orc|npy|npz|mat|h5|hdf5|nc|db|sqlite3?|duckdb|bin|dat|data|libsvm|onnx|safetensors|gguf|tflite|png|jpe?g|gif|webp|avif|bmp|tiff?|wav|mp3|ogg|flac|mp4|webm|gz|bz2|xz|zst|br|zip|tar|tgz)$/i;
/** What a record may list besides: modules, and documents that programs run code of, or read as settings. */
const RECORDED =
  /\.(?:[cm]?[jt]sx?|json|html?|svg|pdf|xlsx|ods|ipynb|wasm|css|glsl|wgsl|xml)$/i;
/** Rights of a file that is kept: nothing in it is a program, and others may at most read it. */
const RIGHTS = 0o644;
/** A file from this size on of which next to nothing was written fills a disk when it is copied, bytes. */
const GIANT_BYTES = 1 << 30;
const BLOCK_BYTES = 512;
const SPARSE = 8;
/** How many of the removed files are named. */
const MAX_NAMED = 5;
const CHUNK_BYTES = 1 << 20;

/** Files that the record lists or the run logged. */
export interface ListedFiles {
  /** Digests by absolute path. */
  paths: ReadonlyMap<string, string>;
  /** Digests of what the run logged as an artifact. */
  logged: ReadonlySet<string>;
}

/** The files that a manifest lists below a folder. */
export function listedFiles(
  { modules, datasets }: Pick<Manifest, "modules" | "datasets">,
  cwd: string,
  { logged = [], notebook }: {
    logged?: Iterable<string>;
    /** The notebook's file as it was put in place. */
    notebook?: PlacedNotebook;
  } = {},
): ListedFiles {
  const files = [...modules, ...datasets.flatMap((one) => one.files)];
  return {
    paths: new Map([
      ...files.map(({ path, digest }) =>
        [joinPath(cwd, path), digest] as const
      ),
      ...notebook === undefined
        ? []
        : [[notebook.path, notebook.digest] as const],
    ]),
    logged: new Set(logged),
  };
}

/** After so many entries, what else this process has to do is done, such as ending by a signal. */
const ENTRIES_AT_ONCE = 200;

/**
 * Moves out of a folder what could be executed, and takes from its files the rights that others could use.
 *
 * @param removed a folder beside it, which is made for what does not stay
 * @returns warnings
 */
export async function cleanKeptFolder(
  root: string,
  listed: ListedFiles,
  removed: string,
): Promise<string[]> {
  const acting: string[] = [];
  const other: string[] = [];
  const misleading: string[] = [];
  const giants: string[] = [];
  const active: string[] = [];
  const formulas: string[] = [];
  const recorded = [...listed.paths.keys()].sort();
  let entries = 0;
  let taken = 0;
  Deno.mkdirSync(removed);
  const take = (path: string, isDirectory: boolean) => {
    if (isDirectory) Deno.chmodSync(path, 0o700); // to move it
    Deno.renameSync(path, `${removed}/${taken++}`);
  };
  // Below a hidden folder, what the record lists alone stays.
  const clean = async (folder: string, hidden: boolean) => {
    Deno.chmodSync(folder, 0o700);
    const found = [...Deno.readDirSync(folder)];
    const bare = bareRepository(found.map(({ name }) => name));
    for (const { name, isDirectory, isSymlink } of found) {
      if (++entries % ENTRIES_AT_ONCE === 0) await nextTurn();
      const path = `${folder}/${name}`;
      const named = path.slice(root.length + 1);
      const isHidden = hidden || name.startsWith(".");
      const isRecorded = () =>
        isDirectory ? anyBelow(path, recorded) : isListed(path, listed);
      const acts = isSymlink || bare.has(name) || actsByItself(name) ||
        isObeyedFolder(name) || !isDirectory && isObeyed(named) ||
        isHidden && !isRecorded();
      const why = isMisleading(name) || isUnusual(name) && !isRecorded()
        ? misleading
        : acts
        ? acting
        : isDirectory
        ? null
        : isGiant(path)
        ? giants
        : stays(path, listed)
        ? null
        : isPicture(name)
        ? active
        : other;
      if (why === null) {
        if (isDirectory) await clean(path, isHidden);
        else {
          if (isTable(name) && looked(path, hasFormulas)) formulas.push(named);
          takeRights(path);
        }
        continue;
      }
      if (!/^(?:\.nbtrack|deno\.(?:json|lock))$/.test(name) || why !== acting) {
        why.push(named);
      }
      take(path, isDirectory);
    }
  };
  await clean(root, false);
  return [
    ...sentence(
      "programs or assistants would act on what was left there, so it was removed",
      acting,
    ),
    ...sentence(
      "what is neither data, a picture, a text, logged nor in the record was removed of what the cells left there",
      other,
    ),
    ...sentence(
      "names that commands and people would read as something else were removed",
      misleading,
    ),
    ...sentence(
      "files that are next to empty and would fill a disk when they are copied were removed",
      giants,
    ),
    ...sentence(
      "pictures in which something may run where they are opened were removed",
      active,
    ),
    ...sentence(
      "spreadsheets would calculate texts in these tables",
      formulas,
    ),
  ];
}

function sentence(what: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const named = paths.slice(0, MAX_NAMED).map((path) => quote(path)).join(", ");
  const more = paths.length > MAX_NAMED
    ? ` and ${paths.length - MAX_NAMED} more`
    : "";
  return [`${what}: ${named}${more}`];
}

/** Whether the record lists a file as it is now. */
function isListed(path: string, { paths }: ListedFiles): boolean {
  const digest = paths.get(path);
  return digest !== undefined && Deno.lstatSync(path).isFile &&
    digestNow(path) === digest;
}

/** Whether one of sorted paths lies in a folder. */
function anyBelow(folder: string, sorted: readonly string[]): boolean {
  const start = `${folder}/`;
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < start) from = middle + 1;
    else to = middle;
  }
  return sorted[from]?.startsWith(start) ?? false;
}

function stays(path: string, { paths, logged }: ListedFiles): boolean {
  const name = plainName(path.slice(path.lastIndexOf("/") + 1));
  if (!Deno.lstatSync(path).isFile) return false;
  if (DATA.test(name)) return true;
  if (isPicture(name) && !looked(path, isActivePicture)) return true;
  const digest = paths.get(path);
  if (!RECORDED.test(name) || digest === undefined && logged.size === 0) {
    return false;
  }
  const now = digestNow(path);
  return now === digest || /\.json$/i.test(name) && logged.has(now);
}

function isPicture(name: string): boolean {
  return /\.svg$/i.test(plainName(name));
}

function isTable(name: string): boolean {
  return /\.(?:csv|tsv|psv)$/i.test(plainName(name));
}

/** What is found in a file, which cells may have closed; its rights stay, as far as files that are kept have any. */
function looked<T>(path: string, look: (path: string) => T): T {
  const { mode } = Deno.lstatSync(path);
  Deno.chmodSync(path, 0o600);
  try {
    return look(path);
  } finally {
    if (mode !== null) Deno.chmodSync(path, mode & RIGHTS);
  }
}

function digestNow(path: string): string {
  Deno.chmodSync(path, 0o600); // cells may have closed it
  return digestOfFile(path);
}

function digestOfFile(path: string): string {
  using file = Deno.openSync(path);
  const hash = newSha256();
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let read; (read = file.readSync(chunk)) !== null;) {
    hash.update(chunk.subarray(0, read));
  }
  return `sha256:${hash.digest("hex")}`;
}

function isGiant(path: string): boolean {
  const { isFile, size, blocks } = Deno.lstatSync(path);
  return isFile && size >= GIANT_BYTES && blocks !== null &&
    blocks * BLOCK_BYTES < size / SPARSE;
}

function takeRights(path: string): void {
  const { mode } = Deno.lstatSync(path);
  if (mode !== null && (mode & 0o7777 & ~RIGHTS) !== 0) {
    Deno.chmodSync(path, mode & RIGHTS);
  }
}
