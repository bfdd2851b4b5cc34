/**
 * Finding the connection file of the kernel this code runs in: it stands on the kernel's command line.
 *
 * Loaded inside cells: it loads no library.
 *
 * @module
 */
import { outputOfProcessSync } from "../base/process.ts";

/** How to find it; the defaults are those of this process. */
export interface LocateOptions {
  /** @default {Deno.build.os} */
  os?: typeof Deno.build.os;
  /** @default {Deno.pid} */
  pid?: number;
  /** Prints a process's command line, for the systems without `/proc`. */
  commandLine?: (program: string, args: string[]) => string;
}

/** The connection file's path; null when this process is no kernel, or, in a sandbox, when reading is not allowed. */
export function locateConnectionFile(
  options: LocateOptions = {},
): string | null {
  try {
    return locate(options);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

function locate(options: LocateOptions): string | null {
  const os = options.os ?? Deno.build.os;
  const pid = options.pid ?? Deno.pid;
  if (os === "linux") {
    const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
    return afterFlag(words);
  }
  const run = options.commandLine ?? output;
  const text = os === "windows"
    ? run("powershell", [
      "-NoProfile",
      "-Command",
      `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
    ])
    : run("ps", ["-o", "command=", "-ww", "-p", String(pid)]);
  return connectionFileIn(text);
}

/**
 * The path after `--conn` in a command line, quoted or not. `ps` prints words without their quotes: then a path with
 * spaces goes on to `.json`, or, with another name, to the next option or the end.
 */
export function connectionFileIn(commandLine: string): string | null {
  const found =
    /\s(?:"--conn=([^"]+)"|--conn(?:=|\s+)(?:"([^"]+)"|'([^']+)'|(.+?\.json)(?=\s|$)|(.+?)(?=\s--?[a-z]|$)))/
      .exec(commandLine.trim());
  return found?.slice(1).find((path) => path !== undefined) ?? null;
}

function afterFlag(words: readonly string[]): string | null {
  const at = words.indexOf("--conn");
  if (at >= 0) return words[at + 1] ?? null;
  return words.find((w) => w.startsWith("--conn="))?.slice("--conn=".length) ??
    null;
}

function output(program: string, args: string[]): string {
  return outputOfProcessSync(program, { args });
}
