/**
 * What a saved notebook says about its code cells: as much as is needed to recognise executions in it.
 *
 * @module
 */
import { z } from "../base/zod.ts";

const cellSchema = z.looseObject({
  cell_type: z.string(),
  id: z.string().optional(),
  source: z.union([z.string(), z.array(z.string())]),
  execution_count: z.number().nullish(),
  outputs: z.array(z.looseObject({ output_type: z.string() })).optional(),
  metadata: z.looseObject({}).optional(),
});

const notebookSchema = z.looseObject({
  cells: z.array(cellSchema),
  metadata: z.looseObject({}).optional(),
});

/** A cell as it is saved; what `jupyter/` reads fits. */
export interface SavedCell {
  cell_type: string;
  id?: string | undefined;
  source: string | readonly string[];
  execution_count?: number | null | undefined;
  outputs?: readonly SavedOutput[] | undefined;
  metadata?: object | undefined;
}

/** An output as it is saved, whatever its kind. */
export interface SavedOutput {
  output_type: string;
}

/** A notebook as it is saved; what `jupyter/` reads fits. */
export interface SavedNotebook {
  cells: readonly SavedCell[];
}

/** A code cell, and where it stands. */
export interface CodeCell {
  /** Place among all cells of the notebook, from 0. */
  position: number;
  id: string | null;
  source: string;
  execution_count: number | null;
  outputs: readonly SavedOutput[];
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
export function codeCellsOf(notebook: SavedNotebook): CodeCell[] {
  return notebook.cells.flatMap((cell, position) =>
    cell.cell_type !== "code" ? [] : [{
      position,
      id: cell.id ?? null,
      source: typeof cell.source === "string"
        ? cell.source
        : cell.source.join(""),
      execution_count: cell.execution_count ?? null,
      outputs: cell.outputs ?? [],
      tags: tagsSchema.safeParse(cell.metadata).data?.tags ?? [],
      started_ms: startOf(cell.metadata),
    }]
  );
}

/** A source as sources are compared: line ends and white space at the end make no difference. */
export function comparable(source: string): string {
  return source.replace(/\r\n?/g, "\n").trimEnd();
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
