/**
 * A cell's outputs, then and now.
 *
 * @module
 */
import { canonicalJson } from "../../record/bundle/canonical.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { lessonText, type RunOnCard, runOnCard, viewName } from "./cards.ts";
import type { Mask } from "./masks.ts";
import { addShown, otherOrder, type ShownPart } from "./output_order.ts";
import { LINES } from "./terminal.ts";
import type { OutputVerdict } from "./types.ts";
import { withoutVegaVersions } from "./vega.ts";
import { compareText, compareValue, shortDiff } from "./values.ts";

/** One execution, then or now. */
export interface ComparedExecution {
  status: string;
  outputs: readonly AnyOutput[];
  /** What nbtrack said of that run: it prints these sentences on standard error. */
  messages: ReadonlySet<string>;
}

/** One execution, then and now. */
export interface ComparedCell {
  /** Position in the recorded order. */
  index: number;
  /** What people call it. */
  name: string;
  recorded: ComparedExecution;
  reproduced: ComparedExecution;
}

/** What is known of the code that made the outputs. */
export interface OutputOptions {
  /** Whether what its streams overwrite may be a progress bar, which is drawn as often as time allows. @default {true} */
  drawsProgress?: boolean;
  /** Whether one Deno ran both: another may count lines in another way. @default {true} */
  sameDeno?: boolean;
  /** Whether the run's cards are the same ones: then one may stand in another cell, as that of a run nobody awaited. @default {false} */
  sameCards?: boolean;
}

/** Compares the outputs of one execution; null when there was none, neither then nor now. */
export async function compareCell(
  cell: ComparedCell,
  mask: Mask,
  { drawsProgress = true, sameDeno = true, sameCards = false }: OutputOptions =
    {},
): Promise<OutputVerdict | null> {
  const then = sorted(cell.recorded);
  const now = sorted(cell.reproduced);
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
      drawsProgress ? mask.stream() : mask,
    );
    if (difference !== null) differences.push(`${name}:\n${difference}`);
  }
  if (then.messages !== now.messages) {
    mask.keep("message of nbtrack", [[then.messages, now.messages]]);
  }
  const cards = compareCards(then.cards, now.cards);
  if (!sameCards) differences.push(...cards);
  else if (cards.length > 0) {
    mask.keep("place of cards", [[
      count(then.cards.length, "card"),
      count(now.cards.length, "card"),
    ]]);
  }
  differences.push(...compareViews(then.views, now.views));
  const [checksThen, checksNow] = [then.lessons.length, now.lessons.length];
  if (checksThen !== checksNow) {
    differences.push(`${count(checksThen, "lesson output")} → ${checksNow}`);
  }
  const said = then.lessons.map((text, i) => [text, now.lessons[i] ?? ""])
    .filter(([a, b]) => a !== b) as [string, string][];
  if (said.length > 0) mask.keep("what a lesson says of the record", said);
  if (then.rich.length !== now.rich.length) {
    differences.push(
      `${count(then.rich.length)} → ${count(now.rich.length)}`,
    );
  }
  for (const [i, output] of then.rich.entries()) {
    const other = now.rich[i];
    if (other === undefined) break;
    differences.push(...await compareRich(output, other, mask));
    if (sameDeno) differences.push(...comparePlaces(output, other));
  }
  const order = otherOrder(then.order, now.order);
  if (differences.length === 0 && order !== null) {
    mask.keep("order of outputs", [order]);
  }
  return {
    cell: cell.index,
    name: cell.name,
    same: differences.length === 0,
    diff: differences.length === 0 ? null : shortDiff(differences.join("\n")),
  };
}

interface Sorted {
  stdout: string;
  stderr: string;
  /** Displays, results and errors in their order. */
  rich: AnyOutput[];
  cards: RunOnCard[];
  /** What lessons showed of the record, as text. */
  lessons: string[];
  /** Charts, progress displays and tables of runs, in words. */
  views: string[];
  /** What nbtrack itself said on standard error. */
  messages: string;
  /** What streams and displays showed, one after the other. */
  order: ShownPart[];
  empty: boolean;
}

/** Merges streams and takes out what nbtrack itself shows. */
function sorted({ outputs, messages }: ComparedExecution): Sorted {
  const result: Sorted = {
    stdout: "",
    stderr: "",
    rich: [],
    cards: [],
    lessons: [],
    views: [],
    messages: "",
    order: [],
    empty: outputs.length === 0,
  };
  const own = (line: string) => messages.has(line.trimEnd());
  for (const output of outputs) {
    if (output.output_type === "stream") {
      addShown(result.order, output, own);
      const name = output["name"] === "stderr" ? "stderr" : "stdout";
      result[name] += String(output["text"] ?? "");
      continue;
    }
    const card = runOnCard(output);
    if (card !== null) result.cards.push(card);
    else {
      const lesson = lessonText(output);
      const view = viewName(output);
      if (lesson !== null) result.lessons.push(lesson);
      else if (view !== null) result.views.push(view);
      else {
        result.rich.push(output);
        addShown(result.order, output, own);
      }
    }
  }
  const lines = result.stderr.match(LINES) ?? [];
  result.stderr = lines.filter((line) => !own(line)).join("");
  result.messages = lines.filter(own).join("");
  return result;
}

/** A card shows which experiment a run is of; the rest of it is the run's own, and is compared as what was logged. */
function compareCards(
  then: readonly RunOnCard[],
  now: readonly RunOnCard[],
): string[] {
  if (then.length !== now.length) {
    return [`${count(then.length, "card")} → ${count(now.length, "card")}`];
  }
  return then.flatMap(({ experiment }, i) => {
    const other = now[i]?.experiment;
    return experiment === other
      ? []
      : [`the card of a run of ${experiment} → of ${other}`];
  });
}

/** What charts and tables show is compared where it was logged: here only which there are. */
function compareViews(
  then: readonly string[],
  now: readonly string[],
): string[] {
  const length = Math.max(then.length, now.length);
  return Array.from({ length }, (_, i) => [then[i], now[i]] as const)
    .filter(([a, b]) => a !== b)
    .map(([a = "nothing", b = "nothing"]) => `${a} → ${b}`);
}

async function compareRich(
  then: AnyOutput,
  now: AnyOutput,
  mask: Mask,
): Promise<string[]> {
  if (kindOf(then) !== kindOf(now)) {
    return [`${then.output_type} → ${now.output_type}`];
  }
  if (then.output_type === "error") {
    const names = (output: AnyOutput) =>
      `${output["ename"]}: ${output["evalue"]}`;
    const difference = compareText(
      "text/plain",
      [names(then), names(now)],
      mask,
    );
    return difference === null ? [] : [difference];
  }
  const charts = [then, now].map((output) =>
    withoutVegaVersions(membersOf(output, "data"))
  );
  const [before = {}, after = {}] = charts.map(({ data }) => data);
  const [drawn = "", drawnNow = ""] = charts.map(({ versions }) =>
    versions.join(", ")
  );
  if (drawn !== drawnNow) mask.keep("version of a chart", [[drawn, drawnNow]]);
  const differences: string[] = [];
  for (const type of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!Object.hasOwn(before, type)) differences.push(`${type} is new`);
    else if (!Object.hasOwn(after, type)) differences.push(`${type} is gone`);
    else {
      const difference = await compareValue(
        type,
        [before[type], after[type]],
        mask,
      );
      if (difference !== null) differences.push(difference);
    }
  }
  const sizes = [then, now].map((output) =>
    canonicalJson(membersOf(output, "metadata"))
  );
  if (sizes[0] !== sizes[1]) {
    differences.push(`metadata: ${sizes[0]} → ${sizes[1]}`);
  }
  return differences;
}

/** The innermost line of a cell in a traceback; its column moves with what a replay puts in the place of a secret. */
const THROWN_AT = /<anonymous>:(\d+):\d+/;

/** Where in the cell an error was thrown, as far as both say it. Where there was no room left for one call more tells nothing. */
function comparePlaces(then: AnyOutput, now: AnyOutput): string[] {
  if (then["evalue"] === "Maximum call stack size exceeded") return [];
  const [before, after] = [then, now].map(({ output_type, traceback }) =>
    output_type === "error" && Array.isArray(traceback)
      ? THROWN_AT.exec(traceback.join("\n"))?.[1]
      : undefined
  );
  return before === undefined || after === undefined || before === after
    ? []
    : [`it was thrown in line ${before} → in line ${after}`];
}

/** A value that is shown and one that is returned look the same to a reader. */
function kindOf(output: AnyOutput): string {
  return output.output_type === "error" ? "error" : "data";
}

function membersOf(
  output: AnyOutput,
  name: "data" | "metadata",
): Record<string, unknown> {
  const members = output[name];
  return typeof members === "object" && members !== null
    ? members as Record<string, unknown>
    : {};
}

function count(n: number, what = "output"): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
