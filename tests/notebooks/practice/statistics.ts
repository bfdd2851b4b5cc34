/**
 * Statistics, chance, linear algebra, time series.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

/** The quartet that F. J. Anscombe made for "Graphs in Statistical Analysis" (1973): figures of a paper, free to use. */
const QUARTET = `set,x,y
1,10,8.04
1,8,6.95
1,13,7.58
1,9,8.81
1,11,8.33
1,14,9.96
1,6,7.24
1,4,4.26
1,12,10.84
1,7,4.82
1,5,5.68
2,10,9.14
2,8,8.14
2,13,8.74
2,9,8.77
2,11,9.26
2,14,8.1
2,6,6.13
2,4,3.1
2,12,9.13
2,7,7.26
2,5,4.74
`;

export const STATISTICS: readonly Kind[] = [
  {
    about: "compares Anscombe's sets and three fertilisers by two libraries",
    files: { "quartet.csv": QUARTET },
    data: `"quartet.csv"`,
    cells: [
      `import * as ss from "npm:simple-statistics@7.12.1";
import { csvParse, autoType } from "npm:d3-dsv@3.0.2";
const rows = csvParse(Deno.readTextFileSync("quartet.csv"), autoType);
const sets = Map.groupBy(rows, (r) => r.set);`,
      `const facts = [...sets].map(([set, points]) => {
  const [x, y] = [points.map((p) => p.x), points.map((p) => p.y)];
  const line = ss.linearRegression(points.map((p) => [p.x, p.y]));
  return { set, mean: ss.mean(y), sd: ss.sampleStandardDeviation(y), r: ss.sampleCorrelation(x, y), ...line };
});
console.table(facts);
facts.every((f) => Math.abs(f.m - 0.5) < 0.01)`,
      `const residuals = (set) => {
  const { m, b } = facts.find((f) => f.set === set);
  return sets.get(set).map((p) => p.y - (m * p.x + b));
};
for (const [set] of sets) {
  run.logMetric("skew", ss.sampleSkewness(residuals(set)), { step: set });
  console.log("set", set, "quantiles", ss.quantile(residuals(set), [0.1, 0.5, 0.9]));
}
run.logMetric("t", ss.tTestTwoSample(residuals(1), residuals(2), 0));`,
      `import jStat from "npm:jstat@1.9.6";
const plots = { none: [41, 38, 44, 40, 39], ash: [45, 47, 43, 49, 46], dung: [48, 44, 51, 47, 50] }; // made up
const groups = Object.values(plots);`,
      `const f = jStat.anovafscore(...groups);
const p = jStat.anovaftest(...groups);
run.logMetrics({ f, p });
console.log("F = " + f.toFixed(3) + ", p = " + p.toExponential(2));`,
      `const names = Object.keys(plots);
const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => {
  const [u, v] = [plots[a], plots[b]];
  const pooled = Math.sqrt((jStat.variance(u, true) + jStat.variance(v, true)) / 2);
  const t = (jStat.mean(u) - jStat.mean(v)) / (pooled * Math.sqrt(2 / u.length));
  return { pair: a + " – " + b, t, p: jStat.ttest(t, u.length * 2 - 1, 2) };
}));
console.table(pairs, ["pair", "p"]);
pairs.filter((x) => x.p < 0.05 / pairs.length).map((x) => x.pair)`,
    ],
  },
  {
    about:
      "throws darts with a seed and walks through a posterior with another",
    seed: 11,
    cells: [
      `import { randomNormal, randomPoisson } from "npm:d3-random@3.0.2";
let inside = 0;
for (let i = 1; i <= 20_000; i++) {
  if (Math.hypot(Math.random(), Math.random()) < 1) inside++;
  if (i % 2000 === 0) run.logMetric("pi", 4 * inside / i, { step: i });
}
4 * inside / 20_000`,
      `const heights = Array.from({ length: 8 }, randomNormal(172, 9));
const calls = Array.from({ length: 12 }, randomPoisson(4));
console.log(heights.map((h) => h.toFixed(1)).join(" "), "|", calls.join(" "));`,
      `const deck = ["ace", "king", "queen", "jack", "ten"];
for (let i = deck.length - 1; i > 0; i--) {
  const j = Math.floor(Math.random() * (i + 1));
  [deck[i], deck[j]] = [deck[j], deck[i]];
}
deck`,
      `function mulberry(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = mulberry(20250115);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const heads = 61, throws = 100;
run.logParams({ heads, throws, steps: 4000, width: 0.05 });`,
      `const logPosterior = (p: number) =>
  p <= 0 || p >= 1 ? -Infinity : heads * Math.log(p) + (throws - heads) * Math.log(1 - p);
const chain: number[] = [];
let at = 0.5, accepted = 0;
for (let step = 0; step < 4000; step++) {
  const next = at + 0.05 * normal();
  if (Math.log(random()) < logPosterior(next) - logPosterior(at)) {
    at = next;
    accepted++;
  }
  chain.push(at);
  if (step % 100 === 0) run.logMetric("p", at, { step });
}
console.log("accepted", (accepted / chain.length).toFixed(3));`,
      `const kept = chain.slice(500).toSorted((a, b) => a - b);
const interval = [0.025, 0.5, 0.975].map((q) => kept[Math.floor(q * kept.length)]);
run.logMetrics({ low: interval[0], middle: interval[1], high: interval[2] });
interval`,
      `const means = Array.from({ length: 500 }, () => {
  let sum = 0;
  for (let i = 0; i < 50; i++) sum += kept[Math.floor(random() * kept.length)];
  return sum / 50;
});
Float64Array.from(means).sort().subarray(0, 3)`,
    ],
  },
  {
    about: "throws darts at a circle without a seed",
    cells: [
      `const points = Array.from({ length: 5000 }, () => [Math.random(), Math.random()]);
console.log(points.length, "points");`,
      `const inside = points.filter(([x, y]) => x * x + y * y < 1).length;
run.logMetric("pi", 4 * inside / points.length);
console.log("pi is about", 4 * inside / points.length);`,
      `[1, 10, 100].map((n) => Math.PI - Math.PI / n ** 2)`,
    ],
    verdict: "DRIFTED",
    chance:
      /no seed was recorded: track\(…, \{ seed \}\) makes Math\.random repeat/,
  },
  {
    about:
      "solves equations, takes matrices apart and forecasts a year of a series",
    cells: [
      `import { Matrix, EigenvalueDecomposition, SVD, solve } from "npm:ml-matrix@6.15.1";
import { create, all } from "npm:mathjs@15.2.0";
const math = create(all, { number: "number" });
const A = new Matrix([[4, 1, 0], [1, 3, 1], [0, 1, 2]]);
solve(A, Matrix.columnVector([1, 2, 3]))`,
      `const { realEigenvalues, eigenvectorMatrix: V } = new EigenvalueDecomposition(A);
const back = V.mmul(Matrix.diag(realEigenvalues)).mmul(V.transpose());
run.logMetric("error", Matrix.sub(back, A).norm());
console.log(realEigenvalues.map((v) => v.toFixed(9)));
console.log(new SVD(A).condition.toFixed(6), back.round().to2DArray());`,
      `console.log(math.derivative("x^2 * sin(x)", "x").toString());
console.log(math.format(math.evaluate("det([4, 1; 1, 3]) + sqrt(-4)")), math.evaluate("3 inch to cm").toString());
math.simplify("2 * x + 3 * x - (x + 1)").toTex()`,
      `let v = math.matrix([1, 1, 1]);
for (let step = 0; step < 30; step++) {
  const w = math.multiply(A.to2DArray(), v);
  run.logMetric("rayleigh", math.dot(v, w) / math.dot(v, v), { step });
  v = math.divide(w, math.norm(w));
}
v`,
      `// Made up: a trend, a season, and a disturbance that repeats.
const months = Array.from({ length: 72 }, (_, i) => ({
  month: new Date(Date.UTC(2019, i)).toISOString().slice(0, 7),
  value: 100 + 1.5 * i + 12 * Math.sin(i * Math.PI / 6) + ((i * 7919) % 13 - 6) / 2,
}));
const [train, test] = [months.slice(0, 60), months.slice(60)];
console.table(months.slice(0, 3));`,
      `const centred = train.map((_, i) => {
  const window = train.slice(i - 6, i + 6);
  return i < 6 || window.length < 12 ? null : window.reduce((s, m) => s + m.value, 0) / 12;
});
const season = Array.from({ length: 12 }, (_, m) => {
  const off = train.flatMap((x, i) => i % 12 === m && centred[i] !== null ? [x.value - centred[i]] : []);
  return off.reduce((a, b) => a + b, 0) / off.length;
});
season.map((s) => Math.round(s * 100) / 100)`,
      `function holt(values: number[], alpha: number, beta: number, ahead: number): number[] {
  let level = values[0], trend = values[1] - values[0];
  for (const value of values.slice(1)) {
    const before = level;
    level = alpha * value + (1 - alpha) * (level + trend);
    trend = beta * (level - before) + (1 - beta) * trend;
  }
  return Array.from({ length: ahead }, (_, h) => level + (h + 1) * trend);
}
const flat = train.map(({ value }, i) => value - season[i % 12]);
let best = { mape: Infinity };
let step = 0;
for (const alpha of [0.1, 0.3, 0.5]) {
  for (const beta of [0.05, 0.2]) {
    const forecast = holt(flat, alpha, beta, 12).map((v, h) => v + season[h]);
    const mape = test.reduce((s, t, h) => s + Math.abs(t.value - forecast[h]) / t.value, 0) / 12;
    run.logMetric("mape", mape, { step: step++ });
    if (mape < best.mape) best = { mape, alpha, beta, forecast };
  }
}
best`,
      `run.logParams({ alpha: best.alpha, beta: best.beta });
await run.logArtifact("forecast.csv", "month,forecast\\n" + test.map((t, h) => t.month + "," + best.forecast[h].toFixed(2)).join("\\n"));
const values = months.map((m) => m.value - 102.5 - 1.5 * 35);
[1, 6, 12].map((lag) => values.slice(lag).reduce((s, v, i) => s + v * values[i], 0) / values.reduce((s, v) => s + v * v, 0))`,
    ],
  },
];
