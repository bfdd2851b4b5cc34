/**
 * The configuration of a sandbox as it may lie in the folder that its user keeps.
 *
 * @module
 */
import { toFolderUrl } from "../../base/file_urls.ts";
import type { ReplayConfig } from "../replay/replay_config.ts";
import type { Workspace } from "../replay/workspace.ts";

type Entries = Record<string, string>;

/**
 * Of a sandbox's configuration what can be used in the kept folder: with addresses of that folder, and with none of the
 * web that the sandbox could not reach. Its lock is the one beside it, to which Deno may add what is run there later.
 */
export function keptConfig(
  { scopes = {}, compilerOptions = {}, unstable }: ReplayConfig,
  { root, kept }: Pick<Workspace, "root" | "kept">,
  hosts: readonly string[],
): ReplayConfig & { nodeModulesDir: "none" } {
  const dir = toFolderUrl(kept?.dir ?? root).href;
  const from = toFolderUrl(kept?.from ?? root).href;
  const inside = toFolderUrl(root).href;
  /** Null for what does not lie there any more. */
  const lifted = (address: string) =>
    address.startsWith(from)
      ? dir + address.slice(from.length)
      : address === inside
      ? dir
      : address.startsWith(inside)
      ? null
      : address;
  const usable = (target: string) =>
    isOfOthers(target, hosts) ? null : lifted(target);
  const entriesOf = (given: Entries): Entries =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, target]) => {
        const [key, to] = [lifted(name), usable(target)];
        return key === null || to === null ? [] : [[key, to]];
      }),
    );
  const here: Record<string, Entries> = {};
  // The folder's own names come first, so that those of the notebook's count where both are one now.
  for (
    const [scope, given] of Object.entries(scopes).toSorted(([a], [b]) =>
      a.length - b.length
    )
  ) {
    const address = lifted(scope);
    if (address === null) continue;
    here[address] = { ...here[address], ...entriesOf(given) };
  }
  const options = Object.entries(compilerOptions).filter(([, value]) =>
    typeof value !== "string" || usable(value) !== null
  );
  return {
    scopes: here,
    ...options.length === 0
      ? {}
      : { compilerOptions: Object.fromEntries(options) },
    ...unstable === undefined ? {} : { unstable },
    nodeModulesDir: "none",
  };
}

/** Whether a target is on the web, at a host that the user did not name. */
function isOfOthers(target: string, hosts: readonly string[]): boolean {
  const { protocol, host } = URL.parse(target) ?? {};
  return host !== undefined && /^https?:$/.test(protocol ?? "") &&
    !hosts.includes(host);
}
