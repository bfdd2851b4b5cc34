/**
 * A verdict for people.
 *
 * @module
 */
import { fromJsonNumber, type JsonNumber, numeral } from "../base/numbers.ts";
import { duration } from "../base/quantities.ts";
import { underDimension } from "../record/differences.ts";
import type { Explained } from "../reproduce/explain.ts";
import type { Twice } from "../reproduce/twice.ts";
import type { Verdict } from "../reproduce/replay/types.ts";
import { noPaint, type Paint, paintState } from "./paint.ts";
import { fit, plainLine, wrap } from "./text.ts";

/** Lines of a difference that are shown. */
const MAX_DIFF_LINES = 12;
/** Of metrics, cells and warnings so many are shown. */
const MAX_LISTED = 100;

/** A verdict in a few lines, with what differs. @param options Whether what was masked is shown with both texts */
export function verdictText(
  verdict: Verdict & Partial<Explained> & Partial<Twice>,
  width: number,
  { verbose = false, paint = noPaint, called = (text) => text }: {
    verbose?: boolean;
    paint?: Paint;
    /** Writes a command in a message as it is called here. */
    called?: (text: string) => string;
  } = {},
): string {
  const lines = [
    `${verdict.verdict}: run ${verdict.of.slice(0, 8)} again in ${
      duration(1000 * verdict.seconds)
    } with Deno ${verdict.deno}`,
    `  metrics    ${counted(verdict.metrics)}`,
    `  outputs    ${counted(verdict.outputs)}`,
    `  artifacts  ${counted(verdict.artifacts)}`,
    `  params     ${counted(verdict.params)}`,
  ];
  lines.push(
    ...listed(
      "metrics",
      verdict.metrics.filter(({ same }) => !same),
      ({ key, recorded, reproduced }) => {
        const [then, now] = [numberOf(recorded), numberOf(reproduced)];
        const inside = then === now
          ? ": its last value; another one, a step or a given timestamp differs"
          : "";
        return [`  metric ${key}: ${then} → ${now}${inside}`];
      },
    ),
    ...listed(
      "cells",
      verdict.outputs.filter(({ same }) => !same),
      ({ name, diff }) => [
        `  cell ${name}:`,
        ...diffLines((diff ?? "").split("\n"), width),
      ],
    ),
  );
  for (const cause of verdict.causes) {
    lines.push(`cause: ${underDimension(cause)}`);
  }
  for (const one of verdict.explained ?? []) {
    lines.push(
      `${one.changes ? "makes the difference" : "changes nothing"}: ${
        underDimension(one)
      }`,
    );
  }
  for (const { name, chance } of verdict.unsteady ?? []) {
    lines.push(
      `cell ${name} differs between two equal runs; it uses ${
        chance.join(", ") || "nothing known"
      }`,
    );
  }
  lines.push(...listed("warnings", verdict.warnings, (warning) => {
    const [first = "", ...diff] = warning.split("\n");
    return [
      ...wrap(plainLine(`warning: ${first}`), width - 2).map((line, i) =>
        i === 0 ? line : `  ${line}`
      ),
      ...diffLines(diff, width),
    ];
  }));
  lines.push(...maskedLines(verdict, width, verbose));
  if (verbose) lines.push(...verdict.as_recorded);
  if (verdict.run_id !== null) {
    lines.push(
      called(
        `recorded as run ${verdict.run_id}: nbtrack show ${
          verdict.run_id.slice(0, 8)
        }`,
      ),
    );
  }
  if (verdict.dir !== null) lines.push(`folder ${verdict.dir}`);
  // What a bundle says comes from whoever made it: nothing of it may act on the terminal.
  return lines.map(plainLine).map((line, i) =>
    i === 0
      ? paintState(verdict.verdict, paint) + line.slice(verdict.verdict.length)
      : line
  ).join("\n");
}

/** The lines of the first of many. */
function listed<T>(
  what: string,
  items: readonly T[],
  lines: (item: T) => string[],
): string[] {
  const left = items.length - MAX_LISTED;
  return [
    ...items.slice(0, MAX_LISTED).flatMap(lines),
    ...left > 0 ? [`… ${left} more ${what}: --json has them all`] : [],
  ];
}

/** What differs and is no difference: how much of it, or all of it with both texts. */
function maskedLines(
  { masked, outputs }: Verdict,
  width: number,
  verbose: boolean,
): string[] {
  if (masked.length === 0) return [];
  if (!verbose) {
    const kinds = Map.groupBy(masked, ({ kind }) => kind);
    const counts = [...kinds].map(([kind, uses]) => `${kind} ${uses.length}`);
    return [`masked: ${counts.join(", ")}; --verbose shows both texts`];
  }
  return masked.flatMap(({ kind, cell, artifact, recorded, reproduced }) => {
    const location = artifact !== undefined
      ? ` in artifact ${artifact}`
      : cell !== null
      ? ` in cell ${
        outputs.find((output) => output.cell === cell)?.name ?? cell
      }`
      : "";
    return [
      `masked: ${kind}${location}`,
      ...diffLines(
        [
          ...recorded.split("\n").map((line) => `- ${line}`),
          ...reproduced.split("\n").map((line) => `+ ${line}`),
        ],
        width,
      ),
    ];
  });
}

/** The beginning of a difference; a picture may be one line of thousands of characters. */
function diffLines(diff: readonly string[], width: number): string[] {
  const more = diff.length - MAX_DIFF_LINES;
  return [
    ...diff.slice(0, MAX_DIFF_LINES),
    ...(more > 0 ? [`… ${more} more lines`] : []),
  ].map((line) => fit(`    ${plainLine(line)}`, width));
}

function numberOf(value: JsonNumber | null): string {
  return value === null ? "none" : numeral(fromJsonNumber(value));
}

function counted(list: readonly { same: boolean }[]): string {
  return list.length === 0
    ? "none"
    : `${list.filter((item) => item.same).length} of ${list.length} the same`;
}
