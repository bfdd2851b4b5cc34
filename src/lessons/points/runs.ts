/**
 * Points about runs: what they logged, what they read, and how they differ.
 *
 * @module
 */
import { nearest } from "../../base/nearest.ts";
import type { StudentRecord, StudentRun } from "../evidence/types.ts";
import { unseen } from "./cells.ts";
import { copiedBy } from "./copied.ts";
import {
  cannotSee,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  type Point,
} from "./types.ts";

/** Which runs are looked at. */
export interface RunOptions {
  /** The point's sentence. @default {says what is looked for} */
  text?: string;
  /** Runs of this experiment alone. @default {all of the notebook's} */
  experiment?: string;
  /** Runs with these params alone. @default {whatever they are} */
  params?: Readonly<Record<string, string | number | boolean>>;
}

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

/** One of the runs satisfies a test; else what is said of the newest. */
export function someRun(
  record: StudentRecord,
  options: RunOptions,
  test: (run: StudentRun) => Finding,
): Finding {
  const runs = runsOf(record, options);
  if (runs.length === 0) return fewRuns(record, options, 0, 1);
  const findings = runs.map(test);
  return findings.find(({ state }) => state === "holds") ??
    findings.at(-1) ?? HOLDS;
}

/** The runs that are looked at; those that only group a sweep's are not among them. */
export function runsOf(
  { runs }: StudentRecord,
  { experiment, params = {} }: RunOptions,
): StudentRun[] {
  return runs.filter((run) =>
    !run.sweep &&
    (experiment === undefined || run.experiment === experiment) &&
    Object.entries(params).every(([key, value]) =>
      run.params[key] === String(value)
    )
  );
}

/** Too few runs are there. */
export function fewRuns(
  record: StudentRecord,
  { experiment, params = {} }: RunOptions,
  count: number,
  wanted: number,
): Finding {
  const wantedParams = Object.entries(params)
    .map(([key, value]) => `${key} = ${value}`);
  if (count === 0 && wantedParams.length > 0) {
    const alike = runsOf(
      record,
      experiment === undefined ? {} : { experiment },
    );
    if (alike.length > 0) {
      return notTried(`no run has ${listed(wantedParams)}`);
    }
  }
  if (count === 0) {
    const others = [...new Set(record.runs.map((run) => run.experiment))];
    if (others.length > 0 && experiment !== undefined) {
      return notTried(
        `no run of the experiment "${experiment}", only of ${
          listed(others.map((name) => `"${name}"`))
        }`,
      );
    }
    return unseen(
      record,
      experiment === undefined
        ? "no run was opened"
        : `no run of the experiment "${experiment}" was opened`,
    );
  }
  return notTried(
    `${count} of ${wanted} runs ${count === 1 ? "has" : "have"} ended`,
  );
}

/** The names of what two runs' inputs differ in: params, the seed, datasets. */
export function changedInputs(one: StudentRun, other: StudentRun): string[] {
  const keys = new Set([
    ...Object.keys(one.params),
    ...Object.keys(other.params),
  ]);
  const changed = [...keys].filter((key) =>
    one.params[key] !== other.params[key]
  );
  if (one.seed !== other.seed) changed.push("the seed");
  const digests = ({ datasets }: StudentRun) =>
    datasets.map(({ digest }) => digest).toSorted().join();
  if (digests(one) !== digests(other)) changed.push("the data");
  return changed;
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A number in four digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
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
