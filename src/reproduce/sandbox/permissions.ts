/**
 * What code in the sandbox may reach.
 *
 * @module
 */
import { ENV } from "../../base/env.ts";

/** What the user lets a sandbox reach besides its own folder. */
export interface SandboxGrants {
  /** Hosts, as `--allow-net` takes them. */
  net: readonly string[];
  /** Names of environment variables. */
  env: readonly string[];
}

/** nbtrack's own code: the sandbox reads it, nothing else of its folder. */
const OWN = [
  new URL("../../../mod.ts", import.meta.url),
  new URL("../../", import.meta.url),
];
/** The heap of the sandboxed process, MiB. */
const HEAP_MIB = 4096;

/** The flags of a process that may do nothing but work in its own folder. */
export function sandboxFlags(root: string, grants: SandboxGrants): string[] {
  const own = OWN.filter((url) => url.protocol === "file:").map((url) =>
    decodeURIComponent(url.pathname)
  );
  const hosts = grants.net.filter(isHost);
  const names = [...Object.values(ENV), ...grants.env];
  return [
    "--no-prompt",
    "--cached-only",
    `--allow-read=${[root, ...own].map(quoted).join(",")}`,
    `--allow-write=${quoted(root)}`,
    // The process's environment is empty but for what the user granted: these names are simply not set.
    `--allow-env=${[...new Set(names)].filter(isName).join(",")}`,
    // Without a host the flag would allow all of them.
    ...hosts.length === 0 ? ["--deny-net"] : [`--allow-net=${hosts.join(",")}`],
    "--deny-run",
    "--deny-ffi",
    "--deny-sys",
    "--node-modules-dir=none",
    `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
  ];
}

/** The environment of the sandboxed process. */
export function sandboxEnv(
  cwd: string,
  own: string,
  grants: SandboxGrants,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = { NO_COLOR: "1", PATH: "" };
  // Deno finds its cache by these; code in the sandbox may not read them.
  for (
    const name of [
      "HOME",
      "DENO_DIR",
      "XDG_CACHE_HOME",
      "LOCALAPPDATA",
      "USERPROFILE",
      "SystemRoot",
    ]
  ) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  for (const name of grants.env) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return {
    ...env,
    ...given,
    [ENV.home]: `${own}/home`,
    [ENV.notebook]: `${cwd}/session.ipynb`,
    [ENV.offline]: "1",
  };
}

/** A comma in a path is doubled, as Deno reads lists of paths. */
function quoted(path: string): string {
  return path.replaceAll(",", ",,");
}

/** Whether a text names an environment variable. */
export function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether a text names one host, with a port or without. */
export function isHost(host: string): boolean {
  return /^(?:\*\.)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
    .test(host);
}
