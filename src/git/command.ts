/**
 * Calling git so that nothing of the repository's configuration runs or waits.
 *
 * @module
 */

/** What a call of git gave. */
export interface GitAnswer {
  /** The exit code; -1 when it was stopped because it wrote too much. */
  code: number;
  text: string;
  /** The first line of what it wrote to stderr. */
  error: string;
  overLimit: boolean;
}

/** Calls git with arguments; null when git is not installed or the folder is gone. */
export type GitCommand = (
  args: readonly string[],
  options?: { limit?: number },
) => Promise<GitAnswer | null>;

const QUIET = [
  "--no-optional-locks",
  "--no-pager",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.quotePath=false",
  "-c",
  "diff.mnemonicPrefix=false",
];

/** A caller of git in a folder. Calls throw the signal's reason once it is aborted. */
export function gitCommand(cwd: string, signal: AbortSignal): GitCommand {
  return async (args, { limit = 16 << 20 } = {}) => {
    signal.throwIfAborted();
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command("git", {
        args: [...QUIET, ...args],
        cwd,
        env: gitEnvironment(),
        clearEnv: true,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        signal,
      }).spawn();
    } catch (e) {
      if (e instanceof Deno.errors.NotFound) return null;
      throw e;
    }
    const [out, err, status] = await Promise.all([
      readUpTo(child, limit),
      new Response(child.stderr).text(),
      child.status,
    ]);
    signal.throwIfAborted();
    return {
      code: out === null ? -1 : status.code,
      text: out ?? "",
      error: err.split("\n")[0] ?? "",
      overLimit: out === null,
    };
  };
}

/** The text a process writes, or null when it is longer than the limit. */
async function readUpTo(
  child: Deno.ChildProcess,
  limit: number,
): Promise<string | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of child.stdout) {
    size += chunk.length;
    if (size > limit) return null; // leaving closes the pipe, and that ends git
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

/** This process's environment without what would point git elsewhere or make it ask. */
function gitEnvironment(): Record<string, string> {
  const env = Deno.env.toObject();
  for (
    const name of [
      "GIT_DIR",
      "GIT_WORK_TREE",
      "GIT_INDEX_FILE",
      "GIT_PREFIX",
      "GIT_EXTERNAL_DIFF",
      "GIT_TRACE",
    ]
  ) delete env[name];
  return {
    ...env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
}
