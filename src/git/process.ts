/**
 * Running git without a terminal: it asks nobody, and speaks only the protocols of ordinary remotes.
 *
 * @module
 */

/** What a call of git gave. */
export interface GitResult {
  success: boolean;
  stdout: Uint8Array;
  /** What it said at last, in one line. */
  error: string;
}

const QUIET = [
  "--no-optional-locks",
  "--no-pager",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "protocol.version=2",
  "-c",
  "gc.auto=0",
];

/** Calls git in a folder. @throws when git is not installed */
export async function git(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<GitResult> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: [...QUIET, ...args],
    cwd: folder,
    env: environment(),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).output();
  const said = new TextDecoder().decode(stderr).trim().split("\n");
  return {
    success,
    stdout,
    error: (said.findLast((line) => /^(?:fatal|error):/.test(line)) ?? "")
      .replace(/^(?:fatal|error): /, ""),
  };
}

/** This process's environment without what would point git elsewhere or make it ask. */
function environment(): Record<string, string> {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) {
    if (/^GIT_(?!SSL_|SSH)/.test(name)) delete env[name];
  }
  return {
    ...env,
    GIT_ALLOW_PROTOCOL: "file:http:https:ssh",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
    GIT_SSH_COMMAND: `${env["GIT_SSH_COMMAND"] ?? "ssh"} -o BatchMode=yes`,
    LC_ALL: "C",
  };
}
