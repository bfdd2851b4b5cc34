/**
 * What was changed from the record, divided into what can be changed alone.
 *
 * @module
 */
import { formatLock, type Lock, parseLock } from "../packages/lock_file.ts";
import { mixLocks, namesThatDiffer } from "../packages/mix_locks.ts";
import type { VerdictParts } from "./judged.ts";
import { newestLock } from "./newest_lock.ts";
import type { Difference } from "./replay/types.ts";
import type { TrialChanges } from "./trials.ts";

/** Something that can be changed alone. */
export interface Unit {
  changes: TrialChanges;
  /** Whether a difference is that which it makes. */
  covers(difference: Difference): boolean;
  /** A package that is taken at its newest version. */
  newest?: { name: string; locks: [recorded: Lock, newest: Lock] };
}

/** Whether a trial is asked to change anything. */
export function asksForChange(changes: TrialChanges): boolean {
  const { data = {}, vary, topToBottom, deno } = changes;
  return Object.keys(data).length > 0 || vary !== undefined ||
    topToBottom === true || deno === "current";
}

/** Everything that changes can be divided into: data that was given, cells, modules, datasets, packages. */
export async function unitsOf(
  changes: TrialChanges,
  differences: readonly Difference[],
  parts: VerdictParts,
): Promise<Unit[]> {
  const { data = {}, vary, topToBottom, deno } = changes;
  return [
    ...Object.entries(data).map(([name, path]): Unit => ({
      changes: { data: { [name]: path } },
      covers: ({ dimension, part }) => dimension === "data" && part === name,
    })),
    ...vary === undefined ? [] : await variedParts(
      vary,
      { changes, differences, parts },
    ),
    ...topToBottom === true && vary !== "order"
      ? [{
        changes: { topToBottom },
        covers: ({ dimension }: Difference) => dimension === "order",
      }]
      : [],
    ...deno === "current" && vary !== "environment"
      ? [{
        changes: { deno },
        covers: ({ dimension }: Difference) => dimension === "environment",
      }]
      : [],
  ];
}

async function variedParts(
  vary: Difference["dimension"],
  { changes: { data = {}, lock }, differences, parts }: {
    changes: TrialChanges;
    differences: readonly Difference[];
    parts: VerdictParts;
  },
): Promise<Unit[]> {
  const whole: Unit = {
    changes: { vary, ...lock === undefined ? {} : { lock } },
    covers: ({ dimension, part }) =>
      dimension === vary &&
      !(dimension === "data" && part !== undefined &&
        Object.hasOwn(data, part)),
  };
  const units = vary === "packages"
    ? lock === undefined ? await packagesAlone(parts) : []
    : [...new Set(differences.filter(whole.covers).map(({ part }) => part))]
      .filter((part) => part !== undefined)
      .map((part): Unit => ({
        changes: { vary, taken: [part] },
        covers: (one) => one.dimension === vary && one.part === part,
      }));
  return units.length < 2 ? [whole] : units;
}

async function packagesAlone(
  { bundle, sandbox = false }: VerdictParts,
): Promise<Unit[]> {
  if (bundle.lock === null) return [];
  const newest = await newestLock(bundle, { sandbox });
  if (newest === null) return [];
  const recorded = parseLock(bundle.lock);
  return namesThatDiffer(recorded, newest).map((name) => ({
    changes: { vary: "packages" },
    covers: ({ dimension, what }) =>
      dimension === "packages" && what.startsWith(`${name} `),
    newest: { name, locks: [recorded, newest] },
  }));
}

/** The changes of some units together. @param whole What all of them are of */
export function mergeUnits(
  units: readonly Unit[],
  whole: TrialChanges,
): TrialChanges {
  const merged: TrialChanges = Object.assign(
    {},
    ...units.map(({ changes }) => changes),
  );
  const data = Object.assign({}, ...units.map(({ changes }) => changes.data));
  const taken = units.flatMap(({ changes }) => changes.taken ?? []);
  const newest = units.flatMap((unit) => unit.newest ?? []);
  const locks = newest[0]?.locks;
  // Data is put in place in the order it was given.
  const given = Object.keys(whole.data ?? {}).filter((name) =>
    Object.hasOwn(data, name)
  );
  return {
    ...merged,
    ...given.length === 0
      ? {}
      : { data: Object.fromEntries(given.map((name) => [name, data[name]])) },
    ...taken.length === 0 ? {} : { taken },
    ...locks === undefined ? {} : {
      lock: formatLock(
        mixLocks(...locks, new Set(newest.map(({ name }) => name))),
      ),
    },
  };
}
