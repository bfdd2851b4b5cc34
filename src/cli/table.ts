/**
 * Tables for people: aligned columns, never wider than the terminal.
 *
 * @module
 */
import { noPaint, type Paint, paintState } from "./paint.ts";
import { fit, fitEnds, pad, plainLine, widthOf } from "./text.ts";

/** A column. */
export interface ShownColumn {
  title: string;
  /** Aligned to the right, as numbers are. @default {false} */
  right?: boolean;
  /** Never shortened. @default {false} */
  whole?: boolean;
  /** Not shortened below so many characters. @default {6} */
  least?: number;
  /** Holds states, which a terminal colours. @default {false} */
  state?: boolean;
}

/** Between columns. */
const GAP = "  ";
/** Narrowest a shortened column gets. */
const MIN_WIDTH = 6;

/** Lines of a table; columns that do not fit are shortened, the widest first, and the last ones left out. */
export function table(
  columns: readonly ShownColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: Paint = noPaint,
): string {
  const cells = rows.map((row) => row.map(plainLine));
  const shown = columns.map((column) => ({
    ...column,
    title: plainLine(column.title),
  }));
  let widths = widthsOf(shown, cells);
  while (shown.length > 1 && leastWidth(shown, widths) > width) {
    shown.pop();
    widths = widths.slice(0, shown.length);
  }
  shrink(shown, widths, width);
  const line = (texts: readonly string[]) =>
    shown.map((column, i) => {
      const w = widths[i] ?? 0;
      const text = fit(texts[i] ?? "", w);
      const space = pad("", w - widthOf(text));
      const painted = column.state ? paintState(text, paint) : text;
      return column.right ? space + painted : painted + space;
    }).join(GAP).trimEnd();
  return [line(shown.map((c) => c.title)), ...cells.map(line)].join("\n");
}

/** Whether a table can be that narrow with all its columns. */
export function canFit(
  columns: readonly ShownColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): boolean {
  const shown = columns.map((column) => ({
    ...column,
    title: plainLine(column.title),
  }));
  const cells = rows.map((row) => row.map(plainLine));
  return leastWidth(shown, widthsOf(shown, cells)) <= width;
}

function widthsOf(
  columns: readonly ShownColumn[],
  cells: readonly (readonly string[])[],
): number[] {
  const widths = columns.map((column) => widthOf(column.title));
  for (const row of cells) {
    row.forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, widthOf(text));
    });
  }
  return widths;
}

function leastOf(column: ShownColumn | undefined, width: number): number {
  return column?.whole ? width : Math.min(width, column?.least ?? MIN_WIDTH);
}

function leastWidth(
  columns: readonly ShownColumn[],
  widths: readonly number[],
): number {
  return columns.reduce(
    (sum, column, i) => sum + leastOf(column, widths[i] ?? 0) + GAP.length,
    -GAP.length,
  );
}

function shrink(
  columns: readonly ShownColumn[],
  widths: number[],
  width: number,
): void {
  const total = () =>
    widths.reduce((sum, w) => sum + w + GAP.length, -GAP.length);
  while (total() > width) {
    let widest = -1;
    widths.forEach((w, i) => {
      if (w <= leastOf(columns[i], w)) return;
      if (widest < 0 || w > (widths[widest] ?? 0)) widest = i;
    });
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

/** Lines of `label  text`, the texts aligned; an empty text leaves its line out. A label takes half of the width at most, or what the texts leave. */
export function fields(
  lines: readonly (readonly [label: string, text: string])[],
  width: number,
  style: (label: string, text: string) => string = (_, text) => text,
): string {
  const said = lines.filter(([, text]) => text !== "").map(([label, text]) =>
    [plainLine(label), plainLine(text)] as const
  );
  const widest = (texts: readonly string[]) =>
    texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
  const labels = Math.min(
    widest(said.map(([label]) => label)),
    Math.max(
      Math.floor(width / 2),
      width - GAP.length - widest(said.map(([, text]) => text)),
    ),
  );
  return said.map(([label, text]) =>
    `${pad(fitEnds(label, labels), labels)}${GAP}${
      style(
        label,
        fit(text, Math.max(MIN_WIDTH, width - labels - GAP.length)),
      )
    }`
  ).join("\n");
}

/** Fields of what a user named and filled: a blank text is shown as one. */
export function namedFields(
  texts: Readonly<Record<string, string>>,
  width: number,
): string {
  return fields(
    Object.entries(texts).map(([name, text]) => [
      name,
      plainLine(text).trim() === "" ? JSON.stringify(text) : text,
    ]),
    width,
  );
}
