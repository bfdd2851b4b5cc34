/**
 * Putting data where the notebook reads it: in the folder of the replay, or at the absolute path that it names.
 *
 * @module
 */
import { atExit } from "../base/at_exit.ts";
import { mkdirSync } from "node:fs";
import { dirname, posix } from "node:path";
import { messageOf } from "../base/errors.ts";
import { removeIfCan } from "../base/files.ts";
import type { Digest } from "../base/digest.ts";
import { fingerprint } from "../datasets/dataset.ts";
import { joinPath } from "../record/bundle/paths.ts";

/** What else a file has. */
export interface FileTraits {
  /** When its contents were last changed, milliseconds since 1970. @default {as the file elsewhere was, else now} */
  changed_time?: number | undefined;
  /** Whether its owner may execute it. @default {as that of the file elsewhere} */
  executable?: boolean | undefined;
}
/** Contents of a file: in memory, or a file elsewhere. */
export type Contents = ({ bytes: Uint8Array } | { path: string }) & FileTraits;

/** The data of a replay. What was put outside of its folder is taken away when it is disposed of. */
export class DataFolder implements Disposable {
  readonly #folder: string;
  readonly #root: string;
  readonly #instead: string | null;
  readonly #outside: { path: string; made: string | null }[] = [];
  readonly #exit = atExit(() => this[Symbol.dispose]());

  /**
   * @param folder The notebook's folder in the replay.
   * @param root The folder in which everything of the replay lies.
   * @param instead A folder that stands for the root of absolute paths; null for that root itself.
   */
  constructor(
    folder: string,
    { root, instead }: { root: string; instead: string | null },
  ) {
    this.#folder = folder;
    this.#root = root;
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

  /** Makes a folder that a path passes through, unless it lies outside of all that is made for the replay. */
  async passed(path: string): Promise<void> {
    const folder = joinPath(this.#folder, path);
    if (!folder.startsWith(`${this.#root}/`)) return;
    try {
      await Deno.mkdir(folder, { recursive: true });
    } catch {
      // A file lies there, or no folder can be called so: what the notebook does with it shows it.
    }
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
    if (there !== null) {
      return `${path} holds something else, which is not replaced`;
    }
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
    this.#exit[Symbol.dispose]();
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
  } else {
    using from = await Deno.open(contents.path);
    const to = await Deno.open(path, {
      write: true,
      create: true,
      truncate: true,
      ...options,
    });
    await from.readable.pipeTo(to.writable);
  }
  giveTraits(path, contents);
}

/** The bit of a file's mode that lets its owner execute it. */
const OWNER_EXECUTES = 0o100;

function giveTraits(path: string, contents: Contents): void {
  const from = "path" in contents ? Deno.statSync(contents.path) : null;
  const mode = from?.mode ?? 0;
  if (
    (contents.executable ?? (mode & OWNER_EXECUTES) !== 0) &&
    Deno.build.os !== "windows"
  ) {
    Deno.chmodSync(path, (Deno.statSync(path).mode ?? 0) | OWNER_EXECUTES);
  }
  const changed = contents.changed_time ?? from?.mtime?.getTime();
  if (changed === undefined) return;
  try {
    Deno.utimeSync(path, new Date(), new Date(changed));
  } catch {
    // A file system that does not keep such a time: the contents are there.
  }
}
