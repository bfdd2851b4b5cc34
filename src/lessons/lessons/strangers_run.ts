import { mended } from "../points/cells.ts";
import { reproduced } from "../points/reproductions.ts";
import { logged, seeded } from "../points/runs.ts";
import type { Exercise } from "../points/types.ts";
import { STRANGER, STRANGER_AGAIN } from "./data.ts";

const experiment = "bill-lengths";

/** Lesson 8: two verdicts on a stranger's run, and one on one's own. */
export const strangersRun: Exercise = {
  title: "Lesson 8",
  points: [
    reproduced({
      of: STRANGER,
      sandbox: true,
      verdict: "DRIFTED",
      text: "stranger.zip was tried in the sandbox, and drifted",
    }),
    reproduced({
      of: STRANGER_AGAIN,
      sandbox: true,
      text: "stranger-again.zip was tried in the sandbox, and is reproduced",
    }),
    mended("mend", {
      text: "the cell that judges a bundle lets the sentence pass",
      keeps: "throw",
    }),
    seeded({ experiment, text: "your own run has a seed" }),
    logged("interval_width", {
      experiment,
      between: [0.5, 4],
      text: 'its "interval_width" was computed',
    }),
    reproduced({ experiment, text: "your own run is reproduced" }),
  ],
  hints: [
    "The verdict's warnings say what the first bundle lacks.",
    "A thousand means, sorted: the middle 95 of 100 lie between the 26th and the 975th.",
    "A run is reproduced by nbtrack reproduce, after it has ended; running its cells again by hand is no reproduction.",
  ],
  notLookedAt: "whether you believe the stranger now",
};
