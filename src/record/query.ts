/**
 * What of a run a filter or an order can name, in MLflow's terms.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import { nearest } from "../base/nearest.ts";
import { QueryError } from "./errors.ts";
import type { RunSummary } from "./schema/summary.ts";

/** The kinds of things that can be named. */
export type FieldKind = "metrics" | "params" | "tags" | "attributes";

/** What of a run a filter or an order reads. */
export type QueriedRun = Pick<
  RunSummary,
  | "run_id"
  | "name"
  | "experiment"
  | "status"
  | "start_time"
  | "end_time"
  | "seed"
  | "params"
  | "metrics"
  | "tags"
>;

/** One thing of a run that can be named. */
export interface RunField {
  kind: FieldKind;
  key: string;
}

const KINDS: Record<string, FieldKind> = {
  metrics: "metrics",
  metric: "metrics",
  params: "params",
  param: "params",
  parameters: "params",
  parameter: "params",
  tags: "tags",
  tag: "tags",
  attributes: "attributes",
  attribute: "attributes",
  attr: "attributes",
  run: "attributes",
};

const ATTRIBUTES = {
  run_id: (run) => run.run_id,
  run_name: (run) => run.name,
  name: (run) => run.name,
  experiment_name: (run) => run.experiment,
  status: (run) => run.status,
  start_time: (run) => run.start_time,
  end_time: (run) => run.end_time,
  seed: (run) => run.seed,
} satisfies Record<string, (run: QueriedRun) => string | number | null>;

/** Attributes that are numbers. */
export const TIME_ATTRIBUTES: readonly string[] = ["start_time", "end_time"];

/**
 * The field that a name such as `metrics` and `loss` means; a name without a kind is an attribute.
 *
 * @throws {QueryError} when there is no such kind or attribute
 */
export function fieldOf(
  kind: string | null,
  key: string,
  position: number,
): RunField {
  const known = kind === null ? "attributes" : KINDS[kind.toLowerCase()];
  if (known === undefined) {
    const near = nearest(kind ?? "", [
      "metrics",
      "params",
      "tags",
      "attributes",
    ]);
    throw new QueryError(
      `At ${position + 1}: "${kind}" is not something a run has.`,
      {
        position,
        hint: near === null
          ? "Name metrics.KEY, params.KEY, tags.KEY or attributes.KEY."
          : `Did you mean ${near}.${key}?`,
      },
    );
  }
  if (known === "attributes" && !Object.hasOwn(ATTRIBUTES, key)) {
    const near = nearest(key, Object.keys(ATTRIBUTES));
    throw new QueryError(
      kind === null
        ? `At ${position + 1}: "${key}" is not an attribute of a run.`
        : `At ${position + 1}: a run has no attribute "${key}".`,
      {
        position,
        hint: near !== null
          ? `Did you mean ${near}?${
            kind === null ? ` A metric is written metrics.${key}.` : ""
          }`
          : kind === null
          ? `Write metrics.${key}, params.${key} or tags.${key}.`
          : `It has ${Object.keys(ATTRIBUTES).join(", ")}.`,
      },
    );
  }
  return { kind: known, key };
}

/** A run's metric as a number; undefined where it has none. */
export function metricOf(
  { metrics }: Pick<RunSummary, "metrics">,
  key: string,
): number | undefined {
  const value = ownValue(metrics, key);
  return value === undefined ? undefined : fromJsonNumber(value);
}

/** What a run has under a field: a number, a text, or undefined when it has nothing there. */
export function valueOf(
  run: QueriedRun,
  field: RunField,
): string | number | undefined {
  switch (field.kind) {
    case "metrics":
      return metricOf(run, field.key);
    case "params":
      return ownValue(run.params, field.key);
    case "tags":
      return ownValue(run.tags, field.key);
    case "attributes":
      return ATTRIBUTES[field.key as keyof typeof ATTRIBUTES]?.(run) ??
        undefined;
  }
}

/** The number a text stands for, or undefined: decimal forms, NaN and infinities. */
export function metricNumberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) {
    return Number(trimmed);
  }
  const special = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(trimmed);
  if (special === null) return undefined;
  if (special[2]?.toLowerCase() === "nan") return NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}
