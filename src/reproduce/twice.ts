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
import { type ItemKey, itemKey } from "./items.ts";
import { driftBetween } from "./trials.ts";
import type { Verdict } from "./replay/types.ts";
import { OUTSIDE } from "./chance_sentences.ts";

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
      ...first.verdict.warnings,
      ...steadySentences(first.verdict, items),
    ],
    unsteady: unsteadyCells(first.outcome, items),
    second_run_id: second.verdict.run_id,
  };
}

/** Says of what drifted alike both times, without a known cause, what can be behind it. */
function steadySentences(
  { causes, outputs, metrics }: Verdict,
  unsteady: ReadonlySet<ItemKey>,
): string[] {
  if (causes.length > 0) return [];
  const steady = [
    ...outputs.filter(({ cell, same }) =>
      !same && !unsteady.has(itemKey("cell", cell))
    ).map(({ name }) => `cell ${name}`),
    ...metrics.filter(({ key, same }) =>
      !same && !unsteady.has(itemKey("metric", key))
    ).map(({ key }) => `metric ${key}`),
  ];
  return steady.length === 0 ? [] : [
    `${
      steady.join(", ")
    } came out alike both times and not as recorded: chance does not decide it. What is left is ${OUTSIDE}`,
  ];
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
