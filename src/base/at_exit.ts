/**
 * What has to be done when this process exits before its work is done: ended by a signal, nothing else of it is carried
 * out.
 *
 * @module
 */
import { messageOf } from "./errors.ts";
import { ifThere } from "./files.ts";

/** What is to be done, the last first: processes are ended before the folders in which they write are removed. */
const WORK = new Set<() => void>();

/** Does something should this process exit before the scope ends. It is done without waiting. */
export function atExit(work: () => void): Disposable {
  if (WORK.size === 0) globalThis.addEventListener("unload", doAll);
  // One that was given twice is two.
  const own = () => work();
  WORK.add(own);
  return {
    [Symbol.dispose]() {
      WORK.delete(own);
      if (WORK.size === 0) globalThis.removeEventListener("unload", doAll);
    },
  };
}

/** Removes a folder of this process's own should it exit before the scope ends. */
export function removedAtExit(path: string): Disposable {
  return atExit(() =>
    void ifThere(() => Deno.removeSync(path, { recursive: true }))
  );
}

function doAll(): void {
  for (const work of [...WORK].reverse()) {
    try {
      work();
    } catch (error) {
      console.error(`nbtrack: ${messageOf(error)}`);
    }
  }
}
