/**
 * Paths as the user means them.
 *
 * A task starts in the folder of its `deno.json` and sets `INIT_CWD` to the folder the user called it in. The variable stays set
 * for everything below the task, so it counts only where a task of this checkout has put us.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder the user called nbtrack in. */
export function userFolder(): string {
  return inTask() ? Deno.env.get("INIT_CWD") ?? Deno.cwd() : Deno.cwd();
}

/** Whether a task of this checkout called us. */
export function inTask(): boolean {
  return (Deno.env.get("INIT_CWD") ?? "") !== "" && Deno.cwd() === checkout();
}

/** The absolute path of what a user wrote. */
export function resolvePath(path: string): string {
  return resolve(userFolder(), path);
}

/** The folder of the checkout this file belongs to; null when it was installed from a registry. */
function checkout(): string | null {
  const here = import.meta.url;
  if (!here.startsWith("file:")) return null;
  return dirname(dirname(dirname(fileURLToPath(here))));
}
