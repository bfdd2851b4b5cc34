/**
 * Stars of runs, kept in the journal: a document beside the record that no delivery and no bundle takes along.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { journalTable } from "../journal/run_table.ts";
import { RunNotFoundError } from "../record/errors.ts";
import type { RunStars } from "./parts/source.ts";

const DOCUMENT = "star";

/** The stars of a journal's runs. */
export function journalStars(journal: Journal): RunStars {
  const { runs, entries } = journal;
  return {
    among: (of) => journalTable(journal).marked(DOCUMENT, of),
    set(run_id, starred) {
      if (runs.get(run_id) === undefined) {
        throw new RunNotFoundError(`The journal has no run ${run_id}.`, {
          asked: run_id,
          hint: "nbtrack runs lists them.",
        });
      }
      entries.setDocument(run_id, DOCUMENT, String(starred));
    },
  };
}
