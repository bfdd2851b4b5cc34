/**
 * What people log, and how often: several runs, sweeps, failures on purpose, retries.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const RUNS: readonly Kind[] = [
  {
    about: "sweeps a window and a threshold by loops, with a run for each",
    cells: [
      `await run.end();
const series = Array.from({ length: 120 }, (_, i) => Math.sin(i / 5) + ((i * 17) % 9 - 4) / 8);
function crossings(window: number, threshold: number): number {
  const smooth = series.map((_, i) => {
    const part = series.slice(Math.max(0, i - window + 1), i + 1);
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
  return smooth.filter((v, i) => i > 0 && v > threshold !== smooth[i - 1] > threshold).length;
}`,
      `const results = [];
for (const window of [1, 4, 9]) {
  for (const threshold of [0, 0.5]) {
    const n = await track("crossings", { params: { window, threshold }, quiet: true }, (trial) => {
      const n = crossings(window, threshold);
      trial.logMetric("crossings", n);
      trial.setTag("calm", n < 10 ? "yes" : "no");
      return n;
    });
    results.push({ window, threshold, n });
  }
}
console.table(results);`,
      `const best = results.toSorted((a, b) => a.n - b.n)[0];
const last = await track("crossings-best", { params: best, tags: { kind: "final" }, quiet: true });
for (const [step, v] of series.entries()) last.logMetric("series", v, { step });
await last.logArtifact("results.json", JSON.stringify(results));
await last.end();
best`,
    ],
  },
  {
    about: "asks sweep() for a ridge that fits",
    cells: [
      `import { sweep } from ${
        JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)
      };
await run.end();
const x = Array.from({ length: 30 }, (_, i) => i / 10), y = x.map((v) => 2 * v + 1);`,
      `const found = await sweep({ ridge: [0, 0.1, 10] }, (trial, { ridge }) => {
  const noisy = y.map((v) => v + Math.random() - 0.5);
  const [mx, my] = [x, noisy].map((of) => of.reduce((a, b) => a + b, 0) / of.length);
  const slope = x.reduce((s, v, i) => s + (v - mx) * (noisy[i] - my), 0) / (x.reduce((s, v) => s + (v - mx) ** 2, 0) + ridge);
  trial.logMetric("error", Math.abs(slope - 2));
}, { repeat: 2, min: "error" });
found`,
      `console.log("done");`,
    ],
    seed: 4,
  },
  {
    about: "fails on purpose, catches, and goes on",
    cells: [
      `class OutOfRange extends RangeError {
  override name = "OutOfRange";
  constructor(readonly value: number, options?: ErrorOptions) {
    super("the value " + value + " is out of range", options);
  }
}
function check(value: number): number {
  if (value < 0 || value > 1) throw new OutOfRange(value, { cause: { limit: [0, 1] } });
  return value;
}`,
      `for (const value of [0.5, 3]) {
  try {
    run.logMetric("checked", check(value));
  } catch (error) {
    console.error(error.name, "–", error.message, error.cause);
  } finally {
    console.log("looked at", value);
  }
}`,
      `console.log("before");
check(-2);`,
      `const missing = undefined;
missing.length`,
      `await Promise.reject(new AggregateError([new TypeError("one"), new OutOfRange(7)], "both went wrong"));`,
      `const settled = await Promise.allSettled([check(1), Promise.reject(new Error("late"))]);
run.setTag("outcome", settled.map((s) => s.status).join());
settled.map((s) => s.status)`,
      `throw "no error at all";`,
    ],
    failing: 4,
  },
  {
    about: "tries again after a pause and works off a queue by three workers",
    cells: [
      `const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
let calls = 0;
async function shaky(id: number): Promise<string> {
  await pause(2);
  if (++calls % 3 !== 0) throw new Error("not yet, call " + calls);
  return "answer " + id;
}
async function retried<T>(work: () => Promise<T>, times = 5): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= times) throw error;
      console.log("attempt", attempt, "–", error.message);
      await pause(2 ** attempt);
    }
  }
}`,
      `for (const id of [1, 2]) console.log(await retried(() => shaky(id)));
run.logMetric("calls", calls);`,
      `const queue = Array.from({ length: 12 }, (_, i) => i), squares = new Map();
await Promise.all([1, 2, 3].map(async () => {
  for (let job; (job = queue.shift()) !== undefined;) {
    await pause(1);
    squares.set(job, job ** 2);
  }
}));
[...squares].toSorted(([a], [b]) => a - b)`,
      `const limit = AbortSignal.timeout(15);
await new Promise((_, reject) => limit.addEventListener("abort", () => reject(limit.reason)));`,
      `let ticks = 0;
await new Promise<void>((done) => {
  const id = setInterval(() => { if (++ticks === 3) { clearInterval(id); done(); } }, 3);
});
ticks`,
    ],
    failing: 1,
  },
  {
    about: "logs data, tags and files for two stages, one of which it gives up",
    files: {
      "raw.json": `[{"id":1,"v":3.5},{"id":2,"v":null},{"id":3,"v":8}]`,
    },
    data: `"raw.json"`,
    cells: [
      `const raw = JSON.parse(Deno.readTextFileSync("raw.json"));
run.setTags({ stage: "clean", team: "blue" });
run.logParams({ keep: "known", nested: { a: [1, 2], b: null } });
const known = raw.filter(({ v }) => v !== null);
await run.logDataset("known", known, { context: "training" });
run.logMetrics({ rows: known.length, lost: raw.length - known.length, empty: NaN, most: Infinity });
await run.end();`,
      `const second = await track("both ways, again", { quiet: true, from: run, params: { scale: 2 } });
Deno.mkdirSync("report/img", { recursive: true });
Deno.writeTextFileSync("report/index.md", "# " + known.length + " rows\\n");
Deno.writeTextFileSync("report/img/dot.svg", '<svg xmlns="http://www.w3.org/2000/svg"><circle r="2"/></svg>');
await second.logArtifact("report");
second.logMetric("sum", known.reduce((s, { v }) => s + v * 2, 0));`,
      `console.log(run.status, second.status, second.params);
if (known.length < 3) await second.end("FAILED");
second.status`,
      `second.logMetric("late", 1);
console.log("after the end");`,
    ],
  },
];
