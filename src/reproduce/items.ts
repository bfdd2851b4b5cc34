/**
 * Results one by one: what comparing two runs found to differ, each by a key.
 *
 * @module
 */
import type { Compared } from "./compare/runs.ts";

/** Keys of everything that is not the same. */
export function driftedItems(compared: Compared): Set<string> {
  return new Set([
    ...compared.metrics.filter(({ same }) => !same).map(({ key }) =>
      `metric ${key}`
    ),
    ...compared.outputs.filter(({ same }) => !same).map(({ cell }) =>
      `cell ${cell}`
    ),
    ...compared.artifacts.filter(({ same }) => !same).map(({ path }) =>
      `artifact ${path}`
    ),
    ...compared.params.filter(({ same }) => !same).map(({ key }) =>
      `param ${key}`
    ),
    ...compared.logged.map(({ kind, key }) => `${kind} ${key ?? ""}`),
  ]);
}

/** Cells whose outputs are not the same, by their position in the recorded order. */
export function driftedCells(compared: Compared): Set<number> {
  return new Set(
    compared.outputs.filter(({ same }) => !same).map(({ cell }) => cell),
  );
}

/** A comparison in which some results are taken from another one. @param from Whether a result is, by its key. */
export function mixCompared(
  base: Compared,
  other: Compared,
  from: (item: string) => boolean,
): Compared {
  const pick = <T>(
    a: readonly T[],
    b: readonly T[],
    key: (value: T) => string,
  ): T[] => {
    const others = new Map(b.map((value) => [key(value), value]));
    return a.map((value) => {
      const found = others.get(key(value));
      return found !== undefined && from(key(value)) ? found : value;
    });
  };
  const cells = (cell: number | null, artifact: string | undefined) =>
    cell !== null
      ? from(`cell ${cell}`)
      : artifact !== undefined && from(`artifact ${artifact}`);
  const kept = new Set(driftedItems(other));
  return {
    metrics: base.metrics,
    outputs: pick(base.outputs, other.outputs, ({ cell }) => `cell ${cell}`),
    artifacts: pick(
      base.artifacts,
      other.artifacts,
      ({ path }) => `artifact ${path}`,
    ),
    artifactDifferences: base.artifactDifferences.filter(({ path }) =>
      !from(`artifact ${path}`) || kept.has(`artifact ${path}`)
    ),
    params: pick(base.params, other.params, ({ key }) => `param ${key}`),
    logged: base.logged.filter(({ kind, key }) => {
      const item = `${kind} ${key ?? ""}`;
      return !from(item) || kept.has(item);
    }),
    masked: [
      ...base.masked,
      ...other.masked.filter(({ cell, artifact }) => cells(cell, artifact)),
    ],
  };
}
