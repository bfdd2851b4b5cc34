/**
 * From what was run to the verdict.
 *
 * @module
 */
import { oneLine } from "../base/markup.ts";
import { underDimension } from "../record/differences.ts";
import { chanceSentences } from "./chance_sentences.ts";
import { describeLogged } from "./compare/logged.ts";
import { isSame } from "./compare/runs.ts";
import { cutSentences } from "./cut.ts";
import { unknownVariables } from "./other_variables.ts";
import { limitedWarnings } from "./limited_warnings.ts";
import type { Judged, Proof } from "./judged.ts";
import { unprovedSecrets } from "./unproved_secrets.ts";
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
  const unread = (parts.elsewhere ?? []).length > 0;
  const changes = (difference: Difference): boolean | null => {
    if (difference.contradiction) return true;
    if (same && unread && difference.dimension === "data") return null;
    if (same && !failed) return false;
    if (proof === null) return failed ? null : true;
    const shown = proof.changes.get(difference) ?? null;
    // Of a run that did not come to its end not everything was compared.
    return failed && shown === false ? null : shown;
  };
  const failing = parts.replayed.findLastIndex(({ status }) =>
    status === "error"
  );
  const named = differences.filter((d) =>
    proof?.besides?.has(d)
      ? false
      : failed && proof === null
      ? changes(d) !== false && d.reaches?.has(failing) !== false
      : changes(d) === true
  );
  const shown = proof?.causes ?? [];
  const causes: Cause[] = failed && named.length === 0 && shown.length === 0
    ? [failure]
    : named.map(({ dimension, what }) => ({ dimension, what }));
  causes.push(...shown);
  const warnings = [...parts.warnings];
  for (const { name, why } of parts.left_out ?? []) {
    warnings.push(`dataset ${oneLine(name)} ${why}: it was not compared`);
  }
  if (failed && !causes.includes(failure)) warnings.unshift(failure.what);
  for (const { path, what } of compared.artifactDifferences) {
    warnings.push(`artifact ${oneLine(path)}: ${what}`);
  }
  for (const { key, recorded, reproduced, same } of compared.params) {
    if (same) continue;
    warnings.push(
      oneLine(
        `param ${key} ${recorded ?? "none"} → ${reproduced ?? "none"}`,
      ),
    );
  }
  for (const difference of compared.logged) {
    // How a run ends that could not be run to its end says nothing more.
    if (failed && difference.kind === "status") continue;
    warnings.push(describeLogged(difference));
  }
  for (const difference of differences) {
    if (named.includes(difference)) continue;
    const what = underDimension(difference);
    warnings.push(
      proof?.besides?.has(difference)
        ? `${what}, which changes a result and is not why it failed`
        : changes(difference) === false
        ? `${what}, without changing a result`
        : `${what}, which was not shown to change a result`,
    );
  }
  warnings.push(...unprovedSecrets(compared.masked, manifest.cells));
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
      dimension: dimensionOf(difference, causes),
    })),
    causes: distinct(causes),
    warnings: limitedWarnings(warnings),
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

/** Under which dimension something that was logged belongs: a dataset is data, all else that of its cause, or what the code says. */
function dimensionOf(
  { kind }: LoggedDifference,
  causes: readonly Cause[],
): ReproduceDimension {
  if (kind === "dataset") return "data";
  const dimensions = causes.map(({ dimension }) => dimension);
  return dimensions.includes("code") ? "code" : dimensions[0] ?? "code";
}

function distinct(causes: readonly Cause[]): Cause[] {
  return [
    ...new Map(causes.map((c) => [`${c.dimension} ${c.what}`, c])).values(),
  ];
}
