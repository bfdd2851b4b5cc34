/**
 * Notebooks as people write them, and what comes of them when they are reproduced: plainly and in the sandbox.
 *
 * @module
 */

import type { Verdict } from "../../src/reproduce/replay/types.ts";

/** One notebook. */
export interface Kind {
  /** What it does, in a few words; a name of its own among all. */
  about: string;
  /** Files beside it, by their names; their data is named by `data`. */
  files?: Readonly<Record<string, string>>;
  /** What `track()` is given as `data`, as it is written there. */
  data?: string;
  /** The seed that `track()` is given. */
  seed?: number;
  /** Variables that are set where it is recorded and reproduced. */
  env?: Readonly<Record<string, string>>;
  /** Its cells after the one that calls `track()`. */
  cells: readonly string[];
  /** How many of the cells fail, as they are meant to; none where it is left out. */
  failing?: number;
  /** Its verdict where nothing is changed and every right is given; REPRODUCED where it is left out. */
  verdict?: Verdict["verdict"];
  /** What the only cause of that verdict has to say; needed where it is not REPRODUCED and no chance. */
  cause?: RegExp;
  /** What one of the warnings has to say of results that chance decides: such a verdict has no cause. */
  chance?: RegExp;
  /** What comes in the sandbox where that is another verdict: the one cause names the right that is not given. */
  sandbox?: { verdict: Verdict["verdict"]; cause: RegExp };
}
