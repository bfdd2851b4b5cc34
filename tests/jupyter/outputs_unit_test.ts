import { assertEquals, assertThrows } from "@std/assert";
import { contentOf } from "../../src/jupyter/messages.ts";
import {
  displayIdOf,
  Displays,
  OutputList,
  outputOf,
} from "../../src/jupyter/outputs.ts";
import { type Message, MessageError } from "../../src/jupyter/wire.ts";

function published(
  msg_type: string,
  content: Record<string, unknown>,
): Message {
  const header = {
    msg_id: "m",
    msg_type,
    session: "s",
    username: "kernel",
    date: "2026-11-23T10:00:00.000Z",
    version: "5.3",
  };
  return { header, parent_header: {}, metadata: {}, content, buffers: [] };
}

const stream = (text: string, name = "stdout") =>
  published("stream", { name, text });
const display = (text: string, display_id?: string) =>
  published("display_data", {
    data: { "text/plain": text },
    metadata: {},
    transient: display_id === undefined ? {} : { display_id },
  });
const update = (text: string, display_id: string) =>
  published("update_display_data", {
    data: { "text/plain": text },
    metadata: { new: true },
    transient: { display_id },
  });
const failure = published("error", {
  ename: "Error",
  evalue: "x",
  traceback: ["Error: x"],
});

Deno.test("streams of one name that follow each other become one output", () => {
  const list = new OutputList();
  const changed = [
    stream("a"),
    stream("b\n"),
    stream("!", "stderr"),
    stream("c"),
  ].map((m) => list.apply(m));
  assertEquals(changed, [0, 0, 1, 2]);
  assertEquals(list.outputs, [
    { output_type: "stream", name: "stdout", text: "ab\n" },
    { output_type: "stream", name: "stderr", text: "!" },
    { output_type: "stream", name: "stdout", text: "c" },
  ]);
});

Deno.test("clear_output clears at once, or with wait when the next output comes", () => {
  const list = new OutputList();
  list.apply(stream("a"));
  assertEquals(list.apply(published("clear_output", { wait: true })), null);
  assertEquals(list.outputs.length, 1);
  assertEquals(list.apply(display("b")), 0);
  assertEquals(list.outputs.map((o) => o.output_type), ["display_data"]);
  list.apply(published("clear_output", { wait: false }));
  assertEquals(list.outputs, []);
});

Deno.test("a display is updated wherever it is shown, in other cells too", () => {
  const displays = new Displays();
  const [first, second] = [1, 2].map(() => new OutputList({ displays }));
  first?.apply(display("1 %", "bar"));
  second?.apply(display("1 %", "bar"));
  second?.apply(display("stays"));
  assertEquals(second?.apply(update("100 %", "bar")), null);
  assertEquals(second?.apply(update("nobody's", "none")), null);
  const done = {
    output_type: "display_data" as const,
    data: { "text/plain": "100 %" },
    metadata: { new: true },
  };
  assertEquals(first?.outputs, [done]);
  assertEquals(second?.outputs[0], done);
  assertEquals(second?.outputs.length, 2);
});

Deno.test("an error stays in its position, or behind all else when it is kept last", () => {
  const messages = [stream("a"), failure, stream("b"), display("c")];
  const [plain, last] = [false, true].map((errorLast) => {
    const list = new OutputList({ errorLast });
    for (const message of messages) list.apply(message);
    return list.outputs.map((o) => o.output_type);
  });
  assertEquals(plain, ["stream", "error", "stream", "display_data"]);
  assertEquals(last, ["stream", "display_data", "error"]);
});

Deno.test("outputs have nbformat's members in nbformat's order, and nothing of the wire", () => {
  const result = published("execute_result", {
    execution_count: 3,
    data: { "text/html": "<b>" },
    metadata: {},
    transient: { display_id: "d" },
  });
  const outputs = [stream("a"), display("b", "d"), result, failure]
    .map(outputOf);
  assertEquals(
    JSON.stringify(outputs),
    JSON.stringify([
      { name: "stdout", output_type: "stream", text: "a" },
      {
        data: { "text/plain": "b" },
        metadata: {},
        output_type: "display_data",
      },
      {
        data: { "text/html": "<b>" },
        execution_count: 3,
        metadata: {},
        output_type: "execute_result",
      },
      {
        ename: "Error",
        evalue: "x",
        output_type: "error",
        traceback: ["Error: x"],
      },
    ]),
  );
  assertEquals(displayIdOf(result), "d");
  assertEquals(displayIdOf(failure), null);
});

Deno.test("unknown messages pass and show nothing; known ones that are broken show nothing and say so when read", () => {
  assertEquals(outputOf(published("comm_open", { comm_id: "x" })), null);
  assertEquals(
    outputOf(published("status", { execution_state: "idle" })),
    null,
  );
  const broken = published("stream", { name: "stdout" });
  assertEquals(outputOf(broken), null);
  assertEquals(new OutputList().apply(broken), null);
  assertThrows(
    () => contentOf(broken, "stream"),
    MessageError,
    "The content of a stream message is not as Jupyter has it: text",
  );
  assertEquals(contentOf(broken, "error"), null);
});

Deno.test("contents of replies are read with what kernels leave out", () => {
  const reply = published("execute_reply", {
    status: "error",
    ename: "Error",
    evalue: "no",
    traceback: null,
    more: 1,
  });
  assertEquals(contentOf(reply, "execute_reply"), {
    status: "error",
    ename: "Error",
    evalue: "no",
    traceback: [],
    more: 1,
  });
  const bare = published("display_data", { data: {} });
  assertEquals(contentOf(bare, "display_data")?.metadata, {});
});
