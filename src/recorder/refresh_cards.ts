/**
 * Bringing the cards of runs in the recorded outputs up to date, before the record is put together and when the session ends.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import { RUN_CARD } from "../base/media_types.ts";
import type { Journal } from "../journal/journal.ts";
import type { AnyOutput } from "../notebook/outputs.ts";

/** Puts what is known by now into the cards among a session's outputs. */
export async function refreshCards(
  journal: Journal,
  session_id: string,
): Promise<void> {
  const { executions } = journal;
  const outputs = executions.outputsWith(session_id, RUN_CARD);
  if (outputs.length === 0) return;
  // What draws a card is not kept in memory while cells are recorded.
  const { refreshedCard } = await lazyImport<
    typeof import("../view/refreshed_card.ts")
  >("../view/refreshed_card.ts", import.meta.url);
  for (const { position, n, json } of outputs) {
    const card = refreshedCard(journal, JSON.parse(json) as AnyOutput);
    if (card === null) continue;
    executions.putOutput(session_id, position, n, JSON.stringify(card));
  }
}
