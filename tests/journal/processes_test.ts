import { assert, assertEquals, assertThrows } from "@std/assert";
import { JournalError } from "../../src/journal/errors.ts";
import { writeAheadPath } from "../../src/journal/write_ahead_log.ts";
import { Journal } from "../../src/journal/journal.ts";
import {
  Child,
  Home,
  newRun,
  passAll,
  session,
  upTo,
  values,
} from "./support.ts";
import { journalTable } from "../../src/journal/run_table.ts";

const PROCESSES = 8;
/** Far less than what as many writes would take if each waited for the lock. */
const HELD_UP_ONCE_MS = 60_000;

Deno.test("8 processes that write runs to one new journal at once lose nothing", async () => {
  using home = new Home();
  const children = upTo(PROCESSES).map((i) =>
    Child.start("write_runs.ts", [home.path, `process-${i}`, "4", "1500"])
  );
  try {
    for (const child of children) assertEquals(await child.line(), "ready");
    await Promise.all(children.map((child) => child.tell("go")));
    for (const child of children) assert((await child.status()).success);
  } finally {
    for (const child of children) await child[Symbol.asyncDispose]();
  }
  using journal = home.open();
  assertEquals(
    journalTable(journal).experiments()
      .map(({ experiment, runs }) => ({ experiment, runs }))
      .toSorted((a, b) => a.experiment < b.experiment ? -1 : 1),
    upTo(PROCESSES).map((i) => ({ experiment: `process-${i}`, runs: 4 })),
  );
  assertEquals(journal.sessions.unended().length, PROCESSES);
  for (const run of journal.runs.list()) {
    assertEquals(run.status, "FINISHED");
    assertEquals(values(journal, run.run_id), upTo(1500));
    assertEquals(journal.entries.params(run.run_id).length, 15);
    assertEquals(journal.entries.tags(run.run_id), [
      { key: "at", value: "1400", sent: false },
    ]);
  }
  assertEquals(journal.unabsorbed(), []);
});

Deno.test("while another process holds the file, logging goes on, is held up once, and loses nothing", async () => {
  using home = new Home();
  using journal = home.open();
  using reader = home.open();
  const run_id = newRun(journal);
  const second = newRun(journal, "second");
  const writer = journal.metricWriter(run_id);
  writer.log("before", 0);
  await using holder = Child.start("hold_lock.ts", [`${home.path}/journal.db`]);
  assertEquals(await holder.line(), "locked");

  const start = performance.now();
  for (const i of upTo(30_000)) writer.log(`key ${i % 30}`, i);
  for (const i of upTo(30)) {
    assertThrows(
      () => journal.entries.setParam(run_id, `p${i}`, "x"),
      JournalError,
      "another program has locked it",
    );
    // A read in between passes, and does not make the next write wait again.
    assertEquals(journal.entries.params(run_id), []);
  }
  assert(performance.now() - start < HELD_UP_ONCE_MS);

  assertEquals(writer.lost, 0);
  assertEquals((writer.problem as JournalError | null)?.kind, "locked");
  assertEquals(values(reader, run_id), [0, ...upTo(30_000)]);
  assertEquals(reader.metrics(run_id).map((m) => [m.key, m.count]), [
    ["before", 1],
    ...upTo(30).map((i) => [`key ${i}`, 1000] as [string, number]),
  ]);

  // A writer that begins meanwhile, and one whose process dies meanwhile.
  const late = journal.metricWriter(second);
  for (const i of upTo(10)) late.log("late", i);
  using copy = new Home();
  Deno.mkdirSync(`${copy.path}/points`);
  for (const entry of Deno.readDirSync(`${home.path}/points`)) {
    Deno.copyFileSync(
      `${home.path}/points/${entry.name}`,
      `${copy.path}/points/${entry.name}`,
    );
  }
  late.close();
  assertEquals(late.lost, 0);
  assertEquals(journal.unabsorbed().sort(), [run_id, second].sort());
  const again = journal.metricWriter(second);
  again.log("late", 10);
  again.log("later", 11);

  await holder.tell("go");
  await holder.status();
  again.close();
  writer.close();
  assertEquals(journal.unabsorbed(), []);
  assertEquals([...Deno.readDirSync(`${home.path}/points`)], []);
  assertEquals(values(journal, run_id), [0, ...upTo(30_000)]);
  assertEquals(values(journal, second), upTo(12));
  assertEquals(
    journal.metrics(second).map((m) => [m.key, m.count, m.last?.step]),
    [["late", 11, 10], ["later", 1, 0]],
  );
  assertEquals(journal.entries.setParam(run_id, "p", "x"), true);

  // The dead one's points and names are taken in by another process.
  using recorder = copy.open();
  const { session_id } = recorder.sessions.open(
    session({ pid: 1, process_started: "1", cwd: "/" }),
  );
  recorder.runs.create({
    run_id,
    session_id,
    experiment: "e",
    name: "n",
    options: "{}",
  });
  assert(recorder.absorb(run_id) >= 30_000);
  assertEquals(
    // The first point's name is in the database alone, and the point too if the other process was slow to come.
    recorder.metrics(run_id).map((m) => m.key).filter((k) =>
      k.startsWith("key ")
    ),
    upTo(30).map((i) => `key ${i}`),
  );
  assertEquals(
    Deno.lstatSync(writeAheadPath(`${copy.path}/points`, second)).size,
    320,
  );
});

Deno.test("a patient journal waits for the lock each time", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  using patient = Journal.open({
    redactor: passAll,
    home: home.path,
    waitsForLock: true,
  });
  await using holder = Child.start("hold_lock.ts", [
    `${home.path}/journal.db`,
    "400",
  ]);
  assertEquals(await holder.line(), "locked");
  assertThrows(
    () => patient.entries.setTag(run_id, "a", "1"),
    JournalError,
    "locked",
  );
  // The lock is held on for longer than an impatient writer waits.
  await holder.tell("go");
  patient.entries.setTag(run_id, "a", "2");
  assertEquals(patient.entries.tags(run_id)[0]?.value, "2");
});
