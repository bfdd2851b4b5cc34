/**
 * What else a run logged: params, tags, datasets that it derived, how it ended, its name.
 *
 * @module
 */
import { ownValue } from "../../base/values.ts";
import { oneLine, shortened } from "../../base/markup.ts";
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
  const gone = [...then].filter(([key]) => !now.has(key));
  const added = [...now].filter(([key]) => !then.has(key));
  // A dataset that is there once is the same one, also under another context.
  const renewed = new Map(
    gone.flatMap(([key, { name }]) => {
      const [one, ...more] = added.filter(([, other]) => other.name === name);
      const isOne = gone.filter(([, other]) =>
        other.name === name
      ).length === 1;
      return one !== undefined && more.length === 0 && isOne
        ? [[key, one] as const]
        : [];
    }),
  );
  const taken = new Set([...renewed.values()].map(([key]) => key));
  return [
    ...[...then].map(([key, before]) =>
      [before, now.get(key) ?? renewed.get(key)?.[1]] as const
    ),
    ...added.filter(([key]) => !taken.has(key)).map(([, after]) =>
      [undefined, after] as const
    ),
  ].flatMap(([before, after]): LoggedDifference[] =>
    before?.digest === after?.digest && before?.context === after?.context
      ? []
      : [{
        kind: "dataset",
        key: before?.name ?? after?.name ?? "",
        recorded: contentsOf(before, after),
        reproduced: contentsOf(after, before),
      }]
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

/** The context where it differs, then the row count where it differs, else the beginning of the digest. */
function contentsOf(
  dataset: DerivedDataset | undefined,
  other: DerivedDataset | undefined,
): string | null {
  if (dataset === undefined) return null;
  const { context, digest, rows } = dataset;
  const contents = rows !== null && other?.rows !== null && rows !== other?.rows
    ? `${rows} rows`
    : digest?.slice(0, "sha256:".length + 12) ?? "no digest";
  if (other === undefined || context === other.context) return contents;
  const said = context === null ? "no context" : `context ${context}`;
  return digest === other.digest ? said : `${said}, ${contents}`;
}

/** One difference in a sentence. */
export function describeLogged(
  { kind, key, recorded, reproduced }: LoggedDifference,
): string {
  const what = key === null ? kind : `${kind} ${oneLine(key)}`;
  return `${what} ${short(recorded)} → ${short(reproduced)}`;
}

function same(then: string | null, now: string | null, mask: Mask): boolean {
  return then === null || now === null ? then === now : mask.same(then, now);
}

function short(text: string | null): string {
  if (text === null) return "none";
  return shortened(oneLine(text), 60);
}
