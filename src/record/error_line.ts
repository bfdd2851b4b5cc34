/**
 * What a failed cell execution said.
 *
 * @module
 */
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { AnyOutput } from "../notebook/outputs.ts";

/** The first line of the error that an execution ended with; null when it showed none. */
export function errorLineOf(
  journal: Journal,
  { session_id, position }: Execution,
): string | null {
  return errorLineAmong(
    journal.executions.outputs(session_id, position).map((json) =>
      JSON.parse(json)
    ),
  );
}

/** The first line of the error among outputs; null when there is none. */
export function errorLineAmong(outputs: readonly AnyOutput[]): string | null {
  const error = outputs.find(({ output_type }) => output_type === "error");
  if (error === undefined) return null;
  const [line = ""] = String(error["evalue"]).split("\n");
  return line === "" ? String(error["ename"]) : `${error["ename"]}: ${line}`;
}
