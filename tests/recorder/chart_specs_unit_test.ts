import { assertEquals } from "@std/assert";
import { keepChartSpecs } from "../../src/recorder/chart_specs.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

Deno.test("Vega and Vega-Lite charts of cells are kept as files of the record, under the cell's index", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const id = addRun(journal, { cells: ["1", "2"], end: "FINISHED" });
  const run = journal.runs.get(id)!;
  const [, second] = journal.executions.list(run.session_id);
  const spec = { $schema: "v5", mark: "line" };
  const output = (data: unknown) =>
    JSON.stringify({ output_type: "display_data", data, metadata: {} });
  journal.executions.putOutputs(run.session_id, second!.position, [
    output({ "text/plain": "application/vnd.vegalite.v5+json" }),
    output({ "application/vnd.vegalite.v5+json": spec, "text/plain": "x" }),
    output({ "application/vnd.vega.v5+json": spec }),
  ]);
  keepChartSpecs(journal, run);
  const kept = journal.artifacts.list(id).filter(({ path }) =>
    path.startsWith("nbtrack/")
  );
  assertEquals(kept.map(({ path, origin }) => [path, origin]), [
    ["nbtrack/charts/cell-1-1.vl.json", "record"],
    ["nbtrack/charts/cell-1-2.vg.json", "record"],
  ]);
  assertEquals(
    JSON.parse(
      Deno.readTextFileSync(journal.artifacts.file(kept[0]!.digest)),
    ),
    spec,
  );
});
