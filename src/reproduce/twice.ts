/**
 * Two equal runs: what differs between them, chance alone changes.
 *
 * @module
 */
import type { ReplayOutcome } from "./attempt.ts";
import { chanceOf } from "./chance.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
  trustedBundle,
  withAnswers,
} from "./reproduce.ts";
import { driftedItems, type ItemKey, itemKey } from "./items.ts";
import { driftBetween } from "./trials.ts";
import type { Verdict } from "./replay/types.ts";
import { steadySentences } from "./chance_sentences.ts";

/** What two equal runs showed. */
export interface Twice {
  /** Cells whose outputs differ between the two, and the sources of chance they use. */
  unsteady: { cell: number; name: string; chance: string[] }[];
  /** The second run. */
  second_run_id: string | null;
}

/** Reproduces a run twice. The verdict is that of the first. */
export async function twice(
  text: string,
  asked: ReproduceOptions,
): Promise<Verdict & Twice> {
  const bundle = await trustedBundle(text, asked);
  const options = await withAnswers(bundle, asked);
  const first = await reproduceBundle(bundle, options);
  const { dir: _, ...rest } = options;
  const second = await reproduceBundle(bundle, rest);
  // Times and dates are chance as well: here they are not forgiven.
  const items = await driftBetween(first.outcome, second.outcome, {
    forgiving: false,
  });
  return {
    ...first.verdict,
    warnings: [
      ...new Set([
        ...first.verdict.warnings,
        ...unexplained(first.outcome, first.verdict, items),
      ]),
    ],
    unsteady: unsteadyCells(first.outcome, items),
    second_run_id: second.verdict.run_id,
  };
}

/** Says of what drifted alike both times, without a known cause, what can be behind it. */
function unexplained(
  { judged }: ReplayOutcome,
  { causes }: Verdict,
  unsteady: ReadonlySet<ItemKey>,
): string[] {
  if (judged === null || causes.length > 0) return [];
  return steadySentences(
    driftedItems(judged.compared).difference(unsteady),
    judged,
  );
}

function unsteadyCells(
  { judged }: ReplayOutcome,
  items: ReadonlySet<ItemKey>,
): Twice["unsteady"] {
  if (judged === null) return [];
  const sources = judged.parts.planned.map((cell) => cell.source);
  return judged.positions.flatMap(({ index, name }, i) =>
    items.has(itemKey("cell", index))
      ? [{ cell: index, name, chance: chanceBefore(sources, i) }]
      : []
  );
}

/** What the cell uses; when it uses nothing known, what those before it do. */
function chanceBefore(sources: readonly string[], i: number): string[] {
  const own = chanceOf(sources[i] ?? "");
  return own.length > 0
    ? own
    : [...new Set(sources.slice(0, i).flatMap(chanceOf))];
}
