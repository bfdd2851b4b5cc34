/**
 * Files that are made ready: read if they are there, written in one step.
 *
 * @module
 */
import { ifThereAsync } from "../base/files.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";

/** What was done to the files of a folder. */
export interface PreparedFiles {
  /** Absolute paths of new files. */
  created: string[];
  /** Absolute paths of extended files. */
  changed: string[];
  /** What the user should know. */
  notes: string[];
}

/** A file's text, or null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw new NbtrackError(`Cannot read ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Writes a file beside and moves it into place, so that it is never half there. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(temporary, text);
    await keepMode(path, temporary);
    await Deno.rename(temporary, path);
  } catch (cause) {
    await removeIfThere(temporary);
    throw new NbtrackError(`Cannot write ${path}: ${messageOf(cause)}`, {
      cause,
      hint: "Choose a folder that can be written.",
    });
  }
}

async function keepMode(path: string, temporary: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  const mode = (await ifThereAsync(() => Deno.stat(path)))?.mode ?? null;
  if (mode !== null) await Deno.chmod(temporary, mode & 0o777);
}

async function removeIfThere(path: string): Promise<void> {
  await ifThereAsync(() => Deno.remove(path));
}

/** Whether there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return false;
    throw error;
  }
}

/** Whether this user reaches something at a path; a path that is closed to him, or a link to itself, leads nowhere. */
export async function isReachable(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false; // whatever is in its way is no fault of the folder that is made ready
  }
}

/** Makes a folder and those above it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (cause) {
    throw new NbtrackError(`Cannot make ${path}: ${messageOf(cause)}`, {
      cause,
      hint: "Choose a folder that can be written.",
    });
  }
}
