/**
 * Handing known secrets from one process to the next, over pipes and connections alone, never through a file: a recorder
 * that replaces another is given what cells taught that one.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { RunJournal } from "../journal/run_journal.ts";
import type { KnownSecret } from "../redaction/known_secrets.ts";
import type { RecorderLink } from "./line.ts";

/** The last line of each journal to a recorder, and what was known before it. */
const lines = new WeakMap<
  RunJournal,
  { link: RecorderLink; before: readonly KnownSecret[] }
>();

/** What a recorder is given: what this process knows, and what the recorders before it knew. */
export function secretsToHandOn(journal: RunJournal): KnownSecret[] {
  const line = lines.get(journal);
  const known = [
    ...line?.before ?? [],
    ...line?.link.taught ?? [],
    ...journal.redactor.handOver?.(-1)?.secrets ?? [],
  ];
  return [...new Map(known.map((secret) => [secret.value, secret])).values()];
}

/** Remembers what a recorder comes to know, for the one that follows it. */
export function rememberLine(journal: RunJournal, link: RecorderLink): void {
  lines.set(journal, { link, before: secretsToHandOn(journal) });
}
