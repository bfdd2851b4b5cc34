/**
 * Removing the folder of a test.
 *
 * @module
 */
import { messageOf } from "../src/base/errors.ts";
import { until } from "./until.ts";

/** Removes a folder with all that is in it, also where a process that is about to end still writes there. */
export async function removeFolder(path: string): Promise<void> {
  await until(`the end of ${path}`, async () => {
    try {
      await Deno.remove(path, { recursive: true });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      if (/not empty/i.test(messageOf(error))) return false;
      throw error;
    }
  });
}
