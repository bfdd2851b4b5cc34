/**
 * The packages that a run may load later, resolved once.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";

let resolving: Promise<string | null> | null = null;

/**
 * Has Deno resolve the packages once: a lock has them from then on, and one that is frozen without them says so now.
 * In a folder without a lock it takes some 10 ms, beside the recorder's start. `track()` returns when it is done: a cell
 * that imports a package meanwhile never ends.
 *
 * @returns What is wrong, or null.
 */
export function packagesResolved(): Promise<string | null> {
  return resolving ??= lazyImport(
    "../base/packages_of_cells.ts",
    import.meta.url,
  )
    .then(() => null, (error) => {
      const [why] = messageOf(error).split("\n");
      return `Not all of nbtrack's packages can be loaded in this session, and what needs one of them will fail. ${why}`;
    });
}
