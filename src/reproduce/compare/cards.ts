/**
 * What nbtrack itself shows among a cell's outputs. A run's card says its name, id and delivery, which are never the
 * same twice: what it shows is read by its media type and never compared as text. So is what a lesson shows of the
 * record: other runs lie in it the next time. So are charts of metrics, whose points are compared as data.
 *
 * @module
 */
import {
  LESSON_CHECK,
  LESSON_COMMAND,
  RUN_CARD,
  RUN_VIEW,
} from "../../base/media_types.ts";
import { z } from "../../base/zod.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";

const cardSchema = z.looseObject({
  run_id: z.string(),
  name: z.string(),
  experiment: z.string(),
});
const outputSchema = z.looseObject({
  data: z.looseObject({ [RUN_CARD]: cardSchema }),
});

/** The run that a card shows. */
export type RunOnCard = z.infer<typeof cardSchema>;

/** The run whose card an output is; null when it is none. */
export function runOnCard(output: AnyOutput): RunOnCard | null {
  const parsed = outputSchema.safeParse(output);
  return parsed.success ? parsed.data.data[RUN_CARD] : null;
}

const checkSchema = z.strictObject({
  holds: z.boolean(),
  points: z.array(z.strictObject({
    text: z.string(),
    state: z.enum(["holds", "not yet", "not tried", "cannot see"]),
    why: z.string().nullable(),
  })),
  hints: z.number(),
});
const hintSchema = z.strictObject({
  n: z.number(),
  of: z.number(),
  text: z.string(),
});
const commandSchema = z.strictObject({
  command: z.array(z.string()),
  code: z.number(),
});
const textSchema = z.union([
  z.string(),
  z.array(z.string()).transform((lines) => lines.join("")),
]);
const texts = { "text/html": textSchema, "text/plain": textSchema };
const lessonSchema = z.looseObject({
  data: z.union([
    z.strictObject({
      ...texts,
      [LESSON_CHECK]: z.union([checkSchema, hintSchema]),
    }),
    z.strictObject({ ...texts, [LESSON_COMMAND]: commandSchema }),
  ]),
});

/** The text of a lesson's output: what `check()` found, a hint, or what a command printed; null of any other output. */
export function lessonText(output: AnyOutput): string | null {
  return lessonSchema.safeParse(output).data?.data["text/plain"] ?? null;
}

/** Charts, progress displays and tables of runs; what they show of it is their own, and other media types are not. */
const viewSchema = z.looseObject({
  data: z.strictObject({
    [RUN_VIEW]: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("chart"),
        run_id: z.string(),
        keys: z.array(z.string()),
        display_id: z.string(),
      }),
      z.strictObject({
        kind: z.literal("progress"),
        name: z.string(),
        total: z.number().nullable(),
        done: z.number().nullable(),
        display_id: z.string(),
      }),
      z.strictObject({ kind: z.literal("runs") }),
      z.strictObject({ kind: z.literal("comparison") }),
    ]),
    ...texts,
    "text/markdown": textSchema.optional(),
  }),
});

/**
 * What a chart, a progress display or a table of runs is, in words, without what is another one each time; null of any
 * other output.
 */
export function viewName(output: AnyOutput): string | null {
  const view = viewSchema.safeParse(output).data?.data[RUN_VIEW];
  switch (view?.kind) {
    case undefined:
      return null;
    case "chart":
      return `a chart of ${view.keys.join(", ")}`;
    case "progress":
      return `progress ${view.name} to ${view.done ?? "?"} of ${
        view.total ?? "?"
      }`;
    case "runs":
      return "a table of runs";
    case "comparison":
      return "a comparison of runs";
  }
}
