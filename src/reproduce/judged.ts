/**
 * A replay beside its record: what was run, what comparing found, what was proved of it.
 *
 * @module
 */
import type { OwnFolder } from "../base/own_folders.ts";
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { ChanceKind } from "./chance.ts";
import type { Tolerance } from "./compare/metrics.ts";
import type { Compared, PlannedPosition, RunSide } from "./compare/runs.ts";
import type { TimeSpan } from "./compare/times.ts";
import type { PlannedCell } from "./replay/plan.ts";
import type { Withheld } from "./withheld.ts";
import type {
  Cause,
  Difference,
  ReplayedCell,
  ReproduceDimension,
} from "./replay/types.ts";

/** A dataset that is not compared: `dataset NAME WHY`. */
export interface Uncompared {
  name: string;
  why: string;
}

/** What a verdict is made from. */
export interface VerdictParts {
  journal: Journal;
  bundle: ReadableBundle;
  /** The notebook's folder on this machine; null when it is not known here. */
  home: string | null;
  planned: readonly PlannedCell[];
  replayed: readonly ReplayedCell[];
  /** The new run; null when none was opened. */
  run_id: string | null;
  /** From when to when it ran. */
  span: TimeSpan;
  /** Its own folders; those that its recorder noted when left out. */
  folders?: readonly OwnFolder[];
  /** Whether it ran in a sandbox. @default {false} */
  sandbox?: boolean;
  /** What the sandbox withheld of that which the recorded run read; left out where it was none. */
  withheld?: Withheld;
  /** Datasets that are not compared, and why. @default {none} */
  left_out?: readonly Uncompared[];
  /** Why the replay did not come to its end; null when it did. */
  failure: Cause | null;
  differences: readonly Difference[];
  /** Data that was not read where it was put: what the run shows says nothing of it. @default {none} */
  elsewhere?: readonly Difference[];
  /** The dimension that was asked to differ: it contradicts nothing. */
  wanted: ReproduceDimension | null;
  warnings: readonly string[];
  tolerance: Tolerance;
}

/** The two runs compared, before anything is concluded. */
export interface Judged {
  parts: VerdictParts;
  recorded: RunSide;
  reproduced: RunSide | null;
  /** What is not as it was. */
  differences: Difference[];
  positions: PlannedPosition[];
  /** Whether the network was asked before `track()` was called, where nobody saw it: then no time is forgiven. */
  askedEarly: boolean;
  /** Code cells of the saved notebook; null when it does not travel. */
  savedCells: number | null;
  /** Where chance may come into each planned cell. */
  chance: ReadonlySet<ChanceKind>[];
  compared: Compared;
}

/** What was shown about the differences by runs of their own. */
export interface Proof {
  /** Differences that were shown to change a result, or, each alone, not to. */
  changes: Map<Difference, boolean | null>;
  /** Those that change a result of a replay that failed, and are not why it failed. @default {none} */
  besides?: ReadonlySet<Difference>;
  /** What comparing found once chance was known. */
  compared: Compared;
  /** Further causes that were shown. */
  causes: Cause[];
  warnings: string[];
}
