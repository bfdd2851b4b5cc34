/**
 * Paths as the user means them.
 *
 * A task starts in the folder of its `deno.json` and sets `INIT_CWD` to the folder the user called it in. The variable stays set
 * for everything below the task, so it counts only where a task that calls nbtrack has put us: in this checkout, or in a folder that `nbtrack init` has made.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "../base/zod.ts";

const configSchema = z.looseObject({
  tasks: z.looseObject({ nbtrack: z.string() }),
});

/** The folder the user called nbtrack in. */
export function userFolder(): string {
  return inTask() ? Deno.env.get("INIT_CWD") ?? Deno.cwd() : Deno.cwd();
}

/** Whether a task called us. */
export function inTask(): boolean {
  return (Deno.env.get("INIT_CWD") ?? "") !== "" &&
    (Deno.cwd() === checkout() || hasTask(Deno.cwd()));
}

/** Whether a folder has the task `nbtrack`, as `nbtrack init` writes it. */
export function hasTask(folder: string): boolean {
  try {
    const text = Deno.readTextFileSync(join(folder, "deno.json"));
    return configSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false; // none, or with comments: not one that `init` has made
  }
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
