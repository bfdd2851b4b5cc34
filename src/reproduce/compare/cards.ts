/**
 * Cards of runs among a cell's outputs. A card says a run's name, id and delivery, which are never the same twice:
 * what it shows is read by its media type and never compared as text.
 *
 * @module
 */
import { RUN_CARD } from "../../base/media_types.ts";
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
