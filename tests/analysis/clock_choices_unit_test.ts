import { assertEquals } from "@std/assert";
import { clockChoices } from "../../src/analysis/clock_choices.ts";

/** For each cell the cells that let the clock choose what it has, as a text. */
function choices(
  cells: readonly string[],
  modules: readonly string[] = [],
): string[] {
  return clockChoices(cells, modules).map((from) => [...from].sort().join());
}

const DATA =
  'const rts = Deno.readTextFileSync("rt.csv").trim().split("\\n").slice(1).map(Number);';
const MEAN = "const mean = sample.reduce((a, b) => a + b, 0) / sample.length;";
const SHOW = "console.log(`mean reaction time ${mean.toFixed(1)} ms`);";

/** Cells in which a reading of the clock only becomes a time that passed, or is shown. */
const TIMES: readonly (readonly string[])[] = [
  ["const t0 = Date.now();", "console.log(`took ${Date.now() - t0} ms`);"],
  [
    "const t0 = performance.now();",
    DATA,
    "const mean = rts.reduce((a, b) => a + b, 0) / rts.length;",
    "console.log(`mean ${mean} ms, took ${(performance.now() - t0).toFixed(1)} ms`)",
  ],
  ['console.time("x"); console.timeLog("x", 1); console.timeEnd("x")'],
  [
    "const began = new Date();",
    "console.log(`${(new Date() - began) / 1000} s, ${Date.now() - began.getTime()} ms`, began.toISOString().slice(0, 10))",
  ],
  ["const began = +new Date(); console.log(`${(+new Date() - began)} ms`)"],
  [
    "let t0 = 0; function start() { t0 = performance.now(); } function stop(name: string) { console.log(`${name}: ${(performance.now() - t0).toFixed(2)} ms`); }",
    'start(); stop("a")',
  ],
  [
    "const timed = (f: () => unknown) => { const t = performance.now(); f(); return performance.now() - t; };",
    "const times = Array.from({ length: 5 }, () => timed(() => 1)); const mean = times.reduce((a, b) => a + b, 0) / times.length; const sd = Math.sqrt(times.map((t) => (t - mean) ** 2).reduce((a, b) => a + b) / times.length);",
    "console.log(`${mean.toFixed(3)} ± ${sd.toFixed(3)} ms, median ${times.sort((a, b) => a - b)[2]} ms, best ${Math.min(...times)} ms, ${times.length} runs`)",
  ],
  [
    "async function timed<T>(name: string, f: () => Promise<T>): Promise<T> { const t = performance.now(); try { return await f(); } finally { console.log(`${name} ${performance.now() - t} ms`); } }",
    'const rows = await timed("load", async () => [1, 2, 3]); console.log(rows.slice(rows.length - 2))',
  ],
  [
    "const format = (ms: number) => ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`; const t = Date.now();",
    "console.log(format(Date.now() - t))",
  ],
  ["function format(ms: number) { const s = Math.floor(ms / 1000) % 60; if (ms < 1000) return `${ms} ms`; return `${Math.floor(ms / 60_000)} min ${s} s`; } const t = Date.now(); console.log(format(Date.now() - t))"],
  [
    "class Timer { #at = 0; start = 0; begin() { this.start = performance.now(); return this; } get took() { return 1; } end() { return performance.now() - this.start; } }",
    "const timer = new Timer().begin(); console.log(`${timer.end()} ms`)",
  ],
  [
    "const at: Record<string, number> = {}; at.load = performance.now(); const started = new Map(); started.set('fit', performance.now());",
    "console.log(`${performance.now() - at.load} ms, ${performance.now() - started.get('fit')} ms`)",
  ],
  [
    "const end = Date.now() + 20; let n = 0; while (Date.now() < end) n++;",
    "console.log(`${n} rounds, ${20 / n} ms each`)",
  ],
  ["await new Promise((done) => setTimeout(done, 5)); const t = performance.now(); for (let i = 0; i < 10; i++) { if (i % 5 === 0) console.log(`${i}: ${performance.now() - t} ms`); }"],
  [
    "const sorts = { a: (x: number[]) => [...x].sort(), b: (x: number[]) => x.slice() };",
    "for (const [name, sort] of Object.entries(sorts)) { const t = performance.now(); const sorted = sort([3, 1]); console.log(`${name}: ${(performance.now() - t).toFixed(3)} ms`, sorted[0]); }",
  ],
  ["const t = Temporal.Now.instant(); console.log(`${t.until(Temporal.Now.instant()).total('seconds')} s`, Temporal.Now.plainDateISO().toString())"],
  ["const t = process.hrtime(); const [s, ns] = process.hrtime(t); console.log(`${s * 1000 + ns / 1e6} ms`); const u = process.hrtime.bigint(); console.log(`${Number(process.hrtime.bigint() - u) / 1e6} ms`)"],
  ["performance.mark('a'); performance.mark('b'); console.log(`${performance.measure('x', 'a', 'b').duration.toFixed(1)} ms`)"],
  [
    'import { differenceInSeconds, format } from "npm:date-fns"; const t = new Date();',
    'console.log(`${differenceInSeconds(new Date(), t)} s`, format(t, "yyyy"))',
  ],
  [
    'import { mean } from "npm:simple-statistics"; const times = []; for (let i = 0; i < 3; i++) { const t = performance.now(); times.push(performance.now() - t); }',
    "console.log(`${mean(times).toFixed(2)} ms`)",
  ],
  [
    "const results = []; for (const n of [1, 2]) { const t = performance.now(); results.push({ n, ms: performance.now() - t }); }",
    "console.table(results.map((r) => ({ ...r, ms: `${r.ms.toFixed(1)} ms` }))); results.sort((a, b) => a.ms - b.ms)[0].n",
    "console.log(`${(results[1].ms / results[0].ms).toFixed(1)} times, ${results.filter((r) => r.ms > 5).length} slow`)",
  ],
  [
    "let i = 0; const start = Date.now();",
    "const rows = [1, 2, 3]; rows[i]; rows.slice(i, 2); rows[i % 3]; console.log(`${Date.now() - start} ms`)",
  ],
  [
    "const start = Date.now(); console.log(`${Date.now() - start} ms`)",
    "const start = 2; [1, 2, 3].slice(start)",
    "const t = (x) => x % 2; t(3)",
  ],
  [
    'const run = await track("x", { params: { started: new Date().toISOString() } }); const t = Date.now();',
    'run.logMetric("s", (Date.now() - t) / 1000, { timestamp: Date.now() }); await run.logArtifact("a.txt", `${Date.now() - t} ms`)',
  ],
  ["const t = performance.now(); let best = Infinity; for (let i = 0; i < 3; i++) { const u = performance.now(); const ms = performance.now() - u; if (ms < best) best = ms; } console.log(`best ${best} ms`, best < 1 ? 'fast' : 'slow')"],
  [
    'import { took } from "./timing.ts"; const t = Date.now();',
    "console.log(`${took(t)} ms`)",
  ],
  ["const t = performance.now(); report(t, new Date())"],
  ["const t0 = performance.now(); try { await work(); } catch (error) { console.log(error); } console.log(`elapsed: ${((performance.now() - t0) / 1000).toFixed(2)}s`)"],
  [
    "const dir = `/tmp/run-${Date.now()}`; Deno.mkdirSync(dir); Deno.writeTextFileSync(`${dir}/a.csv`, '1'); const t = performance.now();",
    "const rows = Deno.readTextFileSync(`${dir}/a.csv`).split(',').map(Number); console.log(rows.at(0), `${performance.now() - t} ms`)",
    "Deno.removeSync(dir, { recursive: true });",
  ],
  [
    'import { sampleStandardDeviation, quantile } from "npm:simple-statistics"; const times = [1, 2].map(() => { const t = performance.now(); return performance.now() - t; });',
    "console.log(`${sampleStandardDeviation(times)} ms, ${quantile(times, 0.5)} ms, ${times[Math.floor(times.length * 0.95)]} ms`)",
  ],
  [
    "let last = performance.now(); let mean = 0; for (let i = 0; i < 9; i++) { const now = performance.now(); mean = mean * 0.9 + (now - last) * 0.1; last = now; }",
    "console.log(`${mean.toFixed(2)} ms, about ${(mean / 9 * (100 - 9)).toFixed(0)} s left, ${(9 / mean).toFixed(1)} per s`)",
  ],
  [
    "class Watch { #t = performance.now(); get ms() { return performance.now() - this.#t; } }",
    "const watch = new Watch();",
    "console.log(`${watch.ms.toFixed(1)} ms`)",
  ],
  [
    "const t = Date.now(); const answer = await fetch(`https://example.org/a.json?t=${Date.now()}`); const rows = await answer.json();",
    "console.log(rows.length, `${Date.now() - t} ms`)",
  ],
  [
    "const t = performance.now(); const took = await new Promise<number>((done) => setTimeout(() => done(performance.now() - t), 5));",
    "console.log(`${took} ms`)",
  ],
  [
    "const log = []; const note = (m) => log.push({ at: new Date(), m }); note('a'); const t = Date.now();",
    "for (const { at, m } of log) console.log(at.toISOString(), m, `${Date.now() - t} ms`)",
  ],
  ["const timings: Record<string, number> = {}; function lap(name: string) { const now = performance.now(); timings[name] = now - (timings._last ?? now); timings._last = now; } lap('a'); for (const [k, v] of Object.entries(timings)) console.log(`${k}: ${v.toFixed(1)} ms`)"],
];

/** Cells in which the clock chooses: the last one has it. */
const CHOSEN: readonly (readonly string[])[] = [
  [`${DATA} const start = Date.now() % 40; const sample = rts.slice(start, start + 10); ${MEAN} ${SHOW}`],
  [
    DATA,
    "const start = Date.now() % 40;",
    "const sample = rts.slice(start, start + 10);",
    `${MEAN} ${SHOW}`,
  ],
  [DATA, "console.log(`trial: ${rts[Date.now() % rts.length]} ms`)"],
  [
    DATA,
    "const t = Date.now();",
    "const perm = rts.map((v, i) => ({ v, k: (i * 7919 + t) % 101 })).sort((a, b) => a.k - b.k).map((r) => r.v);",
    "const test = perm.slice(0, 12);",
    "console.log(`median ${test.sort((a, b) => a - b)[6]} ms`)",
  ],
  [
    DATA,
    "const fold = new Date().getSeconds() % 5;",
    "const test = rts.filter((_, i) => i % 5 === fold);",
    "console.log(`${test.length} ms`)",
  ],
  [
    DATA,
    "const s = new Date().getSeconds();",
    "const test = rts.filter((_, i) => i > s);",
    "console.log(`${test.length} ms`)",
  ],
  [DATA, "const s = new Date().getMinutes(); console.log(`${rts[s]} ms`)"],
  [DATA, "const s = new Date().getMinutes(); console.log(`${rts.at(s)} ms`)"],
  ["console.log(`${Date.now() / 1e12} s, ${Date.now() - 1_764_600_000_000} ms`)"],
  ["const from = 1_764_600_000_000; console.log(`${Date.now() - from} ms`)"],
  [DATA, "console.log(`${Date.now() - rts[3]} ms`)"],
  [
    DATA,
    "const t0 = performance.now(); console.log(`${rts[Math.floor(performance.now() - t0)]} ms`)",
  ],
  [
    DATA,
    "const t0 = performance.now(); console.log(`${performance.now() - t0 > 1 ? rts[0] : rts[1]} ms`)",
  ],
  [
    DATA,
    "const t0 = performance.now(); let pick = 0; if (performance.now() - t0 > 1) pick = rts[0]; else pick = rts[1]; console.log(`${pick} ms`)",
  ],
  [
    DATA,
    "const end = Date.now() + 5; let sum = 0, n = 0; for (const r of rts) { if (Date.now() > end) break; sum += r; n++; }",
    "console.log(`${sum / n} ms`)",
  ],
  [
    DATA,
    "const end = Date.now() + 5; let i = 0, last = 0; while (Date.now() < end) { last = rts[i++ % rts.length]; }",
    "console.log(`${last} ms`)",
  ],
  [
    "function rng(seed: number) { let s = seed; return () => (s = (s * 1664525 + 1013904223) >>> 0) / 2 ** 32; }",
    "const random = rng(Date.now());",
    "console.log(`${random() * 5} ms`)",
  ],
  [
    "function mulberry(a: number) { return () => { a |= 0; a = a + 0x6D2B79F5 | 0; return a; }; }",
    "const t = Date.now(); const random = mulberry(t);",
    "console.log(`${random()} ms`)",
  ],
  [
    'import seedrandom from "npm:seedrandom"; const rng = seedrandom(String(Date.now()));',
    "console.log(`${rng()} ms`)",
  ],
  ['import { pick } from "./lib.ts"; console.log(`${pick([1, 2])} ms`)'],
  ['import { nth } from "./lib.ts"; console.log(`${nth([1, 2], Date.now())} ms`)'],
  [
    DATA,
    "const { now } = Date; const at = now() % 7;",
    "console.log(`${rts[at]} ms`)",
  ],
  [
    DATA,
    "const now = () => Math.floor(Date.now() / 1000);",
    "const state = { seed: now(), n: 3 };",
    "console.log(`${rts[state.seed % 7]} ms`)",
  ],
  [
    DATA,
    "const start = Date.now() % 40; Deno.writeTextFileSync('r.txt', `${rts[start]} ms`)",
    "console.log(Deno.readTextFileSync('r.txt'))",
  ],
  [
    DATA,
    "let seed = 0; const take = () => rts[seed % 7];",
    "seed = Date.now();",
    "console.log(`${take()} ms`)",
  ],
  [
    DATA,
    "const today = new Date().toISOString(); const rows = [{ at: '2026-01-01', v: 3 }];",
    "const old = rows.filter((r) => r.at < today);",
    "console.log(`${old[0].v} ms`)",
  ],
  [DATA, "globalThis.seed = Date.now();", "console.log(`${rts[seed % 3]} ms`)"],
  [
    DATA,
    "class Source { seed = Date.now(); next() { this.seed = this.seed * 48271 % 2147483647; return this.seed; } }",
    "const s = new Source();",
    "console.log(`${rts[s.next() % 5]} ms`)",
  ],
  [
    "const t0 = Date.now(); const xs = Array.from({ length: 100 }, (_, i) => (i * 7919 + t0) % 101);",
    "const order = xs.map((v, i) => [v, i]).sort((a, b) => a[0] - b[0]).map((a) => a[1]);",
    'console.log(order.slice(0, 3).map((i) => `${i} ms`).join(", "))',
  ],
  [
    DATA,
    "const t = await new Promise((done) => done(Date.now()));",
    "console.log(`${rts[t % 7]} ms`)",
  ],
  [
    DATA,
    "const v = await Promise.resolve(Date.now()).then((t) => rts[t % 7]);",
    "console.log(`${v} ms`)",
  ],
  [
    DATA,
    "const h = [...String(Date.now())].reduce((a, c) => a * 31 + c.charCodeAt(0) | 0, 7);",
    "console.log(`${rts.at(h)} ms`)",
  ],
  [
    DATA,
    "let v = 0; switch (new Date().getDay()) { case 1: v = rts[1]; break; default: v = rts[2]; }",
    "console.log(`${v} ms`)",
  ],
  [
    DATA,
    "let sum = 0; for (let i = 0; i < new Date().getSeconds(); i++) sum += rts[i];",
    "console.log(`${sum} ms`)",
  ],
  [
    DATA,
    "function pick() { if (Date.now() > 5) return rts[0]; return rts[1]; }",
    "console.log(`${pick()} ms`)",
  ],
  [
    DATA,
    "rts.sort(() => Date.now() - 7e11 > 5 ? 1 : -1);",
    "console.log(`${rts[0]} ms`)",
  ],
  [
    DATA,
    "const i = +String(Date.now()).slice(-1);",
    "console.log(`${rts.slice(i)[0]} ms`)",
  ],
  [
    DATA,
    "function* lcg(seed: number) { let s = seed; while (true) { s = s * 16807 % 2147483647; yield s; } } const numbers = lcg(Date.now());",
    "const n = numbers.next().value;",
    "console.log(`${n / 1e6} ms`)",
  ],
  [
    DATA,
    "const source = { get pick() { return rts[Date.now() % 7]; } };",
    "const v = source.pick;",
    "console.log(`${v} ms`)",
  ],
  [
    DATA,
    "const state = { seed: 0 }; Object.assign(state, { seed: Date.now() });",
    "console.log(`${rts[state.seed % 7]} ms`)",
  ],
  [
    "const v = Deno.readTextFileSync(`fold-${new Date().getDay()}.csv`);",
    "console.log(`${v} ms`)",
  ],
  [DATA, "if (Date.now() % 2) rts.reverse();", "console.log(`${rts[0]} ms`)"],
  [
    DATA,
    "rts.splice(new Date().getSeconds(), 1);",
    "console.log(`${rts[0]} ms`)",
  ],
  [
    DATA,
    "const k = new Date().getDay(); const { [k]: v } = rts;",
    "console.log(`${v} ms`)",
  ],
  [
    DATA,
    "localStorage.setItem('t', String(Date.now() % 3));",
    "console.log(`${rts[localStorage.getItem('t')]} ms`)",
  ],
  [
    DATA,
    "Deno.env.set('T', String(Date.now() % 3));",
    "console.log(`${rts[Deno.env.get('T')]} ms`)",
  ],
];

const MODULES = [
  "export const took = (t: number) => Date.now() - t;",
  "export function pick<T>(of: T[]): T { return of[Date.now() % of.length]; } export const nth = <T>(of: T[], n: number): T => of[n % of.length];",
];

for (const cells of TIMES) {
  Deno.test(`a time that passed is not chosen by the clock: ${cells.at(-1)}`, () => {
    assertEquals(choices(cells, MODULES), cells.map(() => ""));
  });
}

for (const cells of CHOSEN) {
  Deno.test(`the clock chose: ${cells.join(" ").slice(-120)}`, () => {
    assertEquals(choices(cells, MODULES).at(-1) === "", false);
  });
}
