/**
 * Watching what a sandboxed process takes of the machine, while it runs.
 *
 * @module
 */
import {
  excessOf,
  limitsOn,
  type SandboxLimits,
  sizeOfRemovedFiles,
  usageOfFolders,
  usageOfProcess,
} from "./usage.ts";

/** How often it is checked, milliseconds. */
const EVERY_MS = 250;
/** The folders are counted again after so many times as long as counting took. */
const COUNT_REST = 20;

/** What is watched. */
export interface SandboxWatchOptions {
  pid: number | undefined;
  /** The folders that it can write. */
  folders: readonly string[];
  /** Called once with a sentence when it takes too much. */
  onExcess: (why: string) => void;
  /** @default {those of this machine} */
  limits?: SandboxLimits | undefined;
}

/** Watches a process until the scope ends. */
export function watchProcess(
  {
    pid,
    folders,
    onExcess,
    limits = limitsOn(Deno.systemMemoryInfo().total),
  }: SandboxWatchOptions,
): Disposable {
  let count_at = 0;
  let counted = { disk: 0, files: 0 };
  const check = () => {
    if (performance.now() >= count_at) {
      const began = performance.now();
      counted = usageOfFolders(folders, limits);
      const now = performance.now();
      count_at = now + (now - began) * COUNT_REST;
    }
    const why = excessOf({
      ...usageOfProcess(pid),
      files: counted.files,
      disk: counted.disk + sizeOfRemovedFiles(pid),
    }, limits);
    if (why === null) return;
    clearInterval(timer);
    onExcess(why);
  };
  const timer = setInterval(check, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
