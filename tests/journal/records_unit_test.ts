import { assertEquals, assertThrows } from "@std/assert";
import { JournalError } from "../../src/journal/errors.ts";
import { Home, newRun, session } from "./support.ts";

Deno.test("a param is written once: the same value again is fine, another one is not stored", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  assertEquals(journal.entries.setParam(run_id, "k", "5"), true);
  assertEquals(journal.entries.setParam(run_id, "k", "5"), true);
  assertEquals(journal.entries.setParam(run_id, "k", "7"), false);
  assertEquals(journal.entries.setParam(run_id, "a", ""), true);
  assertEquals(journal.entries.params(run_id), [
    { key: "a", value: "", sent: false },
    { key: "k", value: "5", sent: false },
  ]);
});

Deno.test("a tag is replaced, and is to be sent again only when it changed", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const tag = () => journal.entries.tags(run_id)[0];
  journal.entries.setTag(run_id, "team", "a");
  journal.deliveries.markSent("tags", run_id, [{ key: "team", was: "a" }]);
  journal.entries.setTag(run_id, "team", "a");
  assertEquals(tag(), { key: "team", value: "a", sent: true });
  journal.entries.setTag(run_id, "team", "b");
  assertEquals(tag(), { key: "team", value: "b", sent: false });
  // Sent while it was changed.
  journal.deliveries.markSent("tags", run_id, [{ key: "team", was: "a" }]);
  assertEquals(tag()?.sent, false);
  journal.deliveries.markSent("tags", run_id, [{ key: "team" }]);
  assertEquals(tag()?.sent, true);
});

Deno.test("nothing is attached to a run that is not there", () => {
  using home = new Home();
  using journal = home.open();
  assertThrows(
    () => journal.entries.setTag("nobody", "a", "b"),
    JournalError,
    "FOREIGN KEY",
  );
});

Deno.test("documents and gaps are replaced by name, and a gap can be filled", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  assertEquals(journal.entries.document(run_id, "git"), undefined);
  journal.entries.setDocument(run_id, "git", "{}");
  journal.entries.setDocument(run_id, "git", "null");
  assertEquals(journal.entries.document(run_id, "git"), "null");
  journal.entries.setMissing(run_id, "cells", "not seen");
  journal.entries.setMissing(run_id, "cells", "not saved");
  journal.entries.setMissing(run_id, "a", "b");
  journal.entries.removeMissing(run_id, "a");
  assertEquals(journal.entries.missing(run_id), [
    { what: "cells", why: "not saved" },
  ]);
});

Deno.test("a run ends once and keeps its first end", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  assertEquals(
    journal.runs.end(run_id, "KILLED", { time: 7, reason: "x" }),
    true,
  );
  assertEquals(journal.runs.end(run_id, "FINISHED"), false);
  const run = journal.runs.get(run_id);
  assertEquals([run?.status, run?.end_time, run?.end_reason], [
    "KILLED",
    7,
    "x",
  ]);
  assertEquals(journal.runs.open(run?.session_id ?? ""), []);
});

Deno.test("runs are found by experiment, name, session and the beginning of their id", () => {
  using home = new Home();
  using journal = home.open();
  const ids = ["one", "two", "two"].map((name) => newRun(journal, name));
  const other = journal.sessions.open(session({ pid: 2 }));
  journal.runs.create({
    run_id: "abc-1",
    session_id: other.session_id,
    experiment: "fish",
    name: "one",
    options: "{}",
  });
  const found = (options: Parameters<typeof journal.runs.list>[0]) =>
    journal.runs.list(options).map((r) => r.run_id).sort();
  assertEquals(found({ name: "one" }), [ids[0] ?? "", "abc-1"].sort());
  assertEquals(found({ experiment: "fish" }), ["abc-1"]);
  assertEquals(found({ session_id: other.session_id }), ["abc-1"]);
  assertEquals(
    found({ experiment: "birds", name: "two" }),
    ids.slice(1).sort(),
  );
  assertEquals(journal.runs.list({ limit: 2 }).length, 2);
  assertEquals(journal.runs.withPrefix("abc"), ["abc-1"]);
  assertEquals(journal.runs.withPrefix("abd"), []);
  assertEquals(journal.runs.withPrefix("%"), []);
});

Deno.test("a transaction takes back everything when its work throws, and hands the error on", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const thrown = assertThrows(() =>
    journal.transaction(() => {
      journal.entries.setTag(run_id, "a", "1");
      journal.transaction(() => journal.entries.setParam(run_id, "k", "5"));
      throw new RangeError("the caller's own");
    }), RangeError);
  assertEquals(thrown.message, "the caller's own");
  assertEquals(journal.entries.tags(run_id), []);
  assertEquals(journal.entries.params(run_id), []);
  assertEquals(journal.transaction(() => 5), 5);
});

Deno.test("a run's datasets keep the order in which they were named, also within one millisecond", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const names = ["train", "test", "z", "a", "m", "b"];
  for (const name of names) journal.datasets.put(run_id, name, {});
  assertEquals(journal.datasets.list(run_id).map((d) => d.name), names);
});

Deno.test("datasets wait for their fingerprint, and a file that did not change has one already", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  const { datasets } = journal;
  datasets.put(run_id, "train", { input: "a.csv", cwd: "/there" });
  datasets.put(run_id, "memory", { fingerprint: "{}" });
  datasets.put(run_id, "test", { input: "b.csv", found: "detected" });
  assertEquals(
    datasets.waiting(session_id).map((d) => d.name).sort(),
    ["test", "train"],
  );
  datasets.finish(run_id, "train", { fingerprint: '{"a":1}' });
  datasets.finish(run_id, "test", { error: "not there" });
  assertEquals(datasets.waiting(session_id), []);
  const [test] = datasets.list(run_id).filter((d) => d.name === "test");
  assertEquals([test?.found, test?.error, test?.fingerprint], [
    "detected",
    "not there",
    null,
  ]);
  datasets.put(run_id, "test", { input: "c.csv", context: "testing" });
  assertEquals(datasets.waiting(session_id).map((d) => d.input), ["c.csv"]);

  const file = { path: "/a", size: 3, mtime_ms: 1.5, inode: "1:2" };
  datasets.remember(file, "{}");
  assertEquals(datasets.cached(file), "{}");
  for (const change of [{ size: 4 }, { mtime_ms: 1.25 }, { inode: "1:3" }]) {
    assertEquals(datasets.cached({ ...file, ...change }), undefined);
  }
});
