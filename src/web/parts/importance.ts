/**
 * Which params went with a metric over some runs.
 *
 * The method: for a param whose values are numbers, the absolute rank correlation (Spearman) with the metric; for
 * another one, the correlation ratio (η, the square root of η²) of the metric's ranks between its values. Each is beside
 * the share of 999 shufflings of the metric, from seed 1, that went together at least as well by chance.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import { randomFrom } from "../../base/repeatable_random.ts";
import { meanOf } from "../../base/numbers.ts";
import { metricNumberOf } from "../../record/query.ts";

/** Shufflings that say what chance does. */
const SHUFFLINGS = 999;
const SEED = 1;
/** What does as well by chance as often as this says little, however strong it is: a value that each run alone has. */
const LIKELY = 0.05;

/** Runs below which nothing can be said. */
export const LEAST_RUNS = 4;

/** The name of the method, as the page says it. */
export const METHOD =
  `rank correlation (Spearman) for numbers, correlation ratio for other values; by chance: of ${SHUFFLINGS} shufflings from seed ${SEED}`;

/** A run's params and its value of the metric. */
export interface Observed {
  params: Readonly<Record<string, string>>;
  value: number;
}

/** How far a param went with the metric. */
export interface Importance {
  key: string;
  /** Between 0, not at all, and 1, wholly. */
  strength: number;
  /** `up`: the metric grows with it; `down`: it falls; null for values that are no numbers. */
  direction: "up" | "down" | null;
  /** How often chance did as well, between 0 and 1. */
  chance: number;
}

/** The params that differ, those that went most with the metric first, and last what chance does as well; none of too few runs. */
export function importances(runs: readonly Observed[]): Importance[] {
  const known = runs.filter(({ value }) => Number.isFinite(value));
  if (known.length < LEAST_RUNS) return [];
  const ranks = ranksOf(known.map(({ value }) => value));
  const keys = new Set(known.flatMap(({ params }) => Object.keys(params)));
  const shuffled = shufflings(ranks);
  return [...keys].sort().flatMap((key) => {
    const texts = known.map(({ params }) => ownValue(params, key) ?? null);
    if (new Set(texts).size < 2) return [];
    const numbers = texts.map((text) =>
      text === null ? NaN : metricNumberOf(text) ?? NaN
    );
    const numeric = numbers.every((number) => Number.isFinite(number));
    const columnRanks = numeric ? ranksOf(numbers) : [];
    const measure = numeric
      ? (values: readonly number[]) => correlation(columnRanks, values)
      : (values: readonly number[]) => correlationRatio(texts, values);
    const measured = measure(ranks);
    const strength = Math.abs(measured);
    const asGood = shuffled.filter((values) =>
      Math.abs(measure(values)) >= strength - 1e-12
    ).length;
    return [{
      key,
      strength,
      direction: !numeric
        ? null
        : measured >= 0
        ? "up" as const
        : "down" as const,
      chance: (asGood + 1) / (SHUFFLINGS + 1),
    }];
  }).sort((a, b) =>
    Number(a.chance > LIKELY) - Number(b.chance > LIKELY) ||
    b.strength - a.strength || (a.key < b.key ? -1 : 1)
  );
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i }))
    .sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (order[to + 1]?.value === order[from]?.value) to++;
    for (let n = from; n <= to; n++) {
      ranks[order[n]?.i ?? 0] = (from + to) / 2 + 1;
    }
    from = to + 1;
  }
  return ranks;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [both, ownA, ownB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB];
    both += x * y;
    ownA += x * x;
    ownB += y * y;
  }
  return ownA === 0 || ownB === 0 ? 0 : both / Math.sqrt(ownA * ownB);
}

function correlationRatio(
  groups: readonly (string | null)[],
  values: readonly number[],
): number {
  const mean = meanOf(values);
  const all = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const members = Map.groupBy(values.keys(), (i) => groups[i]);
  let between = 0;
  for (const indexes of members.values()) {
    const own = meanOf(indexes.map((i) => values[i] ?? 0));
    between += indexes.length * (own - mean) ** 2;
  }
  return all === 0 ? 0 : Math.sqrt(between / all);
}

/** The same shufflings each time. */
function shufflings(values: readonly number[]): number[][] {
  const next = randomFrom(SEED);
  return Array.from({ length: SHUFFLINGS }, () => {
    const copy = [...values];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [copy[i], copy[j]] = [copy[j] as number, copy[i] as number];
    }
    return copy;
  });
}
