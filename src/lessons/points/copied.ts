/**
 * Whether a metric was computed, or only written down: a number that somebody typed proves nothing.
 *
 * @module
 */
import { withoutComments } from "../../notebook/literals.ts";
import type { StudentRecord, StudentRun } from "../evidence/types.ts";

/** How many assignments a value is followed through. */
const MAX_DEPTH = 6;
const IDENTIFIER = /(?<![\w$.])[A-Za-z_$][\w$]*/g;
const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/gs;
const NUMBER = /(?<![\w$.])(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?/gi;
/** What an earlier run is read by. */
const OTHER_RUN = /\.metrics\b|(?<![\w$.])load\s*\(/;
const TYPED = "was logged as a number that was typed";
const TAKEN = "was taken from another run";
/** Names that add nothing to a number that was typed. */
const PLAIN: ReadonlySet<string> = new Set(
  "await Number parseFloat parseInt Math JSON NaN Infinity true false null undefined as const return"
    .split(
      " ",
    ),
);

/** Why a run's metric is no computed one, in a plain sentence; null when nothing speaks against it. */
export function copiedBy(
  record: StudentRecord,
  run: StudentRun,
  metric: string,
): string | null {
  const before = sourcesOf(record, run, 0);
  const during = loggingSources(record, run, metric);
  for (const source of during) {
    for (const value of loggedValues(source, metric)) {
      const origin = originOf(value, before, 0);
      if (origin !== null) {
        return `"${metric}" ${origin}: log what this notebook computes`;
      }
    }
  }
  const { last } = run.metrics[metric] ?? { last: NaN };
  const params = new Set(Object.values(run.params).map(Number));
  const typed = during.flatMap(numbersIn).find((number) =>
    !Number.isInteger(last) && (number === last || number / 100 === last) &&
    !params.has(number)
  );
  return typed === undefined
    ? null
    : `the number ${typed} stands in a cell as it was logged for "${metric}": log what this notebook computes`;
}

/** Whether a cell that nobody has seen may have logged a run's metric: then it is not known how. */
export function mayBeLoggedUnseen(
  record: StudentRecord,
  run: StudentRun,
  metric: string,
): boolean {
  const { session, first, last } = run;
  return loggingSources(record, run, metric).every((source) =>
    !source.includes(metric)
  ) && record.cells.some((cell) =>
    cell.session === session && cell.position >= first &&
    cell.position <= (last ?? Infinity) &&
    (cell.source === null || cell.flags.includes("excluded"))
  );
}

/** What ran while a run was open, and, where none of it logs the metric itself, the function that was defined for it. */
function loggingSources(
  record: StudentRecord,
  run: StudentRun,
  metric: string,
): string[] {
  const during = sourcesOf(record, run, run.first);
  if (during.some((source) => loggedValues(source, metric).length > 0)) {
    return during;
  }
  const defined = sourcesOf(record, run, 0).findLast((source) =>
    loggedValues(source, metric).length > 0
  );
  return defined === undefined ? during : [...during, defined];
}

/** What was executed in a run's session from a position to the run's end, without comments. */
function sourcesOf(
  { cells }: StudentRecord,
  { session, last }: StudentRun,
  from: number,
): string[] {
  return cells.flatMap((cell) =>
    cell.session === session && cell.source !== null &&
      cell.position >= from && cell.position <= (last ?? Infinity)
      ? [withoutComments(cell.source)]
      : []
  );
}

/** The values that a source logs for a metric, as they are written. */
function loggedValues(source: string, metric: string): string[] {
  const values: string[] = [];
  for (const { 0: call, index } of source.matchAll(/\blogMetrics?\s*\(/g)) {
    const given = argumentsAt(source, index + call.length);
    const [first = "", second] = given;
    if (call.startsWith("logMetrics")) {
      const key = new RegExp(
        `(?:^|[{,\\s"'])${escaped(metric)}["']?\\s*:\\s*`,
      ).exec(first);
      const short = new RegExp(`[{,]\\s*${escaped(metric)}\\s*[,}]`);
      if (key === null && short.test(first)) values.push(metric);
      if (key === null) continue;
      const [value = ""] = argumentsAt(first, key.index + key[0].length);
      values.push(value);
    } else if (
      second !== undefined && first.replace(/^["'`]|["'`]$/g, "") === metric
    ) values.push(second);
  }
  return values;
}

/** The expressions with commas between them, up to the bracket that closes them. */
function argumentsAt(source: string, from: number): string[] {
  const found: string[] = [];
  let [depth, start] = [0, from];
  for (let at = from; at < source.length; at++) {
    const char = source[at] ?? "";
    if (`"'\``.includes(char)) {
      STRING.lastIndex = at;
      const string = STRING.exec(source);
      if (string?.index === at) at += string[0].length - 1;
    } else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) {
      if (depth-- === 0) return [...found, source.slice(start, at).trim()];
    } else if (char === "," && depth === 0) {
      found.push(source.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...found, source.slice(start).trim()];
}

/** Where a value comes from when it was not computed here; null as soon as something else may be in it. */
function originOf(
  value: string,
  sources: readonly string[],
  depth: number,
): string | null {
  // A difference of two runs' metrics is computed; one run's metric as it is is not.
  if (OTHER_RUN.test(value)) return isPlainMember(value) ? TAKEN : null;
  // What a function does, and what a list or an object holds by now, is not followed.
  if (depth > MAX_DEPTH || /=>|\bfunction\b|^[[{]/.test(value)) return null;
  const names = [...value.replaceAll(STRING, " ").matchAll(IDENTIFIER)]
    .map(([name]) => name).filter((name) => !PLAIN.has(name));
  if (names.length === 0) {
    return /\d/.test(value) ? TYPED : null;
  }
  const origins = names.map((name) => originOfName(name, sources, depth + 1));
  return origins.every((origin) => origin === TYPED)
    ? TYPED
    : isPlainMember(value)
    ? origins[0] ?? null
    : null;
}

/** Whether a value is a name, a call or a member of one, and nothing is done with it. */
function isPlainMember(value: string): boolean {
  return /^(?:\(?\s*await\s+)?[\w$]+(?:\([^()]*\)|\)|\.[\w$]+|\[[^\]]*\])*$/
    .test(
      value.trim(),
    );
}

/** Where the value of a name comes from, as far as it is only ever given plain values. */
function originOfName(
  name: string,
  sources: readonly string[],
  depth: number,
): string | null {
  const own = `(?<![\\w$.])${escaped(name)}`;
  const counted = new RegExp(
    `${own}\\s*(?:\\+\\+|--|[-+*/%&|^?]{1,3}=)|(?:\\+\\+|--)\\s*${
      escaped(name)
    }\\b`,
  );
  const given = new RegExp(
    `${own}\\s*(?::[^=;\\n]+|[^{}=;\\n]*\\}\\s*)?=(?![=>])\\s*([^;\\n]+)`,
    "g",
  );
  if (sources.some((source) => counted.test(source))) return null;
  const origins = sources.flatMap((source) =>
    source.matchAll(given).map(([, value = ""]) =>
      originOf(value.trim(), sources, depth)
    ).toArray()
  );
  return origins.includes(null) ? null : origins.at(-1) ?? null;
}

function numbersIn(source: string): number[] {
  return [...source.matchAll(NUMBER)].map(([text]) =>
    Number(text.replaceAll("_", ""))
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
