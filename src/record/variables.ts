/**
 * Environment variables that a run read: by which names, and whether they are the same on this machine now. Their values
 * are kept nowhere; what tells them again are digests with a key that stays on the machine.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import { keyedDigest } from "../redaction/home_key.ts";
import { parseJson } from "./schema/documents.ts";

/** The document of a run that tells its variables' values again, on this machine alone. */
const DOCUMENT = "variables";
/** How much of a keyed digest is kept, hexadecimal digits. */
const DIGITS = 16;

/** A value of a variable that is a text, a number and true, and unlike none at all. */
export const MADE_UP = "7";

/** Variables by which a process is started and told how to print: a replay sets them itself. */
const OF_THE_PROCESS =
  /^(?:(?:NBTRACK|DENO|LD|DYLD|NODE|NPM|V8)_.*|HOME|PATH|TMPDIR|TZ|LANG|LC_ALL|NO_COLOR|SystemRoot)$/i;
const LITERAL =
  /\bDeno\s*\.\s*env\s*\.\s*(?:get|has)\s*\(\s*["'`](\w+)["'`]\s*\)|\bprocess\s*\.\s*env\s*(?:\.\s*(\w+)|\[\s*["'`](\w+)["'`]\s*\])/g;
/** Code by which a notebook sets variables itself: their values are its own. */
const SETS =
  /\bDeno\s*\.\s*env\s*\.\s*(?:set|delete)\s*\(|\bprocess\s*\.\s*env\b[^=;\n]*=(?!=)|\bdotenv\b|\bloadEnvFile\b/;

/** The same by names that are written out. */
const SETS_NAMED =
  /\bDeno\s*\.\s*env\s*\.\s*(?:set|delete)\s*\(\s*["'`](\w+)["'`]|\bprocess\s*\.\s*env\s*(?:\.\s*(\w+)|\[\s*["'`](\w+)["'`]\s*\])\s*(?:\?\?|\|\||&&)?=(?!=)/g;

const storedSchema = z.array(
  z.object({ name: z.string(), digest: z.string().nullable() }),
);

/** Whether a process has the variable whatever a notebook does. */
export function isOfTheProcess(name: string): boolean {
  return OF_THE_PROCESS.test(name);
}

/** The variables that a source reads by their names. */
export function variablesIn(source: string): string[] {
  return [...source.matchAll(LITERAL)].flatMap(([, a, b, c]) =>
    a ?? b ?? c ?? []
  );
}

/** The variables that sources set by their names: their values are the notebook's own. */
export function variablesSet(sources: readonly string[]): Set<string> {
  return new Set(
    sources.flatMap((source) =>
      [...source.matchAll(SETS_NAMED)].flatMap(([, a, b, c]) =>
        a ?? b ?? c ?? []
      )
    ),
  );
}

/** The variables that a run of this machine read and that were not set then, as far as that is known. */
export function variablesUnset(journal: Journal, run_id: string): Set<string> {
  const json = journal.entries.document(run_id, DOCUMENT);
  if (json === undefined) return new Set();
  return new Set(
    parseJson(storedSchema, json, "the run's variables")
      .flatMap(({ name, digest }) => digest === null ? [name] : []),
  );
}

/** Variables that a run read, as far as its record and its cells name them. */
export function variablesRead(
  { env_names }: { env_names: readonly string[] },
  sources: readonly string[],
): string[] {
  return [...new Set([...env_names, ...sources.flatMap(variablesIn)])];
}

/** Keeps what tells the values of a run's variables again; the process that calls it has the environment of the kernel. */
export function keepVariables(
  journal: Journal,
  run_id: string,
  read: { env_names: readonly string[]; sources: readonly string[] },
): void {
  // Of one that is set by a computed name, or from a file, nobody knows which it is.
  const others = read.sources.map((source) => source.replace(SETS_NAMED, "="));
  if (others.some((source) => SETS.test(source))) return;
  const set = variablesSet(read.sources);
  const stored = variablesRead(read, read.sources)
    .filter((name) => !isOfTheProcess(name) && !set.has(name))
    .map((name) => ({
      name,
      digest: digestOf(journal, name, Deno.env.get(name)),
    }));
  journal.entries.setDocument(run_id, DOCUMENT, JSON.stringify(stored));
}

/** A variable that is not as it was. */
export interface ChangedVariable {
  name: string;
  /** The same as a sentence. */
  what: string;
  /** The value that it had, where a guess is it. */
  then: string | null;
}

/** The variables of a run of this machine that have other values here now. @param guesses Values that they may have had */
export function changedVariables(
  journal: Journal,
  run_id: string,
  guesses: Iterable<string> = [],
): ChangedVariable[] {
  const json = journal.entries.document(run_id, DOCUMENT);
  if (json === undefined) return [];
  return parseJson(storedSchema, json, "the run's variables").flatMap(
    ({ name, digest }) => {
      const now = digestOf(journal, name, Deno.env.get(name));
      if (now === digest) return [];
      const then = digest === null
        ? undefined
        : Iterator.from(guesses).find((value) =>
          digestOf(journal, name, value) === digest
        );
      const how = now === null
        ? "is not set now"
        : digest === null
        ? "was not set then"
        : "has another value than then";
      return [{
        name,
        what: `the variable ${name}, which the run read, ${how}`,
        then: then ?? null,
      }];
    },
  );
}

function digestOf(
  journal: Journal,
  name: string,
  value: string | undefined,
): string | null {
  return value === undefined
    ? null
    : keyedDigest(journal.home, `variable ${name}\0${value}`).slice(0, DIGITS);
}
