import { assert, assertEquals } from "@std/assert";
import { Journal } from "../../src/journal/journal.ts";
import type { Session } from "../../src/journal/sessions.ts";
import { silently } from "../../src/jupyter/execute.ts";
import { type Message, newMessage } from "../../src/jupyter/wire.ts";
import { SessionLog } from "../../src/recorder/cells/session_log.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { session as newSession } from "../journal/support.ts";

/** A journal with one session, and the log of that session. */
class Recorded implements Disposable {
  readonly journal: Journal;
  readonly session: Session;
  readonly log: SessionLog;
  readonly #home = Deno.makeTempDirSync({ prefix: "nbtrack-log-" });

  constructor(begin: { inCell?: boolean; replaces?: boolean } = {}) {
    this.journal = Journal.open({
      redactor: standardRedaction,
      home: this.#home,
    });
    this.session = this.journal.sessions.open(
      newSession({
        kind: "kernel",
        pid: 1,
        process_started: "1",
        connection_file: "kernel.json",
        cwd: this.#home,
      }),
    );
    this.log = new SessionLog(this.journal, this.session, () => false);
    this.log.begin({
      inCell: begin.inCell ?? false,
      replaces: begin.replaces ?? false,
      subscribed_time: 0,
    });
  }

  /** Takes in messages that belong to the request of that id. */
  take(msg_id: string, ...messages: [string, Record<string, unknown>][]): void {
    for (const [msg_type, content] of messages) {
      const message: Message = {
        ...newMessage(msg_type, content, "kernel"),
        parent_header: { msg_id, msg_type: "execute_request" },
      };
      this.log.take(message);
    }
  }

  /** Takes in a cell from its start to its end. */
  cell(
    msg_id: string,
    execution_count: number,
    code: string,
    ...shown: [string, Record<string, unknown>][]
  ): void {
    this.take(
      msg_id,
      ["status", { execution_state: "busy" }],
      ["execute_input", { code, execution_count }],
      ...shown,
      ["status", { execution_state: "idle" }],
    );
  }

  /** What the journal holds: source, count, status and the outputs' texts. */
  get stored() {
    this.log.complete();
    const { session_id } = this.session;
    return this.journal.executions.list(session_id).map((e) => ({
      source: e.source,
      count: e.execution_count,
      status: e.status,
      outputs: this.journal.executions.outputs(session_id, e.position)
        .map((json) => JSON.parse(json)),
    }));
  }

  [Symbol.dispose](): void {
    this.journal[Symbol.dispose]();
    Deno.removeSync(this.#home, { recursive: true });
  }
}

const line = (text: string): [string, Record<string, unknown>] => [
  "stream",
  { name: "stdout", text },
];
const out = (text: string) => ({ name: "stdout", output_type: "stream", text });

Deno.test("cells are stored in the order of their execution, each with what was published under its id", () => {
  using it = new Recorded();
  it.cell("a", 1, "first", line("1"), line("2"));
  it.cell("b", 2, "second", line("3"));
  assertEquals(it.stored, [
    { source: "first", count: 1, status: "ok", outputs: [out("12")] },
    { source: "second", count: 2, status: "ok", outputs: [out("3")] },
  ]);
});

Deno.test("nothing is left of what a cell has shown that is kept out of the record late, nor of what it shows or updates afterwards", () => {
  using it = new Recorded();
  const { session_id } = it.session;
  const display = (type: string, text: string): [
    string,
    Record<string, unknown>,
  ] => [type, {
    data: { "text/plain": text },
    metadata: {},
    transient: { display_id: "d" },
  }];
  it.cell("a", 1, "first", display("display_data", "open"));
  it.cell("b", 2, "second", line("hidden"));
  const { position } = it.journal.executions.list(session_id)[1] ?? {};
  it.log.flush();
  it.log.keepOut(position ?? 0);
  it.take("b", line("hidden"), display("update_display_data", "hidden"));
  it.log.complete();
  it.take("b", line("hidden"));
  const [first, second] = it.stored.map(({ outputs }) => outputs);
  assertEquals(first?.map(({ data }) => data), [{ "text/plain": "open" }]);
  assertEquals(second, [out("[outputs excluded from the record]\n")]);
});

Deno.test("what a cell shows after its end stays its own, also once the next one runs", () => {
  using it = new Recorded();
  it.cell("a", 1, "first");
  it.take("a", line("late"));
  it.cell("b", 2, "second", line("own"));
  it.take("a", line(" and later"));
  assertEquals(it.stored.map((cell) => cell.outputs), [
    [out("late and later")],
    [out("own")],
  ]);
});

Deno.test("an error makes the cell's status error", () => {
  using it = new Recorded();
  const error = { ename: "TypeError", evalue: "no", traceback: ["at 1"] };
  it.cell("a", 1, "fails", ["error", error]);
  assertEquals(it.stored.map((cell) => [cell.status, cell.outputs]), [
    ["error", [{ ...error, output_type: "error" }]],
  ]);
});

Deno.test("a silent request of nbtrack is no execution, and what is published under it the cell before had still to say", () => {
  using it = new Recorded();
  it.cell("a", 1, "shown");
  const own = String(silently("flush()")["code"]);
  it.cell("silent", 1, own, line("of the cell before"));
  assertEquals(it.stored, [{
    source: "shown",
    count: 1,
    status: "ok",
    outputs: [out("of the cell before")],
  }]);
});

Deno.test("an execution that the kernel does not count, silent or without history, is one of its own with its outputs", () => {
  using it = new Recorded();
  it.cell("early", 0, "before any", line("first"));
  it.cell("a", 1, "shown", line("counted"));
  it.cell("silent", 1, "not counted", line("its own"));
  it.cell("asks for the count", 1, "");
  it.cell("b", 2, "next", line("of the next"));
  assertEquals(
    it.stored.map(({ source, count, outputs }) => [source, count, outputs]),
    [
      ["before any", null, [out("first")]],
      ["shown", 1, [out("counted")]],
      ["not counted", null, [out("its own")]],
      ["next", 2, [out("of the next")]],
    ],
  );
});

Deno.test("of cells that wait in a row the value that comes under the next one's id, before its input, is the cell's before", () => {
  using it = new Recorded();
  it.cell("a", 1, "first");
  it.take("b", ["status", { execution_state: "busy" }], line("of the first"));
  it.cell("b", 2, "second", line("of the second"));
  assertEquals(it.stored.map(({ source, outputs }) => [source, outputs]), [
    ["first", [out("of the first")]],
    ["second", [out("of the second")]],
  ]);
});

Deno.test("a runner's marker under the cell's own id begins no second execution", () => {
  using it = new Recorded();
  it.cell("a", 1, "once");
  it.cell("a", 1, "marker");
  assertEquals(it.stored.map((cell) => cell.source), ["once"]);
});

Deno.test("a marker under the id of a cell whose beginning was missed is not taken for the cell, once its reply says what it was", () => {
  using it = new Recorded({ replaces: true });
  const sent = { source: "f()", execution_count: 1, start_time: 1 };
  const reply = {
    type: "reply",
    status: "ok",
    ename: null,
    evalue: null,
    interrupted: false,
    end_time: 5,
    cell_id: null,
  } as const;
  const { code } = silently("marker");
  it.cell("c1", 1, String(code), line("late\n"));
  it.log.reply({ ...reply, msg_id: "c1", cell: sent });
  it.cell("c2", 2, String(code));
  const own = { ...sent, source: String(code), execution_count: 2 };
  it.log.reply({ ...reply, msg_id: "c2", cell: own });
  assertEquals(
    it.stored.map(({ source, count, outputs }) => [
      source,
      count,
      outputs.map(({ text }) => text),
    ]),
    [["f()", 1, ["late\n"]], [String(code), 2, []]],
  );
});

Deno.test("counts that were skipped are listed as executions without a source", () => {
  using it = new Recorded();
  it.cell("a", 1, "seen");
  it.cell("d", 4, "seen again");
  assertEquals(it.stored.map((cell) => [cell.count, cell.source]), [
    [1, "seen"],
    [2, null],
    [3, null],
    [4, "seen again"],
  ]);
});

Deno.test("a cell that is being executed when the subscription begins is stored without its source", () => {
  using it = new Recorded({ inCell: true });
  it.take("x", line("of the unseen one"));
  it.take("x", ["status", { execution_state: "idle" }]);
  it.cell("b", 2, "seen");
  assertEquals(
    it.stored.map((cell) => [cell.source, cell.outputs.length]),
    [[null, 1], ["seen", 0]],
  );
});

Deno.test("an update of a display changes it in the cell that showed it", () => {
  using it = new Recorded();
  const shown = (text: string) => ({
    data: { "text/plain": text },
    metadata: {},
    transient: { display_id: "d" },
  });
  it.cell("a", 1, "shows", ["display_data", shown("before")]);
  it.cell("b", 2, "updates", ["update_display_data", shown("after")]);
  assertEquals(
    it.stored.map((cell) => cell.outputs.map((o) => o.data["text/plain"])),
    [["after"], []],
  );
});

Deno.test("an update that is too long to be read is what its own cell shows, by head and digest", () => {
  using it = new Recorded();
  it.cell("a", 1, "shows", ["display_data", {
    data: { "text/plain": "before" },
    metadata: {},
    transient: { display_id: "d" },
  }]);
  const digest = `sha256:${"0".repeat(64)}` as const;
  it.take("b", ["status", { execution_state: "busy" }], [
    "execute_input",
    { code: "updates", execution_count: 2 },
  ]);
  it.log.take({
    ...newMessage("update_display_data", {}, "kernel"),
    parent_header: { msg_id: "b", msg_type: "execute_request" },
    long: { head: '{"data":', length: 5_000_000, digest },
  });
  it.take("b", ["status", { execution_state: "idle" }]);
  assertEquals(it.stored[1]?.outputs, [
    out(
      `{"data":\n[nbtrack: an output of 5000000 bytes as JSON, ${digest}]\n`,
    ),
  ]);
});

Deno.test("clear_output empties what the cell has shown, with wait once something new comes", () => {
  using it = new Recorded();
  it.cell(
    "a",
    1,
    "counts",
    line("1"),
    ["clear_output", { wait: false }],
    line("2"),
    ["clear_output", { wait: true }],
    line("3"),
    ["clear_output", { wait: true }],
  );
  assertEquals(it.stored[0]?.outputs, [out("3")]);
});

Deno.test("what a reply says of a cell decides its status, before or after the cell was seen", () => {
  using it = new Recorded();
  const reply = (msg_id: string, status: "ok" | "error") =>
    it.log.reply({
      type: "reply",
      msg_id,
      status,
      ename: status === "error" ? "SyntaxError" : null,
      evalue: status === "error" ? "as the reply says" : null,
      interrupted: false,
      end_time: 5,
      cell_id: `id of ${msg_id}`,
    });
  reply("a", "error");
  it.cell("a", 1, "const = 1");
  it.cell("b", 2, "fine");
  reply("b", "ok");
  const { session_id } = it.session;
  it.log.complete();
  assertEquals(
    it.journal.executions.list(session_id).map((e) => [e.status, e.cell_id]),
    [["error", "id of a"], ["ok", "id of b"]],
  );
});

Deno.test("what is closed in the middle of a cell leaves it aborted", () => {
  using it = new Recorded();
  it.take(
    "a",
    ["status", { execution_state: "busy" }],
    ["execute_input", { code: "for (;;);", execution_count: 1 }],
    line("so far"),
  );
  const { openRuns } = it.log.close(true);
  assertEquals(openRuns.status, "KILLED");
  assertEquals(it.stored, [{
    source: "for (;;);",
    count: 1,
    status: "aborted",
    outputs: [out("so far")],
  }]);
});

Deno.test("cells that no recorder saw are recorded as their kernel's relay knows them, each once, and named", () => {
  using it = new Recorded({ replaces: true });
  const { run_id: run } = it.journal.runs.create({
    session_id: it.session.session_id,
    experiment: "e",
    name: "n",
    options: "{}",
    seed: null,
  });
  const reply = (msg_id: string, execution_count: number | null) => ({
    type: "reply" as const,
    msg_id,
    status: "ok" as const,
    ename: null,
    evalue: null,
    interrupted: false,
    end_time: 1,
    cell_id: null,
    cell: { source: `cell ${msg_id}`, execution_count, start_time: 1 },
  });
  it.cell("a", 1, "cell a", line("seen"));
  it.log.reply(reply("b", 2));
  it.log.reply(reply("c", 3));
  it.cell("d", 4, "cell d");
  it.log.recover([reply("c", 3), reply("e", null), reply("f", 5)]);
  it.log.close(true);
  assertEquals(
    it.stored.map(({ source, count, status }) => [source, count, status]),
    [
      ["cell a", 1, "ok"],
      ["cell b", 2, "ok"],
      ["cell c", 3, "ok"],
      ["cell d", 4, "ok"],
      ["cell e", null, "ok"],
      ["cell f", 5, "ok"],
    ],
  );
  assertEquals(
    it.journal.entries.missing(run).map(({ what }) => what)
      .filter((what) => what.startsWith("outputs")),
    ["outputs of cells [2], [3], [ ], [5]"],
  );
});

Deno.test("a cell that the saved file had before the relay was asked is one execution, with the file's outputs and the relay's end", () => {
  using it = new Recorded({ replaces: true });
  const { session_id } = it.session;
  const { executions } = it.journal;
  const { run_id: run } = it.journal.runs.create({
    session_id,
    experiment: "e",
    name: "n",
    options: "{}",
    seed: null,
  });
  it.cell("a", 1, "cell a");
  it.cell("c", 3, "cell c");
  const missed = executions.list(session_id).find((e) =>
    e.execution_count === 2
  );
  assert(missed !== undefined && missed.source === null);
  executions.put({ ...missed, source: "cell b", source_from: "file" });
  executions.putOutputs(session_id, missed.position, [
    JSON.stringify(out("of the file")),
  ]);
  it.log.recover([{
    type: "reply",
    msg_id: "b",
    status: "ok",
    ename: null,
    evalue: null,
    interrupted: false,
    end_time: 7,
    cell_id: "id",
    cell: { source: "cell b", execution_count: 2, start_time: 5 },
  }]);
  const all = executions.list(session_id);
  assertEquals(all.map((e) => e.execution_count), [1, 2, 3]);
  const { msg_id, start_time, end_time, cell_id } = all[1] ?? missed;
  assertEquals([msg_id, start_time, end_time, cell_id], ["b", 5, 7, "id"]);
  assertEquals(it.stored[1]?.outputs, [out("of the file")]);
  assertEquals(
    it.journal.entries.missing(run).map(({ what }) => what)
      .filter((what) => what.startsWith("outputs")),
    [],
  );
});
