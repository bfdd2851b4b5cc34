/**
 * What runs show of themselves in the record, once all of a session's have ended.
 *
 * @module
 */
import { RUN_CARD } from "../base/media_types.ts";
import type { Journal } from "../journal/journal.ts";
import type { AnyOutput } from "../notebook/outputs.ts";
import { refreshedCard } from "../view/refreshed_card.ts";

/** Puts what is known by now into the cards among a session's outputs. */
export function refreshCards(journal: Journal, session_id: string): void {
  const { executions } = journal;
  for (
    const { position, n, json } of executions.outputsWith(session_id, RUN_CARD)
  ) {
    const card = refreshedCard(journal, JSON.parse(json) as AnyOutput);
    if (card === null) continue;
    executions.putOutput(session_id, position, n, JSON.stringify(card));
  }
}
