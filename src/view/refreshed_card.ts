/**
 * A card that was shown while a run was open or its record was not complete, as it is now.
 *
 * @module
 */
import { RUN_CARD } from "../base/media_types.ts";
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import type { AnyOutput } from "../notebook/outputs.ts";
import { cardBundle, runCard } from "./run_card.ts";

const schema = z.looseObject({
  data: z.looseObject({
    [RUN_CARD]: z.looseObject({
      run_id: z.string(),
      status: z.string(),
      display_id: z.string(),
      as_of: z.number(),
    }),
  }),
});

/** The output with the run as it is now; null when it is no display of a run, or says what the complete record says. */
export function refreshedCard<O extends AnyOutput>(
  journal: Journal,
  output: O,
): O | null {
  const parsed = schema.safeParse(output).data?.data;
  const shown = parsed?.[RUN_CARD];
  const run = shown === undefined ? undefined : journal.runs.get(shown.run_id);
  if (shown === undefined || run === undefined) return null;
  // Packages, data and what is missing are known once the run has ended and been completed.
  const complete = run.end_time === null ||
    shown.as_of >= (run.finalised_time ?? Infinity);
  if (run.status === shown.status && complete) return null;
  const { name, experiment, status } = run;
  const card = runCard(journal, { id: run.run_id, name, experiment, status });
  const data = { ...parsed, ...cardBundle(card, shown.display_id) };
  return { ...output, data };
}
