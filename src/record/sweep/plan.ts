/**
 * What a sweep was begun with, as it lies in the journal.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";
import { z } from "../../base/zod.ts";
import { parsedJson } from "../../base/values.ts";
import type { Journal } from "../../journal/journal.ts";
import { SWEEP_DOCUMENT } from "../is_sweep.ts";
import type { SweepGoal } from "./best.ts";

const textsSchema = z.record(z.string(), z.string());

const planSchema = z.object({
  space: z.object({
    grid: z.record(z.string(), z.array(z.string())),
    random: z.number().nullable(),
    ranges: z.record(
      z.string(),
      z.object({
        low: z.number(),
        high: z.number(),
        int: z.boolean(),
        log: z.boolean(),
      }),
    ),
    repeat: z.number(),
    seed: z.number().nullable(),
  }),
  trials: z.array(z.object({
    n: z.number(),
    combination: z.number(),
    params: textsSchema,
    seed: z.number().nullable(),
  })),
  /** Params that all trials have. */
  params: textsSchema,
  track: z.string().nullable(),
  goal: z.object({
    metric: z.string(),
    direction: z.enum(["max", "min"]),
  }).nullable(),
  stopMedian: z.number().nullable(),
  timeout_ms: z.number().nullable(),
  allowErrors: z.boolean(),
  /** Where the executed notebooks go; null when they are not kept. */
  output: z.string().nullable(),
  /** Whether a cell ran it by `sweep()`, and not `nbtrack run` a notebook for each trial. */
  in_cell: z.boolean().default(false),
});

/** What a sweep was begun with: all that completing it needs. */
export type SweepPlan = z.infer<typeof planSchema>;

const goalSchema = planSchema.pick({ goal: true });

/** What a sweep calls best; null for a run that is no sweep, or one that was begun without saying so. */
export function sweepGoal(journal: Journal, run_id: string): SweepGoal | null {
  const json = journal.entries.document(run_id, SWEEP_DOCUMENT);
  if (json === undefined) return null;
  return goalSchema.safeParse(parsedJson(json)).data?.goal ?? null;
}

/**
 * The plan of a sweep.
 *
 * @throws {NbtrackError} when the run is no sweep
 */
export function readPlan(journal: Journal, run_id: string): SweepPlan {
  const json = journal.entries.document(run_id, SWEEP_DOCUMENT);
  if (json === undefined) {
    throw new NbtrackError(`Run ${run_id.slice(0, 8)} is no sweep.`, {
      hint: "Give the id that nbtrack run --grid said before its first run.",
    });
  }
  return planSchema.parse(JSON.parse(json));
}

/** The space as params of the sweep's run. */
export function spaceParams(
  { space, params }: Pick<SweepPlan, "space" | "params">,
): Record<string, string> {
  const { grid, ranges, random, repeat } = space;
  return {
    ...params,
    ...Object.fromEntries(
      Object.entries(grid).map(([key, values]) => [key, values.join(",")]),
    ),
    ...Object.fromEntries(
      Object.entries(ranges).map(([key, { low, high, int, log }]) => [
        key,
        `${low}..${high}${int ? ",int" : ""}${log ? ",log" : ""}`,
      ]),
    ),
    ...(random === null ? {} : { "sweep.random": String(random) }),
    ...(repeat === 1 ? {} : { "sweep.repeat": String(repeat) }),
  };
}
