import { assert, assertEquals } from "@std/assert";
import { randomFrom } from "../../src/base/repeatable_random.ts";
import { writeAheadPath } from "../../src/journal/write_ahead_log.ts";
import { Child, Home, newRun, upTo, values } from "./support.ts";

const KILLS = 25;
const SEED = 20_261_123;
/** About six blocks of points. */
const LATEST = 50_000;

Deno.test("kill -9 in a tight loop loses no point whose call had returned, and doubles none", async () => {
  using home = new Home();
  using journal = home.open();
  const random = randomFrom(SEED);
  for (let kill = 0; kill < KILLS; kill++) {
    const run_id = newRun(journal, `run-${kill}`);
    const target = Math.floor(random() * LATEST);
    await using child = Child.start("log_points.ts", [
      home.path,
      run_id,
      "Infinity",
      String(1 + Math.floor(random() * 300)),
    ]);
    let acknowledged = 0;
    let killed = false;
    for (
      let line = await child.line();
      line !== null;
      line = await child.line()
    ) {
      acknowledged = Number(line);
      if (killed || acknowledged < target) continue;
      child.kill();
      killed = true;
    }
    const { signal } = await child.status();
    assertEquals(signal, "SIGKILL");
    assert(acknowledged >= target);

    const before = values(journal, run_id);
    assert(
      before.length >= acknowledged,
      `${before.length} points of ${acknowledged} acknowledged`,
    );
    assertEquals(before, upTo(before.length));
    const counted = journal.metrics(run_id);
    journal.absorb(run_id);
    assertEquals(values(journal, run_id), before);
    assertEquals(journal.absorb(run_id), 0);
    assertEquals(journal.pointCount(run_id), before.length);
    assertEquals(journal.metrics(run_id), counted);
    assertEquals(
      counted.map((m) => [m.key, m.count]),
      [
        ["sevens", Math.ceil(before.length / 7)],
        ["others", before.length - Math.ceil(before.length / 7)],
      ],
    );
  }
  assertEquals(journal.unabsorbed(), []);
});

Deno.test("a run whose process was killed is gone on with where it stopped", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  await using child = Child.start("log_points.ts", [
    home.path,
    run_id,
    "10000",
    "10000",
  ]);
  assertEquals(await child.line(), "10000");
  child.kill();
  await child.status();
  assert(Deno.statSync(writeAheadPath(`${home.path}/points`, run_id)).size > 0);
  const writer = journal.metricWriter(run_id);
  writer.log("others", 10_000);
  writer.close();
  assertEquals(values(journal, run_id), upTo(10_001));
  assertEquals(
    journal.metrics(run_id).map((m) => [m.key, m.last?.step]),
    [["sevens", 1428], ["others", 8571]],
  );
});
