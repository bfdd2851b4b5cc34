/**
 * From what a user writes to a run: its id or the beginning of it, `last`, its name, or its address on a server.
 *
 * @module
 */
import { nearestBeginning } from "../base/nearest.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { AmbiguousRunError, RunNotFoundError } from "./errors.ts";
import { JournalReader, unknownExperiment } from "./journal_reader.ts";
import type { FoundRun } from "./reader.ts";
import { lastOfReplay, reproducedHere } from "./replay_runs.ts";
import { journalTable } from "../journal/run_table.ts";

/** Shortest beginning of an id. */
const MIN_PREFIX = 4;
/** Runs named in an error. */
const SHOWN = 3;

/** How to find a run. */
export interface FindOptions {
  /** The experiment in which names, and `last`, are meant. @default {names are not searched} */
  experiment?: string | undefined;
}

/**
 * The run that a text means.
 *
 * @throws {RunNotFoundError} naming the nearest one
 * @throws {AmbiguousRunError} when it means more than one
 */
export async function findRun(
  text: string,
  journal: Journal,
  options: FindOptions = {},
): Promise<FoundRun> {
  if (/^https?:\/\//i.test(text)) {
    const { findOnServer } = await import("./server_runs.ts");
    return await findOnServer(text, journal);
  }
  return {
    run_id: findLocal(text, journal, options),
    reader: new JournalReader(journal),
  };
}

/**
 * The id of the journal's run that a text means.
 *
 * @throws {RunNotFoundError} naming the nearest one
 * @throws {AmbiguousRunError} when it means more than one
 */
export function findLocal(
  text: string,
  journal: Journal,
  options: FindOptions = {},
): string {
  const { runs } = journal;
  const { experiment } = options;
  if (experiment !== undefined) checkExperiment(journal, experiment);
  if (text === "last") return lastRun(journal, experiment);
  const exact = runs.get(text);
  if (exact !== undefined) return exact.run_id;
  if (experiment !== undefined) {
    const all = runs.list({ experiment, name: text, listed: true });
    // A reproduction has its original's name, and is not what is meant by it.
    const ids = new Set(all.map(({ run_id }) => run_id));
    const named = all.filter(({ reproduces }) =>
      reproduces === null || !ids.has(reproduces)
    );
    if (named.length > 0) {
      return only(text, named, `are named "${text}" in ${experiment}`);
    }
  }
  const prefix = text.toLowerCase();
  if (prefix.length >= MIN_PREFIX && /^[0-9a-f-]+$/.test(prefix)) {
    const ids = runs.withPrefix(prefix);
    if (ids.length > 0) {
      const rows = ids.flatMap((id) => runs.get(id) ?? []);
      return only(text, rows, `begin with ${text}`);
    }
  }
  throw notFound(text, journal, experiment);
}

function lastRun(journal: Journal, experiment: string | undefined): string {
  const reproduced = reproducedHere();
  const row = reproduced === null
    ? journal.runs.last(experiment)
    : lastOfReplay(journal, reproduced, experiment);
  if (row !== undefined) return row.run_id;
  throw new RunNotFoundError("There is no run yet.", {
    asked: "last",
    hint:
      "A cell with track() makes the first one; nbtrack init DIR prepares a folder.",
  });
}

function only(asked: string, rows: readonly RunRow[], which: string): string {
  const [row] = rows;
  if (row !== undefined && rows.length === 1) return row.run_id;
  const shown = rows.slice(0, SHOWN).map(shortOf).join(", ");
  throw new AmbiguousRunError(
    `${rows.length === 10 ? "10 or more" : rows.length} runs ${which}.`,
    {
      asked,
      run_ids: rows.map((r) => r.run_id),
      hint: `Give more of the id: ${shown}${rows.length > SHOWN ? ", …" : ""}.`,
    },
  );
}

function notFound(
  asked: string,
  journal: Journal,
  experiment: string | undefined,
): RunNotFoundError {
  const rows = journal.runs.list({ listed: true });
  const within = experiment === undefined ? "" : ` in ${experiment}`;
  const message = `There is no run "${asked}"${within}.`;
  if (rows.length === 0) {
    return new RunNotFoundError(message, {
      asked,
      hint: "The journal is empty; a cell with track() makes the first run.",
    });
  }
  const same = rows.find((row) => row.name === asked);
  if (same !== undefined) {
    return new RunNotFoundError(message, {
      asked,
      hint:
        `One of that name is ${same.run_id}; give the id, or add --experiment "${same.experiment}".`,
    });
  }
  const byName = new Map<string, RunRow>();
  for (const row of rows.toReversed()) {
    byName.set(row.run_id.slice(0, Math.max(asked.length, MIN_PREFIX)), row);
    byName.set(row.name, row);
  }
  const near = byName.get(
    nearestBeginning(asked, [...byName.keys(), "last"]) ?? "",
  );
  const short = asked.length < MIN_PREFIX && /^[0-9a-f]+$/.test(asked)
    ? `Give at least ${MIN_PREFIX} characters of an id. `
    : "";
  return new RunNotFoundError(message, {
    asked,
    hint: near === undefined
      ? `${short}nbtrack runs lists them; the newest is ${shortOf(rows[0])}.`
      : `${short}Did you mean ${shortOf(near)}?`,
  });
}

function shortOf(row: RunRow | undefined): string {
  return row === undefined
    ? "none"
    : `${row.run_id.slice(0, 8)} (${row.name} of ${row.experiment})`;
}

function checkExperiment(journal: Journal, experiment: string): void {
  const names = journalTable(journal).experiments().map((row) =>
    row.experiment
  );
  if (!names.includes(experiment)) throw unknownExperiment(experiment, names);
}
