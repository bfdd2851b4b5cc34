/**
 * Everything that nbtrack shows in a cell, as bundles of media types.
 *
 * @module
 */
import type { SweepPlan } from "../../src/record/sweep/plan.ts";
import { sweepResult } from "../../src/track/sweep_table.ts";
import { bucketsOf } from "../../src/view/charts.ts";
import { chartBundle } from "../../src/view/chart_view.ts";
import { progressBundle } from "../../src/view/progress_view.ts";
import { cardBundle, runCard } from "../../src/view/run_card.ts";
import { compareInCell, runsInCell } from "../../src/view/runs_in_cell.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

/** A bundle of media types. */
export type Bundle = Record<string, unknown>;

/** A sweep of one trial. */
const SWEEP: SweepPlan = {
  space: { grid: {}, random: null, ranges: {}, repeat: 1, seed: null },
  trials: [{ n: 0, combination: 0, params: { k: "<u>|1" }, seed: null }],
  params: {},
  track: null,
  goal: null,
  stopMedian: null,
  timeout_ms: null,
  allowErrors: true,
  output: null,
  in_cell: true,
};

/** The card of a run, a chart, tables of runs, a comparison, a sweep and bars of progress. */
export async function allDisplays(): Promise<Bundle[]> {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const ids = [1, 2].map((k) =>
    addRun(journal, {
      experiment: "e",
      params: { k: String(k) },
      metrics: { loss: [3, 2, k] },
      documents: { packages: [] },
      end: "FINISHED",
    })
  );
  const run = { id: ids[0] ?? "", name: "n", experiment: "e" };
  return [
    cardBundle(runCard(journal, { ...run, status: "FINISHED" })),
    chartBundle({
      run_id: run.id,
      keys: ["loss"],
      series: [{ name: "loss", buckets: bucketsOf([{ step: 0, value: 1 }]) }],
      options: {},
      caption: "FINISHED",
      display_id: "1",
    }),
    await shown(await runsInCell("e", { home })),
    await shown(await compareInCell(ids, { home })),
    await shown(
      sweepResult(run.id, SWEEP, [{
        run_id: run.id,
        params: { k: "<u>|1" },
        seed: null,
        status: "FAILED",
        metrics: {},
        error: "<script>no</script>",
      }]),
    ),
    ...[null, 9].map((total) => ({
      ...progressBundle(
        { name: "<u>", total, done: 3, ended: null, seconds: 2 },
        "1",
        0,
      ),
    })),
  ];
}

async function shown(value: object): Promise<Bundle> {
  const display = (value as Record<symbol, () => Promise<Bundle>>)[
    Symbol.for("Jupyter.display")
  ];
  return await display?.() ?? {};
}
