/**
 * What a sandboxed process takes of the machine, as the system says it.
 *
 * @module
 */
import { nextTurn } from "../../base/next_turn.ts";

/** What a process takes. */
export interface Usage {
  /** Memory that it holds, bytes; null where the system does not say. */
  memory: number | null;
  threads: number | null;
  /** What it has written and not removed, bytes. */
  disk: number;
  files: number;
}

/** A cell took more than it may. */
export class ExcessError extends Error {}

/** More than this it may not take. */
export type SandboxLimits = { readonly [Name in keyof Usage]: number };

/** The limits on a machine with so much memory, bytes. */
export function limitsOn(memory: number): SandboxLimits {
  return {
    memory: Math.min(6 * 2 ** 30, memory * 0.7),
    // Each Worker is one at least.
    threads: 128,
    disk: 8 * 2 ** 30,
    files: 200_000,
  };
}

/** The limits on this machine. */
export function limitsHere(): SandboxLimits {
  return limitsOn(Deno.systemMemoryInfo().total);
}

/** What it takes too much of, in a sentence; null when nothing. */
export function excessOf(
  { memory, threads, disk, files }: Usage,
  limits: SandboxLimits,
): string | null {
  if (memory !== null && memory > limits.memory) {
    return `it took more than ${
      Math.round(limits.memory / 2 ** 20)
    } MiB of memory`;
  }
  if (threads !== null && threads > limits.threads) {
    return `it started more than ${limits.threads} threads`;
  }
  if (files > limits.files) return `it made more than ${limits.files} files`;
  return disk > limits.disk ? tooMuchDisk(limits.disk) : null;
}

/** That more was written than may be, in a sentence. */
export function tooMuchDisk(limit: number): string {
  return `it wrote more than ${sizeText(limit)} into its folder`;
}

function sizeText(bytes: number): string {
  return bytes >= 2 ** 30
    ? `${Math.round(bytes / 2 ** 30)} GiB`
    : `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** Memory and threads of a process: on Linux; elsewhere, and when it has ended, nothing is known. */
export function usageOfProcess(
  pid: number | undefined,
  os: typeof Deno.build.os = Deno.build.os,
): Pick<Usage, "memory" | "threads"> {
  const status = pid === undefined || os !== "linux"
    ? null
    : textOf(`/proc/${pid}/status`);
  if (status === null) return { memory: null, threads: null };
  const number = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { memory: number("VmRSS") * 1024, threads: number("Threads") };
}

/** After so many entries, what else this process has to do is done, such as ending by a signal. */
const ENTRIES_AT_ONCE = 1000;

/** What folders hold, counted up to the limits. */
export async function usageOfFolders(
  roots: readonly string[],
  limits: Pick<SandboxLimits, "disk" | "files">,
): Promise<Pick<Usage, "disk" | "files">> {
  const usage = { disk: 0, files: 0 };
  const folders = [...roots];
  for (let next; (next = folders.pop()) !== undefined;) {
    try {
      for (const entry of Deno.readDirSync(next)) {
        const path = `${next}/${entry.name}`;
        if (++usage.files > limits.files) return usage;
        if (usage.files % ENTRIES_AT_ONCE === 0) await nextTurn();
        if (entry.isDirectory) folders.push(path);
        else if (entry.isFile) usage.disk += Deno.lstatSync(path).size;
      }
    } catch (error) {
      // It goes on changing its folder, or has closed a part of it.
      if (!isUnreadable(error)) throw error;
    }
    if (usage.disk > limits.disk) return usage;
  }
  return usage;
}

/** Files that a process holds open and that have no name any more, bytes: on Linux. */
export function sizeOfRemovedFiles(
  pid: number | undefined,
  os: typeof Deno.build.os = Deno.build.os,
): number {
  if (pid === undefined || os !== "linux") return 0;
  let size = 0;
  const seen = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`;
      if (!linkOf(path).endsWith(" (deleted)")) continue;
      const { isFile, dev, ino, size: bytes } = Deno.statSync(path);
      if (!isFile || seen.has(`${dev} ${ino}`)) continue;
      seen.add(`${dev} ${ino}`);
      size += bytes;
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error; // it has ended, or closed a file
  }
  return size;
}

function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return ""; // it was closed
  }
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null; // it has ended
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Error &&
      /name too long|no such process/i.test(error.message);
}
