/**
 * Finding a run's data and putting it where the notebook reads it, with its digest checked before anything runs.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { messageOf } from "../base/errors.ts";
import { fingerprint } from "../datasets/dataset.ts";
import { describeChange } from "./data_change.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import { isAbsolute, joinPath } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { configures } from "./workspace.ts";
import { findFile, type Found, type PlaceDataOptions } from "./find_data.ts";
import { RemoteCommit } from "./git_remote.ts";
import type { Cause, Difference } from "./types.ts";

/** What became of the data. */
export interface PlacedData {
  /** Data that is not as it was. */
  differences: Difference[];
  /** Why it cannot be run. */
  failures: Cause[];
  warnings: string[];
}

/** Puts every file of every dataset under the folder of the replay. */
export async function placeData(
  bundle: ReadableBundle,
  folder: string,
  options: PlaceDataOptions,
): Promise<PlacedData> {
  const placed: PlacedData = { differences: [], failures: [], warnings: [] };
  const unknown = Object.keys(options.given).filter((name) =>
    !bundle.manifest.datasets.some((dataset) => dataset.name === name)
  );
  for (const name of unknown) {
    placed.warnings.push(
      `the run has no dataset ${name}; --data ${name} was not used`,
    );
  }
  await using remote = new RemoteCommit(bundle.manifest);
  for (const dataset of bundle.manifest.datasets) {
    if (dataset.made && options.given[dataset.name] === undefined) {
      placed.warnings.push(
        `dataset ${dataset.name} is written by the notebook itself and was not put in place`,
      );
    } else if (dataset.kind === "url") {
      await checkUrl(dataset, options, placed);
    } else {
      const places = { ...options, remote };
      await placeFiles(bundle, dataset, folder, places, placed);
    }
  }
  return placed;
}

async function placeFiles(
  bundle: ReadableBundle,
  dataset: BundledDataset,
  folder: string,
  options: PlaceDataOptions & { remote: RemoteCommit },
  placed: PlacedData,
): Promise<void> {
  const given = options.given[dataset.name];
  for (const file of dataset.files) {
    const what = dataset.files.length === 1
      ? dataset.name
      : `${dataset.name} (${file.path})`;
    if (options.sandbox && configures(file.path)) {
      placed.failures.push({
        dimension: "data",
        what:
          `${what}: ${file.path} would configure Deno, npm or git and is not put in place`,
      });
      continue;
    }
    let found: Found | null;
    try {
      found = await findFile(bundle, dataset, file, options);
    } catch (error) {
      placed.failures.push({
        dimension: "data",
        what: `${what}: ${file.path} cannot be read: ${messageOf(error)}`,
      });
      continue;
    }
    if (found === null) {
      placed.failures.push({
        dimension: "data",
        what: given === undefined
          ? `${what}: ${file.path} was not found${whereElse(dataset, options)}`
          : `${what}: ${file.path} was not found at ${given}, where --data says it is`,
      });
      continue;
    }
    const digest = sha256(found.bytes);
    if (digest !== file.digest) {
      const difference = describeChange(what, file, dataset, found.bytes);
      const wanted = given !== undefined || options.asNow ||
        found.where === "bundle";
      if (!wanted) {
        placed.failures.push({
          dimension: "data",
          what: `${difference} (at ${found.where})`,
        });
        continue;
      }
      placed.differences.push({
        dimension: "data",
        what: difference,
        contradiction: found.where === "bundle",
      });
    }
    if (isAbsolute(file.path)) {
      if (found.where !== file.path) {
        placed.failures.push({
          dimension: "data",
          what: `${what}: the notebook reads ${file.path}, which is not there`,
        });
      }
      continue;
    }
    await write(joinPath(folder, file.path), found.bytes);
  }
  if (given !== undefined && dataset.files.length === 0) {
    placed.warnings.push(
      `dataset ${dataset.name} was made in memory; --data ${dataset.name} was not used`,
    );
  }
}

async function checkUrl(
  dataset: BundledDataset,
  options: PlaceDataOptions,
  placed: PlacedData,
): Promise<void> {
  const { name, uri, digest } = dataset;
  if (uri === null || digest === null) return;
  if (options.sandbox) {
    placed.warnings.push(
      `dataset ${name} comes from ${uri}, which was not asked`,
    );
    return;
  }
  try {
    const now = await fingerprint(uri, { profile: true });
    if (now.digest === digest) return;
    const what =
      dataset.rows !== null && now.rows !== null && dataset.rows !== now.rows
        ? `${name}: row count ${dataset.rows} → ${now.rows} at ${uri}`
        : `${name}: contents changed at ${uri}`;
    placed.differences.push({ dimension: "data", what, contradiction: false });
  } catch (error) {
    placed.failures.push({
      dimension: "data",
      what: `${name}: ${messageOf(error)}`,
    });
  }
}

function whereElse(
  dataset: BundledDataset,
  { sandbox, remote }: PlaceDataOptions & { remote: RemoteCommit },
): string {
  const { origin } = dataset;
  const places = [
    origin.repository_path === null
      ? null
      : `${origin.repository_path} in its repository`,
    origin.lfs === null ? null : `Git LFS object ${origin.lfs.slice(0, 12)}`,
    origin.dvc === null ? null : `DVC object ${origin.dvc}`,
  ].filter((place) => place !== null);
  const hint = `give it by --data ${dataset.name}=PATH`;
  if (sandbox || places.length === 0) return `; ${hint}`;
  const why = remote.why === null ? "" : `; ${remote.why}`;
  return `; it was ${places.join(", ")}${why}: ${hint}`;
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(path, bytes);
}
