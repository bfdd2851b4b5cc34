/**
 * The folders whose names differ from machine to machine, or from run to run, without making a result another one.
 *
 * @module
 */
import { readEnv } from "./env.ts";

/** What a folder is to a process. */
export type FolderKind = "work folder" | "home" | "temporary folder" | "cache";

/** A folder and what it is. */
export interface OwnFolder {
  kind: FolderKind;
  /** An absolute path, without a slash at its end. */
  path: string;
}

/** The folders of a process in a working folder: that one, the home, those for temporary files and for Deno's cache. */
export function ownFolders(
  cwd: string,
  os: typeof Deno.build.os = Deno.build.os,
  env: (name: string) => string | undefined = readEnv,
): OwnFolder[] {
  const windows = os === "windows";
  const home = env(windows ? "USERPROFILE" : "HOME");
  const temporary = windows
    ? env("TMP") ?? env("TEMP")
    : env("TMPDIR") ?? "/tmp";
  const found: [FolderKind, string | undefined][] = [
    ["work folder", cwd],
    ["home", home],
    ["temporary folder", temporary],
    ["cache", env("DENO_DIR") ?? denoDir(os, env, home)],
  ];
  return found.flatMap(([kind, path]) => {
    const plain = path?.replace(/[/\\]+$/, "") ?? "";
    return /^(?:\/[^/]|[A-Za-z]:[/\\][^/\\])/.test(plain)
      ? [{ kind, path: plain }]
      : [];
  });
}

function denoDir(
  os: typeof Deno.build.os,
  env: (name: string) => string | undefined,
  home: string | undefined,
): string | undefined {
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    return local === undefined ? undefined : `${local}\\deno`;
  }
  if (home === undefined) return undefined;
  return os === "darwin"
    ? `${home}/Library/Caches/deno`
    : `${env("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno`;
}
