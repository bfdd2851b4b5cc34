/**
 * What a saved notebook says about its code cells: as much as is needed to recognise executions in it.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { type AnyOutput, inOnePiece } from "./outputs.ts";
import { notebookSchema } from "./schema.ts";

/** A cell as it is saved; every reader of notebooks gives it. */
export interface SavedCell {
  cell_type: string;
  id?: string | undefined;
  source: string | readonly string[];
  execution_count?: number | null | undefined;
  outputs?: readonly AnyOutput[] | undefined;
  metadata?: object | undefined;
}

/** A notebook as it is saved; every reader of notebooks gives it. */
export interface SavedNotebook {
  cells: readonly SavedCell[];
}

/** A code cell, and its position. */
export interface SavedCodeCell {
  /** Position among all cells of the notebook, from 0. */
  position: number;
  id: string | null;
  source: string;
  execution_count: number | null;
  /** With their texts in one piece. */
  outputs: readonly AnyOutput[];
  metadata: object;
  tags: readonly string[];
  /** When the front end saw it start, in milliseconds since 1970, if it records that. */
  started_ms: number | null;
}

/** Reads a notebook's text; null when it is none. */
export function readSavedNotebook(text: string): SavedNotebook | null {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null; // cut short or no JSON: for a search just not the notebook
  }
  return notebookSchema.safeParse(json).data ?? null;
}

/** The code cells of a notebook, in document order. */
export function codeCellsOf(notebook: SavedNotebook): SavedCodeCell[] {
  return notebook.cells.flatMap((cell, position) =>
    cell.cell_type !== "code" ? [] : [{
      position,
      id: cell.id ?? null,
      source: typeof cell.source === "string"
        ? cell.source
        : cell.source.join(""),
      execution_count: cell.execution_count ?? null,
      outputs: (cell.outputs ?? []).map(inOnePiece),
      metadata: cell.metadata ?? {},
      tags: tagsSchema.safeParse(cell.metadata).data?.tags ?? [],
      started_ms: startOf(cell.metadata),
    }]
  );
}

/** What stands for a secret: its kind is taken from what stands beside it, which may be another text of the file. */
const KIND_OF_SECRET = /\[redacted [^\]\n]{1,60} (?=[\da-f]{8}\])/g;

/**
 * A source as sources are compared: line ends and white space at the end make no difference, and one secret is the same
 * whatever it was taken for.
 */
export function comparable(source: string): string {
  return source.replace(/\r\n?/g, "\n").trimEnd()
    .replace(KIND_OF_SECRET, "[redacted ");
}

const tagsSchema = z.looseObject({ tags: z.array(z.string()) });

const timesSchema = z.looseObject({
  execution: z.looseObject({
    "iopub.execute_input": z.string().optional(),
    "iopub.status.busy": z.string().optional(),
  }),
});

function startOf(metadata: object | undefined): number | null {
  const times = timesSchema.safeParse(metadata).data?.execution;
  const text = times?.["iopub.execute_input"] ?? times?.["iopub.status.busy"];
  const ms = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
