/**
 * A cell's outputs, then and now.
 *
 * @module
 */
import type { Output } from "../../record/bundle/canonical.ts";
import type { OutputVerdict } from "../types.ts";
import type { Masks } from "./masks.ts";
import { compareText, compareValue, shortDiff } from "./values.ts";

/** One execution, then and now. */
export interface ComparedCell {
  /** Place in the recorded order. */
  index: number;
  recorded: { status: string; outputs: readonly Output[] };
  reproduced: { status: string; outputs: readonly Output[] };
}

/** What tells a run's own card among the outputs. */
export type IsCard = (output: Output) => boolean;

/** Compares the outputs of one execution; null when there was none, neither then nor now. */
export async function compareCell(
  cell: ComparedCell,
  masks: Masks,
  isCard: IsCard,
): Promise<OutputVerdict | null> {
  const then = sorted(cell.recorded.outputs, isCard);
  const now = sorted(cell.reproduced.outputs, isCard);
  const failed = [cell.recorded, cell.reproduced].map((c) => c.status !== "ok");
  const nothing = then.empty && now.empty && !failed[0] && !failed[1];
  if (nothing) return null;
  const differences: string[] = [];
  if (failed[0] !== failed[1]) {
    differences.push(
      failed[0]
        ? "it failed when it was recorded and does not now"
        : "it fails now and did not when it was recorded",
    );
  }
  for (const name of ["stdout", "stderr"] as const) {
    const difference = compareText(
      "text/plain",
      [then[name], now[name]],
      masks,
    );
    if (difference !== null) differences.push(`${name}:\n${difference}`);
  }
  if (then.rich.length !== now.rich.length) {
    differences.push(
      `${count(then.rich.length)} → ${count(now.rich.length)}`,
    );
  }
  for (const [i, output] of then.rich.entries()) {
    const other = now.rich[i];
    if (other === undefined) break;
    differences.push(...await compareRich(output, other, masks));
  }
  if (then.cards + now.cards > 0) masks.count("card of a run");
  if (then.said || now.said) masks.count("message of nbtrack");
  return {
    cell: cell.index,
    same: differences.length === 0,
    diff: differences.length === 0 ? null : shortDiff(differences.join("\n")),
  };
}

interface Sorted {
  stdout: string;
  stderr: string;
  /** Displays, results and errors in their order. */
  rich: Output[];
  cards: number;
  /** Whether nbtrack itself said something on standard error. */
  said: boolean;
  empty: boolean;
}

/** Merges streams and takes cards out. */
function sorted(outputs: readonly Output[], isCard: IsCard): Sorted {
  const result: Sorted = {
    stdout: "",
    stderr: "",
    rich: [],
    cards: 0,
    said: false,
    empty: true,
  };
  for (const output of outputs) {
    result.empty = false;
    if (output.output_type === "stream") {
      const name = output["name"] === "stderr" ? "stderr" : "stdout";
      result[name] += String(output["text"] ?? "");
    } else if (isCard(output)) result.cards++;
    else result.rich.push(output);
  }
  const stderr = result.stderr.replace(/^nbtrack: .*\n?/gm, "");
  result.said = stderr !== result.stderr;
  result.stderr = stderr;
  return result;
}

async function compareRich(
  then: Output,
  now: Output,
  masks: Masks,
): Promise<string[]> {
  if (kindOf(then) !== kindOf(now)) {
    return [`${then.output_type} → ${now.output_type}`];
  }
  if (then.output_type === "error") {
    const names = (output: Output) => `${output["ename"]}: ${output["evalue"]}`;
    const difference = compareText(
      "text/plain",
      [names(then), names(now)],
      masks,
    );
    return difference === null ? [] : [difference];
  }
  const [before, after] = [dataOf(then), dataOf(now)];
  const differences: string[] = [];
  for (const type of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(type in before)) differences.push(`${type} is new`);
    else if (!(type in after)) differences.push(`${type} is gone`);
    else {
      const difference = await compareValue(
        type,
        [before[type], after[type]],
        masks,
      );
      if (difference !== null) differences.push(difference);
    }
  }
  return differences;
}

/** A value that is shown and one that is returned look the same to a reader. */
function kindOf(output: Output): string {
  return output.output_type === "error" ? "error" : "data";
}

function dataOf(output: Output): Record<string, unknown> {
  const data = output["data"];
  return typeof data === "object" && data !== null
    ? data as Record<string, unknown>
    : {};
}

function count(n: number): string {
  return `${n} output${n === 1 ? "" : "s"}`;
}
