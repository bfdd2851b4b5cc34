/**
 * Which of the things that changed makes the difference: each is changed alone, then packages one by one.
 *
 * @module
 */
import { formatLock, type Lock, parseLock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedPackages } from "../record/changed.ts";
import { mixLocks, namesThatDiffer } from "../packages/mix_locks.ts";
import { newestLock } from "./newest_lock.ts";
import {
  reproduceBundle,
  type ReproduceOptions,
  trustedBundle,
} from "./reproduce.ts";
import type { Cause, ReproduceDimension, Verdict } from "./types.ts";

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
  options: ReproduceOptions,
): Promise<Verdict & Explained> {
  const bundle = await trustedBundle(text, options);
  const base = await reproduceBundle(bundle, options);
  const { dir: _, ...alone } = options;
  const explained: Explained["explained"] = [];
  for (const vary of TRIED) {
    const { verdict } = await reproduceBundle(bundle, { ...alone, vary });
    const changes = verdict.verdict !== "REPRODUCED";
    for (const { dimension, what } of differencesOf(verdict, vary)) {
      explained.push({ dimension, what, changes });
    }
  }
  explained.push(...await explainPackages(bundle, alone));
  return { ...base.verdict, explained };
}

/** What a varied run named under its dimension, whether it changed a result or not. */
function differencesOf(verdict: Verdict, vary: ReproduceDimension): Cause[] {
  const causes = verdict.causes.filter((cause) => cause.dimension === vary);
  if (causes.length > 0) return causes;
  const start = `${vary}: `;
  const end = ", without changing a result";
  return verdict.warnings.filter((w) => w.startsWith(start) && w.endsWith(end))
    .map((w) => ({
      dimension: vary,
      what: w.slice(start.length, -end.length),
    }));
}

async function explainPackages(
  bundle: ReadableBundle,
  options: ReproduceOptions,
): Promise<Explained["explained"]> {
  if (bundle.lock === null) return [];
  const recorded = parseLock(bundle.lock);
  const newest = await newestLock(bundle);
  if (newest === null) return [];
  const names = namesThatDiffer(recorded, newest);
  const drifts = async (chosen: ReadonlySet<string>): Promise<boolean> => {
    const lock = formatLock(mixLocks(recorded, newest, chosen));
    const { verdict } = await reproduceBundle(bundle, {
      ...options,
      vary: "packages",
      lock,
    });
    return verdict.verdict !== "REPRODUCED";
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
