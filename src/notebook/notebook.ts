/**
 * Notebook files of nbformat 4, read and written so that what was not changed comes out byte for byte.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { JsonBreak, scanMembers } from "./json_scan.ts";
import { parseExact } from "./json_text.ts";
import { rememberOrigin } from "./notebook_origin.ts";
import type { Cell, Notebook } from "./cells.ts";
import { wholeNotebookSchema } from "./schema.ts";

export {
  type Cell,
  type CodeCell,
  linesOf,
  newCodeCell,
  type Notebook,
  sourceOf,
  withSource,
} from "./cells.ts";
export { formatNotebook } from "./notebook_format.ts";

/** A notebook file cannot be used. */
export class NotebookError extends NbtrackError {}

/** What V8 says behind what is wrong: a piece of the text, or the offset. */
const EXCERPT = /(?:, (?:\.\.\.)?"| in JSON at position).*$/s;

const MEND =
  "Open it in Jupyter and save it, or take an earlier version of the file.";

/**
 * Reads a notebook.
 *
 * @throws {NotebookError} when it is no JSON, no notebook, or of another nbformat than 4
 */
export function parseNotebook(json: string): Notebook {
  try {
    return read(withoutByteOrderMark(json));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new NotebookError(
      "The notebook's JSON is nested too deeply to be read.",
      { cause, hint: MEND },
    );
  }
}

/** A text without the byte order mark that some editors put in front. */
function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function read(json: string): Notebook {
  const value = parse(json);
  const members = value as Partial<Notebook> | null;
  const major = members?.nbformat;
  if (major === undefined) {
    throw new NotebookError(
      "The file is JSON but no notebook: it has no nbformat.",
      { hint: "Give the path of an .ipynb file that Jupyter can open." },
    );
  }
  if (major !== 4) {
    throw new NotebookError(
      `The notebook is of nbformat ${JSON.stringify(major)}; 4 is needed.`,
      {
        hint:
          "Open it in Jupyter and save it, or convert it with `jupyter nbconvert --to notebook`.",
      },
    );
  }
  if (members?.cells === undefined) {
    throw new NotebookError("The notebook has no cells: the list is missing.", {
      hint: MEND,
    });
  }
  const checked = wholeNotebookSchema.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new NotebookError(
      `The notebook is not as nbformat 4 has it: ${
        pathText(issue?.path ?? [])
      }: ${issue?.message}.`,
      { hint: MEND },
    );
  }
  // What zod gives back is a copy in which numbers have lost their texts.
  const notebook = value as Notebook;
  rememberOrigin(notebook, json);
  return notebook;
}

/** The name of the notebook's kernel, or null. */
export function kernelNameOf(notebook: Notebook): string | null {
  return textIn(notebook.metadata["kernelspec"], "name");
}

/** Whether a notebook is for Deno's kernel: it says so, or says TypeScript, or nothing. */
export function isDenoNotebook(notebook: Notebook): boolean {
  const { kernelspec, language_info } = notebook.metadata;
  const name = textIn(kernelspec, "name")?.toLowerCase();
  const language =
    (textIn(kernelspec, "language") ?? textIn(language_info, "name"))
      ?.toLowerCase();
  return (name === undefined && language === undefined) ||
    name?.includes("deno") === true || language === "typescript";
}

/** What a notebook says of Deno's own kernel. */
export const DENO_KERNELSPEC: Readonly<Record<string, string>> = {
  display_name: "Deno",
  language: "typescript",
  name: "deno",
};

/** What a notebook says of Deno's language. */
export const DENO_LANGUAGE: Readonly<Record<string, string>> = {
  file_extension: ".ts",
  mimetype: "text/x.typescript",
  name: "typescript",
};

/** A new notebook for Deno's kernel. */
export function newNotebook(cells: Cell[] = []): Notebook {
  return {
    cells,
    metadata: {
      kernelspec: { ...DENO_KERNELSPEC },
      language_info: { ...DENO_LANGUAGE },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function textIn(value: unknown, member: string): string | null {
  const found = typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[member]
    : undefined;
  return typeof found === "string" ? found : null;
}

function parse(json: string): unknown {
  try {
    return parseExact(json);
  } catch (cause) {
    if (json.trim() === "") {
      throw new NotebookError("The notebook is an empty file.", {
        cause,
        hint: "Make a notebook with Jupyter, or with `nbtrack init DIR`.",
      });
    }
    throw new NotebookError(
      `The notebook's JSON is broken in line ${brokenLine(json)}: ${
        messageOf(cause).replace(EXCERPT, "")
      }.`,
      {
        cause,
        hint:
          "A file cut short or with the lines of a merge conflict looks so.",
      },
    );
  }
}

/** The line in which JSON breaks, from 1. */
function brokenLine(json: string): number {
  try {
    scanMembers(json);
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    return json.slice(0, error.position).split("\n").length;
  }
  return 1;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, i) =>
    typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`
  ).join("");
}
