/**
 * What differs between two runs, each difference under its dimension and named exactly.
 *
 * @module
 */
import { shortened } from "../base/markup.ts";
import { changedCells } from "./changed_cells.ts";
import { changedData } from "./changed_data.ts";
import { ARROW, differences, named } from "./differences.ts";
import type { Change, Dimension } from "./schema/documents.ts";
import { packageVersions } from "./packages.ts";
import type { RunRecord } from "./schema/record.ts";

/** What of a record is compared. */
export type Comparable = Pick<
  RunRecord,
  | "params"
  | "seed"
  | "cells"
  | "datasets"
  | "packages"
  | "modules"
  | "environment"
  | "missing"
>;

/**
 * What changed from one run to another; nothing when there is no earlier one. What one of them names as missing as a
 * whole (`packages`, `cells`, …) is not compared. Cells are named by their position in the order of execution, from 0:
 * their position now, or that in the earlier run where their order changed or they are gone.
 */
export function changedSince(
  previous: Comparable | null,
  current: Comparable,
): Change[] {
  if (previous === null) return [];
  const changes: Change[] = [];
  const add = (dimension: Dimension, whats: Iterable<string>) => {
    for (const what of whats) changes.push({ dimension, what });
  };
  const known = (what: string) =>
    ![previous, current].some((run) =>
      run.missing.some((gap) => gap.what === what)
    );
  add("params", changedParams(previous, current));
  if (known("datasets")) {
    add("data", changedData(previous.datasets, current.datasets));
  }
  if (known("packages")) {
    add("packages", changedPackages(previous, current));
    add("code", changedModules(previous, current));
  }
  if (known("cells")) changes.push(...changedCells(previous, current));
  if (known("seed")) add("seed", changedSeed(previous, current));
  add(
    "environment",
    changedEnvironment(previous.environment, current.environment),
  );
  return changes;
}

/** Longest value of a param in a sentence, characters. */
const MAX_VALUE_CHARS = 60;

function* changedParams(
  before: Comparable,
  after: Comparable,
): Generator<string> {
  const [old, now] = [before, after].map((run) =>
    new Map(Object.entries(run.params))
  ) as [Map<string, string>, Map<string, string>];
  for (const { key, was, is } of differences(old, now)) {
    if (was === undefined) yield `${key} = ${short(is)} is new`;
    else if (is === undefined) yield `${key} = ${short(was)} is gone`;
    else yield `${key} ${short(was)} ${ARROW} ${short(is)}`;
  }
}

/** Packages whose versions or contents differ, by name. */
export function* changedPackages(
  before: Pick<Comparable, "packages">,
  after: Pick<Comparable, "packages">,
): Generator<string> {
  const [old, now] = [packageVersions(before), packageVersions(after)];
  for (const [name, was] of old) {
    const is = now.get(name);
    if (is === undefined) yield `${name} ${was.versions} is gone`;
    else if (was.versions !== is.versions) {
      yield `${name} ${was.versions} ${ARROW} ${is.versions}`;
    } else if (
      was.integrity !== null && is.integrity !== null &&
      was.integrity !== is.integrity
    ) yield `${name} ${is.versions}: same version, other contents`;
  }
  for (const [name, is] of now) {
    if (!old.has(name)) yield `${name} ${is.versions} is new`;
  }
}

/** The seed, where it is another. */
export function* changedSeed(
  before: Pick<Comparable, "seed">,
  after: Pick<Comparable, "seed">,
): Generator<string> {
  if (before.seed !== after.seed) {
    yield `seed ${before.seed ?? "none"} ${ARROW} ${after.seed ?? "none"}`;
  }
}

/** Local modules whose contents differ, by path. */
export function* changedModules(
  before: Pick<Comparable, "modules">,
  after: Pick<Comparable, "modules">,
): Generator<string> {
  const [old, now] = [before, after].map((run) =>
    new Map(run.modules.map((module) => [module.path, module.digest]))
  ) as [Map<string, string>, Map<string, string>];
  for (const { key, was, is } of differences(old, now)) {
    yield was !== undefined && is !== undefined
      ? `module ${key} changed`
      : named(`module ${key}`, was, is);
  }
}

const ENVIRONMENT = [
  ["deno", "Deno"],
  ["v8", "V8"],
  ["typescript", "TypeScript"],
  ["os", "operating system"],
  ["arch", "processor"],
] as const;

/** Versions and machine, as far as both are known. */
export function* changedEnvironment(
  before: RunRecord["environment"],
  after: RunRecord["environment"],
): Generator<string> {
  for (const [key, name] of ENVIRONMENT) {
    const [was, is] = [before[key], after[key]];
    if (was !== null && is !== null && was !== is) yield named(name, was, is);
  }
}

function short(text: string | undefined): string {
  return shortened((text ?? "").replaceAll(/\s+/g, " "), MAX_VALUE_CHARS);
}
