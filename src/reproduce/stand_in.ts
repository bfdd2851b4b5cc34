/**
 * Other files instead of a dataset's own: those that `--data` names, or those that lie there now.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import {
  isDatasetError,
  listingDigest,
  sortedByPath,
  type StandIn,
  standIn,
} from "../datasets/dataset.ts";
import type { Digest } from "../base/digest.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import { MAX_LISTED } from "../record/bundle/data.ts";
import { describeChange } from "./data_change.ts";
import { fileDigest } from "./data_folder.ts";
import type { StandInFile, StandingData } from "./standing_data.ts";

/** Files that a message names. */
const MAX_NAMED = 3;
/** Changed files of one dataset that are described. */
const MAX_DESCRIBED = 10;

/** Files instead of a dataset's own, and how they differ from them. */
export interface StandInFiles {
  files: StandInFile[];
  differences: string[];
  warnings: string[];
}

/** Why other files cannot stand for a dataset's own. */
export class StandInError extends Error {}

/**
 * The files that stand for those of a dataset.
 *
 * @param given a path, folder or glob
 * @throws {StandInError} when they cannot
 */
export async function standInFiles(
  dataset: BundledDataset,
  given: string,
  options: {
    cwd: string;
    sandbox: boolean;
    /** What stands at a path already. @default {nothing} */
    standing?: StandingData | undefined;
  },
): Promise<StandInFiles> {
  const found = find(dataset, given, options.cwd);
  if (options.sandbox) await refuseLinksOut(dataset, given, found);
  const executed = new Set(
    dataset.files.filter(({ executable }) => executable).map(({ path }) =>
      path
    ),
  );
  const files: StandInFile[] = [];
  for (const { path, absolute } of found.files) {
    const digest = await fileDigest(absolute);
    if (digest === null) {
      throw new StandInError(`${dataset.name}: ${absolute} is gone`);
    }
    const own = ownPath(dataset, found, path);
    const other = options.standing?.at(own);
    if (other === null) continue;
    files.push({
      ...other ?? {
        contents: {
          path: absolute,
          ...executed.has(own) ? { executable: true } : {},
        },
        digest,
      },
      path: own,
    });
  }
  return {
    files,
    differences: differencesOf(dataset, files),
    warnings: found.warnings,
  };
}

function find(dataset: BundledDataset, given: string, cwd: string): StandIn {
  const { name, pattern, files } = dataset;
  let found: StandIn;
  try {
    found = standIn(given, { cwd, pattern });
  } catch (error) {
    const missing = isDatasetError(error) && error.kind === "missing";
    const what = files.length === 1 ? files[0]?.path : `the data`;
    throw new StandInError(
      missing
        ? `${name}: ${what} was not found at ${given}, where --data says it is`
        : `${name}: ${messageOf(error)}`,
    );
  }
  if (dataset.kind === "file" && found.kind !== "file") {
    throw new StandInError(
      `${name}: ${given} cannot be read in its place: ${name} is a single file, and that is a ${found.kind}`,
    );
  }
  if (dataset.kind !== "file" && found.kind === "file" && files.length !== 1) {
    throw new StandInError(
      `${name}: ${given} cannot be read in its place: ${name} has ${files.length} files, and that is a single one`,
    );
  }
  return found;
}

/** Links that lead out of a folder are not followed for a stranger's code. */
async function refuseLinksOut(
  { name }: BundledDataset,
  given: string,
  { kind, files }: StandIn,
): Promise<void> {
  if (kind === "file") return;
  for (const { path, absolute } of files) {
    const folder = await Deno.realPath(
      absolute.slice(0, absolute.length - path.length) || "/",
    );
    const real = await Deno.realPath(absolute);
    if (real.startsWith(folder.endsWith("/") ? folder : `${folder}/`)) continue;
    throw new StandInError(
      `${name}: ${path} in ${given} is a link that leads out of it, which is not followed for a sandbox`,
    );
  }
}

/** Where the notebook reads a file that was found. */
function ownPath(
  { kind, base, files }: BundledDataset,
  found: StandIn,
  path: string,
): string {
  const [single] = files;
  if ((kind === "file" || found.kind === "file") && single !== undefined) {
    return single.path;
  }
  const folder = base ?? commonFolder(files.map((file) => file.path));
  return folder === "." || folder === "" ? path : `${folder}/${path}`;
}

/** For bundles of versions that named no base. */
function commonFolder(paths: readonly string[]): string {
  const first = paths[0] ?? "";
  let end = first.lastIndexOf("/") + 1;
  while (
    end > 0 && !paths.every((path) => path.startsWith(first.slice(0, end)))
  ) {
    end = first.lastIndexOf("/", end - 2) + 1;
  }
  return first.slice(0, Math.max(0, end - 1));
}

function differencesOf(
  dataset: BundledDataset,
  files: readonly StandInFile[],
): string[] {
  const { name, base } = dataset;
  const recorded = new Map(dataset.files.map((file) => [file.path, file]));
  const whole = listsAll(dataset);
  const changed = files.flatMap((file) => {
    const before = recorded.get(file.path);
    if (before === undefined || before.digest === file.digest) return [];
    const what = dataset.files.length === 1 ? name : `${name} (${file.path})`;
    return [() => describeChange(what, before, dataset, file.contents)];
  });
  const now = new Set(files.map(({ path }) => path));
  const gone = whole ? [...recorded.keys()].filter((p) => !now.has(p)) : [];
  const added = whole ? [...now].filter((path) => !recorded.has(path)) : [];
  const said = changed.slice(0, MAX_DESCRIBED).map((describe) => describe());
  if (changed.length > said.length) {
    said.push(`${name}: ${changed.length - said.length} more files changed`);
  }
  if (gone.length + added.length > 0) {
    said.push(
      `${name}: file count ${recorded.size} → ${now.size}${
        listed(" without ", gone)
      }${listed(" with ", added)}`,
    );
  }
  if (
    said.length === 0 && base !== null && dataset.kind !== "file" &&
    digestFrom(base, files) !== dataset.digest
  ) said.push(`${name}: its ${now.size} files are not the recorded ones`);
  return said;
}

/** Whether a bundle lists every file of a dataset: of very many it lists the first. */
export function listsAll(
  { kind, base, files, digest }: BundledDataset,
): boolean {
  if (files.length < MAX_LISTED || kind === "file") return true;
  return base === null || digestFrom(base, files) === digest;
}

function digestFrom(
  base: string,
  files: readonly { path: string; digest: string }[],
): string {
  return listingDigest(sortedByPath(files.map(({ path, digest }) => ({
    path: base === "." ? path : path.slice(base.length + 1),
    digest: digest as Digest,
  }))));
}

function listed(before: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const more = paths.length - MAX_NAMED;
  return `${before}${paths.slice(0, MAX_NAMED).join(", ")}${
    more > 0 ? ` and ${more} more` : ""
  }`;
}
