/**
 * What was recorded of a run, in a line. Each tag is a heading of GitLab's page of a run, so there are few.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { count } from "../base/numbers.ts";
import { VERSION } from "../base/version.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { verdictOf } from "./verdicts.ts";

/** Tags that GitLab's page has no use for: the run's name is its title, and the summary names the version. */
export const NOT_ON_GITLAB: ReadonlySet<string> = new Set([
  TAG.version,
  TAG.runName,
  TAG.sourceType,
]);

const packagesSchema = z.array(z.unknown());

/** Such as `8 cells, 17 packages, 1 dataset, REPRODUCED; session.ipynb shows the run, bundle.zip repeats it (nbtrack 0.1.0)`. */
export function summaryText(journal: Journal, run: RunRow): string {
  const { run_id, session_id, last_execution } = run;
  const packages = journal.entries.document(run_id, "packages");
  const parts = [
    [journal.executions.list(session_id, last_execution).length, "cell"],
    [
      packagesSchema.parse(JSON.parse(packages ?? "[]")).length,
      "package",
    ],
    [journal.datasets.list(run_id).length, "dataset"],
  ] as const;
  const captured = [
    ...parts.filter(([n]) => n > 0).map(([n, what]) => count(n, what)),
    ...[verdictOf(journal, run)].filter((verdict) => verdict !== null),
  ].join(", ");
  const paths = new Set(journal.artifacts.list(run_id).map((a) => a.path));
  const shows = ["report.html", "session.ipynb"].find((path) =>
    paths.has(path)
  );
  const open = shows !== undefined && paths.has("bundle.zip")
    ? `${shows} shows the run, bundle.zip repeats it`
    : "";
  return `${
    [captured, open].filter((text) => text !== "").join("; ")
  } (nbtrack ${VERSION})`
    .trim();
}
