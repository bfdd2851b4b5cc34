/**
 * Putting a run's data where the notebook reads it, with its digest checked before anything runs.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type {
  BundledDataFile,
  BundledDataset,
} from "../record/bundle/manifest.ts";
import { isAbsolute } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import {
  type Contents,
  type DataFolder,
  hasNoDetour,
  isPlainFile,
} from "./data_folder.ts";
import { describeChange } from "./data_change.ts";
import {
  absolutePath,
  type DataOptions,
  findFile,
  type FoundData,
  locationNow,
  otherLocations,
} from "./find_data.ts";
import { refuseUnknownData } from "./given_data.ts";
import { RemoteCommit } from "./git_remote.ts";
import { listsAll, StandInError, standInFiles } from "./stand_in.ts";
import type { Cause, Difference } from "./replay/types.ts";
import { checkUrl } from "./url_data.ts";
import { namesOutside } from "./sandbox/outside_paths.ts";
import { actsByItself, isNpmrc } from "./replay/startup_files.ts";

/** What became of the data. */
export interface ProvidedData {
  /** Data that is not as it was. */
  differences: Difference[];
  /** Why it cannot be run. */
  failures: Cause[];
  warnings: string[];
}

/**
 * Puts every file of every dataset where the notebook reads it.
 *
 * @throws {ReproduceError} when data was given that the run does not have
 */
export async function provideData(
  bundle: ReadableBundle,
  folder: DataFolder,
  options: DataOptions,
): Promise<ProvidedData> {
  refuseUnknownData(bundle.manifest.datasets, options);
  const provided: ProvidedData = {
    differences: [],
    failures: [],
    warnings: [],
  };
  await using remote = new RemoteCommit(bundle.manifest);
  const work: Work = {
    bundle,
    folder,
    options: { ...options, remote },
    provided,
  };
  for (const dataset of bundle.manifest.datasets) {
    const given = options.given[dataset.name] ?? locationNow(dataset, options);
    if (given !== null) {
      await provideStandIn(dataset, given, work);
    } else if (dataset.made) {
      provided.warnings.push(
        `dataset ${dataset.name} is written by the notebook itself and was not put in place`,
      );
    } else if (dataset.kind === "url") {
      await checkUrl(dataset, options, provided);
    } else if (listsAll(dataset)) {
      await provideRecorded(dataset, work);
    } else {
      await provideUnlisted(dataset, work);
    }
  }
  for (const outside of folder.outside) {
    provided.warnings.push(
      options.sandbox
        ? `the cells read a copy of ${outside}: a sandbox has no such path, and the texts that name it name the copy's`
        : `${outside}, which the notebook names, was put there for the replay and taken away after it`,
    );
  }
  return provided;
}

interface Work {
  bundle: ReadableBundle;
  folder: DataFolder;
  options: DataOptions & { remote: RemoteCommit };
  provided: ProvidedData;
}

/** Puts other files instead of a dataset's own. */
async function provideStandIn(
  dataset: BundledDataset,
  given: string,
  work: Work,
): Promise<void> {
  const { options, provided } = work;
  try {
    const found = await standInFiles(dataset, given, options);
    for (const what of found.differences) {
      provided.differences.push(difference(what));
    }
    provided.warnings.push(...found.warnings);
    for (const file of found.files) {
      await put(file.path, file, dataset, work);
    }
    await makeFolder(dataset, work);
  } catch (error) {
    if (!(error instanceof StandInError)) throw error;
    provided.failures.push(failure(error.message));
  }
}

/** Puts a dataset's own files in place. */
async function provideRecorded(
  dataset: BundledDataset,
  work: Work,
): Promise<void> {
  const { bundle, options, provided } = work;
  for (const file of dataset.files) {
    const what = nameOf(dataset, file);
    if (!isPlainFile(file.path)) {
      provided.failures.push(
        failure(`${what}: the bundle names no file by this path`),
      );
      continue;
    }
    let found: FoundData | null;
    try {
      found = await findFile(bundle, dataset, file, options);
    } catch (error) {
      const why = messageOf(error);
      provided.failures.push(
        failure(`${what}: ${file.path} cannot be read: ${why}`),
      );
      continue;
    }
    if (found === null) {
      const others = otherLocations(dataset, options);
      provided.failures.push(
        failure(`${what}: ${file.path} was not found${others}`),
      );
      continue;
    }
    if (found.digest !== file.digest) {
      const changed = describeChange(what, file, dataset, found.contents);
      if (found.location !== "bundle") {
        provided.failures.push(failure(`${changed} (at ${found.location})`));
        continue;
      }
      provided.differences.push(difference(changed, true));
    }
    await put(file.path, found, dataset, work);
  }
  await makeFolder(dataset, work);
}

/** Puts a dataset there of whose files the bundle lists only the first: as they lie here, if they are the same. */
async function provideUnlisted(
  dataset: BundledDataset,
  work: Work,
): Promise<void> {
  const { options, provided } = work;
  const { name } = dataset;
  const path = locationNow(dataset, { ...options, asNow: true });
  if (path === null) {
    return void provided.failures.push(failure(
      `${name}: it has more files than travel; give it by --data ${name}=PATH`,
    ));
  }
  const found = provided.differences.length;
  await provideStandIn(dataset, path, work);
  const changed = provided.differences.splice(found);
  provided.failures.push(
    ...changed.map(({ what }) => failure(`${what} (at ${path})`)),
  );
}

async function put(
  path: string,
  found: { contents: Contents; digest: string },
  dataset: BundledDataset,
  { bundle, folder, options, provided }: Work,
): Promise<void> {
  const refused = (why: string) =>
    provided.failures.push(failure(`${dataset.name}: ${why}`));
  if (!isPlainFile(path)) {
    return void refused(`${path} is no path from the notebook's folder`);
  }
  if (
    isNpmrc(path) ||
    options.sandbox && !isAbsolute(path) && actsByItself(path)
  ) {
    return void refused(
      `${path} would configure or start a program and is not put in place`,
    );
  }
  if (!isAbsolute(path)) await folder.put(path, found.contents);
  const absolute = absolutePath(path, dataset, bundle);
  if (absolute === null) return;
  const sources = bundle.cells.map(({ source }) => source);
  if (options.sandbox && !namesOutside(absolute, sources)) {
    return void refused(
      `the notebook reads it at ${absolute}, which the sandbox cannot give: no text of a cell names that path`,
    );
  }
  const why = await folder.putAt(absolute, found.contents, found.digest);
  if (why !== null) refused(`the notebook reads it at ${absolute}, but ${why}`);
}

async function makeFolder(
  { kind, base }: BundledDataset,
  { folder }: Work,
): Promise<void> {
  if (kind !== "folder" || base === null || isAbsolute(base)) return;
  if (hasNoDetour(base)) await folder.folder(base);
}

function nameOf(dataset: BundledDataset, file: BundledDataFile): string {
  return dataset.files.length === 1
    ? dataset.name
    : `${dataset.name} (${file.path})`;
}

function difference(what: string, contradiction = false): Difference {
  return { dimension: "data", what, contradiction };
}

function failure(what: string): Cause {
  return { dimension: "data", what };
}
