import type { StudentRecord, StudentRun } from "../evidence/types.ts";
import { mended, unseen } from "../points/cells.ts";
import { copiedBy } from "../points/copied.ts";
import { runsOf } from "../points/select.ts";
import {
  type Exercise,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  type Point,
  point,
} from "../points/types.ts";

const PATHS = 14;
const HELD_OUT = "drier_by_held_out";
/** What a weekday must be drier by, held out, to be advised. */
const ENOUGH = 0.03;
const tried = { experiment: "picnic" };
const verdict = { experiment: "picnic-verdict" };

/** Lesson 7: fourteen paths, and one honest verdict. */
export const forkingPaths: Exercise = {
  title: "Lesson 7",
  points: [
    point("all fourteen combinations are runs", (record) => {
      const found = new Set(
        runsOf(record, tried).filter(({ metrics }) =>
          metrics["drier_by"] !== undefined
        ).map(({ params }) => `${params["weekday"]} ${params["least"]}`),
      ).size;
      return found >= PATHS
        ? HOLDS
        : found === 0
        ? unseen(record, "none of them is there")
        : notYet(`${found} of ${PATHS} are there`);
    }),
    mended("mend", {
      text: "the days that judge are not those that chose",
      keeps: "throw",
    }),
    ofVerdict("the verdict is about the winner of the years that choose", (
      run,
      record,
    ) => {
      const best = runsOf(record, tried).toSorted((a, b) =>
        (b.metrics["drier_by"]?.last ?? -1) -
        (a.metrics["drier_by"]?.last ?? -1)
      )[0];
      const same = ["weekday", "least"].every((key) =>
        run.params[key] === best?.params[key]
      );
      return same ? HOLDS : notYet(
        `${run.name} has ${run.params["weekday"]} and ${
          run.params["least"]
        }, which the sweep did not find best`,
      );
    }),
    ofVerdict("it was computed from the years that had no say", (
      run,
      record,
    ) => {
      const found = run.metrics[HELD_OUT];
      if (found === undefined) {
        return notYet(`${run.name} has no "${HELD_OUT}"`);
      }
      const copied = copiedBy(record, run, HELD_OUT);
      if (copied !== null) return notYet(copied);
      const choosing = runsOf(record, tried).find((other) =>
        other.metrics["drier_by"]?.last === found.last
      );
      return choosing === undefined ? HOLDS : notYet(
        `it is exactly what ${choosing.name} found in the years that choose`,
      );
    }),
    point("the held-out years were asked once", (record) => {
      const asked = runsOf(record, verdict).filter(({ metrics }) =>
        metrics[HELD_OUT] !== undefined
      );
      const answers = new Set(
        asked.map(({ params }) => `${params["weekday"]} ${params["least"]}`),
      );
      if (answers.size === 0) return notTried("they were not asked yet");
      return answers.size === 1 &&
          asked.every(({ metrics }) => metrics[HELD_OUT]?.count === 1)
        ? HOLDS
        : notYet(
          `${answers.size} combinations were judged by them: they have become years that choose`,
        );
    }),
    ofVerdict("the advice is the one that the held-out years give", (run) => {
      const advice = run.tags["advice"];
      if (advice === undefined) {
        return notTried(`${run.name} has no tag advice`);
      }
      const found = run.metrics[HELD_OUT]?.last ?? NaN;
      return advice === (found >= ENOUGH ? run.params["weekday"] : "any")
        ? HOLDS
        : notYet(
          `the tag says "${advice}", and the held-out years do not bear it out`,
        );
    }),
  ],
  hints: [
    "There are two lists of days: one chose. Which one is left?",
    "tried.best.params has the winner; its least is a text, and Number() makes a number of it.",
    "One run, one weekday, one number: a loop over the weekdays is a second choosing.",
  ],
  notLookedAt: "what you looked at without logging it",
};

function ofVerdict(
  text: string,
  find: (run: StudentRun, record: StudentRecord) => Finding,
): Point {
  return point(text, (record) => {
    const run = runsOf(record, verdict).at(-1);
    return run === undefined
      ? unseen(record, 'no run of the experiment "picnic-verdict" was opened')
      : find(run, record);
  });
}
