/**
 * The order of what one execution shows. The kernel sends standard output, standard error and displays on their own
 * ways, and chance decides which arrives first: another order is no difference, and is shown as masked.
 *
 * @module
 */
import type { AnyOutput } from "../../notebook/outputs.ts";
import { LINES } from "./terminal.ts";

/** What was shown in one go. */
export interface ShownPart {
  from: "stdout" | "stderr" | "display";
  text: string;
}

/** Adds what was shown next; a stream goes on with what it wrote last. */
export function addShown(
  parts: ShownPart[],
  output: AnyOutput,
  isOwn: (line: string) => boolean,
): void {
  if (output.output_type !== "stream") {
    parts.push({ from: "display", text: output.output_type });
    return;
  }
  const from = output["name"] === "stderr" ? "stderr" : "stdout";
  const all = String(output["text"] ?? "");
  const text = from === "stdout"
    ? all
    : (all.match(LINES) ?? []).filter((line) => !isOwn(line)).join("");
  if (text === "") return;
  const last = parts.at(-1);
  if (last?.from === from) last.text += text;
  else parts.push({ from, text });
}

/** Both orders in words where they are not the same; null where they are. */
export function otherOrder(
  then: readonly ShownPart[],
  now: readonly ShownPart[],
): [recorded: string, reproduced: string] | null {
  if (then.length < 2 && now.length < 2) return null;
  return keyOf(then) === keyOf(now) ? null : [inWords(then), inWords(now)];
}

/** Lines, not characters: a time that is masked has not always as many. */
function keyOf(parts: readonly ShownPart[]): string {
  return parts.map(({ from, text }) => `${from} ${text.split("\n").length}`)
    .join();
}

function inWords(parts: readonly ShownPart[]): string {
  return parts.map(({ from, text }) => `${from}: ${text.trimEnd()}`)
    .join("\n");
}
