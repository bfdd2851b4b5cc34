/** Notebooks as people write them for Deno: one is about showing, one about packages, one about the language. */
export const NOTEBOOKS: Record<string, readonly string[]> = {
  showing: [
    `const { html, md, svg, display } = Deno.jupyter;
html\`<h1>Measurements</h1>\``,
    `await display(md\`## A *table*\n| a | b |\n|---|---|\n| 1 | 2 |\`);`,
    `const points = Array.from({ length: 20 }, (_, i) => [i * 10, 100 - i * i / 4]);
const path = points.map(([x, y], i) => (i ? "L" : "M") + x + " " + y).join(" ");
svg\`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><path d="\${path}" fill="none" stroke="teal"/></svg>\``,
    `console.table([{ name: "Adelie", n: 152 }, { name: "Gentoo", n: 124 }]);
console.log("%cred", "color: red"); console.error("to stderr"); console.warn("warned")`,
    `for (const color of ["teal", "tomato"]) {
  await Deno.jupyter.display({ "text/html": \`<b style="color:\${color}">\${color}</b>\`, "text/plain": color }, { raw: true });
}`,
    `class Chart {
  constructor(public title: string) {}
  [Symbol.for("Jupyter.display")]() { return { "text/plain": this.title, "application/json": { title: this.title } }; }
}
new Chart("a chart")`,
    `const bar = (n: number) => "#".repeat(n) + ".".repeat(10 - n);
await Deno.jupyter.broadcast("display_data", { data: { "text/plain": bar(0) }, metadata: {}, transient: { display_id: "progress" } });
for (let i = 1; i <= 10; i++) await Deno.jupyter.broadcast("update_display_data", { data: { "text/plain": bar(i) }, metadata: {}, transient: { display_id: "progress" } });`,
    `Deno.jupyter.display(Deno.jupyter.html\`<i>not awaited</i>\`); "and a value"`,
    `new Uint8Array([137, 80, 78, 71])`,
  ],
  packages: [
    `import { z } from "npm:zod@4.6.7";
import * as path from "node:path";
import type { ZodType } from "npm:zod@4.6.7";
import { createHash } from "node:crypto";`,
    `const Penguin = z.object({ species: z.string(), mass_g: z.number().positive() });
Penguin.safeParse({ species: "Adelie", mass_g: -1 })`,
    `const { xoroshiro128plus } = await import("npm:pure-rand@8.4.2/generator/xoroshiro128plus");
const { uniformFloat64 } = await import("npm:pure-rand@8.4.2/distribution/uniformFloat64");
const draw = xoroshiro128plus(7);
[uniformFloat64(draw), uniformFloat64(draw)]`,
    `createHash("sha256").update(path.join("a", "b")).digest("hex")`,
    `const { default: os } = await import("node:os"); typeof os.cpus().length`,
    `import nothing from "npm:@nbtrack/there-is-no-such-package@1.0.0";`,
    `try { await import("./not-here.ts"); } catch (error) { console.log(error.name) }`,
    `const text = await (await fetch("data:text/plain,hello")).text(); text`,
    `JSON.parse("{ broken")`,
    `Penguin.parse({ species: 5 })`,
  ],
  language: [
    `type Row = { readonly k: number; score: number | null };
enum Kind { Train = "train", Test = "test" }
interface Model<T> { predict(x: T): Kind }
const rows: Row[] = [];`,
    `async function* batches(n: number) { for (let i = 0; i < n; i++) { await new Promise((r) => setTimeout(r, 1)); yield i; } }
for await (const batch of batches(5)) console.log("batch", batch);`,
    `class Forest<T> implements Model<T> {
  #trees: number; static made = 0;
  constructor(trees: number) { this.#trees = trees; Forest.made++; }
  predict(_: T) { return this.#trees > 1 ? Kind.Train : Kind.Test; }
}
new Forest<number>(3).predict(1)`,
    `let x = 1;`,
    `let x = 2; x`,
    `{ a: 1, b: [1, 2, { c: "deep" }] }`,
    `const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
await wait(5); const [p, q] = await Promise.all([1, Promise.resolve(2)]); p + q`,
    `const unfinished = ;`,
    `undefinedName.property`,
    `throw { not: "an error" }`,
    `await Promise.reject(new AggregateError([new Error("inner")], "outer"))`,
    `console.log("a"); console.error("b"); console.log("c"); null`,
    `setTimeout(() => console.log("later"), 20); await wait(60); "waited"`,
    `function* fibonacci() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } }
fibonacci().take(10).toArray()`,
    `new Map([["k", new Set([1n, 2n])]])`,
    `"\\u00e9\\u{1F427} \\0 \\x1b[1mbold\\x1b[0m"`,
    `const long = Array.from({ length: 3000 }, (_, i) => i); console.log(long.join(" ")); long.length`,
    `// nothing but a comment`,
  ],
};
