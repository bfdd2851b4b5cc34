/**
 * The packages that this process may load later, resolved once.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";

let resolving: Promise<unknown> | null = null;

/**
 * Has Deno resolve the packages once: a lock has them from then on, and one that is frozen without them says so now.
 * In a folder without a lock it takes some 20 ms, and is waited for: a cell that imports a package meanwhile never ends.
 *
 * @param say Says what is wrong.
 */
export async function resolvePackages(
  say: (text: string) => void,
): Promise<void> {
  resolving ??= lazyImport("../base/packages_of_cells.ts", import.meta.url)
    .catch((error) => {
      const [why] = messageOf(error).split("\n");
      say(
        `Not all of nbtrack's packages can be loaded in this session, and what needs one of them will fail. ${why}`,
      );
    });
  await resolving;
}
