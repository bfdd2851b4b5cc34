/**
 * Results one by one: what comparing two runs found to differ, each by a key.
 *
 * @module
 */
import type { AnyOutput } from "../notebook/outputs.ts";
import type { Compared, PlannedPosition, RunSide } from "./compare/runs.ts";
import type { LoggedDifference } from "./compare/types.ts";

/** What a result is. */
export type ItemKind =
  | "metric"
  | "cell"
  | "artifact"
  | "param"
  | "failure"
  | LoggedDifference["kind"];

/** The key of a result, for sets. */
export type ItemKey = string & { readonly item: unique symbol };

/** The key of a result. @param key the position of a cell, the name of anything else */
export function itemKey(
  kind: ItemKind,
  key: string | number | null = null,
): ItemKey {
  return JSON.stringify([kind, key]) as ItemKey;
}

function partsOf(item: ItemKey): [ItemKind, string | number | null] {
  return JSON.parse(item);
}

/** The place of a cell's result in the plan; null for any other result. */
export function plannedCellOf(
  item: ItemKey,
  positions: readonly PlannedPosition[],
): number | null {
  const [kind, key] = partsOf(item);
  if (kind !== "cell") return null;
  const i = positions.findIndex(({ index }) => index === key);
  return i < 0 ? null : i;
}

/** The name of a metric, artifact, param or tag; the position of a cell; null where there is one of its kind. */
export function resultKey(item: ItemKey): string | number | null {
  return partsOf(item)[1];
}

/** What people call a result. */
export function itemName(
  item: ItemKey,
  positions: readonly PlannedPosition[],
): string {
  const [kind, key] = partsOf(item);
  const i = plannedCellOf(item, positions);
  if (i !== null) return `cell ${positions[i]?.name}`;
  return key === null ? kind : `${kind} ${key}`;
}

/** A result of one run as a text; null where it has none that could be laid beside another. */
export async function itemText(
  item: ItemKey,
  { cells, artifacts, logged }: RunSide,
  positions: readonly PlannedPosition[],
): Promise<string | null> {
  const [kind, key] = partsOf(item);
  switch (kind) {
    case "cell": {
      const i = plannedCellOf(item, positions);
      return i === null ? null : cellText({ cells }, i);
    }
    case "artifact": {
      const bytes = await artifacts.find(({ path }) => path === key)?.read();
      try {
        return bytes
          ? new TextDecoder("utf-8", { fatal: true }).decode(bytes)
          : null;
      } catch {
        return null; // it is no text
      }
    }
    case "param":
      return logged.params[String(key)] ?? null;
    case "tag":
      return logged.tags[String(key)] ?? null;
    case "name":
    case "description":
    case "status":
    case "experiment":
      return logged[kind];
    default:
      return null;
  }
}

/** What a cell put out, as a text; null where it was not executed. @param i Its place in the plan */
export function cellText(
  { cells }: Pick<RunSide, "cells">,
  i: number,
): string | null {
  const cell = cells[i];
  return cell ? textOfOutputs(cell.outputs) : null;
}

function textOfOutputs(outputs: readonly AnyOutput[]): string {
  return outputs.map((output) =>
    output.output_type === "stream"
      ? String(output["text"] ?? "")
      : JSON.stringify([output["data"], output["ename"], output["evalue"]])
  ).join("\n");
}

/** Keys of everything that is not the same. */
export function driftedItems(compared: Compared): Set<ItemKey> {
  return new Set([
    ...compared.metrics.filter(({ same }) => !same).map(({ key }) =>
      itemKey("metric", key)
    ),
    ...compared.outputs.filter(({ same }) => !same).map(({ cell }) =>
      itemKey("cell", cell)
    ),
    ...compared.artifacts.filter(({ same }) => !same).map(({ path }) =>
      itemKey("artifact", path)
    ),
    ...compared.params.filter(({ same }) => !same).map(({ key }) =>
      itemKey("param", key)
    ),
    ...compared.logged.map(({ kind, key }) => itemKey(kind, key)),
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
  from: (item: ItemKey) => boolean,
): Compared {
  const pick = <T>(
    a: readonly T[],
    b: readonly T[],
    key: (value: T) => ItemKey,
  ): T[] => {
    const others = new Map(b.map((value) => [key(value), value]));
    return a.map((value) => {
      const found = others.get(key(value));
      return found !== undefined && from(key(value)) ? found : value;
    });
  };
  const masks = (cell: number | null, artifact: string | undefined) =>
    cell !== null
      ? from(itemKey("cell", cell))
      : artifact !== undefined && from(itemKey("artifact", artifact));
  const kept = driftedItems(other);
  return {
    metrics: pick(
      base.metrics,
      other.metrics,
      ({ key }) => itemKey("metric", key),
    ),
    outputs: pick(
      base.outputs,
      other.outputs,
      ({ cell }) => itemKey("cell", cell),
    ),
    artifacts: pick(
      base.artifacts,
      other.artifacts,
      ({ path }) => itemKey("artifact", path),
    ),
    artifactDifferences: base.artifactDifferences.filter(({ path }) => {
      const item = itemKey("artifact", path);
      return !from(item) || kept.has(item);
    }),
    params: pick(base.params, other.params, ({ key }) => itemKey("param", key)),
    logged: base.logged.filter(({ kind, key }) => {
      const item = itemKey(kind, key);
      return !from(item) || kept.has(item);
    }),
    masked: [
      ...base.masked,
      ...other.masked.filter(({ cell, artifact }) => masks(cell, artifact)),
    ],
  };
}
