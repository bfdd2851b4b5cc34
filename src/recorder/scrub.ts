/**
 * Taking secrets out of runs that are stored: in the journal, in contents, in the bundles made of them, in logs. What
 * was delivered is named, with the way in which it is removed there.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import type { Journal } from "../journal/journal.ts";
import { scrubJournal } from "../journal/scrub.ts";
import type { ScrubFinding } from "../journal/scrub_findings.ts";
import { keepChartSpecs } from "./chart_specs.ts";
import { recordReport } from "../view/report.ts";
import { isSweep } from "../record/is_sweep.ts";
import { recordArtifacts } from "../record/record_bundle.ts";
import { collectUnused } from "../journal/deletion.ts";
import { storedFiles } from "../journal/stored_files.ts";

/** Something that has left this machine already. */
export interface LeftAlready {
  run_id: string;
  what: string;
  /** How it is removed from the server. */
  how: string;
}

/** What was found and done. */
export interface ScrubResult {
  /** The runs that were looked through. */
  runs: number;
  findings: ScrubFinding[];
  /** How many stored files were or would be written anew or removed. */
  files: number;
  delivered: LeftAlready[];
}

/** Looks through what is stored of runs, and of none, and takes out what the redactor finds now. */
export async function scrubRuns(
  journal: Journal,
  run_ids: readonly string[],
  options: { dryRun: boolean },
): Promise<ScrubResult> {
  const { dryRun } = options;
  const sharing = (run_id: string) => runsOfSession(journal, run_id);
  const sent = sentOf(journal, [...new Set(run_ids.flatMap(sharing))]);
  const before = filesOf(journal);
  const { findings, replaced } = scrubJournal(journal, run_ids, {
    dryRun,
    whole: true,
  });
  let files = new Set(replaced).size;
  const changed = [
    ...new Set(
      findings.filter(({ run_id }) => run_id !== "").flatMap(
        ({ run_id, shared }) => shared ? sharing(run_id) : [run_id],
      ),
    ),
  ];
  if (!dryRun) {
    for (const run_id of changed) await bundleAnew(journal, run_id);
    const logs = scrubLogs(journal);
    if (changed.length > 0) collectUnused(journal);
    if (findings.length > 0) journal.compact();
    files = logs + before.difference(filesOf(journal)).size;
  }
  const delivered = changed.flatMap((run_id) => sent.get(run_id) ?? []);
  return { runs: run_ids.length, findings, files, delivered };
}

/** The files that are stored of runs. */
function filesOf({ home }: Journal): Set<string> {
  return new Set(storedFiles(`${home}/artifacts`).map(({ path }) => path));
}

/** A run and the others of its session. */
function runsOfSession(journal: Journal, run_id: string): string[] {
  const session_id = journal.runs.get(run_id)?.session_id;
  return session_id === undefined
    ? [run_id]
    : journal.runs.list({ session_id }).map((run) => run.run_id);
}

/** The record of a run that has ended is made again from what is stored now. */
async function bundleAnew(journal: Journal, run_id: string): Promise<void> {
  const { finalised_time = null } = journal.runs.get(run_id) ?? {};
  if (finalised_time === null) return;
  const run = journal.runs.get(run_id);
  if (run !== undefined) keepChartSpecs(journal, run);
  if (isSweep(journal, run_id)) return;
  await recordArtifacts(journal, run_id);
  recordReport(journal, run_id);
}

function scrubLogs(journal: Journal): number {
  let files = 0;
  for (const name of ["recorder.log", "recorder.log.old"]) {
    const path = `${journal.home}/logs/${name}`;
    const before = ifThere(() => Deno.readTextFileSync(path)) ?? "";
    const { text, taken } = journal.redactor.text(before);
    if (taken.length === 0) continue;
    Deno.writeTextFileSync(path, text);
    files++;
  }
  return files;
}

/** What of runs is on a server, as it was before they were scrubbed. */
function sentOf(
  journal: Journal,
  run_ids: readonly string[],
): Map<string, LeftAlready[]> {
  return new Map(run_ids.map((run_id) => {
    const { remote_run_id, target, url, kind } = journal.deliveries.get(run_id);
    if (remote_run_id === null) return [run_id, []];
    const what = `the run ${remote_run_id} on ${target}`;
    const how = kind === "gitlab"
      ? `delete the candidate${
        url === null ? "" : ` at ${url}`
      } (POST ${target}/api/2.0/mlflow/runs/delete with {"run_id":"${remote_run_id}"}) and its package, then make the secret invalid`
      : `POST ${target}/api/2.0/mlflow/runs/delete with {"run_id":"${remote_run_id}"}, then make the secret invalid`;
    return [run_id, [{ run_id, what, how }]];
  }));
}
