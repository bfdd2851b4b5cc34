/**
 * What a run's record lacks of its cells' sources, in words.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { Execution } from "../journal/execution_row.ts";
import type { Session } from "../journal/sessions.ts";

/** What a run lacks when the source of a cell was not seen. */
export const CELL_SOURCES = "cell sources";

/** Why the sources of some of a run's executions are not known; null when all are. */
export function sourceGap(
  session: Session,
  all: readonly Execution[],
): string | null {
  if (session.kind === "repl") {
    return "What was typed into deno repl cannot be seen.";
  }
  if (session.kind === "kernel" && all.length === 0) {
    return "What the kernel executes could not be followed: its connection file was not found.";
  }
  const unseen = all.filter((e) => e.source === null);
  if (unseen.length === 0) return null;
  if (session.kind === "script") {
    return `The script ${session.main_module} could not be read.`;
  }
  const special = unseen.filter((e) => e.source_gap !== null).map((e) =>
    `${nameOf(e)}: ${e.source_gap}`
  );
  const others = unseen.filter((e) => e.source_gap === null);
  const sentences = others.length === 0
    ? special
    : [...special, plainGap(session, others)];
  return sentences.join(". ").replace(/\.?$/, ".");
}

function nameOf({ execution_count }: Execution): string {
  return execution_count === null
    ? "The cell that called track()"
    : `[${execution_count}]`;
}

/** Why sources are not known that nothing special is known of. */
function plainGap(session: Session, unseen: readonly Execution[]): string {
  const counts = unseen.map((e) => e.execution_count);
  const named = counts.every((n) => n !== null)
    ? counts.map((n) => `[${n}]`).join(", ")
    : "The cell that called track() and any before it";
  if (unseen.every((e) => e.via === "runner")) {
    return `${named} could not be seen: longer than 4 MB, or executed while the recorder was replaced.`;
  }
  return session.notebook === null
    ? `${named} ran before the recording began, and the notebook's file was not found. Give track() its path as the option notebook.`
    : `${named} ran before the recording began. Save the notebook: what its file still has of them is filled in.`;
}
