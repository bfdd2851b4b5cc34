/**
 * Reads a large notebook in a process of its own: keeps it with runs, and hands back what executions are recognised
 * by, without long outputs.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { EXCLUDE_TAG } from "../notebook/excluded.ts";
import { withSafeIds } from "../redaction/safe_ids.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import {
  codeCellsOf,
  readSavedNotebook,
  type SavedCell,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import { Journal } from "../journal/journal.ts";
import { readSubprocessInput } from "./subprocess.ts";
import { jsonLine } from "./protocol.ts";
import { withoutExcludedCells } from "../notebook/without_excluded.ts";

/** Outputs of a cell up to this size are handed back, characters of their JSON. */
const MAX_OUTPUT_CHARS = 20_000;
/** Sources are handed back up to so many characters in all: the recorder's memory is small. */
const MAX_SOURCE_CHARS = 2_000_000;

const schema = z.object({
  path: z.string(),
  /** Runs it is kept with. */
  run_ids: z.array(z.string()),
});

function slim(notebook: SavedNotebook): SavedNotebook {
  const tags = new Map(codeCellsOf(notebook).map((c) => [c.position, c.tags]));
  let chars = 0;
  return {
    cells: notebook.cells.map((cell, position) => ({
      ...cell,
      // A cell that a tag keeps out of the record is recognised by its source.
      source: (chars += lengthOf(cell.source)) <= MAX_SOURCE_CHARS ||
          tags.get(position)?.includes(EXCLUDE_TAG)
        ? cell.source
        : "",
      outputs: (cell.outputs ?? []).map((output) => {
        const { length } = JSON.stringify(output);
        if (length <= MAX_OUTPUT_CHARS) return output;
        const text = `[nbtrack: an output of ${length} characters]\n`;
        return { output_type: "stream", name: "stdout", text };
      }),
    })),
  };
}

function lengthOf(source: SavedCell["source"]): number {
  return typeof source === "string"
    ? source.length
    : source.reduce((sum, line) => sum + line.length, 0);
}

const [home = ""] = Deno.args;
const { path, run_ids } = schema.parse(await readSubprocessInput());
const saved = await Deno.readTextFile(path);
const text = withSafeIds(standardRedaction(home).json(saved).text);
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
  await Deno.stdout.write(jsonLine(slim(notebook)));
}
