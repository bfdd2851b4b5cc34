import { mended } from "../points/cells.ts";
import { changedOnly, finished, logged, usesData } from "../points/runs.ts";
import type { Exercise } from "../points/types.ts";
import { PENGUINS } from "./data.ts";

const experiment = "penguins-knn";

/** Lesson 1: a second run, with another k. */
export const firstRun: Exercise = {
  title: "Lesson 1",
  points: [
    mended("mend", {
      text: "the mean body mass is a number of grams",
      keeps: "throw",
    }),
    usesData(PENGUINS, {
      experiment,
      params: { k: 25 },
      text: "a run with k = 25 names the penguins as its data",
    }),
    logged("accuracy", {
      experiment,
      params: { k: 25 },
      between: [0.5, 1],
      text: 'the "accuracy" of k = 25 was computed and logged',
    }),
    changedOnly("k", {
      experiment,
      text: "a second run has another k, and nothing else is other",
    }),
    finished({
      experiment,
      params: { k: 25 },
      text: "the run of k = 25 was ended",
    }),
  ],
  hints: [
    "What a CSV file holds is text: ask typeof what a body mass is before you add it up.",
    "A run has one k. To try another one, open a second run of the same experiment; look at how the first was opened.",
    "Give the second run the same data, the same seed and the same test share, or you cannot say what made the difference.",
  ],
  notLookedAt: "whether k = 25 is a good choice",
};
