/**
 * Runs that show what a difference does: the run again as recorded, and again with one thing changed. What differs
 * between runs without any change is chance, and is measured before anything else is blamed.
 *
 * @module
 */
import { type Compared, compareSides } from "./compare/runs.ts";
import {
  driftedItems,
  type ItemKey,
  itemKey,
  itemText,
  mixCompared,
  plannedCellOf,
} from "./items.ts";
import type { ReplayOutcome } from "./attempt.ts";
import { isDrawnUnseeded } from "./drawn.ts";
import type { Difference } from "./replay/types.ts";
import type { Judged } from "./judged.ts";
import { mayKnowData } from "./data_cells.ts";
import { partsChanged } from "./text_parts.ts";
import { compareAgain, toleranceOf } from "./judge.ts";

/** So often a drawn result has to come out alike, with a change and without it, before the change is blamed. */
const STEADY_ROUNDS = 3;

/** What can be changed from one trial to another. */
export interface TrialChanges {
  data?: Readonly<Record<string, string>>;
  vary?: Difference["dimension"];
  /** Of what `vary` takes as it is now these parts alone. @default {all of it} */
  taken?: readonly string[];
  topToBottom?: boolean;
  deno?: "recorded" | "current";
  /** The text of a lock instead of the recorded one, with `vary: "packages"`. */
  lock?: string;
  /** Variables that are set to made-up values. */
  variables?: Readonly<Record<string, string>>;
  /** Whether a sandbox notes what it refuses to each cell. */
  notesRefusals?: boolean;
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
  changed: Set<ItemKey>;
  /** Results that differ without it, too. */
  chance: Set<ItemKey>;
  /** Whether it may have changed one of those, which could not be shown. */
  undecided: boolean;
  /** What comparing found, with times forgiven where they differ without the change, too. */
  compared: Compared | null;
}

/** Trials of one bundle. */
export class Trials {
  readonly #again: Again;
  #control: Promise<ReplayOutcome> | undefined;
  readonly #twins = new Map<string, Promise<ReplayOutcome>>();
  readonly #effects = new Map<string, Promise<Effect>>();

  constructor(again: Again) {
    this.#again = again;
  }

  /** The run as recorded. */
  control(): Promise<ReplayOutcome> {
    return this.#control ??= this.#again({});
  }

  /** A second run as recorded, or with the same changes. */
  twin(changes: TrialChanges = {}): Promise<ReplayOutcome> {
    return this.#twin(changes);
  }

  /** Runs with changes. */
  again(changes: TrialChanges): Promise<ReplayOutcome> {
    return this.#again(changes);
  }

  /** What changes do to the results. @param outcome What came of them, where that is known already */
  effectOf(changes: TrialChanges, outcome?: ReplayOutcome): Promise<Effect> {
    const key = JSON.stringify(changes);
    let effect = this.#effects.get(key);
    if (effect === undefined) {
      effect = this.#effectOf(changes, outcome);
      this.#effects.set(key, effect);
    }
    return effect;
  }

  async #effectOf(
    changes: TrialChanges,
    outcome?: ReplayOutcome,
  ): Promise<Effect> {
    const control = await this.control();
    const tried = outcome ?? await this.#again(changes);
    const known = new Set(
      (control.judged?.differences ?? []).map(differenceText),
    );
    const differences = (tried.judged?.differences ?? []).filter((d) =>
      !d.contradiction && !known.has(differenceText(d))
    );
    const { judged } = tried;
    if (judged === null || control.judged === null) {
      return {
        outcome: tried,
        differences,
        changed: new Set([itemKey("failure")]),
        chance: new Set(),
        undecided: false,
        compared: null,
      };
    }
    const compared = await this.#forgiving(changes, judged, control.judged);
    const drift = driftedItems(compared);
    const chance = new Set(
      [...drift].filter((item) => driftOf(control).has(item)),
    );
    const changed = new Set([...drift].filter((item) => !chance.has(item)));
    const leaveOutUnsteady = async (
      one: ReplayOutcome,
      other: ReplayOutcome,
    ) => {
      const unsteady = await driftBetween(one, other);
      for (const item of [...changed]) {
        if (!unsteady.has(item)) continue;
        changed.delete(item);
        chance.add(item);
      }
    };
    if ([...changed].some((item) => mayBeChance(item, judged))) {
      await leaveOutUnsteady(tried, await this.#twin(changes));
    }
    for (let round = 1; round < STEADY_ROUNDS; round++) {
      if (![...changed].some((item) => isDrawnUnseeded(item, judged))) break;
      await leaveOutUnsteady(control, await this.#twin({}, round));
      await leaveOutUnsteady(tried, await this.#twin(changes, round + 1));
    }
    let undecided = false;
    for (const item of chance) {
      const found = await this.#partsChanged(item, changes, judged);
      if (found === true) changed.add(item);
      undecided ||= found === null ||
        found === false && givesData(changes) && mayKnowData(item, judged);
    }
    if (
      judged.parts.failure !== null && control.judged.parts.failure === null
    ) {
      changed.add(itemKey("failure"));
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

  /** A second run with the same changes, or one more. */
  #twin(changes: TrialChanges, nth = 1): Promise<ReplayOutcome> {
    const key = JSON.stringify([changes, nth]);
    let twin = this.#twins.get(key);
    if (twin === undefined) {
      twin = this.#again(changes);
      this.#twins.set(key, twin);
    }
    return twin;
  }

  /**
   * Looks inside of a result that differs without the change, too: chance may decide one part of it and the change
   * another.
   *
   * @returns null where it could not be shown
   */
  async #partsChanged(
    item: ItemKey,
    changes: TrialChanges,
    tried: Judged,
  ): Promise<boolean | null> {
    const now = ({ judged }: ReplayOutcome) => judged?.reproduced ?? null;
    const steady = [tried.recorded, now(await this.control())];
    const changed = [tried.reproduced];
    const decide = async (): Promise<boolean | null> => {
      const texts: string[][] = [];
      for (const sides of [steady, changed]) {
        const known: string[] = [];
        for (const side of sides) {
          const text = side === null
            ? null
            : await itemText(item, side, tried.positions);
          if (text === null) return null;
          known.push(text);
        }
        texts.push(known);
      }
      return partsChanged(texts[0] ?? [], texts[1] ?? []);
    };
    const found = await decide();
    if (found !== true) return found;
    // Small numbers come out the same by chance: twice they seldom do.
    steady.push(now(await this.#twin({})));
    changed.push(now(await this.#twin(changes)));
    return await decide();
  }

  /** A comparison in which times are forgiven where they differ as recorded, too, and nothing beside them does. */
  async #forgiving(
    changes: TrialChanges,
    judged: Judged,
    control: Judged,
  ): Promise<Compared> {
    const strict = driftedItems(await compareAgain(control, false));
    const lenient = driftedItems(control.compared);
    const forgiven = new Set<ItemKey>();
    const drifted = driftedItems(judged.compared);
    for (const item of strict) {
      if (lenient.has(item)) continue;
      if (
        drifted.has(item) &&
        await this.#partsChanged(item, changes, judged) === true
      ) continue;
      forgiven.add(item);
    }
    if (forgiven.size === 0) return judged.compared;
    return mixCompared(
      judged.compared,
      await compareAgain(judged, true),
      (item) => forgiven.has(item),
    );
  }
}

/** Results that are not as recorded. */
export function driftOf({ judged }: ReplayOutcome): Set<ItemKey> {
  return judged === null ? new Set() : driftedItems(judged.compared);
}

/** Results that differ between two replays. @param forgiving Whether times are forgiven @default {true} */
export async function driftBetween(
  one: ReplayOutcome,
  other: ReplayOutcome,
  { forgiving = true }: { forgiving?: boolean } = {},
): Promise<Set<ItemKey>> {
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

/** Whether what is changed is data. */
function givesData({ data = {}, vary }: TrialChanges): boolean {
  return vary === "data" || Object.keys(data).length > 0;
}

/** Whether chance may come into a result, as far as the sources tell: a package may draw, too. */
function mayBeChance(
  item: ItemKey,
  { chance, positions, parts }: Judged,
): boolean {
  const { packages } = parts.bundle.manifest;
  if (packages.some(({ registry }) => registry !== "node")) return true;
  const i = plannedCellOf(item, positions);
  return i === null
    ? chance.some((kinds) => kinds.size > 0)
    : (chance[i]?.size ?? 0) > 0;
}

/** A difference in words, by which it is found again. */
export function differenceText({ dimension, what }: Difference): string {
  return `${dimension} ${what}`;
}
