/**
 * Charts of Vega and Vega-Lite that cells show, kept as files of the run's record: each can be opened by itself.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";

const TYPE = /^application\/vnd\.(vega|vegalite)\.v[\d.]+\+json$/;
/** Charts that are kept, and how large each may be, characters. */
const MAX_CHARTS = 100;
const MAX_CHARS = 5_000_000;

const schema = z.looseObject({
  data: z.record(z.string(), z.unknown()),
});

/** Keeps the charts of a run's cells as `nbtrack/charts/cell-POSITION-OUTPUT.vl.json` (`.vg.json` for Vega). */
export function keepChartSpecs(journal: Journal, run: RunRow): void {
  const cells = journal.executions.list(run.session_id, run.last_execution);
  const indices = new Map(cells.map(({ position }, i) => [position, i]));
  let kept = 0;
  for (
    const { position, n, json } of journal.executions.outputsWith(
      run.session_id,
      "application/vnd.vega",
    )
  ) {
    const index = indices.get(position);
    const output = schema.safeParse(JSON.parse(json));
    if (index === undefined || !output.success) continue;
    for (const [type, spec] of Object.entries(output.data.data)) {
      const [, kind] = TYPE.exec(type) ?? [];
      const text = JSON.stringify(spec, null, 2);
      if (kind === undefined || text.length > MAX_CHARS) continue;
      if (++kept > MAX_CHARTS) return;
      journal.artifacts.put(
        run.run_id,
        `nbtrack/charts/cell-${index}-${n}.${
          kind === "vega" ? "vg" : "vl"
        }.json`,
        new TextEncoder().encode(text),
        { content_type: "application/json", origin: "record" },
      );
    }
  }
}
