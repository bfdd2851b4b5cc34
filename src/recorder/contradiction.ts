/**
 * Whether a source that was read from a file contradicts what is known of the execution: what `track()` was given, where
 * it was called, and what the cell said in the file before it was executed.
 *
 * @module
 */
import { isObject } from "../base/values.ts";
import { z } from "../base/zod.ts";
import { callArguments, COMPUTED, PARTIAL } from "../notebook/literals.ts";
import { comparable } from "../notebook/saved_cells.ts";
import type { Journal } from "../journal/journal.ts";
import {
  type CallPosition,
  canCallAt,
  canFailAt,
  positionOfError,
} from "./call_position.ts";
import type { RunRow } from "../journal/run_row.ts";

const optionsSchema = z.looseObject({
  params: z.record(z.string(), z.unknown()).catch({}),
  seed: z.number().nullish().catch(null),
});

const positionSchema = z.object({ line: z.number(), column: z.number() });

/** What is known of an execution that was not seen. */
export interface KnownExecution {
  /** The runs it opened. */
  runs: readonly RunRow[];
  /** The stack of the error that it showed; empty when it showed none. */
  traceback: readonly string[];
  /** What its cell said in the file before it was executed; null when it was not there, or is not known. */
  before: string | null;
}

/** Why a source cannot be what was executed, or why that is not known; null when nothing speaks against it. */
export async function contradiction(
  journal: Journal,
  source: string,
  { runs, traceback, before }: KnownExecution,
): Promise<string | null> {
  for (const run of runs) {
    const why = callContradiction(source, run);
    if (why !== null) return `it was edited after it was executed: ${why}`;
    const position = positionOf(journal, run.run_id);
    if (position !== null && !await canCallAt(source, position)) {
      return "it was edited after it was executed: the file calls track() elsewhere than it was called";
    }
  }
  const failed = positionOfError(traceback);
  if (failed !== null && !await canFailAt(source, failed)) {
    return "it was edited after it was executed: it failed at a position where the file has nothing that can";
  }
  if (before === null || before === comparable(source)) return null;
  // Only the call of track() can say which of the two was executed.
  const edited = runs.some((run) =>
    confirms(source, run) && callContradiction(before, run) !== null
  );
  return edited
    ? null
    : "the file said something else before it was executed than after it, and which of the two was executed was not seen; the kernel Deno (nbtrack) sees every cell";
}

function positionOf(journal: Journal, run_id: string): CallPosition | null {
  const json = journal.entries.document(run_id, "call");
  return json === undefined
    ? null
    : positionSchema.safeParse(JSON.parse(json)).data ?? null;
}

/** Members of `track()`'s options that are compared. */
const COMPARED = ["params", "seed", "name", "description", "tags", "data"];

/** Why a source cannot have opened a run; null when it can. */
function callContradiction(source: string, run: RunRow): string | null {
  const whys = mismatches(source, run);
  return whys.length === 0 || whys.includes(null) ? null : whys[0] ?? null;
}

/** Whether a source holds the call that opened a run, as far as both are written out. */
export function confirms(source: string, run: RunRow): boolean {
  return mismatches(source, run).includes(null);
}

/** For each call of `track()` in a source, how it differs from the one that opened a run; null where it does not. */
function mismatches(source: string, run: RunRow): (string | null)[] {
  return callArguments(source, "track")
    .filter(([experiment]) =>
      typeof experiment === "string" || experiment === COMPUTED
    )
    .map(([experiment, options]) => {
      if (experiment !== COMPUTED && experiment !== run.experiment) {
        return difference("the experiment", experiment, run.experiment);
      }
      return optionsMismatch(options, run);
    });
}

function optionsMismatch(options: unknown, run: RunRow): string | null {
  const given = optionsSchema.safeParse(JSON.parse(run.options)).data;
  if (given === undefined || options === COMPUTED) return null;
  const written = isObject(options) ? options : {};
  for (const key of COMPARED) {
    const found = key in written
      ? mismatch(key, written[key], given[key])
      : written[PARTIAL] === true
      ? null
      : added(key, given[key]);
    if (found !== null) return found;
  }
  return null;
}

/** What was given although nothing of it is written. */
function added(key: string, given: unknown): string | null {
  const nothing = given === undefined || given === null ||
    isObject(given) && Object.keys(given).length === 0;
  return nothing ? null : `the file gives no ${key}, track() was given some`;
}

function mismatch(
  key: string,
  written: unknown,
  given: unknown,
): string | null {
  if (written === COMPUTED || isRedacted(given)) return null;
  // Data in memory and params by a schema are not kept as they were written.
  if (key.split(".")[0] === "data" && typeof given !== typeof written) {
    return null;
  }
  if (Array.isArray(written)) {
    if (!Array.isArray(given) || written.length !== given.length) {
      return difference(key, written, given);
    }
    return first(
      written.keys(),
      (i) => mismatch(`${key}[${i}]`, written[i], given[i]),
    );
  }
  if (typeof written === "number" && !Number.isFinite(written)) return null;
  if (!isObject(written)) {
    return Object.is(written, given) || written === 0 && given === 0
      ? null
      : difference(key, written, given);
  }
  if (!isObject(given) || "~standard" in written) return null;
  const missing = written[PARTIAL] === true || key === "data"
    ? undefined
    : Object.keys(given).find((name) => !(name in written));
  if (missing !== undefined) {
    return `the file gives no ${key}.${missing}, track() was given one`;
  }
  return first(
    Object.keys(written),
    (name) => mismatch(`${key}.${name}`, written[name], given[name]),
  );
}

function first<T>(
  items: Iterable<T>,
  find: (item: T) => string | null,
): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

function difference(what: string, written: unknown, given: unknown): string {
  return `the file says ${what} ${shown(written)}, track() was given ${
    shown(given)
  }`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isRedacted(value: unknown): boolean {
  return typeof value === "string" && value.includes("[redacted");
}
