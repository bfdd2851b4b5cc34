import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { MAX_CELL_OUTPUT_CHARS } from "../../src/recorder/cells/output_log.ts";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";

Deno.test("displays are updated from their own cell and from later ones", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("displays");`);
  await kernel.execute(
    `const show = (text, update) => Deno.jupyter.broadcast(update ? "update_display_data" : "display_data",
       { data: { "text/plain": text }, metadata: {}, transient: { display_id: "bar" } });
     await show("0 %", false); console.log("between"); await show("50 %", true);`,
  );
  await kernel.execute(`await show("100 %", true); "done"`);
  await kernel.execute(`1`);
  await kernel.execute(`2`);
  await kernel.execute(`await show("after all", true); await run.end();`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  const [, shown] = record.cells;
  assertEquals(shown?.outputs.map((o) => o["output_type"]), [
    "display_data",
    "stream",
  ]);
  assertEquals(shown?.outputs[0]?.["data"], { "text/plain": "after all" });
  assertEquals(record.cells.map((c) => c.outputs.length), [1, 2, 1, 1, 1, 0]);
});

Deno.test("clear_output takes back what was shown, at once or with the next output", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("clear");`);
  await kernel.execute(
    `const clear = (wait) => Deno.jupyter.broadcast("clear_output", { wait });
     for (let i = 0; i < 5; i++) { await clear(true); console.log("step", i); }`,
  );
  await kernel.execute(
    `console.log("x".repeat(${
      MAX_CELL_OUTPUT_CHARS + 1
    })); await clear(false); console.log("short")`,
  );
  await kernel.execute(`console.log("gone"); await clear(false);`);
  await kernel.execute(`await run.end();`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  const texts = record.cells.map((c) => c.outputs.map((o) => o["text"]));
  assertEquals(texts.slice(1, 4), [["step 4\n"], ["short\n"], []]);
  assertEquals(record.missing.filter((m) => m.what === "outputs"), []);
});

Deno.test("outputs beyond the limit are kept by head, length and digest, and named", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("large");`);
  await kernel.execute(
    `for (let i = 0; i < 40; i++) console.log("x".repeat(100_000)); console.error("late"); throw new Error("seen all the same")`,
  );
  await kernel.execute(`console.log("small")`);
  await kernel.execute(
    `({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "y".repeat(3_000_000) }) })`,
  );
  await kernel.execute(`await run.end();`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(workspace.log, "");
  const [, many, small, one] = record.cells;
  const text = (cell: typeof many) =>
    cell?.outputs.map((o) => String(o["text"] ?? "")).join("") ?? "";
  assertEquals(many?.status, "error");
  const chars = JSON.stringify(many?.outputs).length;
  assert(chars < MAX_CELL_OUTPUT_CHARS * 1.1, `${chars}`);
  const left =
    /\[nbtrack: (\d+) more characters of output, sha256:[0-9a-f]{64}\]/
      .exec(text(many))?.[1];
  assert(Number(left) > 1_900_000, text(many).slice(-200));
  assert(many?.outputs.some((o) => o["evalue"] === "seen all the same"));
  assertEquals(text(small), "small\n");
  assertStringIncludes(text(one).slice(-300), "more characters of output");
  const gap = record.missing.find((m) => m.what === "outputs");
  assertStringIncludes(gap?.why ?? "", "cells [2], [4]");
});

Deno.test("outputs too long to be read are kept by head, length and digest, and the recorder lives", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("huge");`);
  await kernel.execute(
    `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "y".repeat(40_000_000) }, metadata: {}, transient: {} }); "value"`,
  );
  await kernel.execute(
    `for (let i = 0; i < 3; i++) console.log("z".repeat(12_000_000)); 1`,
  );
  await kernel.execute(`await run.end();`);
  const [recorder] = workspace.recorders;
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(workspace.recorders, [recorder]);
  assertEquals(workspace.log, "");
  const [, one, three] = record.cells;
  const text = (cell: typeof one) =>
    cell?.outputs.map((o) => String(o["text"] ?? "")).join("") ?? "";
  const content = JSON.stringify({
    data: { "text/plain": "y".repeat(40_000_000) },
    metadata: {},
    transient: {},
  });
  assertStringIncludes(
    text(one).slice(-300),
    `[nbtrack: an output of ${content.length} bytes as JSON, ${
      sha256(content)
    }]`,
  );
  assert(text(one).startsWith('{"data":{"text/plain":"yyy'));
  assert(one?.outputs.some((o) => o["output_type"] === "execute_result"));
  assertStringIncludes(
    text(three).slice(-300),
    "more characters of output, sha256:",
  );
  const gap = record.missing.find((m) => m.what === "outputs");
  assertStringIncludes(gap?.why ?? "", "cells [2], [3]");
});

Deno.test("what a cell shows after it has ended, and after its run has, is recorded", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("late");`);
  await kernel.execute(
    `setTimeout(() => console.log("from a timer"), 30); "value"`,
  );
  await until("the timer's line", () => {
    const [session] = workspace.journal.sessions.unended();
    return session !== undefined &&
      workspace.journal.executions.list(session.session_id).some((e) =>
        workspace.journal.executions.outputs(session.session_id, e.position)
          .length === 2
      );
  });
  await kernel.execute(
    `await run.end(); console.log("after the end"); "its value"`,
  );
  const record = await workspace.finalised();
  assertEquals(record.cells.map((c) => c.outputs.length), [1, 2, 2]);
  assert(record.artifacts.some((a) => a.path === "session.ipynb"));
  const row = workspace.journal.artifacts.get(record.run_id, "session.ipynb");
  assert(row !== undefined);
  const bundled = JSON.parse(
    Deno.readTextFileSync(workspace.journal.artifacts.file(row.digest)),
  );
  assertEquals(
    bundled.cells.map((c: { outputs?: unknown[] }) => c.outputs?.length),
    [undefined, 1, 2, 2],
  );
  await kernel.shutdown();
});

Deno.test("a message that is no message of Jupyter does not end the record", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("strange");`);
  await kernel.execute(
    `const send = (type, content) => Deno.jupyter.broadcast(type, content);
     await send("execute_input", { code: 5 });
     await send("stream", { text: { not: "a text" } });
     await send("display_data", { data: 5 });
     await send("update_display_data", { transient: 7 });
     await send("nobody_knows_it", {});
     await send("status", { execution_state: 9 });
     console.log("still there")`,
  );
  await kernel.execute(`await run.end(); "end"`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.status, "FINISHED");
  assertEquals(record.cells.length, 3);
  assertStringIncludes(JSON.stringify(record.cells[1]?.outputs), "still there");
  assertEquals(record.cells[2]?.outputs.length, 1);
});
