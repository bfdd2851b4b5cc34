/**
 * Why a replay did not come to its end, under the dimension that the failure speaks of.
 *
 * @module
 */
import type { PlannedCell } from "./plan.ts";
import type { Cause } from "./types.ts";

/** What a cell threw. */
export interface Thrown {
  ename: string | null;
  evalue: string | null;
  /** Whether a sandbox refused something, and the text says so. @default {false} */
  refused?: boolean;
}

/** The failure of a cell that did not fail when it was recorded. */
export function cellFailed(
  { name }: Pick<PlannedCell, "name">,
  { ename, evalue, refused = false }: Thrown,
): Cause {
  const [first = ""] = (evalue ?? "").split("\n");
  const what = `cell ${name} failed: ${ename}: ${first}`;
  if (refused || ename === "NotCapable" || isNoProgram(first)) {
    return { dimension: "environment", what };
  }
  const absent = ename === "NotFound" ||
    (ename === "Error" && first.startsWith("ENOENT"));
  return absent
    ? {
      dimension: "data",
      what: `${what}; if it is data, name it with data: in track()`,
    }
    : { dimension: "code", what };
}

/** Whether a text says that a program is not on this machine. */
function isNoProgram(text: string): boolean {
  return /^(?:Failed to spawn '|spawn(?:Sync)? .+ ENOENT$)/.test(text);
}

/** A failure of what the code does, with a sentence of its own. */
export function codeFailed(what: string): Cause {
  return { dimension: "code", what };
}
