/**
 * A large notebook as the process that reads it hands it back: without long outputs, with what was taken out of it.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { EXCLUDE_TAG } from "../notebook/excluded.ts";
import {
  codeCellsOf,
  readSavedNotebook,
  type SavedCell,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import type { Taken } from "../redaction/redaction.ts";

/** Outputs of a cell up to this size are handed back, characters of their JSON. */
const MAX_OUTPUT_CHARS = 20_000;
/** Sources are handed back up to so many characters in all: the recorder's memory is small. */
const MAX_SOURCE_CHARS = 2_000_000;

/** A notebook, and what was taken out of it. */
export interface SlimNotebook {
  notebook: SavedNotebook;
  taken: readonly Taken[];
}

const schema = z.object({
  notebook: z.unknown(),
  taken: z.array(z.object({
    kind: z.string(),
    placeholder: z.string(),
    digest: z.string().nullable(),
    name: z.string().nullable(),
  })),
});

/** What was handed back; null when it is no notebook. */
export function parseSlim(line: unknown): SlimNotebook | null {
  const parsed = schema.parse(line);
  const notebook = readSavedNotebook(JSON.stringify(parsed.notebook));
  return notebook && { notebook, taken: parsed.taken };
}

/** A notebook without long outputs. */
export function slim(notebook: SavedNotebook): SavedNotebook {
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
