/**
 * What stays of a sandbox's folder that its user keeps: data, pictures and texts, and the files of the record as they
 * were. Whatever else the cells left could be a program, or be read by one as its settings.
 *
 * @module
 */
import { newSha256 } from "../../base/digest.ts";
import { quote } from "../../base/quote.ts";
import type { Manifest } from "../../record/bundle/manifest.ts";
import { joinPath } from "../../record/bundle/paths.ts";
import { removeFolder } from "./remove_folder.ts";
import { actsByItself, bareRepository, plainName } from "./startup_files.ts";

/** Kinds of files that nothing executes, by the ends of their names. */
const DATA =
  /\.(?:csv|tsv|psv|txt|text|md|log|jsonl|ndjson|geojson|topojson|parquet|arrow|feather|ipc|avro|orc|npy|npz|mat|h5|hdf5|nc|xlsx|ods|db|sqlite3?|duckdb|bin|dat|data|libsvm|onnx|safetensors|gguf|tflite|png|jpe?g|gif|webp|avif|bmp|tiff?|svg|pdf|wav|mp3|ogg|flac|mp4|webm|gz|bz2|xz|zst|br|zip|tar|tgz|html?|ipynb)$/i;
/** What a record may list besides: modules, and documents that some programs read as settings. */
const RECORDED = /\.(?:[cm]?[jt]sx?|json|wasm|css|glsl|wgsl|xml)$/i;
/** Texts and modules that programs act on all the same: builds, tests, tools of many kinds, assistants. */
const ACTED_ON =
  /^(?:CMakeLists\.txt|(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.txt|(?:AGENTS?|CLAUDE|GEMINI|SKILL|copilot-instructions|.*\.(?:instructions|prompt|chatmode))\.md|.*[-_.](?:config|conf|rc|setup|workspace|test|spec|stories)\.[cm]?[jt]sx?|.*[-_.]?(?:config|conf|settings|workspace|project|lock)\.json|(?:gulp|grunt)file.*|(?:middleware|instrumentation|setupTests|next-env\.d)\.[cm]?[jt]sx?|.*\.ya?ml|pom\.xml|build\.xml)$/i;
/** Rights of a file that others could use: to run it as its owner, and to change it. */
const RIGHTS_FOR_OTHERS = 0o7022;
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
  logged: Iterable<string> = [],
): ListedFiles {
  const files = [...modules, ...datasets.flatMap((one) => one.files)];
  return {
    paths: new Map(
      files.map(({ path, digest }) => [joinPath(cwd, path), digest]),
    ),
    logged: new Set(logged),
  };
}

/** Removes from a folder what could be executed, and from its files the rights that others could use. @returns warnings */
export function cleanKeptFolder(root: string, listed: ListedFiles): string[] {
  const acting: string[] = [];
  const other: string[] = [];
  const clean = (folder: string) => {
    const entries = [...Deno.readDirSync(folder)];
    const bare = bareRepository(entries.map(({ name }) => name));
    for (const { name, isDirectory, isSymlink } of entries) {
      const path = `${folder}/${name}`;
      const named = path.slice(root.length + 1);
      if (isSymlink || bare.has(name) || actsByItself(name)) {
        if (!/^(?:\.nbtrack|deno\.(?:json|lock))$/.test(name)) {
          acting.push(named);
        }
        removeFolder(path);
      } else if (isDirectory) {
        Deno.chmodSync(path, 0o700);
        clean(path);
      } else if (stays(path, listed)) closeToOthers(path);
      else {
        other.push(named);
        removeFolder(path);
      }
    }
  };
  clean(root);
  return [
    ...sentence(
      "programs would act on what the cells left there, so it was removed",
      acting,
    ),
    ...sentence(
      "what is neither data, a picture, a text, logged nor in the record was removed of what the cells left there",
      other,
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

function stays(path: string, { paths, logged }: ListedFiles): boolean {
  const name = plainName(path.slice(path.lastIndexOf("/") + 1));
  if (!Deno.lstatSync(path).isFile || ACTED_ON.test(name)) return false;
  if (DATA.test(name)) return true;
  const digest = paths.get(path);
  if (!RECORDED.test(name) || digest === undefined && logged.size === 0) {
    return false;
  }
  Deno.chmodSync(path, 0o600); // cells may have closed it
  const now = digestOfFile(path);
  return now === digest || /\.json$/i.test(name) && logged.has(now);
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

function closeToOthers(path: string): void {
  const { mode } = Deno.lstatSync(path);
  if (mode !== null && (mode & RIGHTS_FOR_OTHERS) !== 0) {
    Deno.chmodSync(path, mode & 0o777 & ~RIGHTS_FOR_OTHERS);
  }
}
