/**
 * MLflow's run states.
 *
 * @module
 */

/** Every state a run can have. */
export const RUN_STATUSES = [
  "RUNNING",
  "SCHEDULED",
  "FINISHED",
  "FAILED",
  "KILLED",
] as const;

/** MLflow's run states. */
export type RunStatus =
  | "RUNNING"
  | "SCHEDULED"
  | "FINISHED"
  | "FAILED"
  | "KILLED";
