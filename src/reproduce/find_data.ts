/**
 * Looking for the files of a dataset that a bundle lists.
 *
 * @module
 */
import { databaseOfLog } from "../base/database_log.ts";
import { sha256 } from "../base/digest.ts";
import type {
  BundledDataFile,
  BundledDataset,
} from "../record/bundle/manifest.ts";
import { isAbsolute, joinPath } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { type Contents, fileDigest, hasNoDetour } from "./data_folder.ts";
import { fromGit } from "./git_blob.ts";
import type { NamedPaths } from "./named_paths.ts";
import type { RemoteCommit } from "./git_remote.ts";

/** Where data may be taken from. */
export interface DataOptions {
  /** Paths the user gave, by dataset. */
  given: Readonly<Record<string, string>>;
  /** The folder the notebook lay in when it was recorded; null when this machine does not know. */
  home: string | null;
  /** The user's working directory. */
  cwd: string;
  /** Takes data from where it came from, as it is there now: all of it, or these datasets. */
  asNow: boolean | readonly string[];
  /** Takes data from the bundle and from `given` alone. */
  sandbox: boolean;
  /** Hosts that a sandbox may reach. */
  hosts: readonly string[];
}

/** A file that was found. */
export interface FoundData {
  /** Where it lay: `bundle`, a path, or what is said of it. */
  location: string;
  contents: Contents;
  digest: string;
}

/** Looks for a file: the bundle, the same path, the repository, its remote. */
export async function findFile(
  bundle: ReadableBundle,
  dataset: BundledDataset,
  file: BundledDataFile,
  options: DataOptions & { remote: RemoteCommit },
): Promise<FoundData | null> {
  const { changed_time, executable } = file;
  // Versions that did not say when it was changed did not say who may execute it.
  const traits = changed_time === undefined
    ? {}
    : { changed_time, executable: executable ?? false };
  const bytes = file.file === null ? null : await bundle.file(file.file);
  if (bytes !== null) {
    return {
      location: "bundle",
      contents: { bytes, ...traits },
      digest: sha256(bytes),
    };
  }
  if (options.sandbox) return null;
  const path = pathHere(file.path, options);
  const digest = path === null ? null : await fileDigest(path);
  const there = path === null || digest === null
    ? null
    : { location: path, contents: { path, ...traits }, digest };
  if (digest === file.digest || isAbsolute(file.path)) return there;
  const committed = await fromGit(bundle.manifest, dataset, file, options);
  return committed === null ? there : {
    location: committed.location,
    contents: { bytes: committed.bytes, ...traits },
    digest: file.digest,
  };
}

/** Where a file of the run lies on this machine; null when that is not known. */
function pathHere(
  path: string,
  { home }: Pick<DataOptions, "home">,
): string | null {
  if (isAbsolute(path)) return path;
  return home === null ? null : joinPath(home, path);
}

/** What else is known of where a dataset can be had, and what to do. */
export function otherLocations(
  dataset: BundledDataset,
  { sandbox, remote }: Pick<DataOptions, "sandbox"> & { remote: RemoteCommit },
): string {
  const { origin } = dataset;
  const known = [
    origin.repository_path === null
      ? null
      : `${origin.repository_path} in its repository`,
    origin.lfs === null ? null : `Git LFS object ${origin.lfs.slice(0, 12)}`,
    origin.dvc === null ? null : `DVC object ${origin.dvc}`,
  ].filter((location) => location !== null);
  const hint = `give it by --data ${dataset.name}=PATH`;
  if (sandbox || known.length === 0) return `; ${hint}`;
  const why = remote.why === null ? "" : `; ${remote.why}`;
  return `; it was ${known.join(", ")}${why}: ${hint}`;
}

/** Where a dataset lies on this machine, when it is to be taken as it is now. @param part What it is taken with */
export function locationNow(
  dataset: BundledDataset,
  { asNow, sandbox, ...options }: DataOptions,
  part = dataset.name,
): string | null {
  const wanted = typeof asNow === "boolean" ? asNow : asNow.includes(part);
  if (!wanted || sandbox || dataset.made) return null;
  const { kind, base, files: [file] } = dataset;
  const own = kind === "file" ? file?.path : base;
  const path = typeof own === "string" && hasNoDetour(own)
    ? pathHere(own, options)
    : null;
  return path !== null && exists(path) ? path : null;
}

/** The database whose log a dataset is: the two are taken from one place. */
export function databaseOwning(
  { files, found }: BundledDataset,
  { manifest }: ReadableBundle,
): BundledDataset | undefined {
  const [file, ...more] = files;
  const path = file === undefined ? null : databaseOfLog(file.path);
  if (path === null || more.length > 0 || found !== "detected") return;
  return manifest.datasets.find((dataset) =>
    dataset.kind === "file" && dataset.files[0]?.path === path
  );
}

/** The database that stands in for the one whose log a dataset is: to another one the log does not belong. */
export function otherDatabase(
  dataset: BundledDataset,
  bundle: ReadableBundle,
  options: DataOptions,
): string | null {
  const owner = databaseOwning(dataset, bundle);
  return owner === undefined
    ? null
    : options.given[owner.name] ?? locationNow(owner, options);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false; // it is taken from the bundle
  }
}

/** Where a cell reads a file by its absolute path; null when none does. */
export function absolutePath(
  path: string,
  { kind, base, absolute }: BundledDataset,
  { cells }: ReadableBundle,
  namedPaths: NamedPaths,
): string | null {
  if (isAbsolute(path)) return path;
  if (absolute === null) {
    const inNamed = base === null || base === "."
      ? null
      : namedPaths.absoluteOf(base);
    return inNamed === null
      ? namedPaths.absoluteOf(path)
      : `${inNamed}${path.slice(base?.length)}`;
  }
  // A database's log is read where the database is.
  const named = databaseOfLog(absolute) ?? absolute;
  if (!cells.some(({ source }) => source.includes(named))) return null;
  if (kind === "file" || base === null) return absolute;
  const inside = base === "." ? path : path.slice(base.length + 1);
  return `${absolute}/${inside}`;
}
