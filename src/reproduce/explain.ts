/**
 * Which of the things that changed makes the difference: each is changed alone, then packages one by one.
 *
 * @module
 */
import { formatLock, type Lock, parseLock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedPackages } from "../record/changed.ts";
import { blame } from "./blame.ts";
import { mixLocks, namesThatDiffer } from "../packages/mix_locks.ts";
import { newestLock } from "./newest_lock.ts";
import {
  changesOf,
  reproduceBundle,
  type ReproduceOptions,
  trustedBundle,
  withAnswers,
} from "./reproduce.ts";
import type { TrialChanges, Trials } from "./trials.ts";
import type { Cause, ReproduceDimension, Verdict } from "./replay/types.ts";

/** What was found by changing one thing at a time. */
export interface Explained {
  /** Each thing that is not as it was, and whether it alone changes a result. */
  explained: (Cause & { changes: boolean })[];
}

/** The dimensions whose present state can differ from the recorded one. */
const TRIED: readonly ReproduceDimension[] = [
  "environment",
  "data",
  "code",
  "order",
];

/** Reproduces a run, then again with each thing that changed since taken as it is now, alone. */
export async function explain(
  text: string,
  asked: ReproduceOptions,
): Promise<Verdict & Explained> {
  const bundle = await trustedBundle(text, asked);
  const options = await withAnswers(bundle, asked);
  const { verdict, trials } = await reproduceBundle(bundle, options);
  const explained: Explained["explained"] = [];
  for (const changes of changesToTry(options)) {
    const effect = await trials.effectOf(changes);
    const shown = await blame(changes, effect, trials);
    for (const [{ dimension, what }, changes] of shown.changes) {
      if (changes !== null) explained.push({ dimension, what, changes });
    }
    verdict.warnings.push(
      ...shown.warnings.filter((text) => !verdict.warnings.includes(text)),
    );
  }
  if (options.vary !== "packages") {
    explained.push(...await explainPackages(bundle, trials, options));
  }
  // What cannot be undone here, such as another operating system, was judged with the verdict.
  for (const { dimension, what, changes } of verdict.differences) {
    const known = explained.some((item) =>
      item.dimension === dimension && item.what === what
    );
    if (!known && changes !== null) {
      explained.push({ dimension, what, changes });
    }
  }
  return { ...verdict, explained };
}

/** What was asked to be changed, each alone, then every other dimension as it is now. */
function changesToTry(options: ReproduceOptions): TrialChanges[] {
  const { data = {}, vary, topToBottom, lock } = changesOf(options);
  const given: TrialChanges[] = Object.entries(data).map(([name, path]) => ({
    data: { [name]: path },
  }));
  if (vary !== undefined) {
    given.push({ vary, ...lock === undefined ? {} : { lock } });
  }
  const others = TRIED.filter((dimension) =>
    dimension !== vary &&
    !(dimension === "data" && given.some(({ data }) => data !== undefined)) &&
    !(dimension === "order" && topToBottom === true)
  );
  return [
    ...given,
    ...topToBottom === true ? [{ topToBottom }] : [],
    ...others.map((vary) => ({ vary })),
  ];
}

async function explainPackages(
  bundle: ReadableBundle,
  trials: Trials,
  options: ReproduceOptions,
): Promise<Explained["explained"]> {
  if (bundle.lock === null) return [];
  const recorded = parseLock(bundle.lock);
  const newest = await newestLock(bundle, options);
  if (newest === null) return [];
  const names = namesThatDiffer(recorded, newest);
  const drifts = async (chosen: ReadonlySet<string>): Promise<boolean> => {
    const lock = formatLock(mixLocks(recorded, newest, chosen));
    const { changed } = await trials.effectOf({ vary: "packages", lock });
    return changed.size > 0;
  };
  const guilty = names.length > 0 && await drifts(new Set(names))
    ? await narrow(names, drifts)
    : new Set<string>();
  return names.map((name) => ({
    dimension: "packages" as const,
    what: describe(name, recorded, newest),
    changes: guilty.has(name),
  }));
}

/** Halves the packages as long as one half alone changes a result. */
async function narrow(
  names: readonly string[],
  drifts: (chosen: ReadonlySet<string>) => Promise<boolean>,
): Promise<Set<string>> {
  if (names.length === 1) return new Set(names);
  const middle = Math.floor(names.length / 2);
  const halves = [names.slice(0, middle), names.slice(middle)];
  const guilty = new Set<string>();
  for (const half of halves) {
    if (!await drifts(new Set(half))) continue;
    for (const name of await narrow(half, drifts)) guilty.add(name);
  }
  // Only together do they change a result.
  return guilty.size > 0 ? guilty : new Set(names);
}

function describe(name: string, recorded: Lock, newest: Lock): string {
  const packages = (lock: Lock) => ({
    packages: Object.entries(lock.npm).flatMap(([id, entry]) =>
      id.startsWith(`${name}@`)
        ? [{
          name,
          version: id.slice(name.length + 1),
          registry: "npm" as const,
          integrity: entry.integrity ?? null,
          direct: false,
        }]
        : []
    ),
  });
  return [...changedPackages(packages(recorded), packages(newest))][0] ?? name;
}
