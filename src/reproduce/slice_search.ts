/**
 * Searching for the fewest executions that give a result again: each set is tried by running it.
 *
 * @module
 */

/** Runs some executions. @returns Whether the result came out the same */
export type Try = (executions: ReadonlySet<number>) => Promise<boolean>;

/** What is known before anything is run. */
export interface SliceCandidates {
  /** Executions that the result needs as far as the sources say. */
  likely: ReadonlySet<number>;
  /** With those that may have changed something it needs. */
  possible: ReadonlySet<number>;
  /** With those that use the same things, in ways that the sources do not show. */
  near: ReadonlySet<number>;
  /** All of them. */
  all: ReadonlySet<number>;
  /** Executions without which there is nothing to compare. */
  fixed: ReadonlySet<number>;
  /** A set without some of it, and without what only they need. */
  without: (
    from: ReadonlySet<number>,
    left_out: ReadonlySet<number>,
  ) => ReadonlySet<number>;
  /** Those of a set that only change what others made. */
  changers: (from: ReadonlySet<number>) => number[];
}

/** Sets that are tried after one was found, to make it smaller. */
const MAX_TRIALS = 16;
/** And for so long, milliseconds. */
const MAX_NARROWING_MS = 120_000;

/** The smallest set that was found to give the result again, in order; null when not even all of them do. */
export async function searchSlice(
  candidates: SliceCandidates,
  attempt: Try,
): Promise<ReadonlySet<number> | null> {
  const failed: ReadonlySet<number>[] = [];
  const holds = async (set: ReadonlySet<number>): Promise<boolean> => {
    const result = await attempt(set);
    if (!result) failed.push(set);
    return result;
  };
  const { likely, possible, near, all } = candidates;
  for (const set of [likely, possible, near, all]) {
    if (failed.some((known) => set.isSubsetOf(known))) continue;
    if (await holds(set)) {
      const best = await narrow(set, candidates, { holds, failed });
      return new Set([...best].toSorted((a, b) => a - b));
    }
  }
  return null;
}

/** Takes out of a set what its result does not need, as far as a few runs show it. */
async function narrow(
  found: ReadonlySet<number>,
  candidates: SliceCandidates,
  { holds, failed }: { holds: Try; failed: readonly ReadonlySet<number>[] },
): Promise<ReadonlySet<number>> {
  const { likely, fixed, without, changers } = candidates;
  let best = found;
  let left = MAX_TRIALS;
  const until = performance.now() + MAX_NARROWING_MS;
  // What was added to the likely ones, in halves; then what only changes something.
  const groups: number[][] = [
    [...best].filter((index) => !likely.has(index)),
    changers(likely).filter((index) => !fixed.has(index)),
  ];
  for (const group of groups) {
    const open = group.length === 0 ? [] : [group];
    for (let part = open.shift(); part !== undefined; part = open.shift()) {
      const present = part.filter((index) => best.has(index));
      if (present.length === 0) continue;
      const smaller = new Set([
        ...fixed,
        ...without(best, new Set(present)),
      ]);
      // What lacks all that a set lacked that did not hold does not hold either.
      const isOpen = smaller.size < best.size &&
        !failed.some((known) => smaller.isSubsetOf(known));
      if (isOpen && (left-- <= 0 || performance.now() > until)) return best;
      if (isOpen && await holds(smaller)) {
        best = smaller;
      } else if (present.length > 1) {
        const half = Math.ceil(present.length / 2);
        open.push(present.slice(0, half), present.slice(half));
      }
    }
  }
  return best;
}
