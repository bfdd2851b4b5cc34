/**
 * Distinguishing processes: a pid is used again, a pid with its start time is not.
 *
 * @module
 */
import { outputOfProcessSync } from "./process.ts";

/** Stands instead of the start time of a sandbox's process, followed by a text that no other has. */
export const SANDBOX_PROCESS = "sandbox ";

const POLL_MS = 10;

/** A process, distinguished from a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the operating system's own form. */
  started: string;
}

/** A process that exists now; null when there is none, or, in a sandbox, when it may not be looked at. */
export function identify(
  pid: number,
  os: typeof Deno.build.os = Deno.build.os,
): ProcessIdentity | null {
  try {
    const started = startOf(pid, os);
    return started === null ? null : { pid, started };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

/**
 * Whether a process is still the one it was; one that has ended and waits for its parent is not.
 *
 * @throws {Deno.errors.NotCapable} when it may not be looked at
 */
export function isAlive(identity: ProcessIdentity): boolean {
  return startOf(identity.pid, Deno.build.os) === identity.started;
}

/**
 * The machine, and since when it runs, within which process ids mean the same: a container has its own. Null where it may
 * not be looked at.
 */
export function thisMachine(): string | null {
  try {
    const parts = Deno.build.os !== "linux" ? [] : [
      Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim(),
      Deno.readLinkSync("/proc/self/ns/pid"),
    ];
    return [Deno.hostname(), ...parts].join(" ");
  } catch {
    return null; // nothing is said of processes then
  }
}

/** Whether a process is gone within a time, milliseconds. */
export async function endsWithin(
  process: ProcessIdentity,
  limit_ms: number,
): Promise<boolean> {
  const deadline = Date.now() + limit_ms;
  while (isAlive(process)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

function startOf(pid: number, os: typeof Deno.build.os): string | null {
  return os === "linux"
    ? startedOnLinux(pid)
    : parseStart(run(startCommand(pid, os)));
}

/** State and start time (clock ticks since the system's start) from the text of `/proc/PID/stat`. */
export function parseProcStat(
  text: string,
): { state: string; started: string } | null {
  // The name in parentheses may hold anything, spaces and parentheses too.
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [state, started] = [fields[0], fields[19]];
  return state === undefined || started === undefined
    ? null
    : { state, started };
}

/** The command that prints a process's state and start time on macOS, or its start time on Windows. */
export function startCommand(
  pid: number,
  os: typeof Deno.build.os,
): [string, ...string[]] {
  return os === "windows"
    ? [
      "powershell",
      "-NoProfile",
      "-NonInteractive",
      "-Command",
      `(Get-Process -Id ${pid} -ErrorAction SilentlyContinue).StartTime.ToUniversalTime().Ticks`,
    ]
    : ["ps", "-o", "state=,lstart=", "-p", String(pid)];
}

/** The start time in that command's output; null for none, or a process that has ended. */
export function parseStart(text: string): string | null {
  const line = text.trim();
  if (line === "" || line.startsWith("Z")) return null;
  return line
    .replace(/^[A-Z][A-Za-z+<>]*\s+(?=[A-Z][a-z]{2}\s)/, "")
    .replace(/\s+/g, " ");
}

function startedOnLinux(pid: number): string | null {
  try {
    const stat = parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
    return stat === null || stat.state === "Z" || stat.state === "X"
      ? null
      : stat.started;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || isNoSuchProcess(error)) {
      return null;
    }
    throw error;
  }
}

/** Reading `/proc` of a process that ends in that moment fails with ESRCH. */
function isNoSuchProcess(error: unknown): boolean {
  return error instanceof Error &&
    /No such process|os error 3\b/.test(error.message);
}

function run([program, ...args]: [string, ...string[]]): string {
  return outputOfProcessSync(program, {
    args,
    // The start time is compared as a text: it must not change with the reader's language or time zone.
    env: { LC_ALL: "C", TZ: "UTC" },
  });
}
