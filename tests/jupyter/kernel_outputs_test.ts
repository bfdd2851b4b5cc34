import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { ExecuteReply, Kernel } from "../../src/jupyter/kernel.ts";
import type { Output } from "../../src/notebook/outputs.ts";
import { explainSilentFailure } from "../../src/jupyter/silent_failure.ts";
import { subscribe } from "../../src/jupyter/subscriber.ts";
import { withKernel } from "./support.ts";
import { until } from "../until.ts";

/** Texts of a cell's outputs, without colours. */
function texts(outputs: readonly Output[]): string[] {
  return outputs.map((output) => {
    switch (output.output_type) {
      case "stream":
        return `${output.name}: ${output.text}`;
      case "error":
        return `${output.ename}: ${output.evalue}`;
      default:
        return String(output.data["text/plain"])
          // deno-lint-ignore no-control-regex -- the kernel colours its values
          .replace(/\x1b\[\d+m/g, "");
    }
  });
}

async function all(
  kernel: Kernel,
  count: number,
  code: (i: number) => string,
): Promise<ExecuteReply[]> {
  const replies = [];
  for (let i = 0; i < count; i++) replies.push(await kernel.execute(code(i)));
  return replies;
}

Deno.test("of 100 cells with a line and a value each, all 200 outputs are in their cells", async () => {
  await withKernel(async (kernel) => {
    const replies = await all(
      kernel,
      100,
      (i) => `console.log("line ${i}"); "value ${i}"`,
    );
    for (const [i, reply] of replies.entries()) {
      assertEquals(reply.status, "ok");
      assertEquals(reply.execution_count, i + 1);
      assertEquals(texts(reply.outputs), [
        `stdout: line ${i}\n`,
        `"value ${i}"`,
      ]);
    }
  });
});

Deno.test("lines, displays and errors of cells without a value are in their cells, in their order", async () => {
  await withKernel(async (kernel) => {
    const shown = (i: number) =>
      `Deno.jupyter.display({ "text/plain": "shown ${i}" }, { raw: true });`;
    const code = (i: number) =>
      [
        `for (let j = 0; j < 50; j++) console.log("${i}." + j)`,
        `await ${shown(i)} void 0`,
        `${shown(i)} void 0`,
        `console.error("e ${i}"); console.log("l ${i}"); throw new Error("x ${i}")`,
        `queueMicrotask(() => console.log("m ${i}")); void 0`,
      ][i % 5] ?? "";
    const replies = await all(kernel, 100, code);
    await kernel.execute("void 0");
    const lines = (i: number) =>
      Array.from({ length: 50 }, (_, j) => `${i}.${j}\n`).join("");
    for (const [i, { outputs, status }] of replies.entries()) {
      const expected = [
        [`stdout: ${lines(i)}`],
        [`shown ${i}`],
        [`shown ${i}`],
        [`stderr: e ${i}\n`, `stdout: l ${i}\n`, `Error: x ${i}`],
        [`stdout: m ${i}\n`],
      ][i % 5];
      assertEquals(texts(outputs), expected);
      assertEquals(status, i % 5 === 3 ? "error" : "ok");
    }
  });
});

Deno.test("whoever else subscribes gets every output under the id of its cell", async () => {
  await withKernel(async (kernel) => {
    const other = await subscribe(kernel.connection);
    const replies = await all(
      kernel,
      60,
      (i) => `for (let j = 0; j < 40; j++) console.log("line ${i}")`,
    );
    await kernel.shutdown();
    const seen = new Map<string, string>();
    const inputs = new Map<string, number>();
    for await (const { header, parent_header, content } of other) {
      const id = parent_header.msg_id ?? "";
      if (header.msg_type === "stream") {
        seen.set(id, `${seen.get(id) ?? ""}${content["text"]}`);
      }
      if (header.msg_type === "execute_input" && !inputs.has(id)) {
        inputs.set(id, Number(content["execution_count"]));
      }
    }
    for (const [i, { msg_id, execution_count }] of replies.entries()) {
      assertEquals(seen.get(msg_id), `line ${i}\n`.repeat(40));
      assertEquals(inputs.get(msg_id), execution_count);
    }
  });
});

Deno.test("a failure says what failed in which line; the cells after it are executed", async () => {
  await withKernel(async (kernel) => {
    const thrown = await kernel.execute(`throw new TypeError("no")`);
    assertEquals(thrown.status, "error");
    assertEquals([thrown.ename, thrown.evalue], ["TypeError", "no"]);
    assert(thrown.traceback.join("\n").includes("TypeError: no"));
    assertEquals(texts(thrown.outputs), ["TypeError: no"]);
    const next = await kernel.execute("1 + 1");
    assertEquals([next.status, ...texts(next.outputs)], ["ok", "2"]);
    assertEquals([next.ename, next.evalue, next.traceback], [null, null, []]);
  });
});

Deno.test("a syntax error and a package that cannot be resolved are seen as errors, although nothing is published", async () => {
  await withKernel(async (kernel) => {
    const wrong = await kernel.execute("console.log(1);\nlet x = ;");
    assertEquals(wrong.status, "error");
    assertEquals(wrong.ename, "SyntaxError");
    assertEquals(wrong.evalue, "Expression expected (line 2, column 9)");
    assertEquals(texts(wrong.outputs), [`SyntaxError: ${wrong.evalue}`]);
    const missing = await kernel.execute(
      `import x from "npm:@nbtrack/there-is-no-such-package@1";`,
    );
    assertEquals(missing.status, "error");
    assert(
      missing.evalue?.includes("npm:@nbtrack/there-is-no-such-package@1"),
      String(missing.evalue),
    );
    assertEquals(missing.outputs.length, 1);
  });
});

Deno.test("JSX and type assertions are no syntax errors", async () => {
  const failure = await explainSilentFailure("const a = <number> 5;");
  assertEquals(failure.ename, "Error");
  assertEquals(
    (await explainSilentFailure("const a = <b>5</b>;")).ename,
    "Error",
  );
  assertEquals((await explainSilentFailure("a b")).ename, "SyntaxError");
});

Deno.test("a display is updated in the cell that shows it, while another cell is executed", async () => {
  await withKernel(async (kernel) => {
    const show = (text: string, update: boolean) =>
      `await Deno.jupyter.display({ "text/plain": "${text}" }, { raw: true, display_id: "bar", update: ${update} }); void 0`;
    const first = await kernel.execute(show("0 %", false));
    assertEquals(texts(first.outputs), ["0 %"]);
    const second = await kernel.execute(show("100 %", true));
    assertEquals(texts(second.outputs), []);
    assertEquals(texts(first.outputs), ["100 %"]);
  });
});

Deno.test("outputs are reported as they come, and messages as they are", async () => {
  const types: string[] = [];
  await withKernel(async (kernel) => {
    const grown: number[] = [];
    await kernel.execute("console.log(1); console.error(2); 3", {
      onOutput: (outputs) => grown.push(outputs.length),
    });
    assertEquals(grown, [1, 2, 3]);
  }, { onMessage: (message) => types.push(message.header.msg_type) });
  const wanted = ["status", "execute_input", "stream", "execute_result"];
  for (const type of wanted) assert(types.includes(type), type);
});

Deno.test("what a cell shows after it is done is added to it until the next one starts", async () => {
  await withKernel(async (kernel) => {
    const { outputs } = await kernel.execute(
      `setTimeout(() => console.log("later"), 20); void 0`,
    );
    await until("what the cell shows later", () => outputs.length > 0);
    assertEquals(texts(outputs), ["stdout: later\n"]);
  });
});

Deno.test("cells asked for at once are executed one after the other, a silent one without a count", async () => {
  await withKernel(async (kernel) => {
    const replies = await Promise.all([
      kernel.execute("var n = 1; n"),
      kernel.execute("n += 1; console.log('quiet'); n", { silent: true }),
      kernel.execute("n *= 10; n"),
    ]);
    assertEquals(replies.map(({ outputs }) => texts(outputs)), [
      ["1"],
      ["stdout: quiet\n"],
      ["20"],
    ]);
    assertEquals(replies.map((r) => r.execution_count), [1, 1, 2]);
    for (const { start_time, end_time } of replies) {
      assert(start_time > 1e12 && end_time >= start_time);
    }
    assertNotEquals(replies[0]?.msg_id, replies[1]?.msg_id);
  });
});

Deno.test("a cell that asks for input gets null at once", async () => {
  await withKernel(async (kernel) => {
    const reply = await kernel.execute(`String(prompt("Name?"))`);
    assertEquals(texts(reply.outputs), ['"null"']);
  });
});

Deno.test("a cell that takes away what the marker needs still gets its outputs", async () => {
  await withKernel(async (kernel) => {
    await kernel.execute("const Deno = 5;");
    const shadowed = await kernel.execute("console.log('one')");
    assertEquals(texts(shadowed.outputs), ["stdout: one\n"]);
    await kernel.execute(
      "delete (globalThis.Deno.jupyter as any).broadcast; globalThis.Deno.jupyter.broadcast = undefined;",
    );
    const without = await kernel.execute("console.log('two')");
    assertEquals(texts(without.outputs), ["stdout: two\n"]);
    assertEquals(without.status, "ok");
  });
});
