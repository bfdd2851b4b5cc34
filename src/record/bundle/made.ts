/**
 * Whether a run made a data file itself, by the time at which the file came to be.
 *
 * @module
 */
import type { RecordedCell } from "../schema/record.ts";

/** When a file came to be and was last changed, milliseconds since 1970. */
export interface FileTimes {
  path: string;
  /** Null where the file system does not say. */
  born_ms: number | null;
  changed_ms: number;
}

/** What is known of the run's session. */
export interface MadeContext {
  cells: readonly Pick<
    RecordedCell,
    "source" | "start_time" | "end_time" | "flags"
  >[];
  /** When the kernel was started; null when that is not known. */
  kernel_started_ms: number | null;
}

/** File systems and messages count time in steps. */
const STEP_MS = 20;

/**
 * Whether a file came to be while a cell was executed. Of a cell that ran before the recording began no times are
 * known: a file that came to be since the kernel's start and that such a cell names where it writes was made by it.
 */
export function wasMade(file: FileTimes, context: MadeContext): boolean {
  const time = file.born_ms ?? file.changed_ms;
  const { cells, kernel_started_ms } = context;
  const inCell = cells.some(({ start_time, end_time }) =>
    start_time !== null && time >= start_time - STEP_MS &&
    time <= (end_time ?? Infinity) + STEP_MS
  );
  if (inCell) return true;
  if (kernel_started_ms === null || time < kernel_started_ms) return false;
  const name = file.path.split("/").at(-1) ?? file.path;
  return cells.some(({ source, start_time, flags }) =>
    start_time === null && flags.includes("before-track") &&
    source.includes(name) && WRITES.test(source)
  );
}

const WRITES =
  /\bwrite(?:Text)?File|\bwriteFileSync|\bwriteTextFileSync|createWriteStream|\bcopyFile|Deno\.create\b|Deno\.open\([^)]*(?:write|create)\s*:\s*true/;
