/**
 * Calling git so that nothing which a repository configures is run: no filter, text conversion, external diff,
 * file system monitor, hook or remote helper. It asks nobody, takes no lock and does not page.
 *
 * @module
 */
import { type ProcessResult, runProcess } from "../base/process.ts";

/** What a call of git gave. */
export interface GitAnswer {
  /** The exit code; -1 when it was stopped because it wrote too much. */
  code: number;
  bytes: Uint8Array;
  /** What it said was wrong, in one line; empty when it said nothing. */
  error: string;
  overLimit: boolean;
}

/** How to call git. */
export interface GitOptions {
  signal: AbortSignal;
  /**
   * The most it may write, in bytes.
   * @default {Infinity}
   */
  limit?: number;
  /**
   * Whether it may reach a remote. Without, an object that a partial clone lacks is not fetched either.
   * @default {false}
   */
  network?: boolean;
  /** What it reads from stdin. */
  input?: string;
}

/** Settings that hold whatever the repository says. */
const SETTINGS = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "diff.mnemonicPrefix=false",
  "diff.submodule=short",
  "status.submoduleSummary=false",
  "safe.bareRepository=explicit",
  "protocol.version=2",
  "gc.auto=0",
  "maintenance.auto=false",
];

/** Settings of a repository that name a program to run, each with what makes it harmless. */
const PROGRAMS: readonly [RegExp, (name: string) => string[]][] = [
  [/^filter\.(.*)\.[^.]*$/s, (name) => [
    `filter.${name}.clean=`,
    `filter.${name}.smudge=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]],
  [/^hook\.(.*)\.[^.]*$/s, (name) => [`hook.${name}.enabled=false`]],
];

/**
 * Calls git in a folder. Throws the signal's reason once it is aborted.
 *
 * @returns null when git is not installed or the folder is gone
 */
export async function git(
  folder: string,
  args: readonly string[],
  options: GitOptions,
): Promise<GitAnswer | null> {
  const own = await ownPrograms(folder, options.signal);
  return own === null ? null : await call(folder, own, args, options);
}

/** What git wrote, as text. */
export function gitText({ bytes }: GitAnswer): string {
  return new TextDecoder().decode(bytes);
}

/** The settings that switch off what the repository around a folder would have run; null when git cannot be called. */
async function ownPrograms(
  folder: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  const listed = await call(folder, [], [
    "config",
    "--null",
    "--name-only",
    "--get-regexp",
    "^(filter|hook)\\.",
  ], { signal });
  if (listed === null) return null;
  const settings = new Set<string>();
  for (const key of gitText(listed).split("\0")) {
    for (const [pattern, off] of PROGRAMS) {
      const name = pattern.exec(key)?.[1];
      for (const one of name === undefined ? [] : off(name)) settings.add(one);
    }
  }
  return [...settings];
}

async function call(
  folder: string,
  settings: readonly string[],
  args: readonly string[],
  options: GitOptions,
): Promise<GitAnswer | null> {
  const { signal, limit = Infinity, network = false, input } = options;
  let ended: ProcessResult;
  try {
    ended = await runProcess("git", {
      args: [
        "--no-optional-locks",
        "--no-pager",
        ...[...SETTINGS, ...settings].flatMap((setting) => ["-c", setting]),
        ...args,
      ],
      cwd: folder,
      env: environment(network),
      clearEnv: true,
      input,
      maxBytes: limit,
      signal,
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const { overLimit, stdout, code, stderr: said } = ended;
  const lines = said.trim().split("\n");
  const fatal = lines.findLast((line) => /^(?:fatal|error):/.test(line));
  return {
    code: overLimit ? -1 : code,
    bytes: overLimit ? new Uint8Array() : stdout,
    error: (fatal ?? lines[0] ?? "").replace(/^(?:fatal|error): /, ""),
    overLimit,
  };
}

/** This process's environment without what would point git elsewhere, make it ask, or run a program. */
function environment(network: boolean): Record<string, string> {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) {
    // The user's own: which configuration files are theirs, and how they reach servers.
    const kept = /^GIT_(?:SSL_|SSH(?:$|_)|CONFIG_(?!PARAMETERS$)|CEILING_)/;
    if (name.startsWith("GIT_") && !kept.test(name)) delete env[name];
  }
  return {
    ...env,
    GIT_ALLOW_PROTOCOL: network ? "file:http:https:ssh" : "none",
    GIT_NO_LAZY_FETCH: network ? "0" : "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
    GIT_SSH_COMMAND: `${env["GIT_SSH_COMMAND"] ?? "ssh"} -o BatchMode=yes`,
    LC_ALL: "C",
  };
}
