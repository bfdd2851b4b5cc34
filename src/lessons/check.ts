/**
 * `check()`: whether a lesson's exercise is done, by the student's own record.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { readRecord } from "./evidence/read.ts";
import type { StudentRecord } from "./evidence/types.ts";
import { keepCheck } from "./keep_check.ts";
import { LESSONS } from "./lessons/all.ts";
import { cannotSee, type Exercise, type Finding } from "./points/types.ts";
import {
  type CheckResult,
  checkResult,
  type Hint,
  hintResult,
  noHintNeeded,
} from "./result.ts";

/** What no check looks at. */
const NEVER =
  "variables, text and pictures in the page, and numbers that no run has logged";

/** Looks at the student's record; `check.hint()` gives hints. */
export interface CheckFunction {
  /**
   * Says which points of a lesson's exercise hold. It reads what was recorded of this notebook on this machine:
   * executed, logged, fingerprinted, reproduced; no server, and no variable.
   *
   * @param exercise A lesson's number, such as `"03"`, or an exercise of one's own.
   * @throws {NbtrackError} when there is no such lesson
   *
   * @example Usage
   * ```ts no-eval
   * import { check } from "@nbtrack/nbtrack/lessons";
   *
   * await check("03")
   * ```
   */
  (exercise: string | number | Exercise): Promise<CheckResult>;
  /**
   * The next hint of the exercise that was checked last; none of them is the solution. The last one stays. Where all
   * points held, it says that instead.
   *
   * @throws {NbtrackError} when nothing was checked yet, or the exercise has no hints
   */
  hint(): Hint;
}

/** The exercise that was checked last, what that found, and how many of its hints were given. */
let last:
  | { exercise: Exercise; found: CheckResult | null; given: number }
  | null = null;

/** Looks at the student's record; `check.hint()` gives hints. */
export const check: CheckFunction = Object.assign(
  async (asked: string | number | Exercise): Promise<CheckResult> => {
    const exercise = exerciseOf(asked);
    if (last?.exercise !== exercise) last = { exercise, found: null, given: 0 };
    const checked = last;
    const record = await readRecord();
    const result = checkExercise(exercise, record);
    checked.found = result;
    keepCheck(exercise.title, result);
    return result;
  },
  {
    hint: (): Hint => {
      if (last === null) {
        throw new NbtrackError("There is no exercise to give a hint for.", {
          hint: 'Execute await check("01") first, with your lesson\'s number.',
        });
      }
      const { hints = [] } = last.exercise;
      if (last.found?.holds) return noHintNeeded(last.found);
      if (hints.length === 0) {
        throw new NbtrackError(`${last.exercise.title} has no hints.`);
      }
      last.given = Math.min(last.given + 1, hints.length);
      return hintResult({
        n: last.given,
        of: hints.length,
        text: hints[last.given - 1] ?? "",
      });
    },
  },
);

/** What an exercise's points find in a record. */
export function checkExercise(
  { title, points, hints = [], notLookedAt }: Exercise,
  record: StudentRecord,
): CheckResult {
  return checkResult(
    points.map((point) => ({ text: point.text, ...findingOf(point, record) })),
    hints.length,
    {
      title,
      notLookedAt: notLookedAt === undefined
        ? `${NEVER}.`
        : `${notLookedAt}; ${NEVER}.`,
    },
  );
}

/** A point that a teacher wrote may throw: that says nothing of the student. */
function findingOf(
  { find }: Exercise["points"][number],
  record: StudentRecord,
): Finding {
  try {
    return find(record);
  } catch (error) {
    return cannotSee(`this point of the check failed: ${messageOf(error)}`);
  }
}

function exerciseOf(asked: string | number | Exercise): Exercise {
  if (typeof asked === "object" && asked !== null) {
    if (Array.isArray(asked.points) && asked.points.length > 0) return asked;
    throw new NbtrackError("Cannot check an exercise without points.", {
      hint: 'Write check({ title: "…", points: [ran("fit")] }).',
    });
  }
  const id = String(asked).trim().padStart(2, "0");
  const exercise = LESSONS.get(id);
  if (exercise !== undefined) return exercise;
  throw new NbtrackError(`There is no lesson "${asked}".`, {
    hint: `There are ${[...LESSONS.keys()].join(", ")}.`,
  });
}
