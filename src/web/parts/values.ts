/**
 * Which value of a metric a table shows.
 *
 * @module
 */
import type { JsonNumber } from "../../base/numbers.ts";
import { betterEnd } from "../../view/metric_facts.ts";

/** Another value than the last: the best, the lowest, the highest, or the one at a step. */
export type OtherValue = "best" | "min" | "max" | number;

/** Values by run and then by metric. */
export type ValuesOfRuns = ReadonlyMap<
  string,
  Readonly<Record<string, JsonNumber>>
>;

/** Which end of a metric's values is meant; null for the last value, where no end is known to be the better one. */
export function endMeant(
  key: string,
  at: Exclude<OtherValue, number>,
): "low" | "high" | null {
  return at === "min" ? "low" : at === "max" ? "high" : betterEnd(key);
}

/** What a column says of the values it has; empty for the last ones. */
export function valueWord(key: string, at: "last" | OtherValue): string {
  if (at === "last") return "";
  if (typeof at === "number") return `step ${at}`;
  const end = endMeant(key, at);
  return end === null ? "last" : `${end}est`;
}

/** What a table says of the values it has; empty for the last ones. */
export function valuesSentence(at: "last" | OtherValue): string {
  if (typeof at === "number") {
    return `; metrics at step ${at}, or the last step before it`;
  }
  const said = { best: "best", min: "lowest", max: "highest" };
  return at === "last" ? "" : `; the ${said[at]} value of each metric`;
}
