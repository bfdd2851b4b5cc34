import { assertEquals } from "@std/assert";
import type { Execution } from "../../src/journal/execution_row.ts";
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
    source_from: "wire",
    source_gap: null,
    flags: [],
    interrupted: false,
    ...part,
  };
}

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
  const claim = (pid: number, yes: boolean, started?: string) =>
    other.sessions.claim(session_id, address(pid, started), alive(yes));
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
    source_from: "file",
    source_gap: null,
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
