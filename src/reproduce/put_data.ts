/**
 * One file of a run's data: where the notebook reads it, and why it cannot be put there.
 *
 * @module
 */
import { databaseOfLog } from "../base/database_log.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import { isAbsolute } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import {
  type Contents,
  type DataFolder,
  hasNoDetour,
  isPlainFile,
} from "./data_folder.ts";
import { absolutePath, type DataOptions } from "./find_data.ts";
import type { NamedPaths } from "./named_paths.ts";
import type { RemoteCommit } from "./git_remote.ts";
import { actsOnReplay, isNpmrc } from "./replay/startup_files.ts";
import type { Cause, Difference } from "./replay/types.ts";
import { namesOutside } from "./sandbox/outside_paths.ts";
import type { StandingData } from "./standing_data.ts";

/** What became of the data. */
export interface ProvidedData {
  /** Data that is not as it was. */
  differences: Difference[];
  /** Why it cannot be run. */
  failures: Cause[];
  warnings: string[];
  /** What stands in place of recorded data. */
  standing: StandingData;
  /** What was put in the notebook's folder, by its path there. */
  put: Map<string, PutFile>;
}

/** A file of data in the folder of a replay. */
export interface PutFile {
  /** Its dataset. */
  name: string;
  digest: string;
  /** The file that it is a copy of; null where its contents came otherwise. */
  from: string | null;
}

/** What putting data in place works with. */
export interface ProvidingWork {
  bundle: ReadableBundle;
  folder: DataFolder;
  options: DataOptions & { remote: RemoteCommit };
  /** What the cells name. */
  named: NamedPaths;
  provided: ProvidedData;
  /** Files that are not put in place because they would act on the replay, by dataset. */
  leftOut: Map<string, string[]>;
}

/** Puts a file where the notebook reads it. */
export async function putDataFile(
  path: string,
  found: { contents: Contents; digest: string },
  dataset: BundledDataset,
  work: ProvidingWork,
): Promise<void> {
  const { bundle, folder, options, provided, leftOut } = work;
  const refused = (why: string) =>
    provided.failures.push(dataFailure(`${dataset.name}: ${why}`));
  if (!isPlainFile(path)) {
    return void refused(`${path} is no path from the notebook's folder`);
  }
  if (
    isNpmrc(path) ||
    options.sandbox && !isAbsolute(path) && actsOnReplay(path)
  ) {
    const paths = leftOut.get(dataset.name) ?? [];
    return void leftOut.set(dataset.name, [...paths, path]);
  }
  if (!isAbsolute(path)) {
    await folder.put(path, found.contents);
    const { contents, digest } = found;
    const from = "path" in contents ? contents.path : null;
    provided.put.set(path, { name: dataset.name, digest, from });
  }
  const absolute = absolutePath(path, dataset, bundle, work.named);
  if (absolute === null) return;
  const sources = bundle.cells.map(({ source }) => source);
  const named = databaseOfLog(absolute) ?? absolute;
  const isNamed = namesOutside(named, sources);
  if (options.sandbox && !isNamed) {
    return void refused(
      `the notebook reads it at ${absolute}, which the sandbox cannot give: no text of a cell names that path`,
    );
  }
  const why = await folder.putAt(absolute, found.contents, found.digest);
  if (why === null) return;
  const hint = isNamed && !options.sandbox
    ? "; with --sandbox the cells read a copy"
    : "";
  refused(`the notebook reads it at ${absolute}, but ${why}${hint}`);
}

/** Makes the folder of a dataset, which may hold no file. */
export async function makeDataFolder(
  { kind, base }: BundledDataset,
  { folder }: ProvidingWork,
): Promise<void> {
  if (kind !== "folder" || base === null || isAbsolute(base)) return;
  if (hasNoDetour(base)) await folder.folder(base);
}

/** Data that is not as it was. */
export function dataDifference(
  what: string,
  contradiction = false,
): Difference {
  return { dimension: "data", what, contradiction };
}

/** Why a run cannot be repeated with the data that is at hand. */
export function dataFailure(what: string): Cause {
  return { dimension: "data", what };
}
