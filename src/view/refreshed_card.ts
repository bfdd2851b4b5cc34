/**
 * A card that was shown while a run was open, as it is now that the run has ended.
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
    }),
  }),
});

/** The output with the run as it is now; null when it is no display of a run, or says the run's state already. */
export function refreshedCard<O extends AnyOutput>(
  journal: Journal,
  output: O,
): O | null {
  const parsed = schema.safeParse(output).data?.data;
  const shown = parsed?.[RUN_CARD];
  const run = shown === undefined ? undefined : journal.runs.get(shown.run_id);
  if (shown === undefined || run === undefined || run.status === shown.status) {
    return null;
  }
  const { name, experiment, status } = run;
  const card = runCard(journal, { id: run.run_id, name, experiment, status });
  const data = { ...parsed, ...cardBundle(card, shown.display_id) };
  return { ...output, data };
}
