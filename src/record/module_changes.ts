/**
 * The local modules that were changed since a run's cells had imported them, as the journal has them.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { DOCUMENTS, type ModuleChange, parseJson } from "./schema/documents.ts";

/** What was noted for a run. */
export function moduleChanges(
  journal: Journal,
  run_id: string,
): ModuleChange[] {
  const json = journal.entries.document(run_id, "module_changes");
  return json === undefined ? [] : parseJson(
    DOCUMENTS.module_changes,
    json,
    `the changed modules of run ${run_id.slice(0, 8)}`,
  );
}
