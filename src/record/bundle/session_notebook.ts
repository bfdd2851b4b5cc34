/**
 * The session as a notebook: the cell executions in the order they happened. With the manifest in its metadata it is
 * all that a reproduction needs.
 *
 * @module
 */
import { linesOf } from "../../notebook/cells.ts";
import { DENO_KERNELSPEC } from "../../notebook/notebook.ts";
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

/** What the notebook says of its run. */
export type LoggedRun = Pick<
  RunRecord,
  "run_id" | "name" | "experiment" | "start_time" | "cells" | "environment"
>;

/** The id of the cell that says what the notebook is. */
const ABOUT = "nbtrack-about";

/** The text of `session.ipynb`. */
export function sessionNotebook(
  record: LoggedRun,
  extras: NotebookExtras | null = null,
): string {
  const taken = new Set([ABOUT]);
  return notebookJson({
    cells: [
      aboutCell(record),
      ...record.cells.map((cell) => codeCell(cell, taken)),
    ],
    metadata: {
      kernelspec: DENO_KERNELSPEC,
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

/** What this notebook is, which run it was, and how to repeat it: for whoever opens it. */
function aboutCell(record: LoggedRun): unknown {
  const { run_id, name, experiment, start_time } = record;
  const day = new Date(start_time).toISOString().slice(0, 10);
  const text =
    `Run ${quoted(name)} (${run_id.slice(0, 8)}) of the experiment ${
      quoted(experiment)
    } on ${day}: its cells in the order in which they were executed, recorded by nbtrack.\n\n` +
    "Repeat it with its packages and data: `nbtrack reproduce session.ipynb`, or the bundle. Executed by hand, a " +
    "cell finds its data only where it names it, not below `data/`.";
  return {
    cell_type: "markdown",
    id: ABOUT,
    metadata: {},
    source: linesOf(text),
  };
}

/** A name as Markdown that cannot be more than a name. */
function quoted(name: string): string {
  return `\`${name.replace(/[`\s]+/g, " ").trim()}\``;
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
    source: linesOf(cell.source),
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
    return { ...output, text: linesOf(output["text"]) };
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
          ? linesOf(value)
          : value,
      ]),
    ),
  };
}

function typescriptVersion(
  { environment }: Pick<RunRecord, "environment">,
): { version?: string } {
  return environment.typescript === null
    ? {}
    : { version: environment.typescript };
}
