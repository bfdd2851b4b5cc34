import type { Kind } from "../kinds.ts";

/**
 * The language itself.
 *
 * After prashantbhudwal/jsNotebooks (Error, factory), shripada/fp-talk (functions), nteract/desktop (deno-hello),
 * fadhlirahim/algo-ds-jupyter (array_buffer, linked_list, tree), 68thandMaine/algorithm-notebooks, yunabe/tslab-examples
 * (basics, errors), rgbkrk/denotebooks (11_Running_tests) and joews/advent-of-code (2024, 2025).
 */
export const LANGUAGE: readonly Kind[] = [
  {
    about: "throws errors of its own and shows their stacks",
    cells: [
      `class ShapeError extends RangeError {
  override name = "ShapeError";
  constructor(message: string, readonly expected: number[], options?: ErrorOptions) { super(message, options); }
}
const broken = new ShapeError("3 rows are not 4", [4, 2]);
console.log(broken);`,
      `throw new ShapeError("never a matrix", []);`,
      `function outer() { return middle(); }
function middle() { return inner(); }
function inner(): never { throw new TypeError("from below"); }
try { outer(); } catch (error) { console.error(error); }`,
      `try {
  try { JSON.parse("{'single': 1}"); } catch (cause) { throw new ShapeError("could not read", [1], { cause }); }
} catch (error) { console.log((error as Error).name, "<-", ((error as Error).cause as Error).name); console.log(error); }`,
      `Error("as a value")`,
      `const settled = await Promise.allSettled([1, Promise.reject(new URIError("bad")), Promise.resolve("two")]);
settled.map((one) => one.status === "fulfilled" ? one.value : one.reason.message)`,
      `await Promise.reject(new AggregateError([new Error("first"), broken], "several"));`,
      `const { stack } = new Error("only its lines"); stack?.split("\\n").length`,
    ],
    failing: 2,
  },
  {
    about: "holds pure functions and closures to assertions",
    cells: [
      `import assert from "node:assert/strict";
const pipe = <T>(...steps: ((x: T) => T)[]) => (x: T) => steps.reduce((value, step) => step(value), x);
const curry = <A, B, C>(f: (a: A, b: B) => C) => (a: A) => (b: B) => f(a, b);
assert.equal(pipe<number>((x) => x + 1, (x) => x * 10)(4), 50);`,
      `let calls = 0;
function memo<K, V>(compute: (key: K) => V) {
  const known = new Map<K, V>();
  return (key: K): V => {
    if (!known.has(key)) { calls++; known.set(key, compute(key)); }
    return known.get(key)!;
  };
}
const fib: (n: number) => bigint = memo((n) => n < 2 ? BigInt(n) : fib(n - 1) + fib(n - 2));
[fib(90), calls]`,
      `const counter = () => { let n = 0; return { up: () => ++n, reset: () => { n = 0; } }; };
const [left, right] = [counter(), counter()];
left.up(); left.up(); right.up();
console.log("left", left.up(), "right", right.up());`,
      `assert.deepEqual(["b", "a"].toSorted(), ["a", "b"]);
assert.throws(() => curry((a: string, b: string) => a.concat(b).at(9)!.length)("x")("y"), TypeError);
"both hold"`,
      `const pushed = <T>(list: T[], item: T) => { list.push(item); return list; };
const numbers = [1, 2];
pushed(numbers, 3);
assert.deepEqual(numbers, [1, 2], "the argument was changed");`,
      `Object.groupBy(numbers, (n) => n % 2 ? "odd" : "even")`,
    ],
    failing: 1,
  },
  {
    about: "goes through async generators",
    cells: [
      `const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
async function* countdown(from: number, ms = 2): AsyncGenerator<number, string> {
  try {
    while (from > 0) { yield from--; await pause(ms); }
    return "lift-off";
  } finally { console.log("(closed)"); }
}`,
      `const seen: number[] = [];
for await (const n of countdown(5)) { if (n === 2) break; seen.push(n); }
seen.join(" → ")`,
      `async function* merge<T>(...sources: AsyncGenerator<T>[]) {
  const waiting = new Map(sources.map((source, i) => [i, source.next().then((step) => ({ i, step }))]));
  while (waiting.size > 0) {
    const { i, step } = await Promise.race(waiting.values());
    if (step.done) waiting.delete(i);
    else { waiting.set(i, sources[i]!.next().then((step) => ({ i, step }))); yield step.value; }
  }
}
const merged = await Array.fromAsync(merge(countdown(3), countdown(2)));
merged.toSorted()`,
      `function* naturals() { for (let n = 1;; n++) yield n; }
naturals().filter((n) => n % 3 === 0).map((n) => n ** 2).drop(1).take(4).toArray()`,
      `const log: string[] = [];
setTimeout(() => log.push("timeout"), 0);
queueMicrotask(() => log.push("microtask"));
Promise.resolve().then(() => log.push("promise"));
log.push("now");
await pause(15);
log`,
      `const ticks: string[] = [];
const timer = setInterval(() => { ticks.push("😺".repeat(ticks.length + 1)); if (ticks.length === 3) clearInterval(timer); }, 4);
while (ticks.length < 3) await pause(2);
console.log(ticks.join("\\n"));`,
    ],
  },
  {
    about: "builds lists, rings and trees and looks into them",
    cells: [
      `class Ring<T> implements Iterable<T> {
  #slots: (T | undefined)[]; #head = 0; #size = 0;
  constructor(private readonly capacity: number) { this.#slots = new Array(capacity); }
  push(item: T) {
    this.#slots[(this.#head + this.#size) % this.capacity] = item;
    if (this.#size < this.capacity) this.#size++; else this.#head = (this.#head + 1) % this.capacity;
    return this;
  }
  *[Symbol.iterator]() { for (let i = 0; i < this.#size; i++) yield this.#slots[(this.#head + i) % this.capacity]!; }
}
const ring = new Ring<string>(3);
[..."abcde"].forEach((c) => ring.push(c));
console.log(ring, [...ring]);`,
      `interface Knot { value: number; next: Knot | null }
const listOf = ([value, ...rest]: number[]): Knot | null => value === undefined ? null : { value, next: listOf(rest) };
const reversed = (list: Knot | null) => { let back: Knot | null = null; for (let at = list; at !== null; at = at.next) back = { value: at.value, next: back }; return back; };
reversed(listOf([1, 2, 3, 4, 5, 6, 7]))`,
      `const loop: { name: string; self?: unknown; list: unknown[] } = { name: "loop", list: [new Map([["k", new Set([1n, 2n])]])] };
loop.self = loop; loop.list.push(loop);
loop`,
      `class Tree { constructor(public key: number, public left?: Tree, public right?: Tree) {}
  insert(key: number): this { const side = key < this.key ? "left" : "right"; if (this[side]) this[side].insert(key); else this[side] = new Tree(key); return this; }
  *walk(): Generator<number> { if (this.left) yield* this.left.walk(); yield this.key; if (this.right) yield* this.right.walk(); }
  get depth(): number { return 1 + Math.max(this.left?.depth ?? 0, this.right?.depth ?? 0); } }
const tree = [3, 8, 1, 4, 9, 2].reduce((t, key) => t.insert(key), new Tree(5));
console.log([...tree.walk()].join(" "), "depth", tree.depth);
tree`,
      `const cases: [string, number][] = [["abcabcbb", 3], ["bbbbb", 1], ["pwwkew", 3], ["", 0], ["tmmzuxt", 5]];
const longest = (s: string) => { const last = new Map<string, number>(); let from = 0, best = 0;
  for (let i = 0; i < s.length; i++) { from = Math.max(from, (last.get(s[i]!) ?? -1) + 1); last.set(s[i]!, i); best = Math.max(best, i - from + 1); } return best; };
console.table(cases.map(([text, expected]) => ({ text, expected, got: longest(text), ok: longest(text) === expected ? "✅" : "❌" })));
console.group("more"); console.count("cases"); console.count("cases"); console.groupEnd(); console.assert(longest("aab") === 3, "not 3");
console.dir(new WeakMap(), { depth: 0 });`,
      `const word = "a 🐧"; [word.length, [...word].length, [...new Intl.Segmenter().segment(word)].length]`,
      `word[2] // half of it`,
    ],
    failing: 1,
  },
  {
    about: "tours TypeScript, and declares its names again",
    cells: [
      `const input = "12 7\\n3 4"; // the example
const parse = (text: string) => text.split("\\n").map((line) => line.split(" ").map(Number));
parse(input)`,
      `const input = "100 1\\n200 2\\n300 3"; // the real one
parse(input).map(([a, b]) => a! / b!)`,
      `enum Diet { Plants, Meat = 4, Both }
const enum Size { Small = "s", Large = "l" }
namespace Zoo { export interface Animal { diet: Diet; size: Size } export const open = true; }
const rex = { diet: Diet.Meat, size: Size.Large } satisfies Zoo.Animal;
[Diet[rex.diet], rex.size, Zoo.open, Object.keys(Diet)]`,
      `abstract class Shape { abstract area(): number; toJSON() { return { kind: this.constructor.name, area: +this.area().toFixed(2) }; } }
class Disc extends Shape { constructor(private r: number) { super(); } area() { return Math.PI * this.r ** 2; } }
class Box extends Shape { static { console.log("Box is ready"); } accessor side = 2; area() { return this.side ** 2; } }
JSON.stringify([new Disc(1.5), new Box()])`,
      `const opened: string[] = [];
class Handle implements Disposable { constructor(readonly name: string) { opened.push("+" + name); } [Symbol.dispose]() { opened.push("-" + this.name); } }
{ using a = new Handle("a"); using b = new Handle("b"); opened.push(a.name + b.name); }
opened`,
      `function logged(method: (...args: number[]) => number, context: ClassMethodDecoratorContext) {
  return function (this: unknown, ...args: number[]) { const out = method.apply(this, args); console.log(String(context.name), args, "=>", out); return out; };
}
class Calculator { @logged add(a: number, b: number) { return a + b; } }
new Calculator().add(2, 3);`,
      `type Keys<T> = { [K in keyof T as \`get\${Capitalize<string & K>}\`]: () => T[K] };
const getters = <T extends object>(of: T) => Object.fromEntries(Object.entries(of).map(([k, v]) => ["get" + k[0]!.toUpperCase() + k.slice(1), () => v])) as Keys<T>;
getters({ host: "example", port: 8000 }).getPort()`,
      `const wrong: number = "the kernel checks no types"; wrong`,
    ],
  },
  {
    about: "runs unit tests in its cells",
    cells: [
      `const slug = (title: string) => title.normalize("NFKD").replace(/\\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const same = (a: unknown, b: unknown) => { if (!Object.is(a, b)) throw new Error(\`\${a} is not \${b}\`); };`,
      `Deno.test("accents go away", () => same(slug("Crème brûlée!"), "creme-brulee"));
Deno.test("a slow one", async () => { await new Promise((done) => setTimeout(done, 12)); same(slug(" a  b "), "a-b"); });`,
      `import { describe, it } from "node:test";
describe("slug", () => { it("keeps digits", () => same(slug("Top 10"), "top-10")); });`,
      `const results = Object.entries({ "": "", "ÄÖ": "ao", "x_y": "x-y" }).map(([title, want]) => ({ title, want, ok: slug(title) === want }));
results.every(({ ok }) => ok)`,
    ],
  },
  {
    about: "solves a puzzle from a file of input and times its parts",
    files: {
      "day16.txt":
        "#########\n#S..#...#\n#.#.#.#.#\n#.#...#.#\n#.#####.#\n#......E#\n#########\n",
    },
    data: '"day16.txt"',
    cells: [
      `const grid = (await Deno.readTextFile("day16.txt")).trim().split("\\n");
const find = (what: string) => { const y = grid.findIndex((row) => row.includes(what)); return [grid[y]!.indexOf(what), y] as const; };
console.log(\`\${grid[0]!.length} × \${grid.length}, from \${find("S")} to \${find("E")}\`);`,
      `const around = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;
function cheapest(turn: number) {
  const queue: [cost: number, x: number, y: number, d: number, path: string][] = [[0, ...find("S"), 0, ""]];
  const known = new Map<string, number>();
  while (queue.length > 0) {
    queue.sort((a, b) => a[0] - b[0]);
    const [cost, x, y, d, path] = queue.shift()!;
    if (grid[y]![x] === "E") return { cost, path };
    if ((known.get([x, y, d].join()) ?? Infinity) <= cost) continue;
    known.set([x, y, d].join(), cost);
    const [dx, dy] = around[d]!;
    if (grid[y + dy]![x + dx] !== "#") queue.push([cost + 1, x + dx, y + dy, d, path + ">v<^"[d]]);
    queue.push([cost + turn, x, y, (d + 1) % 4, path], [cost + turn, x, y, (d + 3) % 4, path]);
  }
}`,
      `console.time("part 1");
const first = cheapest(1000);
console.timeEnd("part 1");
first`,
      `const began = performance.now();
const second = cheapest(1)!;
console.log("part 2:", second.cost, \`(\${(performance.now() - began).toFixed(2)} ms)\`);`,
      `run.logMetric("cost", second.cost);
grid.map((row, y) => [...row].map((c, x) => c === "." && (x + y) % 2 ? "·" : c).join("")).join("\\n")`,
    ],
  },
];
