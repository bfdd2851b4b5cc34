/**
 * Points about reproductions.
 *
 * @module
 */
import type { StudentRecord } from "../evidence/types.ts";
import { type RunOptions, runsOf } from "./select.ts";
import { HOLDS, notTried, notYet, type Point } from "./types.ts";

/** Which reproductions are looked at. */
export interface ReproductionOptions extends RunOptions {
  /** Of this run, which may be a stranger's. @default {any of the notebook's own runs} */
  of?: string;
  /** What must have been found. @default {"REPRODUCED"} */
  verdict?: "REPRODUCED" | "DRIFTED" | "FAILED";
  /** Whether it must have been in the sandbox. @default {false} */
  sandbox?: boolean;
}

/** A run was reproduced: by `nbtrack reproduce`, not by running its cells again by hand. */
export function reproduced(options: ReproductionOptions = {}): Point {
  const { verdict = "REPRODUCED", sandbox = false } = options;
  return {
    text: options.text ?? `a run was reproduced, and found ${verdict}`,
    find: (record) => {
      const made = reproductionsOf(record, options);
      if (made.length === 0) {
        return notTried(
          record.reproductions.length === 0
            ? "nothing was reproduced since this notebook was opened first: nbtrack reproduce does it"
            : "other runs were reproduced, this one was not",
        );
      }
      const inside = made.filter((one) => one.sandbox || !sandbox);
      if (inside.length === 0) {
        return notYet("it was reproduced with all your rights: add --sandbox");
      }
      const last = inside.at(-1);
      if (inside.some((one) => one.verdict === verdict)) return HOLDS;
      const [cause] = last?.causes ?? [];
      return notYet(
        `the verdict is ${last?.verdict}${
          cause === undefined ? "" : `: ${cause}`
        }`,
      );
    },
  };
}

function reproductionsOf(
  record: StudentRecord,
  { of, experiment }: ReproductionOptions,
) {
  const own = new Set(
    runsOf(record, experiment === undefined ? {} : { experiment })
      .map(({ run_id }) => run_id),
  );
  return record.reproductions.filter((one) =>
    of === undefined ? own.has(one.of) : one.of === of
  );
}
