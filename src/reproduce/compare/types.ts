/**
 * What comparing a run with its reproduction finds.
 *
 * @module
 */
import type { JsonNumber } from "../../base/numbers.ts";

/** A metric, then and now: its last value; `same` speaks of every point. */
export interface MetricVerdict {
  key: string;
  recorded: JsonNumber | null;
  reproduced: JsonNumber | null;
  same: boolean;
}

/** The outputs of one cell execution. */
export interface OutputVerdict {
  /** Position in the recorded order of execution, from 0. */
  cell: number;
  /** What people call the cell: `[3]`. */
  name: string;
  same: boolean;
  diff: string | null;
}

/** An artifact. */
export interface ArtifactVerdict {
  path: string;
  same: boolean;
}

/** A param; null where a run has none of that key. */
export interface ParamVerdict {
  key: string;
  recorded: string | null;
  reproduced: string | null;
  same: boolean;
}

/** Anything else that was logged and came out different. */
export interface LoggedDifference {
  kind:
    | "tag"
    | "dataset"
    | "model"
    | "status"
    | "experiment"
    | "name"
    | "description";
  /** The tag's key, the dataset's name, or the model's and what of it differs; null where a run has only one of the kind. */
  key: string | null;
  recorded: string | null;
  reproduced: string | null;
}

/** What a mask forgave. */
export type MaskKind =
  | "run"
  | "folder"
  | "temporary name"
  | "redaction"
  | "progress bar"
  | "date"
  | "run time"
  | "memory address"
  | "pending promise"
  | "generated id"
  | "picture"
  | "message of nbtrack"
  | "order of outputs"
  | "place of cards"
  /** What `check()`, a hint or a command of nbtrack showed in a cell: other runs lie in the record the next time. */
  | "what a lesson says of the record"
  | "version of a chart"
  /** Order of keys, white space and the writing of numbers and texts in a JSON file. */
  | "writing of JSON"
  /** Of a metric in a bundle of an earlier version, which kept none. */
  | "sign of zero";

/** One thing that is not the same and was not counted as a difference, with both texts. */
export interface MaskUse {
  kind: MaskKind;
  /** The cell execution whose output has it; null outside of cells. */
  cell: number | null;
  /** The artifact that has it; left out elsewhere. */
  artifact?: string;
  recorded: string;
  reproduced: string;
}
