import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { writeAheadPath } from "../../src/journal/write_ahead_log.ts";
import { JournalError } from "../../src/journal/errors.ts";
import { readPoints } from "../../src/journal/points.ts";
import { Child, Home, kindOf, newRun, upTo, values } from "./support.ts";

const HAS_MODES = Deno.build.os !== "windows";
const TRIES = 100_000;

Deno.test({
  name: "on a full disk the loop goes on, and what was not stored is counted",
  ignore: !HAS_MODES,
  async fn() {
    using home = new Home();
    using journal = home.open();
    const run_id = newRun(journal);
    // No file may grow beyond 1024 blocks; the signal that says so is ignored, the failed write is not.
    await using child = Child.start("log_to_full_disk.ts", [
      home.path,
      run_id,
      String(TRIES),
    ], "trap '' XFSZ; ulimit -f 1024;");
    const told = JSON.parse(await child.line() ?? "null");
    assert((await child.status()).success);
    assert(told.lost > 0);
    assert(told.problem.length > 0);
    assertEquals(told.artifact, "full");

    const kept = values(journal, run_id);
    assertEquals(kept.length + told.lost, TRIES);
    assertEquals(kept, kept.toSorted((a, b) => a - b));
    assertEquals(new Set(kept).size, kept.length);
    assertEquals(
      [...journal.points(run_id)].map((p) => p.seq),
      upTo(kept.length),
    );
    journal.absorb(run_id);
    assertEquals(values(journal, run_id), kept);
    assertEquals(journal.pointCount(run_id), kept.length);
    assertEquals(journal.artifacts.list(run_id), []);
    assertEquals(
      [...Deno.readDirSync(`${home.path}/artifacts`)].map((e) => e.name),
      [],
    );
  },
});

Deno.test("a file of garbage is refused as damaged, and left as it is", () => {
  using home = new Home();
  const garbage = new TextEncoder().encode("no journal at all. ".repeat(999));
  const path = `${home.path}/journal.db`;
  Deno.writeFileSync(path, garbage);
  assertEquals(kindOf(() => home.open()), "damaged");
  assertThrows(
    () => home.open(),
    JournalError,
    `Cannot open the journal ${path}: the file is damaged or is not a journal.`,
  );
  assertEquals(Deno.readFileSync(path), garbage);
});

Deno.test("a file that lost its second half is told to be damaged", () => {
  using home = new Home();
  {
    using journal = home.open();
    const run_id = newRun(journal);
    for (const i of upTo(300)) {
      journal.entries.setDocument(run_id, `document ${i}`, "x".repeat(5000));
    }
  }
  const path = `${home.path}/journal.db`;
  Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
  assertEquals(
    kindOf(() => {
      using journal = home.open();
      for (const run of journal.runs.list()) {
        for (const i of upTo(300)) {
          journal.entries.document(run.run_id, `document ${i}`);
        }
      }
    }),
    "damaged",
  );
});

Deno.test("a journal that breaks while it is in use stops no logging, and the points stay in the file", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  writer.log("loss", 0);
  writer.flush();
  const other = new DatabaseSync(`${home.path}/journal.db`);
  other.exec("ALTER TABLE metric_blocks RENAME TO gone");
  for (const i of upTo(20_000)) writer.log(i < 9 ? "loss" : "gain", 1 + i);
  writer.close();
  assertEquals(writer.lost, 0);
  assertEquals((writer.problem as JournalError | null)?.kind, "failed");
  const file = Deno.readFileSync(writeAheadPath(`${home.path}/points`, run_id));
  assertEquals(
    [...readPoints(file)].map((p) => p.value),
    upTo(20_001).slice(1),
  );
  other.exec("ALTER TABLE gone RENAME TO metric_blocks");
  other.close();
  assertEquals(values(journal, run_id), upTo(20_001));
  assertEquals(journal.absorb(run_id), 20_000);
  assertEquals(journal.metrics(run_id).map((m) => [m.key, m.count]), [
    ["loss", 10],
    ["gain", 19_991],
  ]);
});

Deno.test("what neither file nor journal could take is counted, and what comes later follows without a gap", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const first = journal.metricWriter(run_id);
  for (const i of upTo(50)) first.log("loss", i);
  first.close();

  const other = new DatabaseSync(`${home.path}/journal.db`);
  const writer = journal.metricWriter(run_id);
  other.exec("ALTER TABLE metric_blocks RENAME TO gone");
  const points = `${home.path}/points`;
  Deno.removeSync(points);
  Deno.writeTextFileSync(points, "in the way");
  for (const i of upTo(10_000)) writer.log("loss", 50 + i);
  const { lost } = writer;
  assert(lost > 0 && lost < 10_000);
  Deno.removeSync(points);
  other.exec("ALTER TABLE gone RENAME TO metric_blocks");
  other.close();

  writer.log("loss", 10_050);
  const kept = [...upTo(50), ...upTo(10_051).slice(50 + lost)];
  const read = [...journal.points(run_id)];
  assertEquals(read.map((p) => p.value), kept);
  assertEquals(read.map((p) => p.seq), upTo(kept.length));
  assertEquals(journal.pointCount(run_id), kept.length);
  writer.close();
  assertEquals(writer.lost, lost);
  assertEquals(values(journal, run_id), kept);
  assertEquals(journal.pointCount(run_id), kept.length);
});
