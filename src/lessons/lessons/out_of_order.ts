import { inOrder, mended } from "../points/cells.ts";
import { finished, logged, usesData } from "../points/runs.ts";
import type { Exercise } from "../points/types.ts";
import { SEATTLE } from "./data.ts";

const experiment = "rainy-days";
const params = { enough: 25 };

/** Lesson 5: a notebook that runs from top to bottom, and a border that is a param. */
export const outOfOrder: Exercise = {
  title: "Lesson 5",
  points: [
    mended("mend", {
      text: "the cell about very rainy days runs, and logs what it finds",
      keeps: /logMetric[^]*enough|enough[^]*logMetric/,
    }),
    logged("very_rainy_share", {
      experiment,
      between: [0.01, 0.3],
      text: 'the first run has its "very_rainy_share"',
    }),
    inOrder("no cell is stale, out of order, or uses a name that is gone"),
    usesData(SEATTLE, {
      experiment,
      params,
      text: "a run with enough = 25 names the weather as its data",
    }),
    logged("very_rainy_share", {
      experiment,
      params,
      between: [0.005, 0.05],
      text: 'its "very_rainy_share" is that of days with 25 mm and more',
    }),
    finished({ experiment, params, text: "it was ended" }),
  ],
  hints: [
    "The message names what is missing. Where on the page is it defined?",
    "A name that is defined in two cells makes the cell between them stale: keep one.",
    "second.params.enough is what the record says; use it in the filter.",
  ],
  notLookedAt: "whether you restarted the kernel",
};
