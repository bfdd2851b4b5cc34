/**
 * The journal, as commands open it.
 *
 * @module
 */
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";

/** Opens the journal of `NBTRACK_HOME`. */
export function openJournal(): Journal {
  const journal = Journal.open({ redactor: standardRedaction });
  journal.noteRecovered();
  if (journal.lacksLog) {
    console.error(
      `${journal.home}/journal.db was copied without journal.db-wal while a session was recorded: its newest runs are missing here. Copy the whole folder again while nothing is recorded.`,
    );
  }
  return journal;
}
