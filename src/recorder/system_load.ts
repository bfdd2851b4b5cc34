/**
 * How busy a process and its machine are, as the operating system counts it.
 *
 * @module
 */
import { cpus } from "node:os";
import { runProcess } from "../base/process.ts";

/** What is counted since the system, or the process, started; a member is null where it cannot be known. */
export interface SystemCount {
  /** When it was counted, milliseconds. */
  time: number;
  /** Processor time of the process, milliseconds. */
  process_ms: number | null;
  /** Resident memory of the process, bytes. */
  process_memory: number | null;
  /** Processor time of all cores that was spent, and that passed, in one unit. */
  busy: number | null;
  total: number | null;
  /** Memory in use, bytes. */
  memory: number | null;
}

/** Ticks of a second in `/proc/PID/stat`, on every Linux that Deno runs on. */
const TICKS = 100;
const PAGE_BYTES = 4096;

/**
 * Counts. On Windows nothing cheap says it of another process: there only the machine is counted.
 *
 * @param os The operating system. @default {Deno.build.os}
 */
export async function countSystem(
  pid: number,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<SystemCount> {
  const process = os === "linux"
    ? attempt(() => parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`)))
    : os === "windows"
    ? null
    : parsePs(await psOf(pid));
  const machine = os === "linux"
    ? attempt(() => parseCpuLine(Deno.readTextFileSync("/proc/stat")))
    : ofCores(cpus().map(({ times }) => times));
  const memory = attempt(() => {
    const { total, available } = Deno.systemMemoryInfo();
    return total - available;
  });
  return {
    time: Date.now(),
    process_ms: process?.ms ?? null,
    process_memory: process?.memory ?? null,
    busy: machine?.busy ?? null,
    total: machine?.total ?? null,
    memory,
  };
}

/** Processor time and memory from the text of `/proc/PID/stat`. */
export function parseStat(
  text: string,
): { ms: number; memory: number } | null {
  // The name in parentheses may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(
    Number,
  );
  if (![user, system, pages].every((n) => Number.isFinite(n))) return null;
  return {
    ms: ((user ?? 0) + (system ?? 0)) * 1000 / TICKS,
    memory: (pages ?? 0) * PAGE_BYTES,
  };
}

/** Spent and passed time of all cores from the first line of `/proc/stat`. */
export function parseCpuLine(
  text: string,
): { busy: number; total: number } | null {
  const numbers = /^cpu\s+(.*)/.exec(text)?.[1]?.split(/\s+/).map(Number);
  if (numbers === undefined || numbers.length < 5) return null;
  // Guests are counted among user and nice already.
  const total = numbers.slice(0, 8).reduce((sum, n) => sum + n, 0);
  const idle = (numbers[3] ?? 0) + (numbers[4] ?? 0);
  return { busy: total - idle, total };
}

/** Spent and passed time of cores as node.js says it. */
export function ofCores(
  cores: readonly {
    user: number;
    nice: number;
    sys: number;
    idle: number;
    irq: number;
  }[],
): { busy: number; total: number } | null {
  if (cores.length === 0) return null;
  const busy = cores.reduce((n, c) => n + c.user + c.nice + c.sys + c.irq, 0);
  const idle = cores.reduce((n, c) => n + c.idle, 0);
  return busy + idle === 0 ? null : { busy, total: busy + idle };
}

/** Processor time (`[[dd-]hh:]mm:ss.cc`) and resident kilobytes as `ps -o time=,rss=` prints them. */
export function parsePs(text: string): { ms: number; memory: number } | null {
  const found = /^\s*(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+(\d+)\s*$/
    .exec(text);
  if (found === null) return null;
  const [days, hours, minutes, seconds, kilobytes] = found.slice(1).map((n) =>
    Number(n ?? 0)
  );
  const all = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 +
    (seconds ?? 0);
  return { ms: Math.round(all * 1000), memory: (kilobytes ?? 0) * 1024 };
}

async function psOf(pid: number): Promise<string> {
  const { stdout } = await runProcess("ps", {
    args: ["-o", "time=,rss=", "-p", String(pid)],
    env: { LC_ALL: "C" },
  });
  return new TextDecoder().decode(stdout);
}

/** What cannot be read is not known: the process has ended, or may not be looked at. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
