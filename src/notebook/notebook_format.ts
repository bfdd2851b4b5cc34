/**
 * Writing notebooks: an unchanged one as its file was, byte for byte; of a changed one, what was not changed.
 *
 * @module
 */
import { type Cell, linesOf, type Notebook } from "./cells.ts";
import { layOut, parseExact, writeJson } from "./json_text.ts";
import { NBFORMAT_STYLE, type Origin, originOf } from "./notebook_origin.ts";
import type { Output } from "./outputs.ts";

/** Cells have ids from this minor version on. */
const MINOR_WITH_IDS = 5;
/** Texts that nbformat writes as lists of lines, besides `text/…`. */
const SPLIT_TYPES = ["application/javascript", "image/svg+xml"];

/** A notebook as nbformat writes it, or, when it was read from a file, in the layout of that file. */
export function formatNotebook(notebook: Notebook): string {
  const origin = originOf(notebook);
  if (origin === undefined) {
    const cells = notebook.cells.map((cell) => fresh(cell, notebook));
    return writeJson({ ...notebook, cells }, NBFORMAT_STYLE) + "\n";
  }
  const { text, members } = origin;
  const keys = Object.keys(notebook);
  const known = new Set(members.map((m) => m.key));
  if (keys.length !== known.size || !keys.every((key) => known.has(key))) {
    return rebuilt(notebook, origin);
  }
  let written = "";
  let at = 0;
  for (const member of members) {
    written += text.slice(at, member.start) +
      valueOf(notebook, member.key, origin);
    at = member.end;
  }
  return written + text.slice(at);
}

/** With members added or taken away. */
function rebuilt(notebook: Notebook, origin: Origin): string {
  const { style, text } = origin;
  const keys = Object.keys(notebook);
  if (style.sorted) keys.sort();
  const items = keys.map((key) =>
    `${writeJson(key, style)}${style.colon}${valueOf(notebook, key, origin)}`
  );
  const end = /\s*$/.exec(text)?.[0] ?? "";
  return layOut("{", items, "}", { style, depth: 0 }) + end;
}

function valueOf(notebook: Notebook, key: string, origin: Origin): string {
  const { text, style, members } = origin;
  if (key === "cells") return cellsOf(notebook, origin);
  const member = members.findLast((m) => m.key === key);
  const before = member && text.slice(member.start, member.end);
  return kept(before, notebook[key]) ?? writeJson(notebook[key], style, 1);
}

function cellsOf(notebook: Notebook, origin: Origin): string {
  const { text, style, members, cells } = origin;
  const written = notebook.cells.map((cell) => {
    const before = cells.get(cell);
    return kept(before, cell) ?? writeJson(
      before === undefined ? fresh(cell, notebook) : withSplitOutputs(cell),
      style,
      2,
    );
  });
  const member = members.findLast((m) => m.key === "cells");
  const spans = member?.items ?? [];
  if (member === undefined || spans.length !== written.length) {
    return layOut("[", written, "]", { style, depth: 1 });
  }
  // As many cells as before: what stands between them stays as well.
  let value = "";
  let at = member.start;
  for (const [i, span] of spans.entries()) {
    value += text.slice(at, span.start) + written[i];
    at = span.end;
  }
  return value + text.slice(at, member.end);
}

/** The text a value had, when it is still the same. */
function kept(before: string | undefined, value: unknown): string | null {
  return before !== undefined &&
      JSON.stringify(parseExact(before)) === JSON.stringify(value)
    ? before
    : null;
}

/** A cell that was in no file, as nbformat has it. */
function fresh(cell: Cell, notebook: Notebook): Cell {
  const { source } = cell;
  const written = withSplitOutputs({
    ...cell,
    source: typeof source === "string" ? linesOf(source) : source,
  });
  if (notebook.nbformat_minor < MINOR_WITH_IDS) delete written.id;
  return written;
}

/** A cell whose outputs' texts are lists of lines. */
function withSplitOutputs(cell: Cell): Cell {
  if (!Array.isArray(cell["outputs"])) return { ...cell };
  return { ...cell, outputs: (cell["outputs"] as Output[]).map(withLines) };
}

function withLines(output: Output): Output {
  switch (output.output_type) {
    case "stream":
      return typeof output.text === "string"
        ? { ...output, text: linesOf(output.text) }
        : output;
    case "display_data":
    case "execute_result": {
      const data = Object.entries(output.data).map(([type, value]) => [
        type,
        typeof value === "string" && isSplit(type) ? linesOf(value) : value,
      ]);
      return { ...output, data: Object.fromEntries(data) };
    }
    default:
      return output;
  }
}

function isSplit(type: string): boolean {
  return type.startsWith("text/") || SPLIT_TYPES.includes(type);
}
