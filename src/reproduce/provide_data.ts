/**
 * Putting a run's data where the notebook reads it, with its digest checked before anything runs.
 *
 * @module
 */
import { databaseOfLog, logPathOf } from "../base/database_log.ts";
import { messageOf } from "../base/errors.ts";
import { isFile } from "../base/files.ts";
import type {
  BundledDataFile,
  BundledDataset,
} from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { isServed } from "../record/own_server.ts";
import { type DataFolder, isPlainFile } from "./data_folder.ts";
import { describeChange } from "./data_change.ts";
import {
  databaseOwning,
  type DataOptions,
  findFile,
  type FoundData,
  locationNow,
  otherDatabase,
  otherLocations,
} from "./find_data.ts";
import { refuseUnknownData } from "./given_data.ts";
import { RemoteCommit } from "./git_remote.ts";
import { NamedPaths } from "./named_paths.ts";
import { putLinked } from "./put_linked.ts";
import {
  dataDifference,
  dataFailure,
  makeDataFolder,
  type ProvidedData,
  type ProvidingWork,
  putDataFile,
} from "./put_data.ts";
import { listsAll, StandInError, standInFiles } from "./stand_in.ts";
import { filesLeftOut } from "./replay/startup_files.ts";
import { StandingData } from "./standing_data.ts";
import { checkUrl } from "./url_data.ts";

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
    standing: new StandingData(),
    put: new Map(),
  };
  await using remote = new RemoteCommit(bundle.manifest);
  const work: ProvidingWork = {
    bundle,
    folder,
    options: { ...options, remote },
    named: new NamedPaths(bundle, options.home),
    provided,
    leftOut: new Map(),
  };
  const { datasets } = bundle.manifest;
  const given = datasets.flatMap((dataset) => {
    const path = options.given[dataset.name];
    return path === undefined ? [] : [{ dataset, path }];
  });
  for (const { dataset, path } of given) {
    await provideStandIn(dataset, path, "given", work);
  }
  await putLinked(work);
  const others = datasets.filter(({ name }) =>
    options.given[name] === undefined
  );
  const waiting: BundledDataset[] = [];
  for (const dataset of others) {
    if (!await provideAsNow(dataset, work)) waiting.push(dataset);
  }
  for (const dataset of waiting) await provideOwn(dataset, work);
  for (const [name, paths] of work.leftOut) {
    provided.differences.push(dataDifference(filesLeftOut(name, paths)));
  }
  for (const path of work.named.passed()) await folder.passed(path);
  for (const outside of folder.outside) {
    provided.warnings.push(
      options.sandbox
        ? `the cells read a copy of ${outside}: a sandbox has no such path, and the texts that name it name the copy's`
        : `${outside}, which the notebook names, was put there for the replay and taken away after it`,
    );
  }
  return provided;
}

/** Puts a dataset there as it lies here now, where that is wanted. @returns whether it was */
async function provideAsNow(
  dataset: BundledDataset,
  work: ProvidingWork,
): Promise<boolean> {
  const { name = dataset.name } = databaseOwning(dataset, work.bundle) ?? {};
  const now = locationNow(dataset, work.options, name);
  const other = now === null
    ? otherDatabase(dataset, work.bundle, work.options)
    : null;
  if (other !== null) {
    const log = logPathOf(other);
    if (isFile(log)) await provideStandIn(dataset, log, "now", work, name);
    return true;
  }
  if (now === null) return false;
  await provideStandIn(dataset, now, "now", work, name);
  return true;
}

/** Puts a dataset there as it was recorded. */
async function provideOwn(
  dataset: BundledDataset,
  work: ProvidingWork,
): Promise<void> {
  const { options, provided } = work;
  if (isServed(dataset)) return; // the notebook makes it, and is its only reader
  if (dataset.made) {
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

/**
 * Puts other files instead of a dataset's own.
 *
 * @param as What they are: given for it, as they lie here now, or lying here as they were recorded.
 * @param part What can be taken as it is now alone, with this dataset in it.
 */
async function provideStandIn(
  dataset: BundledDataset,
  path: string,
  as: "given" | "now" | "recorded",
  work: ProvidingWork,
  part = dataset.name,
): Promise<void> {
  const { options, provided } = work;
  const { standing } = provided;
  try {
    const found = await standInFiles(dataset, path, {
      ...options,
      ...as === "now" ? { standing } : {},
    });
    for (const what of found.differences) {
      provided.differences.push({ ...dataDifference(what), part });
    }
    provided.warnings.push(...found.warnings);
    const files = as === "given"
      ? found.files
      : found.files.filter((file) => standing.at(file.path) === undefined);
    if (as !== "recorded") {
      standing.add(dataset, found.files, as === "given" ? path : null);
    }
    for (const file of files) await putDataFile(file.path, file, dataset, work);
    await makeDataFolder(dataset, work);
  } catch (error) {
    if (!(error instanceof StandInError)) throw error;
    provided.failures.push(dataFailure(error.message));
  }
}

/** Puts a dataset's own files in place. */
async function provideRecorded(
  dataset: BundledDataset,
  work: ProvidingWork,
): Promise<void> {
  const { bundle, options, provided } = work;
  for (const file of dataset.files) {
    if (isReplaced(file.path, provided.standing)) continue;
    const what = nameOf(dataset, file);
    if (!isPlainFile(file.path)) {
      provided.failures.push(
        dataFailure(`${what}: the bundle names no file by this path`),
      );
      continue;
    }
    let found: FoundData | null;
    try {
      found = await findFile(bundle, dataset, file, options);
    } catch (error) {
      const why = messageOf(error);
      provided.failures.push(
        dataFailure(`${what}: ${file.path} cannot be read: ${why}`),
      );
      continue;
    }
    if (found === null) {
      const others = otherLocations(dataset, options);
      provided.failures.push(
        dataFailure(`${what}: ${file.path} was not found${others}`),
      );
      continue;
    }
    if (found.digest !== file.digest) {
      const changed = describeChange(what, file, dataset, found.contents);
      if (found.location !== "bundle") {
        provided.failures.push(
          dataFailure(`${changed} (at ${found.location})`),
        );
        continue;
      }
      provided.differences.push(dataDifference(changed, true));
    }
    await putDataFile(file.path, found, dataset, work);
  }
  await makeDataFolder(dataset, work);
}

/** Puts a dataset there of whose files the bundle lists only the first: as they lie here, if they are the same. */
async function provideUnlisted(
  dataset: BundledDataset,
  work: ProvidingWork,
): Promise<void> {
  const { options, provided } = work;
  const { name } = dataset;
  const path = locationNow(dataset, { ...options, asNow: true });
  if (path === null) {
    return void provided.failures.push(dataFailure(
      `${name}: it has more files than travel; give it by --data ${name}=PATH`,
    ));
  }
  const found = provided.differences.length;
  await provideStandIn(dataset, path, "recorded", work);
  const changed = provided.differences.splice(found);
  provided.failures.push(
    ...changed.map(({ what }) => dataFailure(`${what} (at ${path})`)),
  );
}

function nameOf(dataset: BundledDataset, file: BundledDataFile): string {
  return dataset.files.length === 1
    ? dataset.name
    : `${dataset.name} (${file.path})`;
}

/** Whether something stands at a path, or in the place of the database whose log lies there. */
function isReplaced(path: string, standing: StandingData): boolean {
  const database = databaseOfLog(path);
  return standing.at(path) !== undefined ||
    database !== null && standing.at(database) !== undefined;
}
