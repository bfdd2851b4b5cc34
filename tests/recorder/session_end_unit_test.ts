/** What becomes of a session's runs, which execution a moment belongs to, and what is left of long outputs. */
import { assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { FIRST_SEEN_POSITION } from "../../src/journal/execution_row.ts";
import { newMessage } from "../../src/jupyter/wire.ts";
import { newExecution } from "../../src/recorder/cells/held_cell.ts";
import { missedExecution } from "../../src/recorder/cells/missed.ts";
import {
  type CellReply,
  EarlyReplies,
} from "../../src/recorder/cells/replies.ts";
import {
  outcomeOf,
  type SessionProgress,
} from "../../src/recorder/cells/session_outcome.ts";
import { executionAt, latest } from "../../src/recorder/cells/timeline.ts";
import {
  HEAD_CHARS,
  TruncatedOutput,
} from "../../src/recorder/cells/truncated_output.ts";
import { emptyJournal } from "../record/filled.ts";
import { session } from "../journal/support.ts";

Deno.test("a session's end decides what its open runs become", () => {
  const whole: SessionProgress = {
    running: false,
    last: "ok",
    interrupted: false,
    executed: 3,
    to_run: null,
    seen: true,
  };
  const became = (change: Partial<SessionProgress>) => {
    const { reason, openRuns } = outcomeOf("kernel", { ...whole, ...change });
    return [reason, openRuns.status];
  };
  assertEquals(became({}), ["exited", "FINISHED"]);
  assertEquals(became({ last: undefined, executed: 0 }), [
    "exited",
    "FINISHED",
  ]);
  assertEquals(became({ last: "error" }), ["exited", "FAILED"]);
  assertEquals(became({ running: true }), ["killed", "KILLED"]);
  assertEquals(became({ seen: false }), ["killed", "KILLED"]);
  assertEquals(became({ seen: false, last: "error" }), ["exited", "FAILED"]);
  assertEquals(became({ running: true, last: "error" }), ["killed", "KILLED"]);
  // A runner that was killed between two cells left the notebook half done, however well the last cell went.
  assertEquals(became({ to_run: 5 }), ["killed", "KILLED"]);
  assertEquals(became({ to_run: 5, last: "error" }), ["killed", "KILLED"]);
  assertEquals(became({ to_run: 3, last: "error" }), ["exited", "FAILED"]);
  assertEquals(became({ to_run: 3 }), ["exited", "FINISHED"]);
  // What was interrupted in its last cell did not come to its end; one interrupted by a limit of time has failed.
  const interrupted = { interrupted: true, last: "error" } as const;
  assertEquals(became({ ...interrupted, to_run: 3 }), ["killed", "KILLED"]);
  assertEquals(became({ ...interrupted, to_run: 5 }), ["killed", "KILLED"]);
  assertEquals(became(interrupted), ["exited", "FAILED"]);
});

Deno.test("a script that left a run open was killed, a REPL was closed", () => {
  const progress = {
    running: true,
    last: undefined,
    interrupted: false,
    executed: 1,
    to_run: null,
    seen: false,
  };
  assertEquals(outcomeOf("script", progress).openRuns.status, "KILLED");
  assertEquals(outcomeOf("repl", progress).openRuns.status, "FINISHED");
});

Deno.test("a moment belongs to the execution that was going on, else to the one before it", () => {
  using made = emptyJournal();
  const { journal } = made;
  const { session_id } = journal.sessions.open(
    session({
      kind: "kernel",
      pid: 1,
      process_started: "1",
      connection_file: "kernel.json",
      cwd: "/",
    }),
  );
  const at = (time: number) =>
    executionAt(journal, session_id, time)?.position ?? null;
  assertEquals(at(5), null);
  // One that only the file holds has no time, and lies before those that were seen.
  journal.executions.put(missedExecution(session_id, 2));
  assertEquals(at(5), 2);
  for (const [i, start_time] of [10, 20, 30].entries()) {
    journal.executions.put({
      ...newExecution(session_id, FIRST_SEEN_POSITION + i),
      status: "ok",
      start_time,
      end_time: start_time + 5,
    });
  }
  assertEquals(
    [9, 10, 19, 20, 1000].map(at),
    [2, 0, 0, 1, 2].map((i, n) => n === 0 ? 2 : FIRST_SEEN_POSITION + i),
  );
  assertEquals(
    [...latest(journal, session_id)].map(({ position }) => position),
    [2, 1, 0].map((i) => FIRST_SEEN_POSITION + i).concat(2),
  );
});

Deno.test("an early reply is taken once, and of very many the oldest are let go", () => {
  const reply = (msg_id: string): CellReply => ({
    type: "reply",
    msg_id,
    status: "ok",
    ename: null,
    evalue: null,
    interrupted: false,
    end_time: 0,
    cell_id: null,
  });
  const replies = new EarlyReplies();
  replies.keep(reply("a"));
  assertEquals(replies.take("a")?.msg_id, "a");
  assertEquals(replies.take("a"), undefined);
  for (let i = 0; i <= 100; i++) replies.keep(reply(String(i)));
  assertEquals(replies.take("0"), undefined);
  assertEquals(replies.take("1")?.msg_id, "1");
  assertEquals(replies.take("100")?.msg_id, "100");
});

Deno.test("of outputs that are left out the head stays, and a note says how much followed, with its digest", () => {
  const stream = (text: string) =>
    newMessage("stream", { name: "stdout", text }, "kernel");
  const left = new TruncatedOutput();
  assertEquals([left.pending, left.note()], [false, null]);
  assertEquals(left.headOf(stream("short")), "short");
  assertEquals(left.pending, false);

  const tail = "b".repeat(7);
  const head = left.headOf(stream("a".repeat(HEAD_CHARS) + tail));
  left.add(stream("and more"));
  assertEquals(head, "a".repeat(HEAD_CHARS));
  const digest = createHash("sha256").update(`${tail}and more`).digest("hex");
  assertEquals(
    left.note(),
    `\n[nbtrack: 15 more characters of output, sha256:${digest}]\n`,
  );
  assertEquals([left.pending, left.note()], [false, null]);

  // What comes after a note is counted anew.
  left.add(stream("later"));
  assertMatch(left.note() ?? "", /^\n\[nbtrack: 5 more characters/);
});

Deno.test("a message too long to be read is named by its length and digest, unless more was left out", () => {
  const long = { head: "h".repeat(30_000), length: 5e8, digest: "sha256:00" };
  const message = {
    ...newMessage("display_data", {}, "kernel"),
    long: long as { head: string; length: number; digest: `sha256:${string}` },
  };
  const alone = new TruncatedOutput();
  assertEquals(alone.headOf(message), "h".repeat(HEAD_CHARS));
  assertEquals(
    alone.note(),
    "\n[nbtrack: an output of 500000000 bytes as JSON, sha256:00]\n",
  );
  const more = new TruncatedOutput();
  more.add(message);
  more.add(newMessage("stream", { text: "x" }, "kernel"));
  assertMatch(more.note() ?? "", /\[nbtrack: 500000001 more characters/);
});
