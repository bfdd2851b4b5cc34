import { assertEquals, assertThrows } from "@std/assert";
import { JournalError } from "../../src/journal/errors.ts";
import type { Execution } from "../../src/journal/executions.ts";
import { Home, newRun, session, upTo } from "./support.ts";

function execution(
  session_id: string,
  part: Partial<Execution> = {},
): Execution {
  return {
    session_id,
    position: 1_000_000,
    msg_id: "m-1",
    execution_count: 1,
    source: "1 + 1",
    cell_id: null,
    status: "running",
    start_time: 10,
    end_time: null,
    via: "wire",
    flags: [],
    ...part,
  };
}

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

Deno.test("documents and gaps are replaced by name, and a gap can heal", () => {
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
  journal.entries.healed(run_id, "a");
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

Deno.test("one process has one open session; a pid that is used again has another", () => {
  using home = new Home();
  using journal = home.open();
  using other = home.open();
  const first = journal.sessions.open(session());
  assertEquals(other.sessions.open(session()), first);
  const again = journal.sessions.open(session({ process_started: "200" }));
  assertEquals(again.session_id === first.session_id, false);
  journal.sessions.end(first.session_id, "killed", 9);
  journal.sessions.end(first.session_id, "shutdown", 10);
  const ended = journal.sessions.get(first.session_id);
  assertEquals([ended?.end_reason, ended?.end_time], ["killed", 9]);
  assertEquals(journal.sessions.unended(), [again]);
  assertEquals(
    journal.sessions.open(session()).session_id === first.session_id,
    false,
  );
});

Deno.test("a session has one recorder: a live one is respected, a dead one replaced", () => {
  using home = new Home();
  using journal = home.open();
  using other = home.open();
  const { session_id } = journal.sessions.open(session());
  const address = (pid: number, started = "1") => ({
    pid,
    started,
    port: 4000 + pid,
    key: `key-${pid}`,
  });
  const asked: [number, string][] = [];
  const alive = (yes: boolean) => (pid: number, started: string) => {
    asked.push([pid, started]);
    return yes;
  };
  const { claim } = {
    claim: (pid: number, yes: boolean, started?: string) =>
      other.sessions.claim(session_id, address(pid, started), alive(yes)),
  };
  assertEquals(claim(1, true), true);
  assertEquals(asked, [], "there was none to ask for");
  journal.sessions.subscribed(session_id, 77);
  assertEquals(claim(2, true), false);
  assertEquals(asked, [[1, "1"]]);
  assertEquals(journal.sessions.get(session_id)?.subscribed_time, 77);
  assertEquals(claim(2, false), true);
  const row = journal.sessions.get(session_id);
  assertEquals(
    [row?.recorder_pid, row?.recorder_port, row?.recorder_key],
    [2, 4002, "key-2"],
  );
  assertEquals(row?.subscribed_time, null);
  // The same pid can only be the caller's own.
  assertEquals(claim(2, true, "9"), true);
  journal.sessions.end(session_id, "shutdown", 5);
  assertEquals(claim(3, false), false);
  assertEquals(journal.sessions.get(session_id)?.recorder_key, null);
});

Deno.test("one process at a time may deliver a run, until it gives the right back or lets it lapse", () => {
  using home = new Home();
  using journal = home.open();
  using other = home.open();
  const run_id = newRun(journal);
  const a = (until: number, now: number) =>
    journal.deliveries.lease(run_id, "a", until, now);
  const b = (until: number, now: number) =>
    other.deliveries.lease(run_id, "b", until, now);
  assertEquals(a(100, 0), true);
  assertEquals(b(150, 50), false);
  assertEquals(a(200, 90), true, "renewed");
  assertEquals(b(250, 150), false);
  assertEquals(b(300, 201), true, "lapsed");
  assertEquals(a(400, 250), false);
  journal.deliveries.release(run_id, "a");
  assertEquals(a(400, 250), false, "not a's to give back");
  other.deliveries.release(run_id, "b");
  assertEquals(a(400, 250), true);
  assertEquals(journal.deliveries.get(run_id).lease_holder, "a");
});

Deno.test("a delivery keeps what it is not told to change", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  journal.deliveries.set(run_id, { state: "pending", delivered_seq: 12 });
  journal.deliveries.set(run_id, {});
  journal.deliveries.set(run_id, {
    unsure_to: 20,
    url: "https://gitlab.test/1",
  });
  journal.deliveries.set(run_id, { unsure_to: null });
  const { state, delivered_seq, unsure_to, url } = journal.deliveries.get(
    run_id,
  );
  assertEquals([state, delivered_seq, unsure_to, url], [
    "pending",
    12,
    null,
    "https://gitlab.test/1",
  ]);
  assertEquals(journal.deliveries.inState("pending").length, 1);
  assertEquals(journal.deliveries.inState("local"), []);
  assertEquals(
    journal.deliveries.inState("pending", { session_id: "another" }),
    [],
  );
});

Deno.test("executions and their outputs are put, replaced and listed in order", () => {
  using home = new Home();
  using journal = home.open();
  const { session_id } = journal.sessions.open(session());
  const { executions } = journal;
  assertEquals(executions.lastPosition(session_id), undefined);
  const late = execution(session_id, { position: 1_000_001, msg_id: "m-2" });
  const early = execution(session_id, {
    position: 3,
    via: "file",
    source: null,
  });
  const first = execution(session_id);
  for (const put of [late, first, early]) executions.put(put);
  assertEquals(executions.list(session_id), [early, first, late]);
  assertEquals(executions.list(session_id, 1_000_000), [early, first]);
  assertEquals(executions.lastEnded(session_id), undefined);
  const done: Execution = {
    ...first,
    status: "error",
    end_time: 20,
    flags: ["stale", "out-of-order"],
  };
  executions.put(done);
  assertEquals(executions.get(session_id, 1_000_000), done);
  assertEquals(executions.lastEnded(session_id), done);
  assertEquals(executions.lastPosition(session_id), 1_000_001);

  const outputs = (at = 1_000_000) => executions.outputs(session_id, at);
  executions.putOutputs(session_id, 1_000_000, upTo(12).map((i) => `"${i}"`));
  assertEquals(outputs(), upTo(12).map((i) => `"${i}"`));
  executions.putOutputs(session_id, 1_000_000, ["a", "b"], 10);
  assertEquals(outputs().slice(9), ['"9"', "a", "b"]);
  executions.putOutput(session_id, 1_000_000, 11, "c");
  executions.putOutput(session_id, 1_000_000, 12, "d");
  assertEquals(outputs().slice(9), ['"9"', "a", "c", "d"]);
  executions.putOutputs(session_id, 1_000_000, []);
  assertEquals(outputs(), []);
  assertEquals(outputs(1_000_001), []);
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
  datasets.settle(run_id, "train", { fingerprint: '{"a":1}' });
  datasets.settle(run_id, "test", { error: "not there" });
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
