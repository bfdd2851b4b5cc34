/**
 * What GitLab shows of a job besides its log: links (`artifacts:reports:annotations`) and metrics
 * (`artifacts:reports:metrics`).
 *
 * @module
 */
import { shortened } from "../base/markup.ts";
import { fromJsonNumber, type JsonNumber, numeral } from "../base/numbers.ts";
import type { RunSummary } from "./schema/summary.ts";

/** A link on a job's page. */
export interface JobLink {
  label: string;
  /** Its address, http or https. */
  url: string;
}

/** Characters of a label. */
const MAX_LABEL = 100;
/** Links of one job. */
const MAX_LINKS = 50;

/** The links of a job as GitLab reads them. */
export function annotationsJson(links: readonly JobLink[]): string {
  const shown = links.filter(({ url }) => /^https?:\/\//.test(url))
    .slice(0, MAX_LINKS);
  return JSON.stringify(
    {
      nbtrack: shown.map(({ label, url }) => ({
        external_link: { label: oneLine(label), url },
      })),
    },
    null,
    2,
  ) + "\n";
}

/** The last metrics of runs in the OpenMetrics format; the best run of each experiment stands for it. */
export function openMetrics(best: readonly RunSummary[]): string {
  const lines = best.flatMap((run) =>
    Object.entries(run.metrics).map(([key, value]) =>
      `${metricName(key)}{experiment="${escaped(run.experiment)}",metric="${
        escaped(key)
      }"} ${numberOf(value)}`
    )
  );
  return [...lines, "# EOF", ""].join("\n");
}

/** A name as OpenMetrics has them: letters, digits, `_` and `:`, no digit first. */
function metricName(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9_:]/g, "_").replace(/^(?=\d|$)/, "_");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}

function numberOf(value: JsonNumber): string {
  return value === "Infinity"
    ? "+Inf"
    : value === "-Infinity"
    ? "-Inf"
    : numeral(fromJsonNumber(value));
}

function oneLine(text: string): string {
  return shortened(text.replaceAll(/\s+/g, " ").trim(), MAX_LABEL);
}
