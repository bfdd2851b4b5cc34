import { nothingTaken } from "../../src/redaction/redaction.ts";
import { assert, assertEquals } from "@std/assert";
import { writeAheadPath } from "../../src/journal/write_ahead_log.ts";
import { Child, Home, newRun, passAll, upTo, values } from "./support.ts";

Deno.test("a reader that stops early or takes its time locks nobody out", () => {
  using home = new Home();
  using journal = home.open();
  using other = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const i of upTo(20_000)) writer.log("loss", i);
  writer.flush();
  for (const point of journal.points(run_id)) {
    if (point.value === 3) break;
  }
  const slow = journal.points(run_id);
  slow.next();
  other.entries.setTag(run_id, "written", "meanwhile");
  journal.entries.setTag(run_id, "and", "here");
  writer.log("late", 20_000);
  writer.flush();
  assertEquals([...slow].map((p) => p.value), upTo(20_001).slice(1));
  assertEquals(journal.metrics(run_id).map((m) => m.key), ["loss", "late"]);
  writer.close();
  journal.close();
  other.close();
  assertEquals(
    [...Deno.readDirSync(home.path)].map((e) => e.name).filter((n) =>
      n.startsWith("journal")
    ),
    ["journal.db"],
  );
});

Deno.test("a writer's points are in blocks once the cell yields", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  writer.log("loss", 1);
  const path = writeAheadPath(`${home.path}/points`, run_id);
  while (Deno.statSync(path).size > 0) {
    await new Promise((done) => setTimeout(done, 5));
  }
  assertEquals(values(journal, run_id), [1]);
  writer.close();
});

Deno.test("points logged inside a transaction that is rolled back are kept", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  const thrown = new Error("the cell's own");
  let caught: unknown;
  try {
    journal.transaction(() => {
      for (const i of upTo(20_000)) writer.log("loss", i);
      throw thrown;
    });
  } catch (error) {
    caught = error;
  }
  assertEquals(caught, thrown);
  writer.close();
  assertEquals([writer.lost, writer.problem], [0, null]);
  assertEquals(values(journal, run_id), upTo(20_000));
  assertEquals(journal.metrics(run_id).map((m) => [m.key, m.count]), [
    ["loss", 20_000],
  ]);
});

Deno.test("another process sees 100000 points of a loop that never yields while it still blocks", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  await using child = Child.start("log_points.ts", [
    home.path,
    run_id,
    "100000",
    "100000",
  ]);
  assertEquals(await child.line(), "100000");
  assertEquals(values(journal, run_id), upTo(100_000));
  assertEquals(
    journal.metrics(run_id).map((m) => [m.key, m.count, m.last?.value]),
    [["sevens", 14_286, 99_995], ["others", 85_714, 99_999]],
  );
  await child.tell("end");
  assert((await child.status()).success);
  assertEquals(journal.unabsorbed(), []);
  assertEquals(values(journal, run_id), upTo(100_000));
});

Deno.test("a metric's name passes the redactor, and two that become one are one metric", () => {
  using home = new Home();
  const secret = "hunter" + "2";
  const taken = {
    kind: "password",
    placeholder: "[gone]",
    digest: null,
    name: null,
  };
  using journal = home.open({
    ...passAll,
    text: (text) =>
      text.includes(secret)
        ? { text: text.replace(/hunter2.*/, "[gone]"), taken: [taken] }
        : nothingTaken(text),
  });
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  writer.log(`of ${secret}`, 1);
  writer.log(`of ${secret}!`, 2);
  writer.log(`of ${secret}`, 3);
  writer.close();
  assertEquals(
    journal.metrics(run_id).map((m) => [m.key, m.count, m.last?.step]),
    [["of [gone]", 3, 2]],
  );
  assertEquals(journal.entries.redactions(run_id), [
    {
      where: "metric name",
      kind: "password",
      placeholder: "[gone]",
      name: null,
    },
  ]);
});

Deno.test("names that a writer is given at once are the metrics of its points, also where they had to wait", () => {
  for (const waits of [false, true]) {
    using home = new Home();
    using journal = home.open();
    const run_id = newRun(journal);
    const writer = journal.metricWriter(run_id);
    writer.log("known", 1);
    const give = () => writer.name(["known", "a", "b", "a"]);
    if (waits) journal.transaction(give);
    else give();
    writer.log("b", 2);
    writer.log("a", 3);
    writer.log("c", 4);
    writer.close();
    assertEquals([writer.lost, writer.problem], [0, null]);
    assertEquals(
      journal.metrics(run_id).map(({ key, last }) => [key, last?.value]),
      [["known", 1], ["a", 3], ["b", 2], ["c", 4]],
    );
  }
});
