import { assertEquals, assertStringIncludes } from "@std/assert";
import { comparedCurves } from "../../src/view/compared_curves.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

Deno.test("compare draws the metrics that differ above each other, each run with a symbol of its own", async () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const ids = [[3, 2, 1], [3, 1, 0.5]].map((loss) =>
    addRun(journal, { metrics: { loss, once: [1] } })
  );
  const runs = await new JournalReader(journal).list();
  const metrics = ["loss", "once"].map((key) => ({ key, values: [] }));
  const texts = comparedCurves(journal, { runs, metrics }, 60);
  assertEquals(texts.length, 1, "one value has no course");
  for (const run of runs) assertStringIncludes(texts[0] ?? "", run.name);
  assertStringIncludes(texts[0] ?? "", "▲ ");
  const alike = runs.map((run) => ({ ...run, name: "again" }));
  const [named = ""] = comparedCurves(journal, { runs: alike, metrics }, 60);
  for (const id of ids) assertStringIncludes(named, `again ${id.slice(0, 8)}`);
  const elsewhere = runs.map((run) => ({ ...run, run_id: "elsewhere" }));
  assertEquals(comparedCurves(journal, { runs: elsewhere, metrics }, 60), []);
});
