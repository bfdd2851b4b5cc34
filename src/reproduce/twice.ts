/**
 * Two equal runs: what differs between them, chance alone changes.
 *
 * @module
 */
import { chanceOf } from "./chance.ts";
import { Masks } from "./compare/masks.ts";
import { compareCell } from "./compare/outputs.ts";
import { nameOnCard } from "./compare/cards.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
  trustedBundle,
} from "./reproduce.ts";
import type { Verdict } from "./types.ts";

/** What two equal runs told. */
export interface Twice {
  /** Cells whose outputs differ between the two, and the sources of chance they use. */
  unsteady: { cell: number; chance: string[] }[];
  /** The second run. */
  second_run_id: string | null;
}

/** Reproduces a run twice. The verdict is that of the first. */
export async function twice(
  text: string,
  options: ReproduceOptions,
): Promise<Verdict & Twice> {
  const bundle = await trustedBundle(text, options);
  const first = await reproduceBundle(bundle, options);
  const { dir: _, ...rest } = options;
  const second = await reproduceBundle(bundle, rest);
  // Times and dates are what is looked for here: nothing but the runs' own names is masked.
  const masks = new Masks({
    identities: [],
    equalInputs: false,
    readsClock: false,
  });
  const unsteady: Twice["unsteady"] = [];
  for (const [i, cell] of first.cells.entries()) {
    const [a, b] = [first.replay?.cells[i], second.replay?.cells[i]];
    if (a === undefined || b === undefined) continue;
    const compared = await compareCell(
      { index: cell.of ?? i, recorded: a, reproduced: b },
      masks,
      (output) => nameOnCard(output) !== null,
    );
    if (compared !== null && !compared.same) {
      unsteady.push({
        cell: cell.of ?? i,
        chance: chanceBefore(first.cells, i),
      });
    }
  }
  return {
    ...first.verdict,
    unsteady,
    second_run_id: second.verdict.run_id,
  };
}

/** What the cell uses; when it uses nothing known, what those before it do. */
function chanceBefore(
  cells: readonly { source: string }[],
  i: number,
): string[] {
  const own = chanceOf(cells[i]?.source ?? "");
  return own.length > 0
    ? own
    : [...new Set(cells.slice(0, i).flatMap(({ source }) => chanceOf(source)))];
}
