/**
 * What a sweep in a cell is made of: its options checked, and its trials.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import { isNbtrackError } from "../base/errors.ts";
import { unknownOptions } from "../base/known_options.ts";
import { TRACKING_STATE } from "../base/names.ts";
import { z } from "../base/zod.ts";
import type { SweepPlan } from "../record/sweep/plan.ts";
import {
  rangeProblem,
  type SweepRange,
  type SweepTrial,
  trialsOf,
} from "../record/sweep/space.ts";
import { TrackOptionsError } from "./errors.ts";
import { paramText } from "./params.ts";
import type { State } from "./state.ts";
import type { SweepOptionsInCell, SweepSpaceInCell } from "./sweep_types.ts";
import type { ParamValue, TrackOptions } from "./types.ts";

const optionsSchema = z.looseObject({
  experiment: z.string().min(1).max(255).optional(),
  random: z.int().positive().optional(),
  repeat: z.int().positive().default(1),
  seed: z.int().nonnegative().max(2 ** 32 - 1).optional(),
  max: z.string().min(1).optional(),
  min: z.string().min(1).optional(),
  resume: z.string().min(4).optional(),
});

/** Options of the runs, which `track()` checks. */
const SHARED = [
  "params",
  "data",
  "tags",
  "gitlab",
  "trackingUri",
  "token",
  "quiet",
] as const satisfies readonly (keyof SweepOptionsInCell)[];
const OPTIONS = [...Object.keys(optionsSchema.shape), ...SHARED];

const rangeSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  int: z.boolean().default(false),
  log: z.boolean().default(false),
});

/** A sweep that can be run. */
export interface PreparedSweep {
  plan: SweepPlan;
  /** What is meant by a param's text: the value of its list, or a number of its range. */
  valueOf(key: string, text: string): ParamValue;
  experiment: string;
  /** What all its runs are opened with. */
  shared: TrackOptions<{ readonly [key: string]: ParamValue }>;
}

/**
 * Checks a sweep.
 *
 * @throws {TrackOptionsError} when the space or an option cannot be used
 */
export function prepareSweep(
  space: SweepSpaceInCell,
  options: SweepOptionsInCell,
): PreparedSweep {
  const unknown = unknownOptions("sweep()", options, OPTIONS);
  if (unknown !== null) throw new TrackOptionsError(unknown);
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TrackOptionsError(
      `Cannot use the option ${
        issue?.path.join(".")
      } of sweep(): ${issue?.message}.`,
      { cause: parsed.error },
    );
  }
  const { random, repeat, seed, max, min } = parsed.data;
  if (max !== undefined && min !== undefined) {
    throw new TrackOptionsError("sweep() was given both max and min.", {
      hint: "One metric decides which combination is best.",
    });
  }
  const { values, ranges } = valuesOf(space);
  if (random === undefined && Object.keys(ranges).length > 0) {
    throw new TrackOptionsError(
      `The range of "${Object.keys(ranges)[0]}" has no end of values.`,
      {
        hint:
          "Add { random: 20 }, which draws 20 combinations, or give a list.",
      },
    );
  }
  const metric = max ?? min;
  const given = readEnv(ENV.seed);
  const sweepSpace = {
    grid: Object.fromEntries(
      [...values].map(([key, texts]) => [key, [...texts.keys()]]),
    ),
    random: random ?? null,
    ranges,
    repeat,
    seed: given === undefined ? seed ?? null : Number(given),
  };
  const { experiment, params } = options;
  const shared: PreparedSweep["shared"] = Object.fromEntries(
    SHARED.map((name) => [name, options[name]])
      .filter(([, value]) => value !== undefined),
  );
  return {
    valueOf: (key, text) => values.get(key)?.get(text) ?? Number(text),
    shared,
    experiment: experiment ?? openExperiment() ?? "sweep",
    plan: {
      space: sweepSpace,
      trials: planned(sweepSpace),
      params: Object.fromEntries(
        Object.entries(params ?? {}).map(([k, v]) => [k, paramText(v)]),
      ),
      track: null,
      goal: metric === undefined
        ? null
        : { metric, direction: max === undefined ? "min" : "max" },
      stopMedian: null,
      timeout_ms: null,
      allowErrors: false,
      output: null,
      in_cell: true,
    },
  };
}

function planned(space: SweepPlan["space"]): SweepTrial[] {
  try {
    return trialsOf(space);
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    throw new TrackOptionsError(error.message, {
      cause: error,
      hint: error.hint,
    });
  }
}

/** The values of lists by their texts, and ranges. */
function valuesOf(space: SweepSpaceInCell): {
  values: Map<string, Map<string, ParamValue>>;
  ranges: Record<string, SweepRange>;
} {
  const entries = typeof space === "object" && space !== null
    ? Object.entries(space)
    : [];
  if (entries.length === 0) {
    throw new TrackOptionsError("sweep() has no params to vary.", {
      hint: "Write sweep({ k: [1, 3, 5] }, (run, { k }) => { … }).",
    });
  }
  const values = new Map<string, Map<string, ParamValue>>();
  const ranges: Record<string, SweepRange> = {};
  for (const [key, given] of entries) {
    if (Array.isArray(given)) values.set(key, textsOf(key, given));
    else ranges[key] = rangeOf(key, given);
  }
  return { values, ranges };
}

function rangeOf(key: string, given: unknown): SweepRange {
  const { data: range } = rangeSchema.safeParse(given);
  const wrong = range === undefined ? null : rangeProblem(range);
  if (range !== undefined && wrong === null) return range;
  throw new TrackOptionsError(
    `Cannot draw "${key}": ${
      wrong ?? "it is no list of values, and no range"
    }.`,
    {
      hint:
        `Write { ${key}: [1, 3, 5] }, or { ${key}: { low: 1, high: 25, int: true } }.`,
    },
  );
}

function textsOf(
  key: string,
  list: readonly ParamValue[],
): Map<string, ParamValue> {
  if (list.length === 0) {
    throw new TrackOptionsError(
      `The values of "${key}" are no list that has any.`,
      { hint: `Write { ${key}: [1, 3, 5] }.` },
    );
  }
  const texts = new Map(list.map((value) => [paramText(value), value]));
  if (texts.size < list.length) {
    throw new TrackOptionsError(
      `"${key}" has the same value twice: ${list.map(paramText).join(", ")}.`,
      { hint: "To run a combination more than once, give repeat." },
    );
  }
  return texts;
}

/** The experiment of the run that was opened last and is open. */
function openExperiment(): string | undefined {
  const { open } =
    (globalThis as { [TRACKING_STATE]?: State })[TRACKING_STATE] ??
      { open: [] };
  return [...open].at(-1)?.experiment;
}
