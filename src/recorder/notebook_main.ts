/**
 * Reads a large notebook in a process of its own: keeps it with runs, and hands back what executions are recognised
 * by, without long outputs.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { withSafeIds } from "../redaction/safe_ids.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { readSavedNotebook } from "../notebook/saved_cells.ts";
import { Journal } from "../journal/journal.ts";
import { slim } from "./slim_notebook.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { jsonLine } from "./protocol.ts";
import { withoutExcludedCells } from "../notebook/without_excluded.ts";

const schema = z.object({
  path: z.string(),
  /** Runs it is kept with. */
  run_ids: z.array(z.string()),
});

const [home = ""] = Deno.args;
const { path, run_ids } = schema.parse(await readSubprocessInput());
const saved = await Deno.readTextFile(path);
const { text: redacted, taken } = standardRedaction(home).json(saved);
const text = withSafeIds(redacted);
const notebook = readSavedNotebook(text);
if (notebook !== null) {
  using journal = Journal.open({
    redactor: standardRedaction,
    home,
    waitsForLock: true,
  });
  const kept = run_ids.length === 0 ? "" : withoutExcludedCells(text);
  for (const run_id of run_ids) {
    journal.entries.setDocument(run_id, "notebook_file", kept);
  }
  await Deno.stdout.write(jsonLine({ notebook: slim(notebook), taken }));
}
