/**
 * The journal, as commands open it.
 *
 * @module
 */
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";

/** Opens the journal of `NBTRACK_HOME`. */
export function openJournal(): Journal {
  return Journal.open({ redactor: standardRedaction });
}
