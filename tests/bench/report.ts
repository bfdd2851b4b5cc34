/**
 * How a measurement is printed: a figure, its floor or peer measured in the same run, their ratio, the bar.
 *
 * @module
 */

/** One measurement. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** What it is held against, measured in the same run. */
  peer?: { what: string; value: number };
  /** The bar, and whether the value (or its ratio to the peer) must be below or above it. */
  bar: { limit: number; of: "value" | "ratio"; side: "below" | "above" };
}

/** Prints a figure; returns whether it holds. */
export function report(figure: Figure): boolean {
  const ratio = figure.peer === undefined
    ? null
    : figure.value / figure.peer.value;
  const held = figure.bar.of === "ratio" ? ratio ?? NaN : figure.value;
  const holds = figure.bar.side === "below"
    ? held <= figure.bar.limit
    : held >= figure.bar.limit;
  const parts = [
    `${holds ? "ok  " : "FAIL"} ${figure.what}: ${
      number(figure.value)
    } ${figure.unit}`,
    figure.peer === undefined || ratio === null
      ? ""
      : `${figure.peer.what}: ${
        number(figure.peer.value)
      } ${figure.unit}, ratio ${ratio.toFixed(3)}`,
    `bar ${figure.bar.side === "below" ? "≤" : "≥"} ${figure.bar.limit}${
      figure.bar.of === "ratio" ? " of it" : ` ${figure.unit}`
    }`,
  ];
  console.log(parts.filter((p) => p !== "").join(" | "));
  return holds;
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle] ?? NaN
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

function number(value: number): string {
  return value >= 100
    ? value.toFixed(0)
    : value >= 1
    ? value.toFixed(2)
    : value.toPrecision(3);
}
