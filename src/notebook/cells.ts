/**
 * Notebooks and their cells, as nbformat 4 has them.
 *
 * @module
 */
import type { Output } from "./outputs.ts";

/** What ends a line for Python, and so for nbformat. */
// deno-lint-ignore no-control-regex -- these end lines there
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** Members every cell has; unknown ones are kept. */
export interface Cell {
  cell_type: string;
  id?: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  [member: string]: unknown;
}

/** A code cell. */
export interface CodeCell extends Cell {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

/** A notebook. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
  [member: string]: unknown;
}

/** A cell's source as one text. */
export function sourceOf(cell: Cell): string {
  return typeof cell.source === "string" ? cell.source : cell.source.join("");
}

/** A cell with another source, in the form the cell has: one text or a list of lines. */
export function withSource<C extends Cell>(cell: C, source: string): C {
  return {
    ...cell,
    source: typeof cell.source === "string" ? source : linesOf(source),
  };
}

/** A text as nbformat's list of lines, each with what ends it. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    lines.push(text.slice(start, index + end.length));
    start = index + end.length;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** A new code cell with an id of its own. */
export function newCodeCell(
  source: string,
  options: { id?: string; tags?: readonly string[] } = {},
): CodeCell {
  return {
    cell_type: "code",
    execution_count: null,
    id: options.id ?? crypto.randomUUID().slice(0, 8),
    metadata: options.tags === undefined ? {} : { tags: [...options.tags] },
    outputs: [],
    source: linesOf(source),
  };
}
