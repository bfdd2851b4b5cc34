import { assert, assertEquals } from "@std/assert";
import { findLocal } from "../../src/record/find.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { Home, newRun, session, upTo } from "./support.ts";

Deno.test("runs that begin in one millisecond keep the order in which they were opened", () => {
  using home = new Home();
  using journal = home.open();
  const opened = upTo(60).map((n) => newRun(journal, `run-${n}`));
  const listed = journal.runs.list().map(({ run_id }) => run_id);
  assertEquals(listed.toReversed(), opened);
  assertEquals(findLocal("last", journal), opened.at(-1));
  const [last, before] = [opened.at(-1), opened.at(-2)].map((run_id) =>
    journal.runs.get(run_id ?? "")
  );
  assert(last !== undefined && before !== undefined);
  assertEquals(journal.runs.before(last)?.run_id, before.run_id);
});

Deno.test("before a reproduction is what it reproduces, not the run that happened to be the last", () => {
  using made = emptyJournal();
  const { journal } = made;
  const first = addRun(journal, { name: "first" });
  const second = addRun(journal, { name: "second" });
  const before = (run_id: string) => {
    const row = journal.runs.get(run_id);
    return row && journal.runs.before(row)?.run_id;
  };
  assertEquals(before(addRun(journal, { reproduces: first })), first);
  const elsewhere = addRun(journal, { reproduces: crypto.randomUUID() });
  assertEquals(before(elsewhere), second);
  assertEquals(before(second), first);
});

Deno.test("a run that begins behind one of the same moment does not end before it began", () => {
  using home = new Home();
  using journal = home.open();
  const { session_id } = journal.sessions.open(session());
  const create = (name: string, start_time?: number) =>
    journal.runs.create({
      session_id,
      experiment: "birds",
      name,
      options: "{}",
      ...(start_time === undefined ? {} : { start_time }),
    });
  const first = create("first", Date.now() + 500);
  const { run_id, start_time } = create("second");
  assertEquals(start_time, first.start_time + 1);
  journal.runs.end(run_id, "FINISHED");
  assertEquals(journal.runs.get(run_id)?.end_time, start_time);
});
