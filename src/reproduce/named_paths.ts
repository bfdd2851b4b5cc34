/**
 * The paths that the cells of a run name by constants: files of the notebook's own folder by their absolute paths, and
 * folders that a path only passes through.
 *
 * @module
 */
import { posix } from "node:path";
import type { Constants } from "../recorder/data/constant_reader.ts";
import { constantPaths } from "../recorder/data/constant_texts.ts";
import { isAbsolute, joinPath, normalPath } from "../record/bundle/paths.ts";
import type { LoggedCell, ReadableBundle } from "../record/bundle/read.ts";
import { finderOfDigests } from "./compare/folders.ts";

/** Stands for the notebook's folder in what cells make of `Deno.cwd()` and `import.meta`: no file is named so. */
const NOWHERE = "/nbtrack-notebook-folder";
/** Goes to another folder. */
const GOES = /\bchdir\s*\(\s*["'`]([^"'`$\n]+)["'`]/g;

/** So many folders are made that paths pass through. */
const MAX_FOLDERS = 20;
/** Longer sources are not read, and of all together no more, characters: a stranger's may be made to take long. */
const MAX_SOURCE = 20_000;
const MAX_SOURCES = 1_000_000;

/** What the cells of a run name. */
export class NamedPaths {
  readonly #sources: readonly { source: string; paths: string[] }[];
  readonly #absolute: ReadonlySet<string>;
  readonly #bundle: ReadableBundle;
  /** The notebook's folder as it was recorded, in each spelling that is known. */
  readonly #folders: ReadonlySet<string>;

  /** @param home The notebook's folder on the machine that recorded it; null when this is another one. */
  constructor(bundle: ReadableBundle, home: string | null) {
    const { manifest: { folders = [], run } } = bundle;
    const constants: Constants = new Map();
    this.#bundle = bundle;
    this.#sources = shortSources(bundle).map((source) => ({
      source,
      paths: [...constantPaths(source, constants, NOWHERE)],
    }));
    this.#absolute = new Set(
      this.#sources.flatMap(({ paths }) =>
        paths.filter(isAbsolute).map(normalPath)
      ),
    );
    const finder = finderOfDigests(folders, run.run_id);
    const seen = [...this.#absolute].flatMap((text) =>
      finder.find(text).filter(({ kinds }) => kinds.includes("work folder"))
        .map(({ start, end }) => text.slice(start, end))
    );
    this.#folders = new Set([...home === null ? [] : [home], ...seen]);
  }

  /**
   * The absolute path by which a cell names a file or folder whose path is relative; null when none does.
   *
   * @param path From the notebook's folder.
   */
  absoluteOf(path: string): string | null {
    for (const folder of this.#folders) {
      const absolute = joinPath(folder, path);
      if (this.#absolute.has(absolute)) return absolute;
    }
    const { folder, folders } = this.#bundle.manifest;
    // Earlier versions told the folder's name alone.
    if (this.#folders.size > 0 || folders !== undefined || !folder) return null;
    const end = `/${folder}/${path}`;
    return [...this.#absolute].find((text) => text.endsWith(end)) ?? null;
  }

  /** Folders that the cells' paths pass through, or that cells go to, but for those that a cell makes. */
  passed(): string[] {
    const cells = this.#bundle.cells.filter((cell) => !failed(cell));
    const gone = cells.flatMap(({ source }) =>
      [...source.matchAll(GOES)].map(([, folder = ""]) => folder)
    );
    const { datasets, modules, written = [] } = this.#bundle.manifest;
    const files = new Set(
      [...datasets.flatMap((one) => one.files), ...modules, ...written]
        .map(({ path }) => path),
    );
    const relative = (paths: readonly string[]) =>
      paths.map((path) => path.replace(`${NOWHERE}/`, ""));
    const ways = this.#sources.flatMap(({ paths }) => relative(paths))
      .filter((text) => files.has(normalPath(text)));
    const folders = new Set(
      [...ways.flatMap(passedBy), ...gone]
        .filter((folder) => !isAbsolute(folder)).map(normalPath),
    );
    const made = new Set(
      this.#sources.filter(({ source }) => /mkdir/i.test(source))
        .flatMap(({ paths }) => relative(paths).map(normalPath)),
    );
    return [...folders.difference(made)].slice(0, MAX_FOLDERS);
  }
}

function failed({ outputs }: LoggedCell): boolean {
  return outputs.some(({ output_type }) => output_type === "error");
}

/** The folders that a path leaves again by `..`. */
function passedBy(path: string): string[] {
  const parts = path.split("/");
  return parts.flatMap((part, i) => {
    const before = parts[i - 1] ?? "";
    return part !== ".." || /^\.{0,2}$/.test(before)
      ? []
      : [posix.join(...parts.slice(0, i))];
  });
}

function shortSources({ cells }: ReadableBundle): string[] {
  let left = MAX_SOURCES;
  return cells.map(({ source }) => source).filter(({ length }) =>
    length <= MAX_SOURCE && (left -= length) >= 0
  );
}
