/**
 * A run as the journal keeps it.
 *
 * @module
 */
import type { RunStatus } from "../base/run_status.ts";

/** Where a run was recorded: by this machine, in its sandbox, or by another machine. */
export type Provenance = "here" | "sandbox" | "elsewhere";

/** A row of `runs`. */
export interface RunRow {
  run_id: string;
  session_id: string;
  experiment: string;
  name: string;
  status: RunStatus;
  start_time: number;
  end_time: number | null;
  /** Why it ended so, when nobody called `end()`. */
  end_reason: string | null;
  /** The run it continues. */
  parent: string | null;
  /** The run it is a reproduction of. */
  reproduces: string | null;
  seed: number | null;
  description: string | null;
  /** What `track()` was given, as JSON: the same text means an unchanged re-execution. */
  options: string;
  /** How many times its `track()` cell was executed. */
  attempt: number;
  /** Position of the last cell execution that belongs to it; null while it is open. */
  last_execution: number | null;
  /** When the record was complete: data, packages and bundle included. */
  finalised_time: number | null;
  /** Where it was recorded. */
  provenance: Provenance;
  /** 0 for a run that was made to prove another one: it is found by its id, but neither listed nor delivered. */
  listed: number;
  /** Its number among the trials of the sweep that is its parent; null outside of one. */
  trial: number | null;
  /** When it was made of a session by `nbtrack adopt`; null for one that was opened as its cells ran. */
  adopted_time: number | null;
}

/** What a run is opened with. */
export type RunToOpen =
  & Pick<RunRow, "session_id" | "experiment" | "name" | "options">
  & Partial<
    Pick<
      RunRow,
      | "parent"
      | "reproduces"
      | "seed"
      | "description"
      | "run_id"
      | "provenance"
      | "listed"
      | "trial"
      | "start_time"
      | "adopted_time"
    >
  >;

/** Which runs are wanted. */
export interface RunQuery {
  experiment?: string;
  name?: string;
  session_id?: string;
  /** Only those that people are shown. @default {false} */
  listed?: boolean;
  /** Whether reproductions are among them. @default {true} */
  reproductions?: boolean;
  limit?: number;
}
