/**
 * What `check()` gives back, and how it shows itself.
 *
 * @module
 */
import { escapeHtml } from "../base/markup.ts";
import { LESSON_CHECK } from "../base/media_types.ts";
import type { Finding, PointState } from "./points/types.ts";

/** A point, and what became of it. */
export interface CheckedPoint {
  /** What must be so. */
  text: string;
  /** What became of it. */
  state: PointState;
  /** Why; null when it holds. */
  why: string | null;
}

/** What a check found. As a cell's last value it shows itself. */
export interface CheckResult {
  /** Whether every point holds. */
  holds: boolean;
  /** The points, in the order they are worked on. */
  points: CheckedPoint[];
  /** How many hints `check.hint()` has. */
  hints: number;
}

/** A hint. As a cell's last value it shows itself. */
export interface Hint {
  /** Its number, from 1; 0 when all points hold and none is needed. */
  n: number;
  /** How many there are. */
  of: number;
  /** What it says. */
  text: string;
}

/** What is shown besides the result. */
export interface ShownBeside {
  title: string;
  notLookedAt: string;
}

const COLOURS: Record<PointState, string> = {
  holds: "#2e8b57",
  "not yet": "#c8651b",
  "not tried": "#888888",
  "cannot see": "#8a6fc0",
};

/** The result of a check, with its display, which is no member that is listed. */
export function checkResult(
  points: readonly (Finding & { text: string })[],
  hints: number,
  beside: ShownBeside,
): CheckResult {
  const result: CheckResult = {
    holds: points.every(({ state }) => state === "holds"),
    points: points.map(({ text, state, why }) => ({ text, state, why })),
    hints,
  };
  return shown(result, () => ({
    "text/html": resultHtml(result, beside),
    "text/plain": resultText(result, beside),
  }));
}

/** A hint with its display. */
export function hintResult(hint: Hint): Hint {
  const text = `Hint ${hint.n} of ${hint.of}: ${hint.text}`;
  return shown(hint, () => ({
    "text/html": `<div><b>Hint ${hint.n} of ${hint.of}.</b> ${
      escapeHtml(hint.text)
    }</div>`,
    "text/plain": text,
  }));
}

/** What stands in a hint's place when all points hold. */
export function noHintNeeded({ points, hints }: CheckResult): Hint {
  const said = headline(points);
  const text = `${said[0]?.toUpperCase()}${said.slice(1)}: no hint is needed.`;
  return shown({ n: 0, of: hints, text }, () => ({
    "text/html": `<div>${escapeHtml(text)}</div>`,
    "text/plain": text,
  }));
}

function shown<T extends object>(
  value: T,
  bundle: () => { "text/html": string; "text/plain": string },
): T {
  const hidden = (get: () => unknown) => ({ value: get, enumerable: false });
  return Object.defineProperties(value, {
    [Symbol.for("Jupyter.display")]: hidden(() => ({
      ...bundle(),
      [LESSON_CHECK]: structuredClone(value),
    })),
    [Symbol.for("Deno.customInspect")]: hidden(() => bundle()["text/plain"]),
  });
}

function resultText(
  { points, hints, holds }: CheckResult,
  { title, notLookedAt }: ShownBeside,
): string {
  const lines = points.flatMap(({ text, state, why }) => [
    `  ${state.padEnd(10)}  ${text}`,
    ...why === null ? [] : [`              ${why}`],
  ]);
  return [
    `${title}: ${headline(points)}`,
    ...lines,
    `Not looked at: ${notLookedAt}`,
    ...holds ? [] : hintLines(hints),
  ].join("\n");
}

function resultHtml(
  { points, hints, holds }: CheckResult,
  { title, notLookedAt }: ShownBeside,
): string {
  const cell = 'style="text-align:left;vertical-align:top"';
  const rows = points.map(({ text, state, why }) =>
    `<tr><td ${cell}><b style="color:${COLOURS[state]}">${state}</b></td>` +
    `<td ${cell}>${escapeHtml(text)}${
      why === null
        ? ""
        : `<br><span style="opacity:0.75">${escapeHtml(why)}</span>`
    }</td></tr>`
  );
  const after = [
    `Not looked at: ${notLookedAt}`,
    ...holds ? [] : hintLines(hints),
  ].map((line) => `<div style="opacity:0.6">${escapeHtml(line)}</div>`);
  return `<div><b>${escapeHtml(title)}</b>: ${
    escapeHtml(headline(points))
  }</div><table style="border:1px solid #8888">${rows.join("")}</table>${
    after.join("")
  }`;
}

function headline(points: readonly CheckedPoint[]): string {
  const holding = points.filter(({ state }) => state === "holds").length;
  return holding === points.length
    ? `all ${points.length} points hold`
    : `${holding} of ${points.length} points hold`;
}

function hintLines(hints: number): string[] {
  return hints === 0 ? [] : [
    `check.hint() gives a hint; there ${
      hints === 1 ? "is 1" : `are ${hints}`
    }.`,
  ];
}
