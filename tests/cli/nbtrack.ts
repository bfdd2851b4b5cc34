/** The command line as a process, for the tests of this room. */
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** What a process left behind. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** How a process is started. */
export interface NbtrackOptions {
  /** nbtrack's folder. */
  home: string;
  /** The working folder. @default {home} */
  cwd?: string;
  /** More environment variables. */
  env?: Record<string, string>;
}

/** The environment of a process that must see nothing of this machine's servers. */
export function cleanEnv(options: NbtrackOptions): Record<string, string> {
  const env = Deno.env.toObject();
  for (const name of Object.keys(env)) {
    if (/^(MLFLOW_|GITLAB_|CI_|NBTRACK_|JUPYTER_|INIT_CWD)/.test(name)) {
      delete env[name];
    }
  }
  return { ...env, NO_COLOR: "1", NBTRACK_HOME: options.home, ...options.env };
}

/** A command of nbtrack, ready to be started. @param redirected Where a shell sends its output. */
export function command(
  args: readonly string[],
  options: NbtrackOptions,
  redirected?: string,
): Deno.Command {
  const all = ["run", "-A", "--no-check", "--quiet", MAIN, ...args];
  const shell = ["-c", `exec "$0" "$@" ${redirected}`, Deno.execPath(), ...all];
  return new Deno.Command(redirected === undefined ? Deno.execPath() : "sh", {
    args: redirected === undefined ? all : shell,
    cwd: options.cwd ?? options.home,
    clearEnv: true,
    env: cleanEnv(options),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs nbtrack to its end. */
export async function nbtrack(
  args: readonly string[],
  options: NbtrackOptions,
): Promise<Ended> {
  const { code, stdout, stderr } = await command(args, options).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs nbtrack with `--json` and returns the document. */
export async function nbtrackJson(
  args: readonly string[],
  options: NbtrackOptions & { code?: number },
): Promise<unknown> {
  const { code, stdout, stderr } = await nbtrack([...args, "--json"], options);
  if (code !== (options.code ?? 0)) {
    throw new Error(
      `nbtrack ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`,
    );
  }
  return JSON.parse(stdout);
}
