/**
 * Proving what cannot be undone here, such as a variable whose value then nobody knows: results that come out alike
 * each time and not as recorded are its doing where it reaches them, or where another value of it changes them.
 *
 * @module
 */
import type { ReplayOutcome } from "./attempt.ts";
import { steadySentences, unsteadySentences } from "./chance_sentences.ts";
import { type ItemKey, itemText } from "./items.ts";
import type { Judged } from "./judged.ts";
import { isReached } from "./reached.ts";
import type { Difference } from "./replay/types.ts";
import { partsChanged } from "./text_parts.ts";
import { driftBetween, type Trials } from "./trials.ts";

/** So many variables are tried one by one. */
const MAX_TRIED = 4;

/** What equal replays showed. */
export interface Standing {
  /** Whether each difference was shown to change a result; null where neither was shown. */
  changes: Map<Difference, boolean | null>;
  warnings: string[];
}

/** Two replays without a change. */
interface Pair {
  control: ReplayOutcome;
  twin: ReplayOutcome;
}

/**
 * Proves differences that are there without any change, too.
 *
 * @param drift Results that are not as recorded without any change.
 * @param equal A further replay to which nothing was changed.
 */
export async function proveStanding(
  differences: readonly Difference[],
  drift: ReadonlySet<ItemKey>,
  { judged, trials, equal }: {
    judged: Judged;
    trials: Trials;
    equal: ReplayOutcome | null;
  },
): Promise<Standing> {
  const changes = new Map<Difference, boolean | null>(
    differences.map((difference) => [difference, false]),
  );
  if (drift.size === 0) return { changes, warnings: [] };
  const pair = { control: await trials.control(), twin: await trials.twin() };
  const unsteady = await differing(pair.control, pair.twin);
  if (equal !== null) {
    for (const item of await differing(equal, pair.control)) unsteady.add(item);
  }
  const steady = drift.difference(unsteady);
  const varying = drift.intersection(unsteady);
  let tries = MAX_TRIED;
  for (const difference of differences) {
    const reached = [...steady].some((item) =>
      isReached(item, difference, judged)
    );
    const tried = !reached && difference.variable !== undefined && tries-- > 0;
    const shown = reached ||
      tried && await isMoving(difference, { steady, varying }, {
          judged,
          trials,
          pair,
        });
    changes.set(difference, shown ? true : null);
  }
  const shown = [...changes.values()].includes(true);
  return {
    changes,
    warnings: [
      ...unsteadySentences(varying, judged),
      ...shown ? [] : steadySentences(steady, judged),
    ],
  };
}

/** Whether another value of a variable changes a result that is not as recorded, beside what chance decides. */
async function isMoving(
  { variable }: Difference,
  { steady, varying }: {
    steady: ReadonlySet<ItemKey>;
    varying: ReadonlySet<ItemKey>;
  },
  { judged, trials, pair }: { judged: Judged; trials: Trials; pair: Pair },
): Promise<boolean> {
  if (variable === undefined) return false;
  for (const value of variable.values) {
    const variables = { [variable.name]: value };
    const tried = await trials.again({ variables });
    if (!isComplete(tried)) continue;
    const moved = steady.intersection(await differing(pair.control, tried));
    if (moved.size > 0) {
      // What a clock changes slowly differs now from what it was before.
      const later = await differing(tried, await trials.again({ variables }));
      const back = await differing(pair.twin, await trials.again({}));
      if (moved.difference(later).difference(back).size > 0) return true;
    }
    const parts = await steadyParts(varying, judged, pair);
    if (parts.length === 0) continue;
    const twin = await trials.again({ variables });
    for (const item of parts) {
      const texts = await textsOf(item, judged, [pair.control, pair.twin]);
      const others = await textsOf(item, judged, [tried, twin]);
      if (texts && others && partsChanged(texts, others) === true) return true;
    }
  }
  return false;
}

/** Results in which chance decides one part, and another comes out alike each time and not as recorded. */
async function steadyParts(
  items: ReadonlySet<ItemKey>,
  judged: Judged,
  { control, twin }: Pair,
): Promise<ItemKey[]> {
  const found: ItemKey[] = [];
  for (const item of items) {
    const then = await itemText(item, judged.recorded, judged.positions);
    const now = await textsOf(item, judged, [control, twin]);
    if (then !== null && now !== null && partsChanged(now, [then]) === true) {
      found.push(item);
    }
  }
  return found;
}

/** A result of replays as texts; null where one has none. */
async function textsOf(
  item: ItemKey,
  { positions }: Judged,
  outcomes: readonly ReplayOutcome[],
): Promise<string[] | null> {
  const texts: string[] = [];
  for (const { judged } of outcomes) {
    const side = judged?.reproduced ?? null;
    const text = side === null ? null : await itemText(item, side, positions);
    if (text === null) return null;
    texts.push(text);
  }
  return texts;
}

function isComplete({ judged }: ReplayOutcome): boolean {
  return judged !== null && judged.parts.failure === null;
}

/** What differs between two replays, times and dates too. */
function differing(
  one: ReplayOutcome,
  other: ReplayOutcome,
): Promise<Set<ItemKey>> {
  return driftBetween(one, other, { forgiving: false });
}
