/**
 * From what was run to the verdict.
 *
 * @module
 */
import { chanceSentences } from "./chance_sentences.ts";
import { describeLogged } from "./compare/logged.ts";
import { isSame } from "./compare/runs.ts";
import { cutSentences } from "./cut.ts";
import { unknownVariables } from "./other_variables.ts";
import type { Judged, Proof } from "./judged.ts";
import type {
  Cause,
  Difference,
  LoggedDifference,
  ReproduceDimension,
  TriedDifference,
  Verdict,
} from "./replay/types.ts";

/** A verdict without what only the caller knows. */
export type VerdictCore = Omit<
  Verdict,
  "as_recorded" | "dir" | "deno" | "seconds"
>;

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
  const unknown = (failed || !same) && named.length === 0 && shown.length === 0
    ? unknownVariables(parts)
    : [];
  if (unknown.length > 0) warnings.push(unknownSentence(unknown));
  const said = cut.length > 0 || (proof?.warnings.length ?? 0) > 0;
  if (!failed && !same && causes.length === 0 && !said) {
    warnings.push(...chanceSentences(judged, compared));
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

/** Says of variables that what they were is not known here. */
function unknownSentence(names: readonly string[]): string {
  const [variables, values] = names.length === 1
    ? ["the variable", "whose value then is"]
    : ["the variables", "whose values then are"];
  return `the run read ${variables} ${
    names.join(", ")
  }, ${values} not known here`;
}

/** Under which dimension something that was logged belongs: a dataset is data, all else is what the code says. */
export function dimensionOf(
  { kind }: LoggedDifference,
): ReproduceDimension {
  return kind === "dataset" ? "data" : "code";
}

function distinct(causes: readonly Cause[]): Cause[] {
  return [
    ...new Map(causes.map((c) => [`${c.dimension} ${c.what}`, c])).values(),
  ];
}
