/**
 * The ids of a server's runs.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";
import { RUN_ID_TAG } from "../record/own_tags.ts";
import type { RunSummary } from "../record/schema/summary.ts";

/** Runs whose originals have the ids that the server gave them: their tags have those of their recorders. */
export function withServersIds<R extends RunSummary>(
  runs: readonly R[],
  all: readonly RunSummary[],
): R[] {
  const ids = new Map(
    all.flatMap(({ tags, run_id }) => {
      const own = ownValue(tags, RUN_ID_TAG);
      return own === undefined ? [] : [[own, run_id] as const];
    }),
  );
  return runs.map((run) => ({
    ...run,
    reproduces: run.reproduces && (ids.get(run.reproduces) ?? run.reproduces),
  }));
}
