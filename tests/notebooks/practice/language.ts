/**
 * The language as it is written in cells, and how values are shown.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const LANGUAGE: readonly Kind[] = [
  {
    about: "shows values of all kinds and prints more than anybody reads",
    cells: [
      `const big = 2n ** 130n;
const typed = [new Uint8Array([1, 2, 255]), Float32Array.of(0.1, -0), new BigInt64Array(2), new DataView(new ArrayBuffer(4))];
console.log(big, typed, [1, , 3], -0, NaN);
new Map<unknown, unknown>([["set", new Set([1, "1", [1]])], [{ k: 1 }, Symbol("tag")], [null, undefined]])`,
      `class Temperature {
  #kelvin: number;
  static count = 0;
  constructor(celsius: number) { this.#kelvin = celsius + 273.15; Temperature.count++; }
  get celsius() { return this.#kelvin - 273.15; }
  [Symbol.for("Deno.customInspect")]() { return "Temperature<" + this.celsius.toFixed(1) + ">"; }
  toJSON() { return { celsius: this.celsius }; }
}
class Reading extends Temperature { at = new Date(0); note = "ok"; }
const all = [new Temperature(20), new Reading(-3)];
console.log(all, JSON.stringify(all), Temperature.count, Reading);
all[1]`,
      `const ring = { name: "a", next: { name: "b", next: null } };
ring.next.next = ring;
const deep = { a: { b: { c: { d: { e: 1 } } } }, [Symbol.iterator]: function* () {}, get lazy() { return 1; }, f: async () => {}, w: new WeakMap() };
console.log(ring, deep);
console.dir(deep, { depth: 6 });
ring`,
      `console.table(new Map([["x", { a: 1, b: "two" }], ["y", { a: 3n, c: [1] }]]));
console.group("inside");
console.info({ level: 1 });
console.groupEnd();
console.count("seen"); console.count("seen");
console.assert(1 > 2, "one is not more than two");
structuredClone({ when: new Date(86_400_000), re: /a+/giu, err: new RangeError("far") })`,
      `console.log("%s is %d years and %o", "Ada", 36.5, { a: [1] }, "more");
const long = Array.from({ length: 150 }, (_, i) => i ** 2);
console.log(long, "x".repeat(300));
[Promise.resolve(4), new Proxy([1], {}), Object.create(null), globalThis.nothing]`,
      `for (let i = 0; i < 3000; i++) console.log("row", i, (i * i) % 97, "-".repeat(i % 40));`,
      `const wide = Array.from({ length: 400 }, (_, r) => Array.from({ length: 40 }, (_, c) => (r * c) % 101).join("\\t")).join("\\n");
console.log(wide);
wide.length`,
      `for (let i = 0; i < 200; i++) (i % 2 ? console.error : console.log)("line " + i);`,
      `await Deno.stdout.write(new Uint8Array(400_000).fill(46));
for (let i = 0; i < 40; i++) await Deno.jupyter.display({ "text/plain": "part " + i }, { raw: true });
run.logMetric("parts", 40);
Object.fromEntries(Array.from({ length: 600 }, (_, i) => ["key" + i, { i }]))`,
    ],
  },
  {
    about: "uses enums, namespaces, decorators, generics and a page of JSX",
    cells: [
      `enum Level { Low = 1, High = 5 }
const enum Flag { A = 1 << 0, B = 1 << 1, Both = A | B }
namespace Geometry {
  export interface Point { x: number; y: number }
  export const length = ({ x, y }: Point) => Math.hypot(x, y);
}
abstract class Shape { abstract area(): number; describe(this: Shape) { return this.constructor.name + " " + this.area(); } }
class Square extends Shape { constructor(private side = 2) { super(); } area() { return this.side ** 2; } }
console.log(Level[5], Flag.Both, Geometry.length({ x: 3, y: 4 } satisfies Geometry.Point), new Square().describe());`,
      `function counted<T extends (...a: any[]) => any>(method: T, { name }: ClassMethodDecoratorContext) {
  const calls = { n: 0 };
  counts.set(String(name), calls);
  return function (this: unknown, ...args: any[]) { calls.n++; return method.apply(this, args); } as T;
}
const counts = new Map<string, { n: number }>();
class Account {
  accessor balance = 0;
  @counted pay(by: number) { this.balance += by; return this; }
}
const account = new Account().pay(5).pay(7);
run.logMetric("balance", account.balance);
[...counts]`,
      `/** @jsx h */
type Props = Record<string, unknown> | null;
const h = (tag: string | ((p: Props) => string), props: Props, ...kids: unknown[]): string =>
  typeof tag === "function" ? tag({ ...props, kids }) : "<" + tag +
    Object.entries(props ?? {}).map(([k, v]) => " " + k + '="' + v + '"').join("") + ">" + kids.flat().join("") + "</" + tag + ">";
const Row = ({ name, n }: any) => <tr class="row"><td>{name}</td><td>{n}</td></tr>;
const page = <table>{[["a", 1], ["b", 2]].map(([name, n]) => <Row name={name} n={n} />)}</table>;
await Deno.jupyter.display({ "text/html": page, "text/plain": "table" }, { raw: true });`,
      `function* pairs<T>(of: Iterable<T>): Generator<[T, T]> {
  let before: T | undefined;
  for (const one of of) { if (before !== undefined) yield [before, one]; before = one; }
}
const fib = (function* () { let [a, b] = [0, 1]; while (true) { yield a; [a, b] = [b, a + b]; } })();
const { groups: { year, rest } } = /(?<year>\\d{4})-(?<rest>.*)/.exec("2025-06-01")!;
label: for (const [a, b] of pairs(fib.take(12))) { if (a > 20) break label; if (a % 2) continue; console.log(a, b); }
[year, rest, ...Iterator.from("abc").map((c) => c.charCodeAt(0))]`,
    ],
  },
  {
    about:
      "defines the same names again in later cells and uses what was awaited",
    cells: [
      `const rate = 0.1;
const grow = (n: number) => n * (1 + rate);
let total = 100;
console.log(grow(total));`,
      `const rate = 0.25;
total = grow(total);
total`,
      `const grow = function (n: number) { return n + rate; };
const table = await (await fetch("data:application/json,[1,2,3]")).json();
for await (const n of (async function* () { yield* table; })()) total = grow(total) + n;
run.logMetric("total", total);
total`,
      `class grow_2 { static of = (n: number) => new grow_2(n); constructor(readonly n: number) {} }
var { a, ...others } = { a: grow_2.of(1), b: 2, c: 3 };
[a.n, others]`,
      `{
  using scope = { [Symbol.dispose]() { console.log("disposed with", total.toFixed(4)); } };
  total += 1;
}
const lazy = await import("node:path");
lazy.posix.join("a", "..", "b", typeof a)`,
    ],
  },
];
