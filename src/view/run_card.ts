/**
 * What a run shows of itself in a notebook: its card, which is true at a moment and says so while the run goes on.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { RUN_CARD } from "../base/media_types.ts";
import { Journal } from "../journal/journal.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import {
  cardFacts,
  type CardLimits,
  type CardOptions,
  type CardRun,
} from "./card_facts.ts";
import { cardHtml } from "./card_html.ts";
import { cardMarkdown, cardText } from "./card_text.ts";

export type { CardOptions, CardRun };

/** A run's card: for people as HTML, Markdown and text, and the run that it shows. */
export interface Card {
  html: string;
  markdown: string;
  text: string;
  run: CardRun;
  /** The same for two cards that say the same but for the time of day. */
  state: string;
}

/** A run as it is known where it is shown. */
export type ShownRun = Pick<CardRun, "name" | "experiment" | "status"> & {
  id: string;
};

/** Most bytes of a card's HTML: a notebook holds one for each run. */
const MAX_BYTES = 10_000;

/** How much a card says, until it is small enough. */
const LIMITS: readonly CardLimits[] = [
  { params: 12, metrics: 12, lines: 8, chars: 80 },
  { params: 8, metrics: 8, lines: 4, chars: 50 },
  { params: 4, metrics: 4, lines: 2, chars: 24 },
];
const SMALLEST: CardLimits = { params: 2, metrics: 2, lines: 1, chars: 16 };

/** The card of a run as it is now. */
export function runCard(
  journal: RunJournal | null,
  { id: run_id, name, experiment, status }: ShownRun,
  options: CardOptions = {},
): Card {
  const run = {
    run_id,
    name,
    experiment,
    status,
    as_of: options.now ?? Date.now(),
  };
  return cardWithin(journal && Journal.of(journal), run, options, 0);
}

/** The card with the limits of a level, or of the first that makes it small enough. */
function cardWithin(
  journal: Journal | null,
  run: CardRun,
  options: CardOptions,
  level: number,
): Card {
  const limits = LIMITS[level] ?? SMALLEST;
  const facts = cardFacts(journal, run, { ...options, limits });
  const html = cardHtml(facts);
  const large = new TextEncoder().encode(html).byteLength > MAX_BYTES;
  return large && limits !== SMALLEST
    ? cardWithin(journal, run, options, level + 1)
    : {
      html,
      markdown: cardMarkdown(facts),
      text: cardText(facts),
      run,
      state: JSON.stringify({ ...facts, when: run.status, run: run.run_id }),
    };
}

/** The card as a bundle of media types; `display_id` says which display is updated with it. */
export function cardBundle(
  card: Card,
  display_id?: string,
): Record<string, unknown> {
  return {
    [RUN_CARD]: display_id === undefined
      ? card.run
      : { ...card.run, display_id },
    "text/html": card.html,
    "text/markdown": card.markdown,
    "text/plain": card.text,
  };
}
