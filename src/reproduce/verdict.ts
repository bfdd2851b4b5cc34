/**
 * From what was run to the verdict.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import { describeLogged } from "./compare/logged.ts";
import { type Compared, isSame } from "./compare/runs.ts";
import { cutSentences } from "./cut.ts";
import { cellText, driftedCells } from "./items.ts";
import type { Judged, Proof } from "./judged.ts";
import { readsNotebook } from "./own_notebook.ts";
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
  const failing = parts.replayed.findLastIndex(({ status }) =>
    status === "error"
  );
  const named = differences.filter((d) =>
    failed && proof === null
      ? changes(d) !== false && d.reaches?.has(failing) !== false
      : changes(d) === true
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

/** What no record holds, and what can be done about it. */
export const OUTSIDE =
  "the clock, the network, a file that is no dataset (name it with data: in track()), this machine";

/** Says of cells that differ without a known cause which sources of chance they, or the cells before them, use. */
function chanceSentences(
  judged: Judged,
  compared: Compared,
  manifest: Manifest,
): string[] {
  const { chance, positions } = judged;
  const cells = driftedCells(compared);
  const kindsOf = (i: number) => chance[i] ?? new Set();
  const reads = readsNotebook(judged.parts.planned.map((c) => c.source));
  const said = positions.flatMap(({ index, name }, i) => {
    if (!cells.has(index)) return [];
    if (reads[i]) {
      return [
        `cell ${name} reads the file of a notebook: the replay has this one's as it was saved last, which may be later than that cell read it`,
      ];
    }
    if (showsIds(judged, i)) {
      return [`cell ${name} shows ids that are drawn anew each time`];
    }
    return kindsOf(i).size > 0
      ? [`cell ${name} depends on ${[...kindsOf(i)].join(", ")}`]
      : [];
  });
  const drawn = positions.some(({ index }, i) =>
    (cells.size === 0 || cells.has(index)) &&
    kindsOf(i).has("random numbers")
  );
  if (manifest.seed === null && drawn) {
    said.push(
      "no seed was recorded: track(…, { seed }) makes Math.random repeat",
    );
  }
  return said.length > 0 ? said : [
    `nothing that was recorded differs: what is left is ${
      manifest.missing.length === 0
        ? ""
        : "what the record names as not recorded, "
    }${OUTSIDE}, or chance; --twice shows whether it is chance`,
  ];
}

/** An id as programs draw it: a UUID. */
const DRAWN_ID =
  /\b[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}\b/gi;

/** Whether a cell's outputs differ in nothing but drawn ids. @param i Its place in the plan */
function showsIds({ recorded, reproduced }: Judged, i: number): boolean {
  if (reproduced === null) return false;
  const [then, now] = [cellText(recorded, i), cellText(reproduced, i)];
  return then !== null && now !== null && then !== now &&
    then.replace(DRAWN_ID, "") === now.replace(DRAWN_ID, "");
}

function distinct(causes: readonly Cause[]): Cause[] {
  return [
    ...new Map(causes.map((c) => [`${c.dimension} ${c.what}`, c])).values(),
  ];
}
