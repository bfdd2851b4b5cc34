import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { reproduceWritten } from "../safety/bundles.ts";

/** One after the other in one session: what the plain replay records of them, a sandbox must record too. */
const CELLS: readonly string[] = [
  "1",
  "null",
  "undefined",
  "-0",
  "NaN",
  "10n",
  "'text'",
  "'\\ud800'",
  "'🐧'[0]",
  "['🐧'[0]]",
  "throw '🐧'[0]",
  "Symbol('a')",
  "() => 1",
  "new Map([[1, 2]])",
  "new Date(0)",
  "[1, , 3]",
  "({ a: 1, get b() { return 2 } })",
  "throw undefined",
  "throw null",
  "throw 'x'",
  "throw 10n",
  "function thrower() {\n  throw new Error('deep');\n}\nthrower()",
  "await Promise.reject(new TypeError('later'))",
  "[1].map((one) => {\n  null.x;\n})",
  "Deno.mainModule",
  "throw { a: 1 }",
  "throw new RangeError('r\\nq')",
  "throw new Error('')",
  "class Own extends Error { override name = 'Own' }; throw new Own('mine')",
  "let q = 0; const",
  "import 'npm:nothere-at-all@9.9.9'",
  "await import('./nothere.ts')",
  "import { a } from './nothere.ts'",
  ...[
    "10n",
    "new Date(0)",
    "() => 1",
    "{ a: () => 1, b: undefined, c: NaN, d: -0, e: Infinity }",
    "{ big: 12345678901234567890n }",
    "new Map([['k', { x: 1 }]])",
    "new Map([[1, 2]])",
    "new Map([['k', undefined]])",
    "new Set([1, 2])",
    "Object.assign(() => 1, { a: 1 })",
    "{ toJSON() { return 'j' } }",
    "new Uint8Array([1, 2])",
    "new ArrayBuffer(2)",
    "[1, , undefined, null]",
    "{ [Symbol('s')]: 1, z: 1, a: 2, 10: 3, 2: 4 }",
    "new (class { x = 1; #y = 2; get z() { return this.#y } })()",
    "Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })",
    "[2 ** 53, 1.5e300, 1e21, 0.1, 2 ** 31, -(2 ** 31) - 1]",
    "'\\ud800'",
    "new Error('e')",
    "new String('boxed')",
    "/a/g",
  ].map((value) =>
    `await Deno.jupyter.display({ "application/json": ${value} }, { raw: true })`
  ),
  `const loop: Record<string, unknown> = {}; loop.c = loop; await Deno.jupyter.display({ "application/json": loop }, { raw: true })`,
  `await Deno.jupyter.broadcast("stream", { name: "stdout", text: "hi\\n" })`,
  `await Deno.jupyter.broadcast("stream", { name: "other", text: "hi\\n" })`,
  `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "p" }, metadata: { m: 1 }, transient: {} })`,
  `await Deno.jupyter.display({ "text/plain": "1" }, { raw: true, display_id: "d" })`,
  `await Deno.jupyter.display({ "text/plain": "2" }, { raw: true, display_id: "d", update: true })`,
  `console.log("gone"); await Deno.jupyter.broadcast("clear_output", { wait: false }); console.log("left")`,
  `console.log("a"); console.error("b"); console.warn("c"); console.info("d"); console.table([{ a: 1 }])`,
  `console.log("%c styled", "color:red"); console.group("g"); console.dir({ a: 1 }); console.groupEnd()`,
  `prompt("q")`,
  `alert("a")`,
  `[alert, confirm, prompt].map((one) => typeof one)`,
  `confirm("q")`,
  `({ [Symbol.for("Jupyter.display")]() { return { "text/html": "<i>" } } })`,
  `({ [Symbol.for("Jupyter.display")]() { throw new Error("in display") } })`,
  `({ [Symbol.for("Jupyter.display")]() { throw "text" } })`,
  `({ [Symbol.for("Jupyter.display")]() { return 5 } })`,
  `Promise.resolve(4)`,
  `({ then(done: (n: number) => void) { done(7) } })`,
  `new Proxy({}, {})`,
  `_`,
  "Deno.jupyter.html`<p>`",
  "Deno.jupyter.md`**b**`",
  "Deno.jupyter.svg`<svg/>`",
  "Deno.jupyter.image(new Uint8Array([1]))",
  `({ toSpec: () => ({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar" }) })`,
  `({ toDataURL: () => "data:image/png;base64,AAAA" })`,
  `({ outerHTML: "<b>x</b>" })`,
  `console.log("x".repeat(3_000_000))`,
  `for (let i = 0; i < 30_000; i++) console.log("line", i, "y".repeat(80))`,
  `await Deno.jupyter.display({ "text/plain": "z".repeat(5_000_000) }, { raw: true })`,
  `enum Colour { Red } Colour.Red`,
  `const t: number = 1; t satisfies number`,
  `const { x } = { x: 1 }; export {}`,
  `await new Promise((done) => setTimeout(done, 5)); 5`,
  `// nothing`,
];

Deno.test("a sandbox records of each cell what the plain replay records", async (t) => {
  const outputs = [{
    output_type: "error",
    ename: "E",
    evalue: "",
    traceback: [],
  }];
  const cells = CELLS.map((source) => ({
    source,
    status: "error" as const,
    outputs,
  }));
  const plain = await reproduceWritten({ cells }, { sandbox: false });
  const shut = await reproduceWritten({ cells });
  assertEquals(plain.verdict.causes, []);
  assertEquals(shut.verdict.causes, []);
  assertEquals(plain.outcome.replay?.cells.length, CELLS.length);
  for (const [i, source] of CELLS.entries()) {
    await t.step(source.slice(0, 100), () => {
      assertEquals(
        shut.outcome.replay?.cells[i]?.status,
        plain.outcome.replay?.cells[i]?.status,
      );
      assertEquals(
        shut.outcome.replay?.cells[i]?.outputs.map(comparable),
        plain.outcome.replay?.cells[i]?.outputs.map(comparable),
      );
      const [there, here] = [shut, plain].map(({ outcome }) =>
        thrownAt(outcome.replay?.cells[i]?.outputs)
      );
      assert(there === undefined || there === here, `${there} ${here}`);
      if (/^throw new|^function thrower|^\[1\]\.map/.test(source)) {
        assertNotEquals(there, undefined);
      }
    });
  }
});

/** An output without the lines of a stack, and the folder that it was made in. */
function comparable(output: Record<string, unknown>): unknown {
  const { traceback: _, ...others } = output;
  return JSON.parse(
    JSON.stringify(others).replaceAll(
      /file:\/\/\/[^"\\]*\//g,
      "file:///",
    ),
  );
}

/** The line of the cell in which an error was thrown. */
function thrownAt(outputs: readonly unknown[] = []): string | undefined {
  return /<anonymous>:(\d+)/.exec(JSON.stringify(outputs))?.[1];
}
