/**
 * What a failed cell execution said.
 *
 * @module
 */
import type { Execution } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";

/** The first line of the error that an execution ended with; null when it showed none. */
export function errorLineOf(
  journal: Journal,
  { session_id, position }: Execution,
): string | null {
  for (const json of journal.executions.outputs(session_id, position)) {
    const { output_type, ename, evalue } = JSON.parse(json);
    if (output_type !== "error") continue;
    const [line = ""] = String(evalue).split("\n");
    return line === "" ? String(ename) : `${ename}: ${line}`;
  }
  return null;
}
