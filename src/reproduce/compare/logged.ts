/**
 * What else a run logged: params, tags, datasets that it derived, how it ended, its name.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import { shortened } from "../../base/markup.ts";
import type { Mask } from "./masks.ts";
import type { LoggedDifference, ParamVerdict } from "./types.ts";

/** A dataset that the notebook made itself. */
export interface DerivedDataset {
  name: string;
  context: string | null;
  digest: string | null;
  rows: number | null;
}

/** What a run logged besides metrics and artifacts. */
export interface Logged {
  params: Readonly<Record<string, string>>;
  /** Those that the notebook set. */
  tags: Readonly<Record<string, string>>;
  /** Null where they were not recorded, which the run's record says. */
  derived: readonly DerivedDataset[] | null;
  /** How it ended; null when that was not the notebook's doing. */
  status: string | null;
  /** Null where it is not compared. */
  experiment: string | null;
  /** The name that it was given; null when nbtrack made one. */
  name: string | null;
  description: string | null;
}

/** What a run has logged that was not opened. */
export const NOTHING_LOGGED: Logged = {
  params: {},
  tags: {},
  derived: null,
  status: null,
  experiment: null,
  name: null,
  description: null,
};

/** Compares the params of two runs, each of them. */
export function compareParams(
  recorded: Logged["params"],
  reproduced: Logged["params"],
  mask: Mask,
): ParamVerdict[] {
  const keys = new Set([...Object.keys(recorded), ...Object.keys(reproduced)]);
  return [...keys].map((key) => {
    const [then, now] = [
      ownValue(recorded, key) ?? null,
      ownValue(reproduced, key) ?? null,
    ];
    return {
      key,
      recorded: then,
      reproduced: now,
      same: same(then, now, mask),
    };
  });
}

/** Compares what else was logged. */
export function compareLogged(
  recorded: Logged,
  reproduced: Logged,
  mask: Mask,
): LoggedDifference[] {
  const differences: LoggedDifference[] = [];
  const add = (
    kind: LoggedDifference["kind"],
    key: string | null,
    then: string | null,
    now: string | null,
  ) => {
    if (same(then, now, mask)) return;
    differences.push({ kind, key, recorded: then, reproduced: now });
  };
  const tags = new Set([
    ...Object.keys(recorded.tags),
    ...Object.keys(reproduced.tags),
  ]);
  for (const key of tags) {
    add(
      "tag",
      key,
      ownValue(recorded.tags, key) ?? null,
      ownValue(reproduced.tags, key) ?? null,
    );
  }
  differences.push(...compareDerived(recorded.derived, reproduced.derived));
  if (recorded.status !== null && reproduced.status !== null) {
    add("status", null, recorded.status, reproduced.status);
  }
  if (recorded.experiment !== null && reproduced.experiment !== null) {
    add("experiment", null, recorded.experiment, reproduced.experiment);
  }
  add("name", null, recorded.name, reproduced.name);
  add("description", null, recorded.description, reproduced.description);
  return differences;
}

function compareDerived(
  recorded: Logged["derived"],
  reproduced: Logged["derived"],
): LoggedDifference[] {
  if (recorded === null || reproduced === null) return [];
  const then = byName(recorded);
  const now = byName(reproduced);
  return [...new Set([...then.keys(), ...now.keys()])].flatMap(
    (key): LoggedDifference[] => {
      const [before, after] = [then.get(key), now.get(key)];
      if (
        before !== undefined && after !== undefined &&
        before.digest === after.digest
      ) return [];
      return [{
        kind: "dataset",
        key: before?.name ?? after?.name ?? "",
        recorded: contentsOf(before, after),
        reproduced: contentsOf(after, before),
      }];
    },
  );
}

function byName(
  datasets: readonly DerivedDataset[],
): Map<string, DerivedDataset> {
  return new Map(
    datasets.map((dataset) => [
      JSON.stringify([dataset.name, dataset.context]),
      dataset,
    ]),
  );
}

/** The row count where it differs, else the beginning of the digest. */
function contentsOf(
  dataset: DerivedDataset | undefined,
  other: DerivedDataset | undefined,
): string | null {
  if (dataset === undefined) return null;
  return dataset.rows !== null && other?.rows !== null &&
      dataset.rows !== other?.rows
    ? `${dataset.rows} rows`
    : dataset.digest?.slice(0, "sha256:".length + 12) ?? "no digest";
}

/** One difference in a sentence. */
export function describeLogged(
  { kind, key, recorded, reproduced }: LoggedDifference,
): string {
  const what = key === null ? kind : `${kind} ${key}`;
  return `${what} ${short(recorded)} → ${short(reproduced)}`;
}

function same(then: string | null, now: string | null, mask: Mask): boolean {
  return then === null || now === null ? then === now : mask.same(then, now);
}

function short(text: string | null): string {
  if (text === null) return "none";
  return shortened(text, 60);
}
