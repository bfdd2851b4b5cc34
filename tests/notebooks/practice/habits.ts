/**
 * Habits: what people do besides their work, and what differs between two machines or two days.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

const MOD = JSON.stringify(new URL("../../../mod.ts", import.meta.url).href);

export const HABITS: readonly Kind[] = [
  {
    about: "prints where its errors come from and forgets to await others",
    files: {
      "shape.ts": `export function parse(text: string): number {
  if (!/^\\d+$/.test(text)) {
    throw new SyntaxError("no number: " + text);
  }
  return Number(text);
}
`,
    },
    cells: [
      `import { parse } from "./shape.ts";
function total(texts: string[]): number {
  return texts.reduce((sum, text) => sum + parse(text), 0);
}
total(["1", "2"])`,
      `try {
  total(["3", "four"]);
} catch (error) {
  console.log(error.stack);
}`,
      `const here = new Error("only to see where");
console.log(here.stack.split("\\n").slice(0, 2).join("\\n"));
console.error(here);`,
      `console.trace("how did I get here");
run.logMetric("frames", here.stack.split("\\n").length);`,
      `async function save(rows: number[]): Promise<void> {
  await Promise.resolve();
  if (rows.length > 2) throw new Error("the disk is full");
}
save([1]);
console.log("saved one");`,
      `save([1, 2, 3]).catch((error) => console.warn("not saved:", error.message));
await new Promise((done) => setTimeout(done, 5));
console.log("went on");`,
      `save([1, 2, 3]);
await new Promise((done) => setTimeout(done, 20));
console.log("and this?");`,
      `run.logMetric("rows", 3);
"the end"`,
    ],
  },
  {
    about: "notes on which machine it ran",
    cells: [
      `const machine = Deno.hostname();
console.log("cores known:", navigator.hardwareConcurrency > 0);`,
      `run.setTag("machine", machine.length > 0 ? "named" : "unnamed");
machine.length > 0`,
      `const sums = Array.from({ length: 4 }, (_, i) => (i + 1) ** 3).map((v, i, all) => v + (all[i - 1] ?? 0));
run.logMetric("last", sums.at(-1));
sums`,
    ],
    sandbox: {
      verdict: "FAILED",
      cause:
        /the sandbox gives no sys access to "hostname", and no option does/,
    },
  },
  {
    about: "looks at its own runs and compares them",
    cells: [
      `import { compare, load, runs } from ${MOD};
for (let step = 0; step < 3; step++) run.logMetric("loss", 1 / (step + 1), { step });
run.logParam("lr", 0.1);
await run.end();
const other = await track("both ways", { quiet: true, params: { lr: 0.2 } });
for (let step = 0; step < 3; step++) other.logMetric("loss", 1 / (step + 2), { step });
other`,
      `const old = await load(run.id);
console.log(old.params, old.metrics);
const found = await runs("both ways", { sort: "params.lr" });
found.map((r) => [r["params.lr"], r["metrics.loss"]])`,
      `const both = await compare([run.id, other.id]);
console.log(both.params, (await both.points("loss")).map(({ step, value }) => step + ":" + value.toFixed(3)).join(" "));
both`,
      `await other.end();
const last = await load("last");
console.log(last.params.lr, last.id === other.id, last.metrics);
other`,
    ],
  },
];
