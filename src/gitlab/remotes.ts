/**
 * Git remotes as GitLab projects.
 *
 * @module
 */
import { decodeText } from "./decode.ts";

/** Where a git remote points. */
export interface Remote {
  /** The host's name, with its port for http and https. */
  host: string;
  /** The project's path; under a relative root it still begins with the root, see {@linkcode projectPath}. */
  path: string;
  /** The web address of the host; https unless the remote itself is http. */
  base: string;
  /** How git reaches it. */
  scheme: "https" | "http" | "ssh";
}

const SCP = /^(?:[^@/\s]+@)?(\[[^\]]+\]|[^:/\s[\]\\]{2,}):(?!\/\/)(.+)$/;

/** SSH's port where the short form has one: `[git@host:2222]:group/name`. */
const SCP_PORT = /^\[(?:[^@/\s\]]+@)?([^:/\s[\]@]+):\d+\]:(?!\/\/)(.+)$/;

/**
 * The host and project of a remote's address, without credentials; null for one that names no project on a host.
 * Takes `https://`, `ssh://` and `git@host:path` with ports and subgroups.
 */
export function parseRemote(url: string): Remote | null {
  const text = url.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return parseUrl(text);
  const scp = SCP_PORT.exec(text) ?? SCP.exec(text);
  if (scp === null) return null;
  return remote("ssh", scp[1] ?? "", scp[2] ?? "");
}

function parseUrl(text: string): Remote | null {
  const url = URL.parse(text);
  if (url === null) return null;
  switch (url.protocol) {
    case "https:":
      return remote("https", url.host, url.pathname);
    case "http:":
      return remote("http", url.host, url.pathname);
    case "ssh:":
    case "git+ssh:":
    case "ssh+git:":
    case "git:":
      // The port is SSH's, not the web server's.
      return remote("ssh", url.hostname, url.pathname);
    default:
      return null;
  }
}

function remote(
  scheme: Remote["scheme"],
  host: string,
  rawPath: string,
): Remote | null {
  const path = decodeText(rawPath).replace(/^\/+|\/+$/g, "").replace(
    /\.git$/,
    "",
  )
    .replace(/\/+$/, "");
  const parts = path.split("/");
  const sound = host !== "" && parts.length >= 2 &&
    parts.every((p) => p !== "" && p !== "." && p !== "..") &&
    !path.startsWith("~") && !/[\s\\?#]/.test(path);
  if (!sound) return null;
  // gitlab.com takes SSH on port 443 under a name of its own.
  const name = host.toLowerCase() === "altssh.gitlab.com"
    ? "gitlab.com"
    : host.toLowerCase();
  return {
    host: name,
    path,
    base: `${scheme === "http" ? "http" : "https"}://${name}`,
    scheme,
  };
}

/**
 * The project's path on the GitLab at an address, or null when the remote is not of that host. An SSH remote
 * holds only the host's name, and never the relative root.
 */
export function projectPath(remote: Remote, root: string): string | null {
  const url = URL.parse(root);
  if (url === null) return null;
  if (remote.scheme === "ssh") {
    return url.hostname === remote.host ? remote.path : null;
  }
  if (url.host !== remote.host) return null;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  if (prefix === "") return remote.path;
  return remote.path.startsWith(`${prefix}/`)
    ? remote.path.slice(prefix.length + 1)
    : null;
}
