/**
 * Slices and flags that were worked out by hand: what a cell depends on, and what a notebook hides of its state.
 *
 * @module
 */
import type { HiddenState } from "../../src/analysis/hidden_state.ts";

/** The executions that the last of `cells`, or `of`, depends on. */
export interface SliceCase {
  name: string;
  cells: readonly string[];
  /** @default {the last} */
  of?: number;
  expected: readonly number[];
  /** Executions that failed. */
  failed?: readonly number[];
}

/** Slices, as they follow from the sources. */
export const SLICES: readonly SliceCase[] = [
  {
    name: "what is only printed is left out",
    cells: [
      "const rows = [1, 2];",
      "console.log(rows.length);",
      "const other = rows.map((r) => r * 2);",
      "rows.length",
    ],
    expected: [0, 3],
  },
  {
    name: "a later definition takes the place of an earlier one",
    cells: ["const k = 1;", "const k = 2;", "k * 3"],
    expected: [1, 2],
  },
  {
    name: "an execution of the same cell takes the place of the one before",
    cells: [
      "const k = 1;",
      "const m = k + 1;",
      "const k = 5;",
      "const m = k + 1;",
      "m",
    ],
    expected: [2, 3, 4],
  },
  {
    name: "an assignment needs the declaration, not the assignments before it",
    cells: ["let k = 1;", "k = 2;", "k = 3;", "k"],
    expected: [0, 2, 3],
  },
  {
    name: "an assignment that may not be carried out keeps what was there",
    cells: ["let k = 1;", "k = 2;", "if (Date.now() > 0) k = 3;", "k"],
    expected: [0, 1, 2, 3],
  },
  {
    name: "a method that changes its object counts",
    cells: [
      "const rows: number[] = [];",
      "rows.push(1);",
      "const n = 3;",
      "rows.push(2);",
      "rows.length",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "a change through another name counts",
    cells: ["const a = { x: 1 };", "const b = a;", "b.x = 2;", "a.x"],
    expected: [0, 1, 2, 3],
  },
  {
    name: "an element that a loop changes is a change of the list",
    cells: [
      "const rows = [{ x: 1 }];",
      "for (const row of rows) row.x = 2;",
      "rows.forEach((row) => { row.x++; });",
      "rows[0].x",
    ],
    expected: [0, 1, 2, 3],
  },
  {
    name: "a copy that is changed leaves the original alone",
    cells: ["const a = [2, 1];", "const b = [...a];", "b.sort();", "a[0]"],
    expected: [0, 3],
  },
  {
    name: "a function reads what it uses when it is called",
    cells: [
      "let scale = 1;",
      "function scaled(x: number) { return x * scale; }",
      "scale = 10;",
      "const unused = 1;",
      "scaled(2)",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a function that changes a variable is a change where it is called",
    cells: [
      "let n = 0;",
      "const inc = () => { n++; };",
      "inc();",
      "const x = 1;",
      "n",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a function that changes its argument is a change of the argument",
    cells: [
      "const rows = [3, 1];",
      "function order(list: number[]) { list.sort(); }",
      "function show(list: number[]) { console.log(list); }",
      "order(rows);",
      "show(rows);",
      "rows[0]",
    ],
    expected: [0, 1, 3, 5],
  },
  {
    name: "a function that is handed on is called",
    cells: [
      "const k = 2;",
      "const twice = (x: number) => x * k;",
      "const other = 1;",
      "[1, 2].map(twice)",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "a method of an instance changes the instance as its class says",
    cells: [
      "class Model { w = 0; fit(x: number) { this.w = x; } predict() { return this.w; } }",
      "const model = new Model();",
      "model.predict();",
      "model.fit(3);",
      "model.predict()",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "static state of a class is the class's",
    cells: [
      "class Counter { static n = 0; static next() { return ++Counter.n; } }",
      "const first = Counter.next();",
      "const other = 5;",
      "Counter.n",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "a run's handle is not changed by logging to it",
    cells: [
      'import { track } from "@nbtrack/nbtrack";',
      'const run = await track("e");',
      'run.logMetric("a", 1);',
      "const b = 2;",
      'run.logMetric("b", b);',
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "numbers of a seeded generator depend on who drew before",
    cells: [
      'import { track } from "@nbtrack/nbtrack";',
      "const early = Math.random();",
      'const run = await track("e", { seed: 7 });',
      "const a = Math.random();",
      "const b = Math.random();",
      'run.logMetric("b", b);',
    ],
    expected: [0, 2, 3, 4, 5],
  },
  {
    name: "a file that is read depends on the cell that wrote it",
    cells: [
      'await Deno.writeTextFile("a.txt", "1");',
      'await Deno.writeTextFile("b.txt", "2");',
      'await Deno.readTextFile("./b.txt")',
    ],
    expected: [1, 2],
  },
  {
    name: "a file whose name is in a variable, in a folder that a cell made",
    cells: [
      'await Deno.mkdir("out");',
      'const path = "out/a.json";',
      'Deno.writeTextFileSync(path, "1");',
      "const other = 1;",
      "Deno.readTextFileSync(path)",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a file that is written anew does not depend on what it held",
    cells: [
      'await Deno.writeTextFile("a.txt", "1");',
      'await Deno.writeTextFile("a.txt", "2");',
      'await Deno.readTextFile("a.txt")',
    ],
    expected: [1, 2],
  },
  {
    name: "a path that is computed may be any file",
    cells: [
      'await Deno.writeTextFile("a.txt", "1");',
      "const n = 1;",
      'await Deno.readTextFile("a" + ".txt")',
    ],
    expected: [0, 2],
  },
  {
    name: "a variable of the environment is set by a cell",
    cells: [
      'Deno.env.set("MODE", "fast");',
      'Deno.env.set("OTHER", "1");',
      'Deno.env.get("MODE")',
    ],
    expected: [0, 2],
  },
  {
    name: "names of destructuring, defaults and rest",
    cells: [
      "const config = { lr: 1, more: { depth: [2, 3] } };",
      "const fallback = 4;",
      "const { lr, more: { depth: [first = fallback, ...others] }, ...rest } = config;",
      "const unused = 1;",
      "others",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a name of an inner scope is another name",
    cells: [
      "const x = 1;",
      "const f = (x: number) => x + 1;",
      "{ let x = 5; x++; }",
      "f(2)",
    ],
    expected: [1, 3],
  },
  {
    name: "types are no uses",
    cells: [
      "interface Row { a: number }",
      "const sample = { a: 1 };",
      "type Same = typeof sample;",
      "const rows: Same[] = [] satisfies Row[];",
      "rows",
    ],
    expected: [3, 4],
  },
  {
    name: "enums, namespaces and exported names",
    cells: [
      "enum Kind { A = 1, B }",
      "export namespace Tools { export const kind = Kind.B; }",
      "export const other = 1;",
      "Tools.kind",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "what globalThis is given is a name",
    cells: [
      "globalThis.level = 3;",
      'globalThis["other"] = 4;',
      "level + 1",
    ],
    expected: [0, 2],
  },
  {
    name: "what failed may have done a part of its work",
    cells: [
      "const rows: number[] = [];",
      'rows.push(1); throw new Error("half");',
      "const n = 2;",
      "rows.length",
    ],
    failed: [1],
    expected: [0, 1, 3],
  },
  {
    name: "a definition that failed does not take the place of the one before",
    cells: ["const k = 1;", "const k = broken();", "k"],
    failed: [1],
    expected: [0, 1, 2],
  },
  {
    name: "what does not parse did nothing",
    cells: ["let k = 1;", "k = = 2;", "k"],
    failed: [1],
    expected: [0, 2],
  },
  {
    name: "an import for its effect is there for all that follows",
    cells: ['import "./setup.ts";', "const n = 1;", "2 + 2"],
    expected: [0, 2],
  },
  {
    name: "await, for await and labels",
    cells: [
      "const source = async function* () { yield 1; };",
      "let total = 0;",
      "outer: for await (const n of source()) { total += n; continue outer; }",
      "const outer = 1;",
      "await Promise.resolve(total)",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a name that is used before its cell defines it again",
    cells: ["var n = 1;", "var n = n + 1;", "n"],
    expected: [0, 1, 2],
  },
  {
    name: "elements of JSX are uses",
    cells: [
      "const Row = (props: { n: number }) => <p>{props.n}</p>;",
      "const n = 3;",
      "const unused = 1;",
      "const shown = <div><Row n={n} /></div>;",
      "shown",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "decorators and type parameters",
    cells: [
      "function logged<T>(value: T, _context: unknown) { return value; }",
      "@logged class Base<T> { value?: T }",
      "const unused = <T,>(x: T) => x;",
      "new Base<number>()",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "functions are there before the cell that uses them ends",
    cells: [
      "const half = 2;",
      "const started = begin(); function begin() { return half; }",
      "const n = 1;",
      "started",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "a function inside of a function",
    cells: [
      "let total = 0;",
      "function run() { function inner() { total = 5; } inner(); }",
      "const n = 1;",
      "run()",
      "total",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "a function that keeps a state of its own",
    cells: [
      "const make = () => { let n = 0; return () => ++n; };",
      "const next = make();",
      "next();",
      "const n = 1;",
      "next()",
    ],
    expected: [0, 1, 2, 4],
  },
  {
    name: "a file that is appended to keeps what it held",
    cells: [
      'Deno.writeTextFileSync("a", "1");',
      'Deno.writeTextFileSync("a", "2", { append: true });',
      'Deno.readTextFileSync("a")',
    ],
    expected: [0, 1, 2],
  },
  {
    name: "a file that is renamed, and the folder it is looked for in",
    cells: [
      'Deno.mkdirSync("d");',
      'Deno.chdir("d");',
      'Deno.writeTextFileSync("a", "1");',
      'Deno.renameSync("a", "b");',
      "const n = 1;",
      'Deno.readTextFileSync("b")',
    ],
    expected: [0, 1, 2, 3, 5],
  },
  {
    name: "a file that is written through a handle",
    cells: [
      'const file = await Deno.open("a", { write: true, create: true });',
      "await file.write(new Uint8Array(1));",
      "const n = 1;",
      "file.close();",
      'await Deno.readFile("a")',
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "a database",
    cells: [
      'import { DatabaseSync } from "node:sqlite";',
      'const db = new DatabaseSync("x.db");',
      'db.exec("CREATE TABLE t (a)");',
      'db.prepare("INSERT INTO t VALUES (1)").run();',
      "const n = 1;",
      'db.prepare("SELECT * FROM t").all()',
    ],
    expected: [0, 1, 2, 3, 5],
  },
  {
    name: "a module and a program that read what a cell wrote",
    cells: [
      'await Deno.writeTextFile("lib.ts", "export const n = 1;");',
      'import { n } from "./lib.ts";',
      "const other = 1;",
      'const out = await new Deno.Command("cat", { args: ["lib.ts"] }).output();',
      "[n, out.success]",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "the state inside a local module",
    cells: [
      'import { add, total } from "./state.ts";',
      "add(1);",
      "const n = 1;",
      "total()",
    ],
    expected: [0, 1, 3],
  },
  {
    name: "numbers that a helper draws from the seeded generator",
    cells: [
      'import { track } from "@nbtrack/nbtrack";',
      'const run = await track("e", { seed: 1 });',
      "const draw = () => Math.random();",
      "draw();",
      "const x = draw();",
      'run.logMetric("x", x);',
    ],
    expected: [0, 1, 2, 3, 4, 5],
  },
  {
    name: "a session of exploring: cells executed again, plots, a dead end",
    cells: [
      'import { track } from "@nbtrack/nbtrack";',
      'const text = await Deno.readTextFile("penguins.csv");',
      'let rows = text.split("\\n").map((line) => line.split(","));',
      "console.table(rows.slice(0, 5));",
      "const k = 3;",
      "const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;",
      "rows = rows.filter((row) => row.length > 3);",
      "const weights = rows.map((row) => Number(row[3]));",
      "const bars = weights.map((w) => w / 100);",
      'Deno.jupyter.display({ "text/plain": bars.join() }, { raw: true });',
      "const k = 5;",
      "let best = 0;",
      "for (let i = 0; i < k; i++) best = Math.max(best, weights[i] ?? 0);",
      'const run = await track("penguins", { params: { k } });',
      "const tried = mean(weights) * 2;",
      'run.logMetric("tried", tried);',
      "const k = 7;",
      "let best = 0;",
      "for (let i = 0; i < k; i++) best = Math.max(best, weights[i] ?? 0);",
      'run.logMetric("mean", mean(weights));',
      'run.logMetric("best", best);',
    ],
    expected: [0, 1, 2, 6, 7, 10, 13, 16, 17, 18, 20],
  },
  {
    name: "a session of training: the model is made and trained again",
    cells: [
      'import { track } from "@nbtrack/nbtrack";',
      "class Model { w: number[] = []; fit(rows: number[], lr: number) { for (const r of rows) this.w.push(r * lr); } loss() { return this.w.length; } }",
      "const rows = Array.from({ length: 10 }, (_, i) => i);",
      "const train = rows.slice(0, 8);",
      "const test = rows.slice(8);",
      "let model = new Model();",
      "model.fit(train, 0.1);",
      "model.loss();",
      "const history: number[] = [];",
      "history.push(model.loss());",
      "const lr = 0.01;",
      "let model = new Model();",
      "model.fit(train, lr);",
      "history.push(model.loss());",
      'const run = await track("train");',
      "const scores = test.map((r) => r * model.loss());",
      'run.logMetric("loss", model.loss());',
      "history.length",
    ],
    of: 16,
    expected: [0, 1, 2, 3, 10, 11, 12, 14, 16],
  },
  {
    name: "a session over files: one is written often, another once",
    cells: [
      'await Deno.mkdir("out", { recursive: true });',
      "const rows = [1, 2, 3];",
      'await Deno.writeTextFile("out/rows.json", JSON.stringify(rows));',
      'await Deno.writeTextFile("out/notes.txt", "first");',
      'const notes = await Deno.readTextFile("out/notes.txt");',
      "const rows = [4, 5, 6];",
      'await Deno.writeTextFile("out/rows.json", JSON.stringify(rows));',
      'await Deno.writeTextFile("out/notes.txt", "second");',
      "console.log(notes);",
      'const back = JSON.parse(await Deno.readTextFile("out/rows.json"));',
      "back.length",
    ],
    expected: [0, 5, 6, 9, 10],
  },
  {
    name: "a setter changes what it assigns",
    cells: [
      "let n = 1;",
      "const o = { set v(x: number) { n = x; } };",
      "const other = 2;",
      "o.v = 9;",
      "n",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name:
      "a proxy does what its traps do when a member is read, not where it is made",
    cells: [
      "const log: string[] = [];",
      "const p: any = new Proxy({}, { get: (_, key) => { log.push(String(key)); return 1; } });",
      "const other = 2;",
      "p.foo;",
      "log.length",
    ],
    expected: [0, 1, 3, 4],
  },
  {
    name: "a method that is applied to an object changes it",
    cells: [
      "const rows: number[] = [];",
      "Array.prototype.push.apply(rows, [1, 2]);",
      "rows.length",
    ],
    expected: [0, 1, 2],
  },
  {
    name: "going through an object's elements calls its iterator",
    cells: [
      "const it = { n: 0, *[Symbol.iterator]() { this.n++; yield 1; } };",
      "[...it];",
      "it.n",
    ],
    expected: [0, 1, 2],
  },
  {
    name: "functions that are kept do their work when they are called",
    cells: [
      "const hooks: (() => void)[] = [];",
      "let v = 0;",
      "hooks.push(() => { v = 5; });",
      "hooks.forEach((hook) => hook());",
      "v",
    ],
    expected: [0, 1, 2, 3, 4],
  },
  {
    name: "an event calls who listens to it",
    cells: [
      "const target = new EventTarget(); let hits = 0;",
      "target.addEventListener('x', () => hits++);",
      "target.dispatchEvent(new Event('x'));",
      "hits",
    ],
    expected: [0, 1, 2, 3],
  },
];

/** What a notebook hides. */
export interface FlagCase {
  name: string;
  /** Source and id of the cell of each execution. */
  executions: readonly (readonly [source: string, id: string | null])[];
  /** The cells as they were saved; left out when no file is known. */
  saved?: readonly (readonly [source: string, id: string | null])[];
  failed?: readonly number[];
  expected: readonly HiddenState[];
}

const stale = (cell: number, by: number, ...names: string[]): HiddenState => ({
  cell,
  flag: "stale",
  names,
  by,
});

/** Flags, as they follow from the executions. */
export const FLAGS: readonly FlagCase[] = [
  {
    name: "a source that was not seen may define what a later cell reads",
    executions: [["", null], ["run.logMetric('loss', w);", "b"]],
    expected: [],
  },
  {
    name: "a value was changed above and what uses it was not executed again",
    executions: [
      ["const k = 1;", "a"],
      ["const m = k * 2;", "b"],
      ["const k = 5;", "a"],
    ],
    saved: [["const k = 5;", "a"], ["const m = k * 2;", "b"]],
    expected: [stale(1, 2, "k")],
  },
  {
    name: "what was executed again is not stale",
    executions: [
      ["const k = 1;", "a"],
      ["const m = k * 2;", "b"],
      ["const k = 5;", "a"],
      ["const m = k * 2;", "b"],
    ],
    saved: [["const k = 5;", "a"], ["const m = k * 2;", "b"]],
    expected: [],
  },
  {
    name: "a fresh run of copied cells that share an id",
    executions: [
      ["let n = 1;", "x"],
      ["n += 1;", "x"],
      ["n += 1;", "x"],
      ["n", "y"],
    ],
    saved: [["let n = 1;", "x"], ["n += 1;", "x"], ["n += 1;", "x"], [
      "n",
      "y",
    ]],
    expected: [],
  },
  {
    name: "a later cell changes what an earlier one showed",
    executions: [
      ["let n = 1;", "a"],
      ["console.log(n);", "b"],
      ["n = 5;", "c"],
    ],
    saved: [["let n = 1;", "a"], ["console.log(n);", "b"], ["n = 5;", "c"]],
    expected: [stale(1, 2, "n")],
  },
  {
    name: "a fresh run of copies that share an id and read before they change",
    executions: [
      ["let n = 1;", "x"],
      ["n", "x"],
      ["n += 1;", "x"],
      ["n", "y"],
    ],
    saved: [["let n = 1;", "x"], ["n", "x"], ["n += 1;", "x"], ["n", "y"]],
    expected: [],
  },
  {
    name: "a fresh run in which each cell goes on from the one before",
    executions: [
      ["let n = 1; const rows = [n];", "a"],
      ["n += 1; rows.push(n);", "b"],
      ["n += 1; rows.push(n);", "c"],
      ["[n, rows]", "d"],
    ],
    saved: [
      ["let n = 1; const rows = [n];", "a"],
      ["n += 1; rows.push(n);", "b"],
      ["n += 1; rows.push(n);", "c"],
      ["[n, rows]", "d"],
    ],
    expected: [],
  },
  {
    name: "without a file, a later change is a change",
    executions: [
      ["let n = 1;", null],
      ["n * 2", null],
      ["n = 5;", null],
    ],
    expected: [stale(1, 2, "n")],
  },
  {
    name: "imports and functions that were executed again are the same",
    executions: [
      ['import { mean } from "./stats.ts";', "a"],
      ["function f() { return mean([1]); }", "b"],
      ["f()", "c"],
      ['import { mean } from "./stats.ts";', "a"],
      ["function f() { return mean([1]); }", "b"],
    ],
    saved: [
      ['import { mean } from "./stats.ts";', "a"],
      ["function f() { return mean([1]); }", "b"],
      ["f()", "c"],
    ],
    expected: [],
  },
  {
    name: "a set was added to twice in one statement, without a file",
    executions: [
      ["const seen = new Set([1]);", null],
      ["console.log(seen.size);", null],
      ["seen.add(2).add(3);", null],
    ],
    expected: [stale(1, 2, "seen")],
  },
  {
    name: "a chain that is shown changes no more than its method alone",
    executions: [
      ['const title = "a b";', null],
      ["console.log(title);", null],
      ['title.replace("a", "b").replace("b", "c")', null],
    ],
    expected: [],
  },
  {
    name: "a chain that gives another value changes nothing",
    executions: [
      [
        'import { tensor } from "npm:some-tensors"; const t = tensor([1]);',
        null,
      ],
      ["console.log(t.size);", null],
      ["const more = t.add(2).add(3);", null],
      ["t.add(2).print(3);", null],
    ],
    expected: [],
  },
  {
    name: "a list was changed by a cell above",
    executions: [
      ["const rows = [1];", "a"],
      ["rows.length", "c"],
      ["rows.push(2);", "b"],
    ],
    saved: [["const rows = [1];", "a"], ["rows.push(2);", "b"], [
      "rows.length",
      "c",
    ]],
    expected: [stale(1, 2, "rows")],
  },
  {
    name: "a list that is looked at was not changed",
    executions: [
      ["const rows = [1];", "a"],
      ["rows.length", "c"],
      ["const twice = rows.map((r) => r * 2);", "b"],
    ],
    saved: [["const rows = [1];", "a"], [
      "const twice = rows.map((r) => r * 2);",
      "b",
    ], ["rows.length", "c"]],
    expected: [],
  },
  {
    name: "a variable that a called function reads was changed",
    executions: [
      ["let k = 1;", "a"],
      ["const f = () => k;", "b"],
      ["f()", "c"],
      ["let k = 2;", "a"],
    ],
    saved: [["let k = 2;", "a"], ["const f = () => k;", "b"], ["f()", "c"]],
    expected: [stale(2, 3, "k")],
  },
  {
    name: "a check of what a function made of its argument changes no check",
    executions: [
      ['import { deepStrictEqual as same } from "node:assert";', "a"],
      ["same(1, 1);", "b"],
      [
        "function add(list) { list.push(1); return list; }\nconst ones = [1];\nsame(add(ones), [1, 1]);",
        "c",
      ],
    ],
    saved: [
      ['import { deepStrictEqual as same } from "node:assert";', "a"],
      ["same(1, 1);", "b"],
      [
        "function add(list) { list.push(1); return list; }\nconst ones = [1];\nsame(add(ones), [1, 1]);",
        "c",
      ],
    ],
    expected: [],
  },
  {
    name: "logging to a run makes nothing stale",
    executions: [
      ['import { track } from "n"; const run = await track("e");', "a"],
      ["run.id", "c"],
      ['run.logMetric("x", 1);', "b"],
    ],
    saved: [['import { track } from "n"; const run = await track("e");', "a"], [
      'run.logMetric("x", 1);',
      "b",
    ], ["run.id", "c"]],
    expected: [],
  },
  {
    name:
      "a run that another one follows under the same name makes nothing stale",
    executions: [
      ['import { track } from "n"; let run = await track("e");', "a"],
      ['run.logMetric("x", 1);', "b"],
      ['run = await track("e");', "c"],
    ],
    saved: [
      ['import { track } from "n"; let run = await track("e");', "a"],
      ['run.logMetric("x", 1);', "b"],
      ['run = await track("e");', "c"],
    ],
    expected: [],
  },
  {
    name: "a file was written anew above",
    executions: [
      ['Deno.writeTextFileSync("a.txt", "1");', "a"],
      ['Deno.readTextFileSync("a.txt")', "b"],
      ['Deno.writeTextFileSync("a.txt", "2");', "a"],
    ],
    saved: [['Deno.writeTextFileSync("a.txt", "2");', "a"], [
      'Deno.readTextFileSync("a.txt")',
      "b",
    ]],
    expected: [stale(1, 2, "a.txt")],
  },
  {
    name:
      "writes of files that nobody can name say nothing of a file read between",
    executions: [
      ["const v = 'q'; Deno.writeTextFileSync('o12/' + v, 'x')", "a"],
      ["Deno.readTextFileSync('r1.json') + Deno.cwd() + '/' + v", "b"],
      ["Deno.writeTextFileSync('o12/' + v + '.txt', 'x')", "c"],
    ],
    expected: [],
  },
  {
    name: "the cell of a name that is used is gone",
    executions: [["const k = 1;", "a"], ["k + 1", "b"]],
    saved: [["k + 1", "b"]],
    expected: [{ cell: 0, flag: "deleted", names: ["k"], by: 1 }],
  },
  {
    name: "a cell that is gone and whose names nobody uses is no matter",
    executions: [["const k = 1;", "a"], ["2 + 1", "b"]],
    saved: [["2 + 1", "b"]],
    expected: [],
  },
  {
    name: "an edited cell that still defines its name is not gone",
    executions: [["const k = 1;", "a"], ["k + 1", "b"]],
    saved: [["const k = 2;", "a"], ["k + 1", "b"]],
    expected: [],
  },
  {
    name: "names that no recorded execution defines",
    executions: [
      ["const n = before + 1; typeof maybe; console.log(Deno.version);", "a"],
    ],
    expected: [{ cell: 0, flag: "undefined", names: ["before"], by: null }],
  },
  {
    name: "a name that typeof has asked for",
    executions: [['typeof maybe === "undefined" ? 0 : maybe', "a"]],
    expected: [],
  },
  {
    name:
      "a name that the execution itself declares, after a function that reads it",
    executions: [
      ["const iv = setInterval(() => { clearInterval(iv) }, 5);", "a"],
      ["[1].forEach(() => queueMicrotask(() => later)); let later = 1;", "b"],
      ["n = n + 1;", "c"],
    ],
    expected: [{ cell: 2, flag: "undefined", names: ["n"], by: null }],
  },
  {
    name: "a failure says by itself that a name is not defined",
    executions: [["before + 1", "a"]],
    failed: [0],
    expected: [],
  },
  {
    name: "a getter reads what was changed after it was asked",
    executions: [
      ["const o = { get v() { return k; } };", "a"],
      ["const k = 1;", "b"],
      ["o.v", "c"],
      ["const k = 2;", "b"],
    ],
    saved: [["const o = { get v() { return k; } };", "a"], [
      "const k = 2;",
      "b",
    ], ["o.v", "c"]],
    expected: [stale(2, 3, "k")],
  },
  {
    name: "a cell that is gone has changed what another one uses",
    executions: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 1);", "b"],
      ["rows.length", "c"],
    ],
    saved: [["const rows = [1, 2, 3];", "a"], ["rows.length", "c"]],
    expected: [{ cell: 1, flag: "deleted", names: ["rows"], by: 2 }],
  },
  {
    name: "a cell that is gone has given a name another value",
    executions: [["let lr = 1;", "a"], ["lr = 0.5;", "b"], ["lr", "c"]],
    saved: [["let lr = 1;", "a"], ["lr", "c"]],
    expected: [{ cell: 1, flag: "deleted", names: ["lr"], by: 2 }],
  },
  {
    name: "a cell that was edited, or may have been, is not gone",
    executions: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 1);", "b"],
      ["rows.push(4);", null],
      ["rows.length", "c"],
    ],
    saved: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 2);", "b"],
      ["rows.length", "c"],
    ],
    expected: [],
  },
  {
    name: "cells that were joined are not gone",
    executions: [
      ["let lr = 1;", "a"],
      ["lr = 0.5;", "b"],
      ["lr", "c"],
    ],
    saved: [["let lr = 1;\nlr = 0.5;", "a"], ["lr", "c"]],
    expected: [],
  },
  {
    name: "of cells in a file without ids nobody knows whether they are gone",
    executions: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 1);", "b"],
      ["rows.length", "c"],
    ],
    saved: [
      ["const rows = [1, 2, 3];", null],
      ["rows.splice(0, 2);", null],
      ["rows.length", null],
    ],
    expected: [],
  },
  {
    name: "of cells that share an id nobody knows whether they are gone",
    executions: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 1);", "x"],
      ["rows.length", "c"],
    ],
    saved: [
      ["const rows = [1, 2, 3];", "a"],
      ["rows.splice(0, 2);", "x"],
      ["rows.splice(0, 3);", "x"],
      ["rows.length", "c"],
    ],
    expected: [],
  },
  {
    name: "what a list is folded into is not the list",
    executions: [
      ["const rows = [{ k: 'a', v: 1 }];", "a"],
      ["const n = rows.length; n", "b"],
      ["const counts = rows.reduce((m, r) => m.set(r.k, 1), new Map());", "c"],
      [
        "const sums = rows.reduce((s, r) => { s[r.k] = r.v; return s; }, {});",
        "d",
      ],
    ],
    expected: [],
  },
  {
    name: "a list whose elements are changed while it is folded is changed",
    executions: [
      ["const rows = [{ k: 'a', v: 1 }];", "a"],
      ["rows[0].v", "b"],
      ["rows.reduce((s, r) => { r.v = 2; return s; }, 0);", "c"],
    ],
    expected: [stale(1, 2, "rows")],
  },
  {
    name: "what globalThis is given by another type is a name",
    executions: [
      ["(globalThis as any).cfg = { a: 1 };", "a"],
      ["cfg.a", "b"],
    ],
    expected: [],
  },
  {
    name: "the rest of an object is another object",
    executions: [
      ["const rows = [{ k: 'a', v: 1 }];", "a"],
      ["rows.length", "b"],
      ["const { k, ...o } = rows[0]; o.v = 9;", "c"],
    ],
    expected: [],
  },
  {
    name: "a function of a module that keeps nothing changes no module",
    executions: [
      ["import * as fs from 'node:fs'; const p = 'a.csv';", "a"],
      ["const t = fs.readFileSync(p, 'utf8'); t.length", "b"],
      ["fs.writeFileSync('log.txt', 'done');", "c"],
    ],
    expected: [],
  },
  {
    name: "what is found in a list, or got of a map, is in it",
    executions: [
      ["const rows = [{ n: 1 }]; const m = new Map([['a', [1]]]);", "a"],
      ["rows[0].n", "b"],
      ["m.size", "c"],
      ["rows.find((r) => r.n === 1).n = 9;", "d"],
      ["m.get('a').push(2);", "e"],
    ],
    expected: [stale(1, 3, "rows"), stale(2, 4, "m")],
  },
  {
    name: "what is counted in a map does not change it",
    executions: [
      ["const m = new Map([['a', 1]]); const rows = [{ n: 1 }];", "a"],
      ["m.size + rows.length", "b"],
      ["let n = m.get('a') ?? 0; n += 1; n", "c"],
      ["const first = rows.at(0); console.log(first.n);", "d"],
    ],
    expected: [],
  },
  {
    name: "what was fetched is no part of what it was asked of",
    executions: [
      ["import axios from 'npm:axios';", "a"],
      ["const a = await axios.get('https://x.org/a'); a.data.length", "b"],
      [
        "const b = await axios.get('https://x.org/b'); b.data.sort(); b.data.n = 3;",
        "c",
      ],
    ],
    expected: [],
  },
  {
    name: "of data a cell uses the members that it reads",
    executions: [
      ["const config = { lr: 0.1, epochs: 5, layers: [8, 8] };", "a"],
      ["config.lr * 2", "b"],
      ["config.layers.length", "c"],
      ["const rate = () => config.lr;", "d"],
      ["rate()", "e"],
      ["config.epochs = 10;", "f"],
      ["config['batch'] = 32;", "g"],
    ],
    expected: [],
  },
  {
    name:
      "of data a cell uses all where it hands it on, and the member that it reads",
    executions: [
      ["const config = { lr: 0.1, epochs: 5 };", "a"],
      ["config.lr * 2", "b"],
      ["JSON.stringify(config)", "c"],
      ["for (const key in config) console.log(key);", "d"],
      ["const { lr } = config;", "e"],
      ["const key = 'lr'; config[key]", "f"],
      ["config.lr += 1;", "g"],
    ],
    expected: [1, 2, 3, 4, 5].map((cell) => stale(cell, 6, "config")),
  },
  {
    name: "members that know of others are used with them",
    executions: [
      ["const o = { a: 1, get sum() { return this.a + this.b; }, b: 2 };", "a"],
      ["o.sum", "b"],
      ["o.b = 3;", "c"],
      ["const u = new URL('https://example.org/a');", "d"],
      ["u.href", "e"],
      ["u.pathname = '/b';", "f"],
      ["const p = { a: 1, b: 2 };", "g"],
      ["Object.defineProperty(p, 'a', { get: () => p.b });", "h"],
      ["p.a", "i"],
      ["p.b = 3;", "j"],
      ["const q = { a: 1, b: 2 }; const r = q;", "k"],
      ["q.a", "l"],
      ["r.b = 4;", "m"],
    ],
    expected: [
      stale(1, 2, "o"),
      stale(4, 5, "u"),
      stale(8, 9, "p"),
      stale(11, 12, "q"),
    ],
  },
  {
    name:
      "where a cell that is gone has set a variable of the environment or the working directory",
    executions: [
      ["Deno.env.set('MODE', 'fast');", "a"],
      ["Deno.env.set('UNUSED', '1');", "b"],
      ["Deno.chdir('data');", "c"],
      ["console.log(Deno.env.get('MODE'), Deno.env.get('HOME'));", "d"],
      ["const text = Deno.readTextFileSync('a.csv');", "e"],
    ],
    saved: [
      ["console.log(Deno.env.get('MODE'), Deno.env.get('HOME'));", "d"],
      ["const text = Deno.readTextFileSync('a.csv');", "e"],
    ],
    expected: [
      { cell: 0, flag: "deleted", names: ['Deno.env "MODE"'], by: 3 },
      { cell: 2, flag: "deleted", names: ["Deno.cwd()"], by: 4 },
    ],
  },
  {
    name: "what a cell sets that is still there is no secret of the notebook",
    executions: [
      ["Deno.env.set('MODE', 'fast'); Deno.chdir('data');", "a"],
      ["Deno.env.get('MODE')", "b"],
      ["Deno.readTextFileSync('a.csv')", "c"],
      ["Deno.env.set('MODE', 'slow'); Deno.chdir('..');", "d"],
    ],
    saved: [
      ["Deno.env.set('MODE', 'fast'); Deno.chdir('data');", "a"],
      ["Deno.env.get('MODE')", "b"],
      ["Deno.readTextFileSync('a.csv')", "c"],
      ["Deno.env.set('MODE', 'slow'); Deno.chdir('..');", "d"],
    ],
    expected: [],
  },
];
