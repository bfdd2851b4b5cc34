/**
 * Files and folders that may not be there.
 *
 * @module
 */

/** What an action gives; null where the file or folder that it needs is not there. */
export function ifThere<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What an action gives in time; null where the file or folder that it needs is not there. */
export async function ifThereAsync<T>(
  action: () => Promise<T>,
): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What a path leads to that this process can see; null where there is none, whatever else it may be the name of. */
export function statOf(path: string | URL): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null; // absent, hidden, or no path at all
  }
}

/** Whether a path leads to a file that this process can see. */
export function isFile(path: string | URL): boolean {
  return statOf(path)?.isFile === true;
}

/** Whether a path leads to something that this process can see. Node's `fs` answers it too, and takes 2 MB of memory. */
export function isPresent(path: string | URL): boolean {
  return statOf(path) !== null;
}

/** The size of a file, bytes; 0 where there is none. */
export function fileSize(path: string): number {
  return ifThere(() => Deno.statSync(path).size) ?? 0;
}

/** Removes a file or an empty folder; one that is gone, in use or not ours stays as it is. */
export function removeIfCan(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or it holds what is not ours, or Windows keeps what somebody reads.
  }
}
