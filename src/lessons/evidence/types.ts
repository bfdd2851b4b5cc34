/**
 * A student's record: what was executed, logged, fingerprinted and reproduced with one notebook on this machine.
 *
 * @module
 */
import type { RunStatus } from "../../base/run_status.ts";

/** A cell execution. */
export interface StudentCell {
  /** The session it belongs to. */
  readonly session: string;
  /** Position in that session's order. */
  readonly position: number;
  /** The cell's id in the notebook's file; null while it is not known. */
  readonly id: string | null;
  /** As executed; null when it was not seen. */
  readonly source: string | null;
  /** How it ended. */
  readonly status: "ok" | "error" | "aborted";
  /** Of one that failed, what it said: `TypeError: x is not a function`. */
  readonly error: string | null;
  /** Commands of nbtrack that it ran and shows as its value: their words, and 0 where all went well. */
  readonly commands: readonly {
    /** Its words. */
    readonly command: readonly string[];
    /** 0 yes, 1 a finding, 2 wrong use. */
    readonly code: number;
  }[];
  /** Whether it is out of order, stale or edited, as far as that is known. */
  readonly flags: readonly string[];
}

/** A dataset of a run. */
export interface StudentDataset {
  /** The name it was given. */
  readonly name: string;
  /** `sha256:` and 64 hex digits; null when it has none. */
  readonly digest: string | null;
  /** Rows of its table; null when it is none. */
  readonly rows: number | null;
  /** Why there is no digest. */
  readonly why: string | null;
}

/** A metric of a run. */
export interface StudentMetric {
  /** The value of the last step. */
  readonly last: number;
  /** How many points it has. */
  readonly count: number;
}

/** A run that the notebook opened. */
export interface StudentRun {
  /** Its id. */
  readonly run_id: string;
  /** Its name. */
  readonly name: string;
  /** The experiment's name. */
  readonly experiment: string;
  /** MLflow's run state. */
  readonly status: RunStatus;
  /** Params, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** Metrics by their keys. */
  readonly metrics: Readonly<Record<string, StudentMetric>>;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The seed of `track()`; null when it was given none. */
  readonly seed: number | null;
  /** The run it belongs to as a trial of a sweep, or goes on from. */
  readonly parent: string | null;
  /** Whether it is a sweep's own run. */
  readonly sweep: boolean;
  /** What it names as its data; not what was found that it reads besides. */
  readonly datasets: readonly StudentDataset[];
  /** Paths of what the student logged. */
  readonly artifacts: readonly string[];
  /** Versions of models that it registers. */
  readonly models: readonly {
    /** The model's name. */
    readonly name: string;
    /** What is new, as the student wrote it. */
    readonly description: string | null;
    /** How many files the version has. */
    readonly files: number;
  }[];
  /** How far it has come to its server. */
  readonly delivery: "local" | "pending" | "delivered" | "refused";
  /** The session it belongs to. */
  readonly session: string;
  /** Position, in its session, of the execution that opened it. */
  readonly first: number;
  /** Position of the last execution that belongs to it; null while it is open. */
  readonly last: number | null;
}

/** A reproduction that was made on this machine since the notebook's first session began. */
export interface StudentReproduction {
  /** The run that was reproduced: the student's, or a stranger's. */
  readonly of: string;
  /** What was found. */
  readonly verdict: "REPRODUCED" | "DRIFTED" | "FAILED";
  /** What was shown to change a result, a sentence each. */
  readonly causes: readonly string[];
  /** Whether it was run in the sandbox. */
  readonly sandbox: boolean;
}

/** What there is to be looked at. */
export interface StudentRecord {
  /** Executions in the order they happened; the one that asks is not among them. */
  readonly cells: readonly StudentCell[];
  /** Runs, the oldest first; reproductions are not among them. */
  readonly runs: readonly StudentRun[];
  /** Reproductions, the oldest first. */
  readonly reproductions: readonly StudentReproduction[];
  /** The sources of the page's code cells, as the notebook was saved last; null while its file is not known. */
  readonly page: readonly string[] | null;
  /** Why something of the record cannot be seen; null when all can be. */
  readonly gap: string | null;
}
