/**
 * What code in the sandbox may reach.
 *
 * @module
 */
import { ENV } from "../../base/env.ts";
import { quote } from "../../base/quote.ts";
import type { SandboxGrants } from "../replay/types.ts";
import type { Workspace } from "../replay/workspace.ts";
import type { Box } from "./box.ts";

/** The heap of the sandboxed process, MiB. */
const HEAP_MIB = 4096;
/** What the system may be asked: it names neither the machine nor its users. */
export const SYSTEM_RIGHTS: readonly string[] = [
  "cpus",
  "homedir",
  "loadavg",
  "osRelease",
  "systemMemoryInfo",
];

/** The flags of a process that may do nothing but work in its own folder. */
export function sandboxFlags(
  { root, own }: Pick<Workspace, "root" | "own">,
  box: Box,
  grants: SandboxGrants,
): string[] {
  const hosts = grants.net.filter(isHost);
  const sources = box.code === null
    ? [...hosts, new URL(box.module).host]
    : hosts;
  // The packages of its lock, and nbtrack: copies, which nobody else uses.
  const writable = [root, own];
  const readable = [...writable, `${box.cache}/npm`];
  if (box.code !== null) readable.push(box.code);
  return [
    "--no-prompt",
    "--cached-only",
    `--config=${box.config}/deno.json`,
    `--lock=${box.config}/deno.lock`,
    "--frozen",
    "--node-modules-dir=none",
    `--allow-read=${readable.map(quoted).join(",")}`,
    `--allow-write=${writable.map(quoted).join(",")}`,
    // The environment is the sandbox's own, with nothing of the user's in it but what was granted.
    "--allow-env",
    `--allow-sys=${SYSTEM_RIGHTS.join(",")}`,
    // Without a host the flags would allow all of them.
    hosts.length === 0 ? "--deny-net" : `--allow-net=${hosts.join(",")}`,
    // An import as text is fetched whatever else says no, from any host unless hosts are named here.
    sources.length === 0
      ? "--deny-import"
      : `--allow-import=${sources.join(",")}`,
    "--deny-run",
    "--deny-ffi",
    `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
  ];
}

/** The environment of the sandboxed process: fixed values, and what the user granted. */
export function sandboxEnv(
  { cwd, own }: Pick<Workspace, "cwd" | "own">,
  box: Pick<Box, "cache">,
  grants: SandboxGrants,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {
    DENO_DIR: box.cache,
    DENO_NO_UPDATE_CHECK: "1",
    HOME: own,
    LANG: "C.UTF-8",
    PATH: "",
    TMPDIR: `${own}/tmp`,
    USER: "sandbox",
  };
  // By these Deno finds in its cache what was fetched; they are addresses, and no secret of theirs is handed on.
  for (const name of ["NPM_CONFIG_REGISTRY", "JSR_URL"]) {
    const address = URL.parse(Deno.env.get(name) ?? "");
    if (address === null) continue;
    address.username = address.password = "";
    env[name] = address.href;
  }
  // Values are shown in colours or without, as the plain replay would.
  if (Deno.noColor) env["NO_COLOR"] = "1";
  // Without it no program starts on Windows.
  const system = Deno.env.get("SystemRoot");
  if (system !== undefined) env["SystemRoot"] = system;
  for (const name of grants.env) {
    const value = isName(name) ? Deno.env.get(name) : undefined;
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

/** Whether hosts, each with a port or without, are given to what asks for `host:port`. */
export function isGranted(asked: string, net: readonly string[]): boolean {
  const host = asked.replace(/:\d+$/, "");
  return net.includes(asked) || net.includes(host);
}

/** Whether a text names an environment variable. */
export function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether a text names one host, with a port or without; a pattern for many names none. */
export function isHost(host: string): boolean {
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
    .test(host);
}

/**
 * What is said of a program that cannot be started: a sandbox starts none, and has no `PATH` on which one would be found.
 */
const NO_PROGRAM =
  /^Failed to spawn '(.+?)':|^spawn(?:Sync)? (.+?) ENOENT$|^Command failed: (.+)/;
const NOT_IN_LOCK =
  "it is not in the run's lock, and no option fetches another";
/** Where a cache keeps packages: what follows names the package. */
const IN_PACKAGES = /^.*\/npm\/[^/]+\/(?=(?:@[^/]+\/)?[^/]+\/\d)/;
/** A port of this machine that the system chose: it is another each time. */
const OWN_PORT =
  /^(127\.0\.0\.1|localhost|\[::1\]):(?:0|3[3-9]\d{3}|32[89]\d\d|[45]\d{4}|6[0-5]\d{3})$/;

/**
 * What Deno says when a right is missing, in nbtrack's words: its options, never Deno's. Any other message stays.
 *
 * @param lock The lock's text.
 */
export function refusal(message: string, lock: string | null = null): string {
  const found = /^Requires (\w+) access(?: to (.+?))?, run again with/s.exec(
    message,
  );
  const program = found === null ? NO_PROGRAM.exec(message) : null;
  if (found === null && program === null) return notFetched(message, lock);
  const [kind, what] = program === null
    ? [found?.[1] ?? "", found?.[2] ?? ""]
    : ["run", program[1] ?? program[2] ?? program[3] ?? ""];
  const bare = what.replace(/^<?"|"?>?$/g, "");
  const to = what === "" ? "" : ` to ${quote(bare.replace(IN_PACKAGES, ""))}`;
  if (kind !== "net" && kind !== "import") {
    return `the sandbox gives no ${kind} access${to}, and no option does`;
  }
  const host = what.replace(/[<>"]/g, "").replace(/:(?:80|443)$/, "")
    .replace(OWN_PORT, "$1");
  if (kind === "import" && lock?.includes(`"https://${host}/`) !== true) {
    return `the sandbox has no module of ${quote(bare)}: ${NOT_IN_LOCK}`;
  }
  return `the sandbox gives no access${to}${
    isHost(host) ? `: add --allow-net ${host} to give it` : ""
  }`;
}

/** The same wherever in a text Deno says it, as in what a process printed when it ended. */
export function refusalsIn(text: string): string {
  return text.replace(
    /Requires \w+ access(?: to .+?)?, run again with the --[\w-]+ flag/g,
    (message) => refusal(message),
  );
}

/** A module that was not fetched beforehand is not fetched while cells run. */
function notFetched(message: string, lock: string | null): string {
  const url =
    /Specifier not found in cache: "([^"]+)", --cached-only is specified/.exec(
      message,
    )?.[1];
  if (url === undefined) return message;
  const host = URL.parse(url)?.host ?? "";
  const locked = lock?.includes(JSON.stringify(url)) === true && isHost(host);
  return `the sandbox has no module ${quote(url)}: ${
    locked ? `--allow-net ${host} was not given when it began` : NOT_IN_LOCK
  }`;
}
