/**
 * Watching what a sandboxed process takes of the machine, while it runs.
 *
 * @module
 */
import {
  excessOf,
  limitsHere,
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
    limits = limitsHere(),
  }: SandboxWatchOptions,
): Disposable {
  let count_at = 0;
  let counted = { disk: 0, files: 0 };
  let ended = false;
  const end = () => {
    ended = true;
    clearInterval(timer);
  };
  const count = async () => {
    count_at = Infinity; // until it has been counted
    const began = performance.now();
    counted = await usageOfFolders(folders, limits);
    const now = performance.now();
    count_at = now + (now - began) * COUNT_REST;
  };
  const check = async () => {
    try {
      if (performance.now() >= count_at) await count();
    } catch (error) {
      if (ended) return; // with its folders
      throw error;
    }
    if (ended) return;
    const why = excessOf({
      ...usageOfProcess(pid),
      files: counted.files,
      disk: counted.disk + sizeOfRemovedFiles(pid),
    }, limits);
    if (why === null) return;
    end();
    onExcess(why);
  };
  const timer = setInterval(check, EVERY_MS);
  return { [Symbol.dispose]: end };
}
