/**
 * Putting data where the notebook reads it: in the folder of the replay, or at the absolute path that it names.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { dirname, posix } from "node:path";
import { messageOf } from "../base/errors.ts";
import type { Digest } from "../base/digest.ts";
import { fingerprint } from "../datasets/dataset.ts";
import { joinPath } from "../record/bundle/paths.ts";

/** Contents of a file: in memory, or a file elsewhere. */
export type Contents = { bytes: Uint8Array } | { path: string };

/** The data of a replay. What was put outside of its folder is taken away when it is disposed of. */
export class DataFolder implements Disposable {
  readonly #folder: string;
  readonly #instead: string | null;
  readonly #outside: { path: string; made: string | null }[] = [];

  /**
   * @param folder The notebook's folder in the replay.
   * @param instead A folder that stands for the root of absolute paths; null for that root itself.
   */
  constructor(folder: string, { instead }: { instead: string | null }) {
    this.#folder = folder;
    this.#instead = instead;
  }

  /** Puts a file at its path from the notebook's folder. */
  async put(path: string, contents: Contents): Promise<void> {
    await write(joinPath(this.#folder, path), contents, { createNew: false });
  }

  /** Makes a folder of the data, which may hold no file. */
  async folder(path: string): Promise<void> {
    await Deno.mkdir(joinPath(this.#folder, path), { recursive: true });
  }

  /**
   * Sees to it that a file lies at an absolute path. One that is there is never replaced.
   *
   * @returns why the notebook will not find these contents there; null when it will
   */
  async putAt(
    path: string,
    contents: Contents,
    digest: string,
  ): Promise<string | null> {
    if (this.#instead !== null) return await this.#putInstead(path, contents);
    if ("path" in contents && contents.path === path) return null;
    const there = await fileDigest(path);
    if (there === digest) return null;
    if (there !== null) return `${path} holds something else by now`;
    try {
      const made = mkdirSync(dirname(path), { recursive: true });
      this.#outside.push({ path, made: made ?? null });
      await write(path, contents, { createNew: true });
      return null;
    } catch (error) {
      return `${path} cannot be written: ${messageOf(error)}`;
    }
  }

  async #putInstead(path: string, contents: Contents): Promise<string | null> {
    if (!path.startsWith("/")) return `a sandbox has no drives`;
    await write(`${this.#instead}${path}`, contents, { createNew: false });
    this.#outside.push({ path, made: null });
    return null;
  }

  /** The absolute paths whose files were put there, or into the folder that stands for their root. */
  get outside(): string[] {
    return this.#outside.map(({ path }) => path);
  }

  [Symbol.dispose](): void {
    if (this.#instead !== null) return; // it goes with its folder
    for (const { path, made } of this.#outside.toReversed()) {
      removeIfCan(path);
      if (made === null) continue;
      for (
        let folder = dirname(path);
        folder.startsWith(made);
        folder = dirname(folder)
      ) removeIfCan(folder);
    }
    this.#outside.length = 0;
  }
}

/** Removes a file or an empty folder; a folder that the notebook wrote into stays. */
function removeIfCan(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or it holds what is not ours.
  }
}

/** The digest of a file; null when there is none. */
export async function fileDigest(path: string): Promise<Digest | null> {
  try {
    if (!Deno.statSync(path).isFile) return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
  return (await fingerprint(path, { profile: false })).digest;
}

/** Whether a path of a manifest has no detours: `..` only at its start, no empty parts. */
export function hasNoDetour(path: string): boolean {
  return !path.includes("\0") && posix.normalize(path) === path;
}

/** Whether it ends in the name of a file too. */
export function isPlainFile(path: string): boolean {
  return hasNoDetour(path) && !/(?:^|\/)\.{0,2}$/.test(path);
}

async function write(
  path: string,
  contents: Contents,
  options: { createNew: boolean },
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  if ("bytes" in contents) {
    await Deno.writeFile(path, contents.bytes, options);
    return;
  }
  using from = await Deno.open(contents.path);
  const to = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
    ...options,
  });
  await from.readable.pipeTo(to.writable);
}
