/**
 * Which of many changes made in one run changed its results: each is tried alone, and what is not blamed by that is
 * left out together, to see that nothing else comes of it.
 *
 * @module
 */
import type { ReplayOutcome } from "./attempt.ts";
import { type ItemKey, itemKey } from "./items.ts";
import type { Difference } from "./replay/types.ts";
import {
  differenceText,
  driftBetween,
  type Effect,
  type TrialChanges,
  type Trials,
} from "./trials.ts";
import { mergeUnits, type Unit, unitsOf } from "./units.ts";

/** So many changes are tried alone; of more, so many groups are tried first. */
const MOST_ALONE = 6;

/** What was shown of the differences of one run. */
export interface Blame {
  /** Whether each changed a result; null where neither was shown. */
  changes: Map<Difference, boolean | null>;
  warnings: string[];
}

/** Tells apart the differences of a run in which more than one thing was changed. @param effect What they did together */
export async function blame(
  changes: TrialChanges,
  effect: Effect,
  trials: Trials,
): Promise<Blame> {
  const all = (shown: boolean | null): Blame => ({
    changes: new Map(effect.differences.map((one) => [one, shown])),
    warnings: [],
  });
  if (effect.changed.size === 0) return all(effect.undecided ? null : false);
  const { judged } = effect.outcome;
  const units = judged === null
    ? []
    : await unitsOf(changes, effect.differences, judged.parts);
  if (units.length < 2) return all(true);
  const search = new Search(changes, effect, { units, trials });
  const guilty = await search.guilty();
  const texts = search.textsOf(guilty);
  const innocent = search.unsure ? null : false;
  const warnings: string[] = [];
  if (guilty.length > MOST_ALONE) {
    const names = effect.differences.filter((one) =>
      guilty.some((unit) => unit.covers(one))
    ).map(({ what }) => what);
    warnings.push(
      `one of these at least changes a result, and they were not told apart: ${
        names.join(", ")
      }`,
    );
  }
  return {
    changes: new Map(
      effect.differences.map((one) => [
        one,
        texts.has(differenceText(one)) ? true : innocent,
      ]),
    ),
    warnings,
  };
}

type Group = readonly Unit[];

class Search {
  /** Whether chance kept something from being shown. */
  unsure = false;
  readonly #changes: TrialChanges;
  readonly #effect: Effect;
  readonly #units: Group;
  readonly #trials: Trials;
  readonly #tried = new Map<string, { group: Group; effect: Effect }>();

  constructor(
    changes: TrialChanges,
    effect: Effect,
    { units, trials }: { units: Group; trials: Trials },
  ) {
    this.#changes = changes;
    this.#effect = effect;
    this.#units = units;
    this.#trials = trials;
  }

  /** The fewest that were found to do what all do. */
  async guilty(): Promise<Group> {
    let left = this.#units;
    while (left.length > MOST_ALONE) {
      const size = Math.ceil(left.length / MOST_ALONE);
      const groups: Group[] = [];
      for (let i = 0; i < left.length; i += size) {
        groups.push(left.slice(i, i + size));
      }
      const found = (await this.#narrow(groups)).flat();
      if (found.length === left.length) return left;
      left = found;
    }
    return (await this.#narrow(left.map((unit) => [unit]))).flat();
  }

  /** The differences that are those of units, as texts. */
  textsOf(units: Group): Set<string> {
    const inside = [...this.#tried.values()].filter(({ group }) =>
      group.every((unit) => units.includes(unit))
    );
    const own = this.#effect.differences.filter((one) =>
      units.length === this.#units.length ||
      units.some((unit) => unit.covers(one))
    );
    return new Set(
      [...inside.flatMap(({ effect }) => effect.differences), ...own]
        .map(differenceText),
    );
  }

  /** The groups that are needed for what all of them do. */
  async #narrow(groups: Group[]): Promise<Group[]> {
    const guilty: Group[] = [];
    for (const group of groups) {
      if (await this.#changesAlone(group)) guilty.push(group);
    }
    if (guilty.length === groups.length) return groups;
    if (guilty.length > 0 && await this.#doesAll(guilty.flat())) return guilty;
    // What cannot be run alone, or changes a result only together with others.
    const needed: Group[] = [];
    for (const group of groups) {
      const rest = this.#units.filter((unit) => !group.includes(unit));
      if (guilty.includes(group) || !await this.#doesAll(rest)) {
        needed.push(group);
      }
    }
    return needed.length > 0 && await this.#doesAll(needed.flat())
      ? needed
      : groups;
  }

  /** Whether units alone change a result that all together change, too. */
  async #changesAlone(group: Group): Promise<boolean> {
    const { changed, outcome, undecided } = await this.#effectOf(group);
    if (!this.#endsAlike(outcome)) return false;
    if (this.#wholeFails()) return true;
    this.unsure ||= undecided;
    return changed.intersection(this.#effect.changed).size > 0;
  }

  /** Whether units do all that all units do together. */
  async #doesAll(group: Group): Promise<boolean> {
    if (group.length === this.#units.length) return true;
    if (group.length === 0) return false;
    const { outcome } = await this.#effectOf(group);
    if (!this.#endsAlike(outcome)) return false;
    if (this.#wholeFails()) return true;
    const whole = this.#effect.outcome;
    const other = await this.#otherThan(whole, outcome);
    if (other.size === 0) return true;
    const unsteady = await this.#otherThan(
      whole,
      await this.#trials.twin(this.#changes),
    );
    if (other.isSubsetOf(unsteady)) {
      this.unsure = true;
      return true;
    }
    return false;
  }

  /** Results that the change of all changes, and that differ between two runs. */
  async #otherThan(
    one: ReplayOutcome,
    other: ReplayOutcome,
  ): Promise<Set<ItemKey>> {
    const drift = await driftBetween(one, other);
    return drift.intersection(this.#effect.changed);
  }

  #wholeFails(): boolean {
    return this.#effect.changed.has(itemKey("failure"));
  }

  /** Whether a run came as far as that with all changes did, or failed for the same reason. */
  #endsAlike({ judged }: ReplayOutcome): boolean {
    const whole = this.#effect.outcome.judged?.parts;
    return judged !== null && whole !== undefined &&
      judged.parts.failure?.what === whole.failure?.what &&
      (judged.reproduced === null) ===
        (this.#effect.outcome.judged?.reproduced === null);
  }

  async #effectOf(group: Group): Promise<Effect> {
    const changes = mergeUnits(group, this.#changes);
    const key = JSON.stringify(changes);
    const known = this.#tried.get(key);
    if (known !== undefined) return known.effect;
    const effect = await this.#trials.effectOf(changes);
    this.#tried.set(key, { group, effect });
    return effect;
  }
}
