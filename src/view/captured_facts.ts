/**
 * What was captured of a run and what changed since the one before, as a card says it.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { shortened } from "../base/markup.ts";
import { count } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { underDimension } from "../record/differences.ts";

/** Cells, packages, data, artifacts and commit in one line. */
export function capturedOf(journal: Journal, run: RunRow): string {
  const { run_id } = run;
  const parts: string[] = [];
  const add = (n: number, what: string) => n > 0 && parts.push(count(n, what));
  add(
    journal.executions.list(run.session_id, run.last_execution).length,
    "cell",
  );
  const packages = documentOf(journal, run_id, "packages");
  add(Array.isArray(packages) ? packages.length : 0, "package");
  // What was not found, or is read only now, is not captured.
  const datasets = journal.datasets.list(run_id).filter(({ fingerprint }) =>
    fingerprint !== null
  );
  const [one] = datasets;
  if (datasets.length === 1 && one !== undefined) {
    parts.push(`dataset ${shortened(one.name, 40)}${rowsOf(one.fingerprint)}`);
  } else add(datasets.length, "dataset");
  add(
    journal.artifacts.list(run_id).filter((a) => a.origin === "user").length,
    "artifact",
  );
  const git = documentOf(journal, run_id, "git") as
    | { commit?: unknown; dirty?: unknown }
    | null;
  if (typeof git?.commit === "string") {
    parts.push(
      `git ${git.commit.slice(0, 8)}${
        git.dirty === true ? " with uncommitted changes" : ""
      }`,
    );
  }
  return parts.join(", ");
}

function rowsOf(fingerprint: string | null): string {
  const read = fingerprint === null ? null : parsedJson(fingerprint);
  const rows = (read as { rows?: unknown } | null)?.rows;
  return typeof rows === "number" ? ` (${count(rows, "row")})` : "";
}

/** What changed since the run before, params aside: they stand on the card themselves. */
export function changedTexts(journal: Journal, run_id: string): string[] {
  const changes = documentOf(journal, run_id, "changed");
  return !Array.isArray(changes) ? [] : changes.flatMap((
    { dimension, what }: { dimension?: unknown; what?: unknown },
  ) =>
    typeof what === "string" && dimension !== "params"
      ? [underDimension({ dimension: String(dimension), what })]
      : []
  );
}

/** A document of a run as it was written; null when it is not there (yet) or no JSON. */
function documentOf(journal: Journal, run_id: string, name: string): unknown {
  const json = journal.entries.document(run_id, name);
  return json === undefined ? null : parsedJson(json) ?? null;
}
