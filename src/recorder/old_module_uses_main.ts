/**
 * Searches in a process of its own for cells that used a module of before its change: parsing every cell of a session takes
 * memory that the recorder must not keep.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { Journal } from "../journal/journal.ts";
import { DOCUMENTS } from "../record/schema/documents.ts";
import { stateNotes } from "../record/state_notes.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import type { OldModuleUse } from "./old_module_uses.ts";
import { jsonLine } from "./protocol.ts";
import { readSubprocessInput } from "./subprocess.ts";

const schema = z.object({
  session_id: z.string(),
  changes: DOCUMENTS.module_changes,
});

const [home = ""] = Deno.args;
const { session_id, changes } = schema.parse(await readSubprocessInput());
using journal = Journal.open({
  redactor: standardRedaction,
  home,
  waitsForLock: true,
});
const cells = journal.executions.list(session_id).map((execution, index) => ({
  ...execution,
  index,
  id: execution.cell_id,
  source: execution.source ?? "",
}));
for (
  const { cell, flag, names: [path = ""], what } of await stateNotes(
    cells,
    null,
    changes,
  )
) {
  const { start_time = null, end_time = null } = cells[cell] ?? {};
  if (flag !== "old-module") continue;
  const use: OldModuleUse = { path, what, start_time, end_time };
  await Deno.stdout.write(jsonLine(use));
}
