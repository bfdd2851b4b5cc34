/**
 * The outputs of a cell, as nbformat 4 has them.
 *
 * @module
 */
import { isObject } from "../base/values.ts";

/** A MIME bundle. */
export type MimeBundle = Record<string, unknown>;

/** An output of nbformat 4. */
export type Output =
  | {
    output_type: "stream";
    name: "stdout" | "stderr";
    text: string | string[];
  }
  | {
    output_type: "display_data";
    data: MimeBundle;
    metadata: Record<string, unknown>;
  }
  | {
    output_type: "execute_result";
    execution_count: number | null;
    data: MimeBundle;
    metadata: Record<string, unknown>;
  }
  | {
    output_type: "error";
    ename: string;
    evalue: string;
    traceback: string[];
  };

/** A stream's text, whichever form it has. */
export function textOf(
  output: Extract<Output, { output_type: "stream" }>,
): string {
  return typeof output.text === "string" ? output.text : output.text.join("");
}

/** An output of any kind, as it is read from a file. */
export interface AnyOutput {
  output_type: string;
  [member: string]: unknown;
}

/** An output with its texts in one piece: nbformat may split them into lines. */
export function inOnePiece<O extends AnyOutput>(output: O): O {
  const whole: AnyOutput = { ...output };
  if ("text" in whole) whole["text"] = joined(whole["text"]);
  const data = whole["data"];
  if (isObject(data)) {
    whole["data"] = Object.fromEntries(
      Object.entries(data).map(([type, value]) => [
        type,
        isJsonType(type) ? value : joined(value),
      ]),
    );
  }
  return whole as O;
}

/** Whether values of a media type are JSON: nbformat splits only texts, and a list of texts under it is that list. */
export function isJsonType(type: string): boolean {
  return /[/+]json$/.test(type);
}

/** A text that may be a list of lines, in one piece; any other value as it is. */
function joined(value: unknown): unknown {
  return Array.isArray(value) && value.every((v) => typeof v === "string")
    ? value.join("")
    : value;
}
