/**
 * Data that stands at its paths instead of the recorded: nothing of the record is put there.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import { isCode } from "../recorder/data/may_be_data.ts";
import type { Contents } from "./data_folder.ts";
import { ReproduceError } from "./replay/errors.ts";

/** A file, and where the notebook reads it. */
export interface StandInFile {
  path: string;
  contents: Contents & { path: string };
  digest: Digest;
}

interface Standing {
  /** The dataset, and what was given for it. */
  as: string;
  /** Null where what was given has no such file. */
  file: StandInFile | null;
}

/** Files that stand for recorded ones, by the paths at which a notebook reads them. */
export class StandingData {
  readonly #at = new Map<string, Standing>();
  readonly #folders = new Map<string, string>();

  /**
   * What stands at a path: null where given data has nothing there, undefined where the recorded file is wanted.
   *
   * @param path Written like the paths of a manifest.
   */
  at(path: string): StandInFile | null | undefined {
    return this.#found(path)?.file;
  }

  /**
   * Adds the files that stand for those of a dataset; what stands at a path already stays.
   *
   * @param given What was given for the dataset; it may not contradict what was given for another one. Null for data
   * that is taken as it lies here.
   * @throws {ReproduceError} when two that were given differ at one path
   */
  add(
    dataset: BundledDataset,
    files: readonly StandInFile[],
    given: string | null,
  ): void {
    const as = `--data ${dataset.name}=${given}`;
    const standing = new Map<string, Standing>(
      dataset.files.map(({ path }) => [path, { as, file: null }]),
    );
    for (const file of files) standing.set(file.path, { as, file });
    for (const [path, one] of standing) {
      const other = this.#found(path);
      if (given !== null) refuseContradiction(path, one, other);
      if (other === undefined) this.#at.set(path, one);
    }
    if (given === null || dataset.kind !== "folder") return;
    for (const [path, other] of this.#at) {
      const inside = dataset.base !== null && isBelow(dataset.base, path);
      if (inside && !standing.has(path)) {
        refuseContradiction(path, { as, file: null }, other);
      }
    }
    if (dataset.base !== null) this.#folders.set(dataset.base, as);
  }

  /** Lets a path have what stands at another one, as it led to the same file. */
  link(path: string, to: string): void {
    const one = this.#found(to);
    if (one !== undefined) this.#at.set(path, one);
  }

  /** Whether the recorded module at a path is not put there: code is left out for code alone that was given. */
  replacesModule(path: string): boolean {
    const file = this.at(path);
    return file !== undefined && (file !== null || !isCode(path));
  }

  #found(path: string): Standing | undefined {
    const one = this.#at.get(path);
    if (one !== undefined) return one;
    for (const [folder, as] of this.#folders) {
      if (isBelow(folder, path)) return { as, file: null };
    }
    return undefined;
  }
}

/** Says of each module of code that it is data that was given, and so another module now. */
export function replacedCode(
  modules: readonly { path: string; digest: string }[],
  standing: StandingData,
): string[] {
  return modules.flatMap(({ path, digest }) => {
    const file = standing.at(path);
    return !isCode(path) || file === undefined || file === null ||
        file.digest === digest
      ? []
      : [
        `module ${path} is data of the run too: the cells import the one that stands in for it`,
      ];
  });
}

function refuseContradiction(
  path: string,
  one: Standing,
  other: Standing | undefined,
): void {
  if (other === undefined || one.file?.digest === other.file?.digest) return;
  throw new ReproduceError(
    `Cannot use ${other.as} and ${one.as} together: the run read ${path} as both, and what is given for it differs.`,
    { hint: "Leave one of them out." },
  );
}

function isBelow(folder: string, path: string): boolean {
  return folder === "."
    ? !/^(?:\.\.\/|\/|[A-Za-z]:)/.test(path)
    : path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
