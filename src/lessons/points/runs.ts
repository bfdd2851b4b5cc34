/**
 * Points about runs: what they logged, what they read, and how they differ.
 *
 * @module
 */
import { nearest } from "../../base/nearest.ts";
import type { StudentRun } from "../evidence/types.ts";
import { copiedBy, mayBeLoggedUnseen } from "./copied.ts";
import {
  changedInputs,
  fewRuns,
  listed,
  type RunOptions,
  runsOf,
  shortNumber,
  someRun,
} from "./select.ts";
import { cannotSee, HOLDS, notYet, type Point } from "./types.ts";

/** What a metric must be like. */
export interface MetricPointOptions extends RunOptions {
  /** How many points it must have at least. @default {1} */
  points?: number;
  /** The lowest and the highest last value that can be right. @default {any number} */
  between?: readonly [number, number];
}

/** A run has logged a metric that its notebook has computed: a number that was typed is none. */
export function logged(
  metric: string,
  options: MetricPointOptions = {},
): Point {
  const { points = 1, between } = options;
  return {
    text: options.text ?? `"${metric}" was computed and logged`,
    find: (record) =>
      someRun(record, options, (run) => {
        const found = run.metrics[metric];
        if (found === undefined) return notYet(lacks(run, metric));
        const copied = copiedBy(record, run, metric);
        if (copied !== null) return notYet(copied);
        if (mayBeLoggedUnseen(record, run, metric)) {
          return cannotSee(
            `"${metric}" of ${run.name} was logged by a cell that is not in the record`,
          );
        }
        const { last, count } = found;
        if (!Number.isFinite(last)) {
          return notYet(`"${metric}" of ${run.name} is ${last}`);
        }
        if (count < points) {
          return notYet(
            `"${metric}" of ${run.name} has ${count} of ${points} points: log one for each step`,
          );
        }
        if (between !== undefined && (last < between[0] || last > between[1])) {
          return notYet(
            `"${metric}" of ${run.name} is ${
              shortNumber(last)
            }, which cannot be right here`,
          );
        }
        return HOLDS;
      }),
  };
}

/** Two runs differ in one param, and in nothing else that is recorded of their inputs. */
export function changedOnly(param: string, options: RunOptions = {}): Point {
  return {
    text: options.text ??
      `two runs differ in "${param}" and in nothing else`,
    find: (record) => {
      const runs = runsOf(record, options).filter(({ status }) =>
        status === "FINISHED"
      );
      if (runs.length < 2) return fewRuns(record, options, runs.length, 2);
      let why = `no two runs differ in "${param}"`;
      for (const [i, later] of runs.entries()) {
        for (const earlier of runs.slice(0, i)) {
          const changed = changedInputs(earlier, later);
          if (!changed.includes(param)) continue;
          if (changed.length === 1) return HOLDS;
          why = `between ${earlier.name} and ${later.name} ${
            listed(changed)
          } changed together`;
        }
      }
      return notYet(why);
    },
  };
}

/**
 * A run has named data with a digest.
 *
 * @param digest `sha256:` and 64 hex digits, as `nbtrack fingerprint` prints it.
 */
export function usesData(digest: string, options: RunOptions = {}): Point {
  return {
    text: options.text ?? `a run names the data ${digest.slice(0, 15)}…`,
    find: (record) =>
      someRun(record, options, ({ datasets, name }) => {
        if (datasets.some((dataset) => dataset.digest === digest)) {
          return HOLDS;
        }
        const unknown = datasets.find((dataset) => dataset.digest === null);
        if (unknown !== undefined) {
          return cannotSee(
            `dataset "${unknown.name}" of ${name} has no digest: ${unknown.why}`,
          );
        }
        return notYet(
          datasets.length === 0
            ? `${name} names no data`
            : `${name} read other data: ${
              datasets.map((d) => `${d.name} ${d.digest?.slice(0, 15)}…`)
                .join(", ")
            }`,
        );
      }),
  };
}

/** A run ended as FINISHED. */
export function finished(options: RunOptions = {}): Point {
  return {
    text: options.text ?? "a run was ended",
    find: (record) =>
      someRun(
        record,
        options,
        ({ status, name }) =>
          status === "FINISHED" ? HOLDS : notYet(
            status === "RUNNING"
              ? `${name} is still open: await run.end()`
              : `${name} is ${status}`,
          ),
      ),
  };
}

/** A run has a seed. */
export function seeded(options: RunOptions = {}): Point {
  return {
    text: options.text ?? "a run has a seed",
    find: (record) =>
      someRun(
        record,
        options,
        ({ seed, name }) =>
          seed === null
            ? notYet(`${name} has no seed: track() takes one`)
            : HOLDS,
      ),
  };
}

function lacks({ metrics, name }: StudentRun, metric: string): string {
  const keys = Object.keys(metrics);
  if (keys.length === 0) return `${name} has logged no metric`;
  const near = nearest(metric, keys);
  return near === null
    ? `${name} has logged ${
      listed(keys.map((key) => `"${key}"`))
    }, but no "${metric}"`
    : `${name} has logged "${near}", which is not "${metric}"`;
}
