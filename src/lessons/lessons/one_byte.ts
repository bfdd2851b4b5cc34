import type { StudentRecord, StudentRun } from "../evidence/types.ts";
import { mended, unseen } from "../points/cells.ts";
import { copiedBy } from "../points/copied.ts";
import { usesData } from "../points/runs.ts";
import { runsOf } from "../points/select.ts";
import {
  cannotSee,
  type Exercise,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  point,
} from "../points/types.ts";
import { COUNTRIES } from "./data.ts";

const experiment = "typical-income";

/** Lesson 4: other data, and the same result. */
export const oneByte: Exercise = {
  title: "Lesson 4",
  points: [
    mended("mend", {
      text: "the run names the file that it reads",
      keeps: "throw",
    }),
    usesData(COUNTRIES, {
      experiment,
      text: "a run has the original table",
    }),
    point("with one other byte the mean moved, and the median did not", (
      record,
    ) => other(record, (mean, median) => mean && !median, "no run shows that")),
    point("with a third table neither of them moved", (record) =>
      other(
        record,
        (mean, median) => !mean && !median,
        "in every run with other data the mean or the median is another one",
      )),
  ],
  hints: [
    "Which of the two names in the cell is the one that the number was computed from?",
    "A table has more columns than the one that the results are made from.",
    "text.replace() gives the text back unchanged when it does not find what it looks for.",
  ],
  notLookedAt: "what you changed in the third table",
};

/** Whether a run with other data than the original moved what is wanted. */
function other(
  record: StudentRecord,
  wanted: (mean: boolean, median: boolean) => boolean,
  none: string,
): Finding {
  const runs = runsOf(record, { experiment }).filter((run) =>
    run.metrics["mean_income"] !== undefined &&
    run.metrics["median_income"] !== undefined
  );
  const original = runs.find((run) => digestsOf(run).includes(COUNTRIES));
  if (original === undefined) {
    return unseen(record, "no run has the original table");
  }
  const others = runs.filter((run) =>
    digestsOf(run).every((digest) => digest !== null && digest !== COUNTRIES)
  );
  const named = others.filter(({ datasets }) => datasets.length > 0);
  if (named.length === 0) {
    const unknown = runs.flatMap(({ datasets }) => datasets)
      .find(({ digest }) => digest === null);
    return unknown === undefined
      ? notTried("no run has another table")
      : cannotSee(`dataset "${unknown.name}" has no digest: ${unknown.why}`);
  }
  for (const run of named) {
    const moved = (key: string) =>
      run.metrics[key]?.last !== original.metrics[key]?.last;
    if (!wanted(moved("mean_income"), moved("median_income"))) continue;
    const copied = copiedBy(record, run, "mean_income") ??
      copiedBy(record, run, "median_income");
    return copied === null ? HOLDS : notYet(copied);
  }
  return notYet(none);
}

function digestsOf({ datasets }: StudentRun): (string | null)[] {
  return datasets.map(({ digest }) => digest);
}
