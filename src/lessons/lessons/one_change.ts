import { mended, unseen } from "../points/cells.ts";
import { changedOnly, logged, usesData } from "../points/runs.ts";
import { runsOf } from "../points/select.ts";
import {
  type Exercise,
  HOLDS,
  notTried,
  notYet,
  point,
} from "../points/types.ts";
import type { StudentRecord } from "../evidence/types.ts";
import { SEATTLE } from "./data.ts";

const experiment = "tomorrow";
const TRIED = [1, 2, 4, 8];

/** Lesson 3: four runs that differ in one param, and a choice that the record bears out. */
export const oneChange: Exercise = {
  title: "Lesson 3",
  points: [
    mended("mend", {
      text: "the two tries of the cell differ in one param",
      keeps: "throw",
    }),
    usesData(SEATTLE, { experiment, text: "runs name the weather as data" }),
    point("days of 1, 2, 4 and 8 were tried, each with trend 0", (record) => {
      const tried = attempts(record);
      const missing = TRIED.filter((days) => !tried.has(days));
      if (missing.length === 0) return HOLDS;
      return missing.length === TRIED.length
        ? unseen(record, "none of them is a run")
        : notYet(
          `no run that ended has trend 0 and days ${missing.join(", ")}`,
        );
    }),
    changedOnly("days", {
      experiment,
      text: "two runs differ in days, and in nothing else",
    }),
    logged("wrong_by", { experiment, between: [1, 5] }),
    point("the run with a choice has the best days", (record) => {
      const chosen = runsOf(record, { experiment }).filter(({ tags }) =>
        (tags["choice"] ?? "").trim() !== ""
      ).at(-1);
      if (chosen === undefined) return notTried("no run has the tag choice");
      const tried = attempts(record);
      const least = Math.min(...TRIED.map((days) => tried.get(days) ?? NaN));
      if (Number.isNaN(least)) return notTried("not all of them were tried");
      const best = TRIED.find((days) => tried.get(days) === least);
      const { days, trend } = chosen.params;
      return days === String(best) && trend === "0" ? HOLDS : notYet(
        `${chosen.name} has days ${days} and trend ${trend}, and another choice was wrong by less`,
      );
    }),
  ],
  hints: [
    "Look at the two objects in tries: how many of their values differ?",
    "attempt() gives back by how much the guesses were wrong: call it in a loop, and keep what it gives.",
    "A tag is given to track() in tags, or set by run.setTag().",
  ],
  notLookedAt: "what your sentence says",
};

/** By how much the guesses of each number of days were wrong, of runs without a trend that have ended. */
function attempts(record: StudentRecord): Map<number, number> {
  return new Map(
    runsOf(record, { experiment, params: { trend: 0 } }).flatMap((run) => {
      const wrong = run.metrics["wrong_by"];
      return run.status !== "FINISHED" || wrong === undefined ||
          run.tags["choice"] !== undefined
        ? []
        : [[Number(run.params["days"]), wrong.last] as const];
    }),
  );
}
