/**
 * What a report says of reproductions: what they had found when it was made, and where later ones are seen.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import type { FoundVerdict } from "../record/found_verdicts.ts";
import { VERDICT_TAG } from "../record/own_tags.ts";
import type { RunRecord } from "../record/schema/record.ts";
import { reportTable } from "./report_facts.ts";

/** What is known of a run when its report is made. */
export interface ReportMoment {
  /** Milliseconds since 1970. */
  made_time: number;
  /** The runs that reproduce it, newest first. */
  reproductions: readonly FoundVerdict[];
}

/** The part of a report. */
export function reportVerdict(
  { run_id, reproduces, tags }: RunRecord,
  { made_time, reproductions }: ReportMoment,
): string {
  const id = escapeHtml(run_id.slice(0, 8));
  const own = Object.hasOwn(tags, VERDICT_TAG) ? tags[VERDICT_TAG] : undefined;
  const time = new Date(made_time).toISOString();
  return `${
    reproduces === null
      ? ""
      : `<p>This run is a reproduction of <code>${
        escapeHtml(reproduces)
      }</code>${
        own === undefined
          ? ". What it found is not in this report, which is made when a run ends"
          : `. It found: <strong>${escapeHtml(own)}</strong>`
      }.</p>`
  }${
    reproductions.length === 0
      ? `<p>Nobody had reproduced it when this report was made, <time datetime="${time}">${
        textOf(made_time)
      }</time>.</p>`
      : reportTable(
        `reproductions that were known on ${textOf(made_time)}`,
        ["run", "verdict", "started"],
        reproductions.map((one) => [
          `${one.name} (${one.run_id.slice(0, 8)})`,
          one.verdict ?? "none",
          textOf(one.start_time),
        ]),
      )
  }<p>To see whether it comes out the same again: <code>nbtrack reproduce ${id}</code>. Later reproductions stand on the run's page of <code>nbtrack ui</code>; its page on the server says what the newest found.</p>`;
}

function textOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
