/**
 * Notebook files of nbformat 4, read and written so that what was not changed comes out byte for byte.
 *
 * @module
 */
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import { parseExact, stringifyExact } from "./exact_json.ts";
import type { Output } from "./outputs.ts";

/** A notebook file cannot be used. */
export class NotebookError extends NbtrackError {
  override name = "NotebookError";
}

/** Whether a value is a {@linkcode NotebookError}. */
export function isNotebookError(value: unknown): value is NotebookError {
  return isNbtrackError(value) && value.name === "NotebookError";
}

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

const text = z.union([z.string(), z.array(z.string())]);

const cellSchema = z.looseObject({
  cell_type: z.string(),
  id: z.string().optional(),
  metadata: z.looseObject({}),
  source: text,
  outputs: z.array(z.looseObject({ output_type: z.string() })).optional(),
});

const notebookSchema = z.looseObject({
  cells: z.array(cellSchema),
  metadata: z.looseObject({}),
  nbformat_minor: z.unknown(),
});

/** How a file was written, so that it is written so again. */
interface Style {
  indent: string;
  finalNewline: boolean;
}

const STYLES = new WeakMap<Notebook, Style>();
/** nbformat's own style. */
const DEFAULT_STYLE: Style = { indent: " ", finalNewline: true };

/**
 * Reads a notebook.
 *
 * @throws {NotebookError} when it is no JSON, no notebook, or of another nbformat than 4
 */
export function parseNotebook(json: string): Notebook {
  let value: unknown;
  try {
    value = parseExact(json);
  } catch (cause) {
    throw new NotebookError(
      `The notebook's JSON is broken${lineOf(json, cause)}.`,
      {
        cause,
        hint: "A file cut short by a full disk or a merge conflict looks so.",
      },
    );
  }
  const major = (value as { nbformat?: unknown } | null)?.nbformat;
  if (major === undefined) {
    throw new NotebookError(
      "The file is JSON but no notebook: it has no nbformat.",
    );
  }
  if (Number(major) !== 4) {
    throw new NotebookError(
      `The notebook is of nbformat ${major}; 4 is needed.`,
      {
        hint:
          "Open it in Jupyter and save it, or convert it with `jupyter nbconvert --to notebook`.",
      },
    );
  }
  const checked = notebookSchema.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new NotebookError(
      `The notebook is not as nbformat 4 has it: ${
        issue?.path.join(".")
      }: ${issue?.message}.`,
    );
  }
  const notebook = value as Notebook;
  STYLES.set(notebook, {
    indent: /^\{\n([ \t]+)"/.exec(json)?.[1] ??
      (json.includes("\n") ? " " : ""),
    finalNewline: json.endsWith("\n"),
  });
  return notebook;
}

/** A notebook as nbformat writes it, or in the style of the file it was read from. */
export function formatNotebook(notebook: Notebook): string {
  const style = STYLES.get(notebook) ?? DEFAULT_STYLE;
  for (const cell of notebook.cells) splitOutputs(cell);
  return stringifyExact(notebook, style.indent) +
    (style.finalNewline ? "\n" : "");
}

/** A cell's source as one text. */
export function sourceOf(cell: Cell): string {
  return typeof cell.source === "string" ? cell.source : cell.source.join("");
}

/** A text as nbformat's list of lines, each with its newline. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The name of the notebook's kernel, or null. */
export function kernelNameOf(notebook: Notebook): string | null {
  const spec = notebook.metadata["kernelspec"] as
    | { name?: unknown }
    | undefined;
  return typeof spec?.name === "string" ? spec.name : null;
}

/** Whether a notebook is for Deno's kernel: it says so, or says TypeScript, or nothing. */
export function isDenoNotebook(notebook: Notebook): boolean {
  const spec = notebook.metadata["kernelspec"] as {
    name?: string;
    language?: string;
  } | undefined;
  const info = notebook.metadata["language_info"] as
    | { name?: string }
    | undefined;
  const name = spec?.name?.toLowerCase();
  const language = (spec?.language ?? info?.name)?.toLowerCase();
  if (name === undefined && language === undefined) return true;
  return name === "deno" || name?.includes("deno") === true ||
    language === "typescript";
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

/** A new notebook for Deno's kernel. */
export function newNotebook(cells: Cell[] = []): Notebook {
  return {
    cells,
    metadata: {
      kernelspec: {
        display_name: "Deno",
        language: "typescript",
        name: "deno",
      },
      language_info: {
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Long texts of fresh outputs become lists of lines, as nbformat writes them. */
function splitOutputs(cell: Cell): void {
  for (const output of (cell["outputs"] ?? []) as Output[]) {
    if (output.output_type === "stream" && typeof output.text === "string") {
      output.text = linesOf(output.text);
    } else if (
      output.output_type === "display_data" ||
      output.output_type === "execute_result"
    ) {
      for (const [type, value] of Object.entries(output.data)) {
        if (typeof value === "string" && isTextType(type)) {
          output.data[type] = linesOf(value);
        }
      }
    }
  }
}

function isTextType(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" ||
    type === "application/javascript";
}

function lineOf(json: string, cause: unknown): string {
  const message = messageOf(cause);
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined) return json.trim() === "" ? ": the file is empty" : "";
  return ` in line ${json.slice(0, Number(at)).split("\n").length}`;
}
