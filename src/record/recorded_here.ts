/**
 * Runs of a server that this machine has recorded.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";
import type { Journal } from "../journal/journal.ts";
import { RUN_ID_TAG } from "./own_tags.ts";
import type { RunSummary } from "./schema/summary.ts";

/**
 * A run that a server has, with where it was recorded as the journal knows it, where this machine has sent it there. For
 * what is shown: what lies on a server is no less a stranger's to run.
 */
export function withOrigin<R extends RunSummary>(run: R, journal: Journal): R {
  const sent = journal.deliveries.ofRemote(run.run_id)?.run_id;
  const row = sent === undefined ? undefined : journal.runs.get(sent);
  return row === undefined || ownValue(run.tags, RUN_ID_TAG) !== row.run_id
    ? run
    : { ...run, provenance: row.provenance };
}
