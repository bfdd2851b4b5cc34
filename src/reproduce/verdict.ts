/**
 * From what was run to the verdict.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { Output } from "../record/bundle/canonical.ts";
import type { Manifest } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import type { BundleSource } from "../record/bundle/source.ts";
import { collectBundle } from "../record/collect_bundle.ts";
import { compareArtifacts } from "./compare/artifacts.ts";
import { Masks, readsClock } from "./compare/masks.ts";
import { compareMetrics, type Tolerance } from "./compare/metrics.ts";
import { nameOnCard } from "./compare/cards.ts";
import { compareCell } from "./compare/outputs.ts";
import { chanceIn } from "./chance.ts";
import {
  changedParams,
  identities,
  newArtifacts,
  recordedArtifacts,
} from "./two_runs.ts";
import type { PlannedCell } from "./plan.ts";
import type {
  ArtifactVerdict,
  Cause,
  Difference,
  MetricVerdict,
  OutputVerdict,
  ReplayedCell,
  ReproduceDimension,
  Verdict,
} from "./types.ts";

/** What a verdict is made from. */
export interface VerdictParts {
  journal: Journal;
  bundle: ReadableBundle;
  planned: readonly PlannedCell[];
  replayed: readonly ReplayedCell[];
  /** The new run; null when none was opened. */
  run_id: string | null;
  /** Why the replay did not come to its end; null when it did. */
  failure: string | null;
  differences: readonly Difference[];
  /** The dimension that was asked to differ: it contradicts nothing. */
  wanted: ReproduceDimension | null;
  warnings: readonly string[];
  tolerance: Tolerance;
}

/** Masks that every run with a card or its own name in an output needs. */
const EXPECTED_MASKS: ReadonlySet<string> = new Set([
  "card of a run",
  "run id",
]);

/** A verdict without what only the caller knows. */
export type VerdictCore = Omit<Verdict, "dir" | "deno" | "seconds">;

/** Compares what was recorded with what was run, and says what follows. */
export async function judge(parts: VerdictParts): Promise<VerdictCore> {
  const { journal, bundle: { manifest }, run_id } = parts;
  const now = run_id === null ? null : collectBundle(journal, run_id);
  const differences = [
    ...parts.differences,
    ...afterwards(manifest, now, parts.failure),
  ].map((d) =>
    d.dimension === parts.wanted ? { ...d, contradiction: false } : d
  );
  const masks = new Masks({
    identities: identities(manifest, now),
    equalInputs: differences.every((d) => d.dimension === "environment"),
    readsClock: readsClock([
      ...parts.planned.map((cell) => cell.source),
      ...Object.values(now?.module_sources ?? {}),
    ]),
  });
  const outputs = await compareOutputs(parts, masks, now);
  const metrics = compareMetrics(
    manifest.metrics,
    now?.metrics ?? [],
    (key) => ({ ...manifest.tolerance[key], ...given(parts.tolerance) }),
  );
  const compared = await compareArtifacts(
    recordedArtifacts(parts.bundle, journal),
    now === null ? [] : newArtifacts(now, journal),
    masks,
  );
  const params = changedParams(manifest, now);
  const same = params.length === 0 && allSame(metrics) && allSame(outputs) &&
    allSame(compared.artifacts);
  const contradictions = differences.filter((d) => d.contradiction);
  const failed = parts.failure !== null;
  const reproduced = !failed && same && contradictions.length === 0;
  const named = reproduced || (same && !failed) ? contradictions : differences;
  const causes = failed && named.length === 0
    ? [causeOf(parts.failure ?? "")]
    : named.map(({ dimension, what }) => ({ dimension, what }));
  const warnings = [...parts.warnings, ...compared.warnings];
  if (failed && named.length > 0) warnings.unshift(parts.failure ?? "");
  for (const difference of differences) {
    if (!named.includes(difference)) {
      warnings.push(
        `${difference.dimension}: ${difference.what}, without changing a result`,
      );
    }
  }
  if (params.length > 0) warnings.push(...params);
  if (!failed && !same && causes.length === 0) {
    warnings.push(...chanceIn(drifted(outputs, parts.planned), manifest));
  }
  for (const [rule, count] of Object.entries(masks.counts)) {
    if (EXPECTED_MASKS.has(rule)) continue;
    warnings.push(
      `masked: ${rule}, ${count} ${count === 1 ? "time" : "times"}`,
    );
  }
  return {
    verdict: failed ? "FAILED" : reproduced ? "REPRODUCED" : "DRIFTED",
    of: manifest.run.run_id,
    run_id,
    metrics,
    outputs,
    artifacts: compared.artifacts,
    causes: distinct(causes),
    warnings: [...new Set(warnings)],
    masked: masks.counts,
  };
}

/** A failure that nothing known explains, under the dimension that its error speaks of. */
function causeOf(failure: string): Cause {
  const dimension = /^cell \d+ failed: NotCapable:/.test(failure)
    ? "environment"
    : /^cell \d+ failed: (?:NotFound|Error: ENOENT)\b/.test(failure)
    ? "data"
    : "code";
  return { dimension, what: failure };
}

/** Differences that only the new run shows. */
function afterwards(
  manifest: Manifest,
  now: BundleSource | null,
  failure: string | null,
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

async function compareOutputs(
  { planned, replayed, bundle }: VerdictParts,
  masks: Masks,
  now: BundleSource | null,
): Promise<OutputVerdict[]> {
  const names = new Set([bundle.manifest.run.name, now?.record.name ?? ""]);
  const isCard = (output: Output) => names.has(nameOnCard(output) ?? "");
  const verdicts: OutputVerdict[] = [];
  for (const [i, cell] of planned.entries()) {
    const again = replayed[i];
    if (cell.skip) continue;
    if (again === undefined) {
      if (cell.outputs.length > 0) {
        const diff = "it was not executed";
        verdicts.push({ cell: cell.of ?? i, same: false, diff });
      }
      continue;
    }
    const cut = cell.status === "aborted" || cell.interrupted;
    const verdict = await compareCell(
      {
        index: cell.of ?? i,
        recorded: {
          status: cell.status ?? "ok",
          outputs: cut ? withoutErrors(cell.outputs) : cell.outputs,
        },
        reproduced: {
          status: again.status,
          outputs: cut ? withoutErrors(again.outputs) : again.outputs,
        },
      },
      masks,
      isCard,
    );
    if (verdict !== null) verdicts.push(verdict);
  }
  return verdicts;
}

function withoutErrors(outputs: readonly Output[]): Output[] {
  return outputs.filter((output) => output.output_type !== "error");
}

function given({ rtol, atol }: Tolerance): Tolerance {
  return {
    ...rtol === undefined ? {} : { rtol },
    ...atol === undefined ? {} : { atol },
  };
}

function drifted(
  outputs: readonly OutputVerdict[],
  planned: readonly PlannedCell[],
): { index: number; source: string }[] {
  return outputs.filter((output) => !output.same).flatMap(({ cell }) => {
    const source = planned.find((p) => p.of === cell)?.source;
    return source === undefined ? [] : [{ index: cell, source }];
  });
}

function allSame(
  list: readonly (MetricVerdict | OutputVerdict | ArtifactVerdict)[],
): boolean {
  return list.every((item) => item.same);
}

function distinct(causes: readonly Cause[]): Cause[] {
  return [
    ...new Map(causes.map((c) => [`${c.dimension} ${c.what}`, c])).values(),
  ];
}
