/**
 * What a sandboxed process takes of the machine, checked while it runs.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";

/** How often it is checked, milliseconds. */
const EVERY_MS = 250;
/** Memory that it may hold, bytes. */
const MAX_MEMORY_BYTES = 6 * 2 ** 30;
/** Of the machine's memory it may take so much at most. */
const MEMORY_SHARE = 0.7;
/** Threads: each Worker is one at least. */
const MAX_THREADS = 128;
/** Its folder may hold so many bytes, and so many files. */
const MAX_DISK_BYTES = 8 * 2 ** 30;
const MAX_FILES = 200_000;
/** The folder is counted again after so many times as long as counting took. */
const COUNT_REST = 20;
const KIB = 1024;

/** What is watched. */
export interface SandboxWatchOptions {
  pid: number | undefined;
  /** The folders that it can write. */
  folders: readonly string[];
  /** Called once with a sentence when it takes too much. */
  onExcess: (why: string) => void;
}

/** Watches a process until the scope ends. */
export function watchProcess(options: SandboxWatchOptions): Disposable {
  const memory = Math.min(
    MAX_MEMORY_BYTES,
    Deno.systemMemoryInfo().total * MEMORY_SHARE,
  );
  let count_at = 0;
  let reported = false;
  const check = () => {
    if (reported) return;
    const usage = usageOf(options.pid);
    let why = usage === null ? null : excessOf(usage, memory);
    if (why === null && performance.now() >= count_at) {
      const began = performance.now();
      why = options.folders.map(excessOfFolder).find((one) => one !== null) ??
        null;
      const now = performance.now();
      count_at = now + (now - began) * COUNT_REST;
    }
    if (why === null) return;
    reported = true;
    options.onExcess(why);
  };
  const timer = setInterval(check, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

interface Usage {
  memory: number;
  threads: number;
}

function excessOf({ memory, threads }: Usage, limit: number): string | null {
  if (memory > limit) {
    return `it took more than ${Math.round(limit / 2 ** 20)} MiB of memory`;
  }
  return threads > MAX_THREADS
    ? `it started more than ${MAX_THREADS} threads`
    : null;
}

/** What Linux says of a process; null elsewhere, or when it has ended. */
function usageOf(pid: number | undefined): Usage | null {
  if (pid === undefined || Deno.build.os !== "linux") return null;
  let status: string;
  try {
    status = Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch {
    return null; // it has ended
  }
  const number = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { memory: number("VmRSS") * KIB, threads: number("Threads") };
}

function excessOfFolder(folder: string): string | null {
  let bytes = 0;
  let files = 0;
  const folders = [folder];
  for (let next; (next = folders.pop()) !== undefined;) {
    let entries: Iterable<Deno.DirEntry>;
    try {
      entries = Deno.readDirSync(next);
      for (const entry of entries) {
        const path = `${next}/${entry.name}`;
        if (++files > MAX_FILES) {
          return `it made more than ${MAX_FILES} files`;
        }
        if (entry.isDirectory) folders.push(path);
        else if (entry.isFile) bytes += Deno.lstatSync(path).size;
      }
    } catch (error) {
      // It goes on changing its folder, or has closed a part of it.
      if (!isUnreadable(error)) {
        throw new Error(messageOf(error), { cause: error });
      }
    }
    if (bytes > MAX_DISK_BYTES) {
      return `it wrote more than ${
        MAX_DISK_BYTES / 2 ** 30
      } GiB into its folder`;
    }
  }
  return null;
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Error && /name too long/i.test(error.message);
}
