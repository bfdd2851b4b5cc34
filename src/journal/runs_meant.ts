/**
 * Which runs are meant where many are read at once.
 *
 * @module
 */

/** Some runs by their ids, or the listed ones of an experiment. */
export type RunsMeant = { run_ids: readonly string[] } | { experiment: string };

/** SQL for the ids of the runs that are meant; `?1` is {@linkcode nameOf} them. */
export function meant(of: RunsMeant): string {
  return "experiment" in of
    ? "SELECT run_id FROM runs WHERE experiment = ?1 AND listed = 1"
    : "SELECT value FROM json_each(?1)";
}

/** What stands for the runs in a statement. */
export function nameOf(of: RunsMeant): string {
  return "experiment" in of ? of.experiment : JSON.stringify(of.run_ids);
}
