import { assertEquals } from "@std/assert";
import { RecorderLog } from "../../src/base/log.ts";
import { finaliseOrNameWhy } from "../../src/recorder/finalise.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

Deno.test("the record of a sweep lacks no cells: they are those of its runs", async () => {
  using at = emptyJournal();
  const { home, journal } = at;
  const run_id = addRun(journal, {
    cwd: home,
    cells: ["await sweep({ k: [1, 2] }, body)"],
    documents: { sweep: {} },
    end: "FINISHED",
  });
  const partial = new Set<number>();
  const log = new RecorderLog(home, "test");
  await finaliseOrNameWhy(journal, { run_id, partial, log });
  const missing = journal.entries.missing(run_id).map(({ what }) => what);
  assertEquals(missing.includes("record"), false, missing.join());
  assertEquals(journal.runs.get(run_id)?.finalised_time === null, false);
});
