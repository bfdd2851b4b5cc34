/**
 * The outputs of a cell, as nbformat 4 has them.
 *
 * @module
 */

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
