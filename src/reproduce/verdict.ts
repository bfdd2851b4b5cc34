/**
 * From what was run to the verdict.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import type { BundleSource } from "../record/bundle/source.ts";
import { collectBundle } from "../record/collect_bundle.ts";
import { chanceByCell, readsClock } from "./chance.ts";
import { describeLogged } from "./compare/logged.ts";
import type { Tolerance } from "./compare/metrics.ts";
import {
  type Compared,
  compareSides,
  isSame,
  type PlannedPosition,
  type RunSide,
} from "./compare/runs.ts";
import { cutSentences } from "./cut.ts";
import { givenNames } from "./replay/given_names.ts";
import { driftedCells } from "./items.ts";
import { savedCode } from "./variants.ts";
import type { Judged, Proof, VerdictParts } from "./judged.ts";
import { recordedSide, reproducedSide } from "./sides.ts";
import type {
  Cause,
  Difference,
  LoggedDifference,
  ReproduceDimension,
  TriedDifference,
  Verdict,
} from "./replay/types.ts";

/** A verdict without what only the caller knows. */
export type VerdictCore = Omit<Verdict, "dir" | "deno" | "seconds">;

/** Compares what was recorded with what was run. */
export async function judge(parts: VerdictParts): Promise<Judged> {
  const { journal, bundle, bundle: { manifest }, run_id } = parts;
  const now = run_id === null ? null : collectBundle(journal, run_id);
  const differences = [
    ...parts.differences,
    ...afterwards(manifest, now, parts.failure),
  ].map((d) =>
    d.dimension === parts.wanted ? { ...d, contradiction: false } : d
  );
  const sources = parts.planned.map((cell) => cell.source);
  const chance = chanceByCell(
    sources,
    Object.values(now?.module_sources ?? {}),
  );
  const judged = {
    parts,
    recorded: recordedSide(bundle, parts.planned, {
      journal,
      home: parts.home,
      left_out: parts.written_later ?? [],
    }),
    reproduced: now === null ? null : reproducedSide(now, {
      journal,
      cells: parts.replayed,
      span: parts.span,
      given: parts.sandbox === true ? givenNames(manifest) : null,
      left_out: parts.written_later ?? [],
      ...parts.folders === undefined ? {} : { folders: parts.folders },
    }),
    differences,
    chance,
    savedCells: (await savedCode(bundle))?.length ?? null,
    positions: parts.planned.map((cell, i): PlannedPosition => ({
      index: cell.of ?? i,
      name: cell.name,
      cut: cell.status === "aborted" || cell.interrupted,
      skip: cell.skip,
      readsClock: chance[i]?.has("the time") ?? false,
      overwritesItself: /\\r/.test(cell.source) && !readsClock(cell.source),
    })),
  };
  const equalInputs = differences.every((d) => d.dimension === "environment");
  return { ...judged, compared: await compareAgain(judged, equalInputs) };
}

/** Compares the two runs of a judgement again. @param equalInputs Whether nothing but chance may differ. */
export async function compareAgain(
  judged: Omit<Judged, "compared">,
  equalInputs: boolean,
): Promise<Compared> {
  const { parts, recorded, reproduced, positions } = judged;
  return await compareSides(
    recorded,
    reproduced ??
      (parts.replayed.length === 0 ? null : emptyRun(recorded, parts)),
    {
      positions,
      equalInputs,
      otherKey: parts.journal.runs.get(parts.bundle.manifest.run.run_id) ===
        undefined,
      toleranceOf: toleranceOf(parts),
    },
  );
}

/** A replay that opened no run has outputs all the same. */
function emptyRun(recorded: RunSide, parts: VerdictParts): RunSide {
  return {
    ...recorded,
    cells: parts.replayed.map((cell) =>
      cell.status === "skipped" ? null : cell
    ),
    metrics: [],
    artifacts: [],
    models: [],
    logged: {
      params: {},
      tags: {},
      derived: null,
      status: null,
      experiment: null,
      name: recorded.logged.name,
      description: recorded.logged.description,
    },
    span: parts.span,
    messages: new Set(),
  };
}

/** Says what follows from a comparison. */
export function conclude(judged: Judged, proof: Proof | null): VerdictCore {
  const { parts, differences } = judged;
  const { bundle: { manifest }, failure } = parts;
  const compared = proof?.compared ?? judged.compared;
  const same = isSame(compared);
  const contradictions = differences.filter((d) => d.contradiction);
  const failed = failure !== null;
  const reproduced = !failed && same && contradictions.length === 0;
  const changes = (difference: Difference): boolean | null =>
    difference.contradiction
      ? true
      : same && !failed
      ? false
      : proof === null
      ? (failed ? null : true)
      : proof.changes.get(difference) ?? null;
  const named = differences.filter((d) =>
    failed && proof === null ? changes(d) !== false : changes(d) === true
  );
  const shown = proof?.causes ?? [];
  const causes: Cause[] = failed && named.length === 0 && shown.length === 0
    ? [failure]
    : named.map(({ dimension, what }) => ({ dimension, what }));
  causes.push(...shown);
  const warnings = [...parts.warnings];
  for (const name of parts.written_later ?? []) {
    warnings.push(
      `dataset ${name} was written again after it was logged, and a sandbox reads it once it has ended: it was not compared`,
    );
  }
  if (failed && !causes.includes(failure)) warnings.unshift(failure.what);
  for (const { path, what } of compared.artifactDifferences) {
    warnings.push(`artifact ${path}: ${what}`);
  }
  for (const { key, recorded, reproduced, same } of compared.params) {
    if (same) continue;
    warnings.push(
      `param ${key} ${recorded ?? "none"} → ${reproduced ?? "none"}`,
    );
  }
  for (const difference of compared.logged) {
    // How a run ends that could not be run to its end says nothing more.
    if (failed && difference.kind === "status") continue;
    warnings.push(describeLogged(difference));
  }
  for (const difference of differences) {
    if (named.includes(difference)) continue;
    const { dimension, what } = difference;
    warnings.push(
      changes(difference) === false
        ? `${dimension}: ${what}, without changing a result`
        : `${dimension}: ${what}, which was not shown to change a result`,
    );
  }
  const cut = cutSentences(judged, compared);
  warnings.push(...cut, ...proof?.warnings ?? []);
  const said = cut.length > 0 || (proof?.warnings.length ?? 0) > 0;
  if (!failed && !same && causes.length === 0 && !said) {
    warnings.push(...chanceSentences(judged, compared, manifest));
  }
  return {
    verdict: failed ? "FAILED" : reproduced ? "REPRODUCED" : "DRIFTED",
    of: manifest.run.run_id,
    run_id: parts.run_id,
    metrics: compared.metrics,
    outputs: compared.outputs,
    artifacts: compared.artifacts,
    params: compared.params,
    logged: compared.logged.map((difference) => ({
      ...difference,
      dimension: dimensionOf(difference),
    })),
    causes: distinct(causes),
    warnings: [...new Set(warnings)],
    differences: differences.map((difference): TriedDifference => ({
      dimension: difference.dimension,
      what: difference.what,
      changes: changes(difference),
    })),
    masked: compared.masked,
  };
}

/** Under which dimension something that was logged belongs: a dataset is data, all else is what the code says. */
export function dimensionOf(
  { kind }: LoggedDifference,
): ReproduceDimension {
  return kind === "dataset" ? "data" : "code";
}

/** Differences that only the new run shows. */
function afterwards(
  manifest: Manifest,
  now: BundleSource | null,
  failure: Cause | null,
): Difference[] {
  if (now === null) {
    return failure !== null ? [] : [{
      dimension: "code",
      what: "the replay opened no run",
      contradiction: true,
    }];
  }
  const found: Difference[] = [];
  if (now.record.seed !== manifest.seed) {
    found.push({
      dimension: "seed",
      what: `seed ${manifest.seed ?? "none"} → ${now.record.seed ?? "none"}`,
      contradiction: true,
    });
  }
  return found;
}

/** What no record holds, and what can be done about it. */
export const OUTSIDE =
  "the clock, the network, a file that is no dataset (name it with data: in track()), this machine";

/** Says of cells that differ without a known cause which sources of chance they, or the cells before them, use. */
function chanceSentences(
  { chance, positions }: Judged,
  compared: Compared,
  manifest: Manifest,
): string[] {
  const cells = driftedCells(compared);
  const said = positions.flatMap(({ index, name }, i) => {
    const kinds = chance[i] ?? new Set();
    return cells.has(index) && kinds.size > 0
      ? [`cell ${name} depends on ${[...kinds].join(", ")}`]
      : [];
  });
  const drawn = chance.some((kinds) => kinds.has("random numbers"));
  if (manifest.seed === null && drawn) {
    said.push(
      "no seed was recorded: track(…, { seed }) makes Math.random repeat",
    );
  }
  return said.length > 0 ? said : [
    `nothing that was recorded differs: what is left is ${OUTSIDE}, or chance; --twice shows whether it is chance`,
  ];
}

/** The tolerance of each metric: what was asked for, else what `track()` was given. */
export function toleranceOf(
  { bundle, tolerance }: VerdictParts,
): (key: string) => Tolerance {
  return (key) => ({
    ...bundle.manifest.tolerance[key],
    ...given(tolerance),
  });
}

function given({ rtol, atol }: Tolerance): Tolerance {
  return {
    ...rtol === undefined ? {} : { rtol },
    ...atol === undefined ? {} : { atol },
  };
}

function distinct(causes: readonly Cause[]): Cause[] {
  return [
    ...new Map(causes.map((c) => [`${c.dimension} ${c.what}`, c])).values(),
  ];
}
