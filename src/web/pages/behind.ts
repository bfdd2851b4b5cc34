/**
 * The cells that a metric depends on.
 *
 * @module
 */
import { cellName } from "../../record/cell_name.ts";
import { cellsBehind } from "../../record/cells_behind.ts";
import type { RecordedCell, RunRecord } from "../../record/schema/record.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { PageSource, PointRow } from "../parts/source.ts";
import { shortId } from "../parts/texts.ts";
import { cellParts } from "./cells.ts";

/** The cells behind one metric, with their sources. */
export async function behindPart(
  links: Links,
  run: RunRecord,
  key: string,
  points: readonly PointRow[],
): Promise<Html | ""> {
  if (run.cells.length === 0) return "";
  const found = (await cellsBehind(run)).of(key, timesOf(points));
  const cells = run.cells.filter(({ index }) => found.includes(index));
  return markup`<section id="behind" aria-labelledby="behind-title"><h2 id="behind-title">Cells behind it</h2>
<p>${cells.length} of ${run.cells.length} executions, as their sources say. Nothing was run to see that: <code>nbtrack slice ${
    shortId(run.run_id)
  } --metric ${quoted(key)}</code> proves it.</p>
${cellParts(cells, { outputs: false, page: links.run(run.run_id) })}</section>`;
}

/** The cells behind several metrics, for pages that have no page for each. */
export async function cellsBehindAll(
  source: PageSource,
  run: RunRecord,
  keys: readonly string[],
): Promise<Map<string, RecordedCell[]>> {
  const behind = await cellsBehind(run);
  const found = new Map<string, RecordedCell[]>();
  for (const key of keys) {
    const points = await source.points(run.run_id, key);
    const indexes = new Set(behind.of(key, timesOf(points)));
    found.set(key, run.cells.filter(({ index }) => indexes.has(index)));
  }
  return found;
}

/** Cells by name, as links within the page of their run. */
export function cellLinks(cells: readonly RecordedCell[]): Html[] {
  return cells.map((cell) =>
    markup`<a href="#cell-${cell.index}">${cellName(cell)}</a> `
  );
}

function* timesOf(points: Iterable<PointRow>): Generator<number | null> {
  for (const { timestamp } of points) yield timestamp;
}

/** A key as a shell takes it. */
function quoted(key: string): string {
  return /^[\w./-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}
