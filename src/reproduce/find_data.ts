/**
 * Looking for the files of a dataset.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type {
  BundledDataFile,
  BundledDataset,
} from "../record/bundle/manifest.ts";
import { isAbsolute, joinPath } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { fromGit } from "./git_blob.ts";
import type { RemoteCommit } from "./git_remote.ts";

/** Where data may be taken from. */
export interface PlaceDataOptions {
  /** Paths the user gave, by dataset. */
  given: Readonly<Record<string, string>>;
  /** The folder the notebook lay in when it was recorded; null when this machine does not know. */
  home: string | null;
  /** The user's working directory. */
  cwd: string;
  /** Takes all data from where it came from, as it is there now. */
  asNow: boolean;
  /** Takes data from the bundle and from `given` alone. */
  sandbox: boolean;
}

/** A file that was found. */
export interface Found {
  /** Where it lay: `bundle`, a path, or what is said of it. */
  where: string;
  bytes: Uint8Array;
}

/** Looks for a file: what the user gave, the bundle, the same path, the repository, its remote. */
export async function findFile(
  bundle: ReadableBundle,
  dataset: BundledDataset,
  file: BundledDataFile,
  options: PlaceDataOptions & { remote: RemoteCommit },
): Promise<Found | null> {
  const given = options.given[dataset.name];
  if (given !== undefined) return readGiven(given, dataset, file);
  const inBundle = async () => {
    const bytes = file.file === null ? null : await bundle.file(file.file);
    return bytes === null ? null : { where: "bundle", bytes };
  };
  if (options.sandbox) return await inBundle();
  const inPlace = () => {
    const path = isAbsolute(file.path)
      ? file.path
      : options.home === null
      ? null
      : joinPath(options.home, file.path);
    const bytes = path === null ? null : readIfThere(path);
    return path === null || bytes === null ? null : { where: path, bytes };
  };
  if (options.asNow || isAbsolute(file.path)) {
    return inPlace() ?? await inBundle();
  }
  const first = await inBundle();
  if (first !== null) return first;
  const there = inPlace();
  if (there !== null && sha256(there.bytes) === file.digest) return there;
  return await fromGit(bundle.manifest, dataset, file, options) ?? there;
}

function readGiven(
  given: string,
  dataset: BundledDataset,
  file: BundledDataFile,
): Found | null {
  let path = given;
  if (dataset.files.length > 1 || dataset.kind !== "file") {
    const base = commonFolder(dataset.files.map((f) => f.path));
    path = joinPath(given, file.path.slice(base.length));
  }
  const bytes = readIfThere(path);
  return bytes === null ? null : { where: path, bytes };
}

function commonFolder(paths: readonly string[]): string {
  const first = paths[0] ?? "";
  let end = first.lastIndexOf("/") + 1;
  while (
    end > 0 && !paths.every((path) => path.startsWith(first.slice(0, end)))
  ) {
    end = first.lastIndexOf("/", end - 2) + 1;
  }
  return first.slice(0, end);
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}
