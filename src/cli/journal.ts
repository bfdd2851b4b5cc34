/**
 * The journal, as commands open it.
 *
 * @module
 */
import { standardGate } from "../capture/gate.ts";
import { Journal } from "../journal/journal.ts";

/** Opens the journal of `NBTRACK_HOME`. */
export function openJournal(): Journal {
  return Journal.open({ gate: standardGate });
}
