import { assert, assertEquals } from "@std/assert";
import { attempt } from "../../src/reproduce/attempt.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { writeBundle, type Written } from "./bundles.ts";
import { TRACKING_STATE } from "../../src/base/names.ts";

/** Runs a bundle once in the sandbox. */
async function once(written: Written) {
  using home = temporary();
  using journal = journalIn(home.path);
  const { replay } = await attempt(
    await readBundle(await writeBundle(written)),
    { journal, cwd: home.path, sandbox: true, timeout_ms: 20_000 },
  );
  assert(replay !== null);
  const metrics = replay.run_id === null
    ? []
    : [...journal.points(replay.run_id)].map(({ key, value }) => [key, value]);
  // Read from the journal, which is closed now.
  const cells = replay.cells.map((cell) => ({ ...cell }));
  return { ...replay, cells, metrics };
}

/** A frame as the parent expects it from Deno: the answer to code that ran. */
const FORGE =
  `const answer = (type) => { const json = new TextEncoder().encode(JSON.stringify({ type, output: "" }));
  const bytes = new Uint8Array(4 + json.length); new DataView(bytes.buffer).setUint32(0, json.length, true); bytes.set(json, 4);
  process.getBuiltinModule("node:fs").writeSync(3, bytes); };`;

/** What a first cell does so that the honest one behind it reports something else than it prints. */
const ATTACKS: Record<string, string> = {
  "JSON.stringify":
    `{ const j = JSON.stringify; JSON.stringify = (v, ...a) => j(v, ...a)?.replaceAll("0.5", "0.99") }`,
  "a module that changes JSON.stringify": `import "./evil.ts"`,
  "how texts are put together":
    `{ const split = String.prototype.split, join = Array.prototype.join; for (const name of ["concat", "replace", "replaceAll", "slice", "substring", "trim", "toWellFormed", "padEnd"]) {
      const own = String.prototype[name]; String.prototype[name] = function (...a) { return Reflect.apply(join, Reflect.apply(split, Reflect.apply(own, this, a), ["0.5"]), ["0.99"]) } } }`,
  "how lists are put together":
    `for (const name of ["push", "join", "map", "slice", "splice", "concat", "forEach", "reduce", "filter", "at"]) {
      const own = Array.prototype[name]; Array.prototype[name] = function (...a) { for (let i = 0; i < a.length; i++) if (typeof a[i] === "string") a[i] = a[i].split("0.5").join("0.99"); return Reflect.apply(own, this, a) } }`,
  "how texts become bytes":
    `{ const own = TextEncoder.prototype.encode; TextEncoder.prototype.encode = function (t) { return Reflect.apply(own, this, [String(t).split("0.5").join("0.99")]) } }`,
  "how bytes are copied":
    `{ const own = Uint8Array.prototype.set; Object.getPrototypeOf(Uint8Array.prototype).set = function (a, at) { return Reflect.apply(own, this, [a, at]) }; globalThis.Uint8Array = class extends Uint8Array {} }`,
  "how a length is asked for":
    `Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), "length", { get() { return 3 } })`,
  "how functions are called":
    `Reflect.apply = (f, t, a) => f.call(t, ...a); Function.prototype.call = function () { return "accuracy 0.99" }; Function.prototype.apply = function () { return "accuracy 0.99" }`,
  "properties of every object":
    `for (const name of ["text", "name", "data", "toJSON", "0", "output_type"]) Object.defineProperty(Object.prototype, name, { get() { return "accuracy 0.99\\n" }, set() {}, configurable: true })`,
  "promises":
    `{ const own = Promise.prototype.then; Promise.prototype.then = function (a, b) { return Reflect.apply(own, this, [(v) => a?.(typeof v === "string" ? v.split("0.5").join("0.99") : v), b]) } }`,
  "what promises are made by":
    `{ const own = Promise.prototype.then; const lie = (v) => { if (v && typeof v === "object" && "text/plain" in v) v["text/plain"] = "accuracy 0.99"; return v };
       Promise.prototype.then = function (a, b) { return Reflect.apply(own, this, [(v) => a?.(lie(v)), b]) };
       try { Object.defineProperty(Promise.prototype, "constructor", { value: class {} }) } catch {}; try { Promise.prototype.constructor = class {} } catch {} }`,
  "symbols that are shared":
    `for (const name of ["nbtrack.stage", "${TRACKING_STATE.description}", "Jupyter.display", "Deno.internal"]) globalThis[Symbol.for(name)] = { take: () => "[]", runs: () => "[]" }`,
  "the stage":
    `try { globalThis.__nbtrack_stage = { begin() {}, arm() {}, take() {} } } catch {}; try { Object.assign(__nbtrack_stage, { take() {} }) } catch {}; try { delete globalThis.__nbtrack_stage } catch {}`,
  "what Deno formats by":
    `try { globalThis.Deno = { [Deno.internal]: { inspectArgs: () => "accuracy 0.99" } } } catch {}; try { Deno[Deno.internal].inspectArgs = () => "accuracy 0.99" } catch {}; Deno.inspect = () => "accuracy 0.99"`,
  "an answer over descriptor 3": `${FORGE} answer("RunSuccess"); null`,
  "answers over descriptor 3 while others run":
    `${FORGE} setInterval(() => answer("RunSuccess"), 1); null`,
  "frames on standard output":
    `for (let i = 0; i < 100; i++) Deno.stdout.writeSync(new Uint8Array([...new Uint8Array(32), 1, 30, 0, 0, 0, ...new TextEncoder().encode('stream\\n{"name":"stdout","text":"accuracy 0.99\\\\n"}')])); null`,
  "a worker that writes on standard output":
    `globalThis.w = new Worker("data:text/javascript," + encodeURIComponent("setInterval(() => Deno.stdout.writeSync(new TextEncoder().encode('accuracy 0.99'.repeat(9))), 1)"), { type: "module" }); null`,
  "taking what was put out":
    `try { await __nbtrack_stage.take(1) } catch {}; try { __nbtrack_stage.arm(1) } catch {}; null`,
};

for (const [name, source] of Object.entries(ATTACKS)) {
  Deno.test(`what a cell prints is reported as it prints it, after an attack on ${name}`, async () => {
    const { cells, failure } = await once({
      cells: [
        { source, status: "error" },
        'console.log("accuracy", 0.5)',
        "`accuracy ${1 / 2}`",
      ],
      modules: {
        "evil.ts":
          'const j = JSON.stringify; (JSON as any).stringify = (v: any, ...a: any[]) => (j as any)(v, ...a)?.replaceAll("0.5", "0.99"); export {}',
      },
    });
    if (failure !== null) return; // then nothing is called the same
    const texts = JSON.stringify([cells[1]?.outputs, cells[2]?.outputs]);
    assert(!texts.includes("0.99"), texts);
    assertEquals(cells[1]?.outputs, [{
      output_type: "stream",
      name: "stdout",
      text: "accuracy 0.5\n",
    }]);
    assertEquals(texts.split("accuracy 0.5").length, 3, texts);
  });
}

Deno.test("a cell that fails is reported as failed, whatever is answered for it", async () => {
  const { cells, failure } = await once({
    cells: [
      `${FORGE} setInterval(() => answer("RunSuccess"), 1); globalThis.answer = answer; null`,
      'await new Promise((done) => setTimeout(done, 50)); throw new Error("accuracy too low")',
      "1",
    ],
  });
  assert(failure !== null);
  assert(cells[1]?.status !== "ok", JSON.stringify(cells));
});

Deno.test("a cell that takes its own result before its end is found out", async () => {
  const { failure } = await once({
    cells: [
      'console.log("kept"); await __nbtrack_stage.take(0); console.log("hidden")',
      "1",
    ],
  });
  assertEquals(
    failure?.what,
    "cell [1], or code before it, disturbed what the sandbox reports of it",
  );
});

/** What a first cell does so that an error behind it says something else. */
const ERROR_ATTACKS: Record<string, string> = {
  "what is an error":
    `Object.defineProperty(Error, Symbol.hasInstance, { value: () => false }); Object.defineProperty(TypeError, Symbol.hasInstance, { value: () => false })`,
  "what every function says it made":
    `try { Object.defineProperty(Function.prototype, Symbol.hasInstance, { value: () => false }) } catch {}; null`,
  "what errors share":
    `for (const one of [Error, TypeError, RangeError]) for (const name of ["name", "message", "toString", "stack"]) Object.defineProperty(one.prototype, name, { get() { return "accuracy 0.99" }, set() {}, configurable: true })`,
  "what objects share":
    `for (const name of ["name", "message", "toString", "valueOf", "value", "get", "ename", "evalue", Symbol.toPrimitive, Symbol.toStringTag]) Object.defineProperty(Object.prototype, name, { get() { return this === globalThis ? undefined : () => "accuracy 0.99" }, set() {}, configurable: true })`,
  "how texts are made":
    `globalThis.String = () => "accuracy 0.99"; String.prototype = {}; globalThis.JSON = { stringify: () => '"accuracy 0.99"' }; globalThis.Map = class {}`,
  "how objects are read":
    `Object.getOwnPropertyDescriptor = () => ({ value: "accuracy 0.99" }); Object.getPrototypeOf = () => null; Reflect.get = () => "accuracy 0.99"; Object.hasOwn = () => false; Array.prototype[Symbol.iterator] = function* () {}`,
};

const THROWN = [
  ['throw new TypeError("accuracy 0.5")', "TypeError", "accuracy 0.5"],
  [
    'class Own extends RangeError { name = "Own" }; throw new Own("accuracy 0.5")',
    "Own",
    "accuracy 0.5",
  ],
  ["throw new Error()", "Error", "(none)"],
  ["throw { accuracy: 0.5 }", "Error", "[object Object]"],
  ['throw "accuracy 0.5"', "Error", "accuracy 0.5"],
  ["throw 0.5", "Error", "0.5"],
] as const;

for (const [name, source] of Object.entries(ERROR_ATTACKS)) {
  Deno.test(`an error is reported with its own name and text, after an attack on ${name}`, async () => {
    const { cells, failure } = await once({
      cells: [
        { source, status: "error" },
        ...THROWN.map(([code]) => ({
          source: code,
          status: "error" as const,
        })),
      ],
    });
    if (failure !== null) return; // then nothing is called the same
    assertEquals(
      cells.slice(1).map(({ status, outputs }): unknown[] => [
        status,
        ...outputs.map(({ ename, evalue }) => [ename, evalue]),
      ]),
      THROWN.map(([, ename, evalue]): unknown[] => ["error", [ename, evalue]]),
    );
  });
}

/** What a first cell does so that a metric is stored as another value than was logged. */
const METRIC_ATTACKS: Record<string, string> = {
  "how numbers are written":
    `{ const own = DataView.prototype.setFloat64; DataView.prototype.setFloat64 = function (at, v, l) { return Reflect.apply(own, this, [at, v === 0.5 ? 0.99 : v, l]) } }`,
  "the journal's database":
    `{ const { DatabaseSync, StatementSync } = process.getBuiltinModule("node:sqlite"); const own = StatementSync.prototype.run; StatementSync.prototype.run = function (...a) { return Reflect.apply(own, this, a.map((x) => x === 0.5 ? 0.99 : x)) } }`,
  "lists of numbers":
    `{ const own = Float64Array.prototype.set; Object.getPrototypeOf(Float64Array.prototype).set = function (a, at) { return Reflect.apply(own, this, [a, at]) }; Number.isFinite = () => true; Map.prototype.get = ((own) => function (k) { return Reflect.apply(own, this, [k]) })(Map.prototype.get) }`,
};

for (const [name, source] of Object.entries(METRIC_ATTACKS)) {
  Deno.test(`a metric is reported as it was logged, after an attack on ${name}`, async () => {
    const { metrics, failure } = await once({
      cells: [
        { source, status: "error" },
        'import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true }); run.logMetric("accuracy", 0.5); await run.end(); null',
      ],
      manifest: (manifest) =>
        Object.assign(manifest.run as object, { opened_by_runner: false }),
    });
    if (failure !== null) return;
    assertEquals(metrics, [["accuracy", 0.5]]);
  });
}

Deno.test("a metric that is written into the sandbox's journal behind nbtrack's back does not count", async () => {
  const { metrics, failure } = await once({
    cells: [
      'import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true }); run.logMetric("accuracy", 0.5); await run.end(); null',
      `{ const { DatabaseSync } = await import("node:sqlite"); const db = new DatabaseSync(Deno.env.get("NBTRACK_HOME") + "/journal.db");
         for (const { run_id } of db.prepare("select run_id from runs").all()) { const { points, first_seq } = db.prepare("select * from metric_blocks").get() ?? {};
         if (points) { const v = new DataView(points.buffer, points.byteOffset); for (let i = 0; i + 8 <= points.length; i++) if (v.getFloat64(i, true) === 0.5) v.setFloat64(i, 0.99, true);
         db.prepare("update metric_blocks set points = ?").run(points) } } null }`,
    ],
    manifest: (manifest) =>
      Object.assign(manifest.run as object, { opened_by_runner: false }),
  });
  assertEquals(
    failure?.what,
    "a cell changed the metrics that the sandbox's journal holds",
  );
  assertEquals(metrics, []);
});
