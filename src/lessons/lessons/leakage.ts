import type { StudentRecord } from "../evidence/types.ts";
import { mended } from "../points/cells.ts";
import { changedOnly, logged, usesData } from "../points/runs.ts";
import { runsOf } from "../points/select.ts";
import {
  type Exercise,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  point,
} from "../points/types.ts";
import { SEATTLE } from "./data.ts";

const experiment = "leakage";
const honest = { feature: "season", split: "by-time" };

/** Lesson 9: the same program with two splits, and the number that is reported. */
export const leakage: Exercise = {
  title: "Lesson 9",
  points: [
    mended("mend", {
      text: "no day to be guessed has its neighbours among those to learn from",
      keeps: /> 0\.05\b[^]*throw/,
    }),
    usesData(SEATTLE, { experiment, text: "runs name the weather as data" }),
    changedOnly("split", {
      experiment,
      text: "two runs differ in the split, and in nothing else",
    }),
    logged("wrong_by", {
      experiment,
      params: honest,
      between: [1.5, 5],
      text: "the season was tried with the honest split",
    }),
    point("what is reported was found with the honest split", reported),
  ],
  hints: [
    "Who guesses next year has no day of next year to learn from. Which split is that?",
    "attempt() takes both params: change the split and leave the feature, then compare.",
    'A tag is given to track() in tags: { report: "yes" }.',
  ],
  notLookedAt: "whether there are other leaks",
};

function reported(record: StudentRecord): Finding {
  const runs = runsOf(record, { experiment });
  const chosen = runs.filter(({ tags }) => tags["report"] === "yes").at(-1);
  if (chosen === undefined) return notTried('no run has the tag report "yes"');
  if (chosen.params["split"] !== "by-time") {
    return notYet(
      `${chosen.name} was split ${
        chosen.params["split"]
      }: it knows the days beside those it guesses`,
    );
  }
  const alike = runs.find((run) =>
    run.run_id !== chosen.run_id && run.tags["report"] === undefined &&
    run.params["split"] === chosen.params["split"] &&
    run.params["feature"] === chosen.params["feature"]
  );
  const [own, found] = [chosen, alike].map((run) =>
    run?.metrics["wrong_by"]?.last
  );
  if (own === undefined) return notYet(`${chosen.name} has no "wrong_by"`);
  return own === found ? HOLDS : notYet(
    `no attempt with the params of ${chosen.name} has found its "wrong_by"`,
  );
}
