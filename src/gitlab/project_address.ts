/**
 * GitLab's address and a project as people write them.
 *
 * @module
 */
import { decodeText } from "./decode.ts";
import { parseRemote, projectPath } from "./remotes.ts";

/** GitLab's root from an address that may be that of its API, or lack its scheme. */
export function rootOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const host = /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(\/|$)/i;
  const whole = host.test(address) ? `https://${address}` : address;
  return whole.replace(/\/+$/, "").replace(/\/api(\/v4)?$/, "").replace(
    /\/+$/,
    "",
  );
}

/**
 * A project may be given by its page's address too, percent-encoded as in the API's addresses, or as git clones it;
 * and GitLab by the project's page.
 */
export function projectAt(
  root: string,
  project: string,
): { root: string; project: string } {
  if (/^https?:\/\//.test(project)) {
    const remote = parseRemote(project.replace(/\/-\/.*$/, ""));
    const path = remote === null
      ? null
      : projectPath(remote, root) ?? remote.path;
    if (remote !== null && path !== null) {
      const under = projectPath(remote, root) !== null;
      return { root: under ? root : remote.base, project: path };
    }
  }
  const path = decodeText(project).replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "");
  // The project's page is no part of GitLab's address.
  const page = new RegExp(`/${RegExp.escape(path)}(\\.git)?(/-/.*)?$`, "i");
  const above = /^\d+$/.test(path) ? root : root.replace(page, "");
  return { root: above, project: path };
}
