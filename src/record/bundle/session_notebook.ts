/**
 * The session as a notebook: the cell executions in the order they happened. With the manifest in its metadata it is
 * all that a reproduction needs.
 *
 * @module
 */
import { isJsonType } from "../../notebook/outputs.ts";
import type { RecordedCell, RunRecord } from "../schema/record.ts";
import { notebookJson } from "./canonical.ts";

/** What a logged notebook carries besides its cells. */
export interface NotebookExtras {
  manifest: unknown;
  config: unknown;
  lock: unknown;
  /** Other files of the bundle that fit, by path: texts, or bytes in base64. */
  files: Record<string, { text: string } | { base64: string }>;
}

/** The text of `session.ipynb`. */
export function sessionNotebook(
  record: Pick<RunRecord, "cells" | "environment">,
  extras: NotebookExtras | null = null,
): string {
  const taken = new Set<string>();
  return notebookJson({
    cells: record.cells.map((cell) => codeCell(cell, taken)),
    metadata: {
      kernelspec: {
        display_name: "Deno",
        language: "typescript",
        name: "deno",
      },
      language_info: {
        codemirror_mode: "typescript",
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
        nbconvert_exporter: "script",
        pygments_lexer: "typescript",
        ...typescriptVersion(record),
      },
      ...extras === null ? {} : {
        nbtrack: {
          manifest: extras.manifest,
          "deno.json": extras.config,
          "deno.lock": extras.lock,
          ...Object.keys(extras.files).length === 0
            ? {}
            : { files: extras.files },
        },
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

function codeCell(cell: RecordedCell, taken: Set<string>): unknown {
  return {
    cell_type: "code",
    id: uniqueId(cell, taken),
    execution_count: cell.execution_count,
    metadata: {
      execution: timesOf(cell),
      nbtrack: { index: cell.index, status: endOf(cell), flags: cell.flags },
    },
    source: lines(cell.source),
    outputs: cell.outputs.map(split),
  };
}

/** How an execution went; one that never ended was cut off with its session. */
export function endOf(cell: RecordedCell): "ok" | "error" | "aborted" {
  return cell.status === "running" ? "aborted" : cell.status;
}

/** The id in the notebook file; a cell that was executed again gets a number behind it. */
function uniqueId(cell: RecordedCell, taken: Set<string>): string {
  const wanted = cell.id !== null && /^[A-Za-z0-9_-]{1,56}$/.test(cell.id)
    ? cell.id
    : `cell-${cell.index}`;
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
  taken.add(id);
  return id;
}

/** Times under the names Jupyter gives them. */
function timesOf(cell: RecordedCell): Record<string, string> {
  const iso = (time: number) => new Date(time).toISOString();
  return {
    ...cell.start_time === null
      ? {}
      : { "iopub.execute_input": iso(cell.start_time) },
    ...cell.end_time === null
      ? {}
      : { "shell.execute_reply": iso(cell.end_time) },
  };
}

function split(output: Record<string, unknown>): Record<string, unknown> {
  if (typeof output["text"] === "string") {
    return { ...output, text: lines(output["text"]) };
  }
  const data = output["data"];
  if (typeof data !== "object" || data === null) return output;
  return {
    ...output,
    data: Object.fromEntries(
      Object.entries(data).map(([type, value]) => [
        type,
        typeof value === "string" && !isJsonType(type) &&
          !type.startsWith("image/p") && !type.startsWith("image/j")
          ? lines(value)
          : value,
      ]),
    ),
  };
}

/** A text as nbformat keeps it: lines that end in their newline. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function typescriptVersion(
  { environment }: Pick<RunRecord, "environment">,
): { version?: string } {
  return environment.typescript === null
    ? {}
    : { version: environment.typescript };
}
