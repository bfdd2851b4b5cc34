/**
 * What nbtrack itself shows among a cell's outputs. A run's card says its name, id and delivery, which are never the
 * same twice: what it shows is read by its media type and never compared as text. So is what a lesson shows of the
 * record: other runs lie in it the next time.
 *
 * @module
 */
import {
  LESSON_CHECK,
  LESSON_COMMAND,
  RUN_CARD,
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
