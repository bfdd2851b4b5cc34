/**
 * Which runs a point is about, and how they differ.
 *
 * @module
 */
import type { StudentRecord, StudentRun } from "../evidence/types.ts";
import { unseen } from "./cells.ts";
import { type Finding, HOLDS, notTried } from "./types.ts";

/** Which runs are looked at. */
export interface RunOptions {
  /** The point's sentence. @default {says what is looked for} */
  text?: string;
  /** Runs of this experiment alone. @default {all of the notebook's} */
  experiment?: string;
  /** Runs with these params alone. @default {whatever they are} */
  params?: Readonly<Record<string, string | number | boolean>>;
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
