/**
 * Changes of a notebook one of whose cells was executed as excluded, while its file as it was saved when the run began
 * did not say so yet.
 *
 * @module
 */
import { basename } from "node:path";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";

/** Where the changes of a file begin in a patch. */
const FILE = /^(?=diff --git )/m;

/** Takes the notebook's changes out of what is kept of a run, and names them. */
export function leaveOutExcluded(
  journal: Journal,
  { notebook }: Session,
  { run_id, session_id, last_execution }: RunRow,
): void {
  const patch = journal.entries.document(run_id, "changes_diff");
  if (patch === undefined || !patch.includes(".ipynb")) return;
  const isExcluding = journal.executions.list(session_id, last_execution)
    .some(({ flags }) => flags.includes("excluded"));
  if (!isExcluding) return;
  const kept = withoutNotebook(patch, notebook);
  if (kept === patch) return;
  journal.entries.setDocument(run_id, "changes_diff", kept);
  journal.entries.setMissing(
    run_id,
    `changes of "${notebook === null ? "notebooks" : basename(notebook)}"`,
    "a cell was executed as excluded: they are not in changes.diff",
  );
  journal.checkpoint();
}

/** A patch without the changes of a notebook and its copies; without those of all notebooks where it is not known. */
export function withoutNotebook(
  patch: string,
  notebook: string | null,
): string {
  const name = notebook === null ? null : basename(notebook, ".ipynb");
  return patch.split(FILE).filter((part) => {
    const [head = ""] = part.split("\n", 1);
    const isNotebook = head.startsWith("diff --git ") &&
      head.includes(".ipynb");
    // In quotation marks the signs of a name are escaped.
    return !isNotebook || name !== null && !head.includes('"') &&
        !head.includes(`/${name}.ipynb`) &&
        !head.includes(`/${name}-checkpoint.ipynb`);
  }).join("");
}
