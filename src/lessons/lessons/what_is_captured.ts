import { mended } from "../points/cells.ts";
import { finished, logged, usesData } from "../points/runs.ts";
import {
  cannotSee,
  type Exercise,
  HOLDS,
  notTried,
  point,
} from "../points/types.ts";
import { CO2 } from "./data.ts";

const experiment = "co2-rise";
const params = { from: 1960, until: 1970 };

/** Lesson 2: a second run whose record says what was done, and a cell that is in no record. */
export const whatIsCaptured: Exercise = {
  title: "Lesson 2",
  points: [
    mended("mend", {
      text: "the record says from which year on the line was fitted",
      keeps: "throw",
    }),
    usesData(CO2, {
      experiment,
      params,
      text: "a run from 1960 until 1970 names the measurements as its data",
    }),
    logged("ppm_per_year", {
      experiment,
      params,
      between: [0.5, 1.2],
      text: 'its "ppm_per_year" is that of these ten years',
    }),
    finished({ experiment, params, text: "it was ended" }),
    point(
      "a cell was kept out of the record",
      ({ cells, gap }) =>
        cells.some(({ flags }) => flags.includes("excluded"))
          ? HOLDS
          : gap !== null && cells.length === 0
          ? cannotSee(gap)
          : notTried('no cell begins with the line "// nbtrack: exclude"'),
    ),
  ],
  hints: [
    "The run knows its own params: read them from run.params, and there is only one place to change them.",
    "The rise of ten years needs both ends: look at what rise() takes.",
    "What keeps a cell out of the record is its first line. The lesson names it.",
  ],
  notLookedAt: "what the cell that was kept out has printed",
};
