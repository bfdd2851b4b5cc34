/**
 * Runs that show what a difference does: the run again as recorded, and again with one thing changed. What differs
 * between runs without any change is chance, and is measured before anything else is blamed.
 *
 * @module
 */
import { type Compared, compareSides } from "./compare/runs.ts";
import { driftedItems, mixCompared } from "./items.ts";
import type { ReplayOutcome } from "./attempt.ts";
import type { Difference } from "./replay/types.ts";
import type { Judged } from "./judged.ts";
import { partsChanged } from "./text_parts.ts";
import { compareAgain, toleranceOf } from "./verdict.ts";

/** What can be changed from one trial to another. */
export interface TrialChanges {
  data?: Readonly<Record<string, string>>;
  vary?: Difference["dimension"];
  topToBottom?: boolean;
  deno?: "recorded" | "current";
  /** The text of a lock in place of the recorded one, with `vary: "packages"`. */
  lock?: string;
  /** Whether the kernel is prepared so that a seed reaches such code. @default {as recorded} */
  prepared?: boolean;
}

/** Runs the bundle once more, with something changed, and without listing it as a run. */
export type Again = (changes: TrialChanges) => Promise<ReplayOutcome>;

/** What one change did. */
export interface Effect {
  outcome: ReplayOutcome;
  /** What differs that is not as recorded; empty when it could not be run. */
  differences: Difference[];
  /** Results that it changed; chance and what differs anyway left out. */
  changed: Set<string>;
  /** Results that differ without it, too. */
  chance: Set<string>;
  /** Whether it may have changed one of those, which could not be shown. */
  undecided: boolean;
  /** What comparing found, with times forgiven where they differ without the change, too. */
  compared: Compared | null;
}

/** Trials of one bundle. */
export class Trials {
  readonly #again: Again;
  #control: Promise<ReplayOutcome> | undefined;

  constructor(again: Again) {
    this.#again = again;
  }

  /** The run as recorded. */
  control(): Promise<ReplayOutcome> {
    return this.#control ??= this.#again({});
  }

  /** Runs with changes. */
  again(changes: TrialChanges): Promise<ReplayOutcome> {
    return this.#again(changes);
  }

  /** What changes do to the results. @param outcome What came of them, where that is known already */
  async effectOf(
    changes: TrialChanges,
    outcome?: ReplayOutcome,
  ): Promise<Effect> {
    const control = await this.control();
    const tried = outcome ?? await this.#again(changes);
    const known = new Set(
      (control.judged?.differences ?? []).map(textOf),
    );
    const differences = (tried.judged?.differences ?? []).filter((d) =>
      !d.contradiction && !known.has(textOf(d))
    );
    const { judged } = tried;
    if (judged === null || control.judged === null) {
      return {
        outcome: tried,
        differences,
        changed: new Set(["failure"]),
        chance: new Set(),
        undecided: false,
        compared: null,
      };
    }
    const compared = await this.#forgiving(judged, control.judged);
    const drift = driftedItems(compared);
    const chance = new Set(
      [...drift].filter((item) => driftOf(control).has(item)),
    );
    const changed = new Set([...drift].filter((item) => !chance.has(item)));
    if ([...changed].some((item) => mayBeChance(item, judged))) {
      const unsteady = await driftBetween(tried, await this.#again(changes));
      for (const item of [...changed]) {
        if (!unsteady.has(item)) continue;
        changed.delete(item);
        chance.add(item);
      }
    }
    const undecided = await this.#lookInside(changes, tried, chance, changed);
    if (
      judged.parts.failure !== null && control.judged.parts.failure === null
    ) {
      changed.add("failure");
    }
    return {
      outcome: tried,
      differences,
      changed,
      chance,
      undecided,
      compared,
    };
  }

  /**
   * Looks inside of what differs anyway: chance may decide one part of an output and the change another.
   *
   * @returns Whether it could not be shown for one of them
   */
  async #lookInside(
    changes: TrialChanges,
    tried: ReplayOutcome,
    chance: ReadonlySet<string>,
    changed: Set<string>,
  ): Promise<boolean> {
    const control = await this.control();
    let undecided = false;
    let more: { steady: ReplayOutcome; changed: ReplayOutcome } | null = null;
    for (const item of chance) {
      const i = tried.judged?.positions.findIndex(({ index }) =>
        item === `cell ${index}`
      ) ?? -1;
      if (i < 0) {
        undecided = true;
        continue;
      }
      const shown = ({ judged }: ReplayOutcome) =>
        judged?.reproduced?.cells[i]?.outputs ?? [];
      const recorded = tried.judged?.recorded.cells[i]?.outputs ?? [];
      let found = partsChanged([recorded, shown(control)], [shown(tried)]);
      if (found === true) {
        // Small numbers come out the same by chance: twice they seldom do.
        more ??= {
          steady: await this.#again({}),
          changed: await this.#again(changes),
        };
        found = partsChanged(
          [recorded, shown(control), shown(more.steady)],
          [shown(tried), shown(more.changed)],
        );
      }
      if (found === true) {
        changed.add(item);
      }
      undecided ||= found === null;
    }
    return undecided;
  }

  /** A comparison in which times are forgiven where they differ as recorded, too. */
  async #forgiving(judged: Judged, control: Judged): Promise<Compared> {
    const strict = driftedItems(await compareAgain(control, false));
    const lenient = driftedItems(control.compared);
    const timed = [...strict].filter((item) => !lenient.has(item));
    if (timed.length === 0) return judged.compared;
    return mixCompared(
      judged.compared,
      await compareAgain(judged, true),
      (item) => timed.includes(item),
    );
  }
}

/** Results that are not as recorded. */
export function driftOf({ judged }: ReplayOutcome): Set<string> {
  return judged === null ? new Set() : driftedItems(judged.compared);
}

/** Results that differ between two replays. @param forgiving Whether times are forgiven @default {true} */
export async function driftBetween(
  one: ReplayOutcome,
  other: ReplayOutcome,
  { forgiving = true }: { forgiving?: boolean } = {},
): Promise<Set<string>> {
  const [a, b] = [one.judged, other.judged];
  if (a === null || b === null || a.reproduced === null) return new Set();
  return driftedItems(
    await compareSides(a.reproduced, b.reproduced, {
      positions: a.positions,
      equalInputs: forgiving,
      toleranceOf: toleranceOf(a.parts),
    }),
  );
}

/** Whether chance may come into a result, as far as the sources tell. */
function mayBeChance(item: string, { chance, positions }: Judged): boolean {
  const cell = /^cell (\d+)$/.exec(item)?.[1];
  if (cell === undefined) return chance.some((kinds) => kinds.size > 0);
  const i = positions.findIndex(({ index }) => index === Number(cell));
  return (chance[i]?.size ?? 0) > 0;
}

function textOf({ dimension, what }: Difference): string {
  return `${dimension} ${what}`;
}
