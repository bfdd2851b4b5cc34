import { meanOf, spreadOf } from "../../base/numbers.ts";
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
  point,
} from "../points/types.ts";

const TIMES = 20;
const dice = { experiment: "penguins-dice" };
const verdict = { experiment: "penguins-verdict" };

/** Lesson 6: a difference that is smaller than its spread. */
export const chance: Exercise = {
  title: "Lesson 6",
  points: [
    mended("mend", {
      text: "the same k and the same penguins give one accuracy",
      keeps: "throw",
    }),
    point("k of 5 and of 7 were run with the same twenty seeds each", find),
    point(
      '"difference" is that of the twenty pairs of runs',
      (record) => computed(record, "difference", meanOf),
    ),
    point(
      '"spread" is the standard deviation of their differences',
      (record) => computed(record, "spread", deviation),
    ),
    point("the conclusion is the one that the numbers allow", (record) => {
      const found = pairs(record);
      const run = runsOf(record, verdict).at(-1);
      if (run === undefined || found.length < TIMES) {
        return notTried("the runs for it are not there yet");
      }
      const better = run.tags["better"];
      if (better === undefined) {
        return notTried(`${run.name} has no tag "better"`);
      }
      const [difference, spread] = [meanOf(found), deviation(found)];
      const right = Math.abs(difference) < spread
        ? "neither"
        : difference > 0
        ? "7"
        : "5";
      return better === right ? HOLDS : notYet(
        `the tag says "${better}", and the difference compared with its spread says something else`,
      );
    }),
  ],
  hints: [
    "track() takes a seed beside params and data.",
    "sweep() takes repeat in its last argument; each repetition has another seed, the same ones for each k.",
    "Twenty differences: the first run of 7 minus the first of 5, and so on. Then their mean, and their standard deviation.",
  ],
  notLookedAt: "whether twenty are enough",
};

/** The differences of accuracy, 7 minus 5, seed by seed. */
function pairs(record: StudentRecord): number[] {
  const of = (k: number) =>
    new Map(
      runsOf(record, { ...dice, params: { k } }).flatMap((run) =>
        run.seed === null || run.status !== "FINISHED" ||
          run.metrics["accuracy"] === undefined
          ? []
          : [[run.seed, run.metrics["accuracy"].last] as const]
      ),
    );
  const [five, seven] = [of(5), of(7)];
  return [...seven].flatMap(([seed, value]) => {
    const other = five.get(seed);
    return other === undefined ? [] : [value - other];
  });
}

function find(record: StudentRecord): Finding {
  const runs = runsOf(record, dice);
  if (runs.length === 0) {
    return unseen(
      record,
      'no run of the experiment "penguins-dice" was opened',
    );
  }
  const count = pairs(record).length;
  return count >= TIMES ? HOLDS : notYet(
    `${runs.length} runs make ${count} of ${TIMES} pairs of 5 and 7 with a seed of their own`,
  );
}

function computed(
  record: StudentRecord,
  metric: string,
  of: (values: readonly number[]) => number,
): Finding {
  const run: StudentRun | undefined = runsOf(record, verdict).at(-1);
  if (run === undefined) {
    return notTried('no run of the experiment "penguins-verdict" was opened');
  }
  const logged = run.metrics[metric];
  if (logged === undefined) return notYet(`${run.name} has no "${metric}"`);
  const copied = copiedBy(record, run, metric);
  if (copied !== null) return notYet(copied);
  const found = pairs(record);
  if (found.length < TIMES) return notYet("there are too few pairs of runs");
  return Math.abs(logged.last - of(found)) < 1e-9
    ? HOLDS
    : notYet(`what ${run.name} has logged does not fit the runs`);
}

/** Over n − 1, of the pairs that there are enough of. */
function deviation(values: readonly number[]): number {
  return spreadOf(values, meanOf(values)) ?? NaN;
}
