/**
 * The code of a run, and what it is called where something of it is named.
 *
 * @module
 */
import type { LocalModule } from "../../packages/local_modules.ts";
import type { ReadingRun } from "./reading_run.ts";

/** A cell or a local module. */
export interface SourceOfRun {
  /** As `cell [3]` */
  label: string;
  source: string;
}

/** The cells of a run in their order, and its local modules. */
export function sourcesOfRun(
  { journal, session, run_id }: ReadingRun,
  modules: readonly LocalModule[],
): SourceOfRun[] {
  const last = journal.runs.get(run_id)?.last_execution ?? null;
  return [
    ...journal.executions.list(session.session_id, last)
      .map(({ source, execution_count }) => ({
        label: `cell [${execution_count ?? " "}]`,
        source: source ?? "",
      })),
    ...modules.map(({ path, source, encoding }) => ({
      label: `module ${path}`,
      source: encoding === "utf-8" ? source ?? "" : "",
    })),
  ];
}
