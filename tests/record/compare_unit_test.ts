import { assertEquals, assertStringIncludes } from "@std/assert";
import { align } from "../../src/record/align.ts";
import { compareRuns } from "../../src/record/compare.ts";
import { comparisonText } from "../../src/cli/compare_text.ts";
import { curveDigests } from "../../src/record/curves.ts";
import { addRun, cellsOf, emptyJournal, recordWith } from "./filled.ts";

const A = recordWith({
  run_id: "a",
  params: { k: "5", split: "0.2" },
  metrics: { accuracy: 0.9, loss: "NaN" },
  cells: cellsOf("const k = 5;\nload();", "train();", "plot();"),
  packages: [{
    name: "ml-knn",
    version: "3.0.0",
    registry: "npm",
    integrity: null,
    direct: true,
  }],
});
const B = recordWith({
  run_id: "b",
  params: { k: "7", split: "0.2", extra: "x" },
  metrics: { accuracy: 0.9, loss: "NaN" },
  cells: cellsOf("const k = 7;\nload();", "plot();", "train();"),
});

Deno.test("compare shows only what differs, and what a run has not as null", () => {
  const { runs, params, metrics, datasets, packages } = compareRuns([A, B]);
  assertEquals(runs.map((r) => r.run_id), ["a", "b"]);
  assertEquals(Object.keys(runs[0] ?? {}).includes("cells"), false);
  assertEquals(params, [{ key: "extra", values: [null, "x"] }, {
    key: "k",
    values: ["5", "7"],
  }]);
  assertEquals(metrics, []);
  assertEquals(datasets, []);
  assertEquals(packages, [{ key: "ml-knn", values: ["3.0.0", null] }]);
});

Deno.test("compare shows a metric that ends alike and went another way, as far as its points are known", () => {
  using place = emptyJournal();
  const { journal } = place;
  const logged = (loss: readonly number[], steps: readonly number[]) => {
    const run_id = addRun(journal, { name: `run ${loss} ${steps}` });
    const writer = journal.metricWriter(run_id);
    loss.forEach((value, i) => {
      writer.log("loss", value, steps[i]);
      writer.log("same", value * 0, i);
    });
    writer.log("nan", NaN);
    writer.close();
    return recordWith({
      run_id,
      metrics: { loss: loss.at(-1) ?? 0, same: 0, nan: "NaN" },
    });
  };
  const steps = [0, 1, 2];
  const [a, b, c, d] = [
    logged([1, 2, 5], steps),
    logged([2, 2, 5], steps),
    logged([1, 2, 5], [0, 1, 3]),
    logged([1, 2, 5], steps),
  ];
  const metrics = (...records: (typeof a)[]) =>
    compareRuns(records, { curves: curveDigests(journal, records) }).metrics;
  const differs = [{ key: "loss", values: [5, 5], curve: true }];
  assertEquals<unknown>(metrics(a, b), differs);
  assertEquals<unknown>(metrics(a, c), differs);
  assertEquals(metrics(a, d), []);
  const elsewhere = [a, { ...b, run_id: "elsewhere" }];
  const far = compareRuns(elsewhere, {
    curves: curveDigests(journal, elsewhere),
  });
  assertEquals(far.metrics, []);
  assertEquals(far.unknown.map(({ run_id, what }) => [run_id, what]), [
    ["elsewhere", "curves"],
  ]);
  const all = compareRuns([a, b], {
    all: true,
    curves: curveDigests(journal, [a, b]),
  });
  assertEquals(all.metrics.map(({ key, curve }) => [key, curve ?? false]), [
    ["loss", true],
    ["nan", false],
    ["same", false],
  ]);
  const text = comparisonText(
    compareRuns([a, b], {
      curves: curveDigests(journal, [a, b]),
    }),
    { width: 100 },
  );
  assertStringIncludes(text, "loss (its curve differs)");
});

Deno.test("compare with all shows what is the same too", () => {
  const { params, metrics } = compareRuns([A, B, A], { all: true });
  assertEquals(params.map((p) => p.key), ["extra", "k", "split"]);
  assertEquals(metrics, [
    { key: "accuracy", values: [0.9, 0.9, 0.9] },
    { key: "loss", values: ["NaN", "NaN", "NaN"] },
  ]);
});

Deno.test("compare shows cells as changed with their lines, and as moved", () => {
  const { cells } = compareRuns([A, B]);
  assertEquals(cells.map((c) => [c.change, c.before, c.after]), [[
    "changed",
    0,
    0,
  ], ["moved", 1, 2]]);
  assertEquals(
    cells[0]?.diff,
    "@@ -1,2 +1,2 @@\n-const k = 5;\n+const k = 7;\n load();",
  );
});

Deno.test("compare shows cells that were added and removed at their positions", () => {
  const { cells } = compareRuns([
    recordWith({ cells: cellsOf("one", "gone for good", "two") }),
    recordWith({ cells: cellsOf("one", "two", "wholly new") }),
  ]);
  assertEquals(cells.map((c) => [c.change, c.diff]), [[
    "removed",
    "-gone for good",
  ], ["added", "+wholly new"]]);
});

Deno.test("cells of a run that kept none are not called removed but unknown", () => {
  const why = "whoever logged it kept only params, metrics, tags and artifacts";
  const foreign = recordWith({
    run_id: "f",
    missing: [{ what: "cells", why }, { what: "seed", why }],
  });
  const { cells, unknown } = compareRuns([A, foreign]);
  assertEquals(cells, []);
  assertEquals(unknown, [{ run_id: "f", what: "cells", why }]);
});

Deno.test("cells pair by id when their sources have nothing in common", () => {
  const cell = (index: number, id: string, source: string) => ({
    index,
    id,
    source,
  });
  const pairs = align(
    [
      cell(0, "x", "first version"),
      cell(1, "y", "kept"),
      cell(2, "z", "other"),
    ],
    [
      cell(0, "y", "kept"),
      cell(1, "n", "unrelated stuff"),
      cell(2, "x", "second, all rewritten"),
    ],
  );
  assertEquals(
    pairs.map((p) => [p.type, p.before?.id ?? null, p.after?.id ?? null]),
    [
      ["same", "y", "y"],
      ["added", null, "n"],
      ["changed", "x", "x"],
      ["removed", "z", null],
    ],
  );
});

Deno.test("aligning 2000 executions with a tenth changed leaves nothing out", () => {
  const before = Array.from(
    { length: 2000 },
    (_, i) => `step(${i});\nshow(${i});`,
  );
  const after = before.map((source, i) =>
    i % 10 === 0 ? source.replace("show", "draw") : source
  );
  const pairs = align(cellsOf(...before), cellsOf(...after));
  assertEquals(pairs.length, 2000);
  assertEquals(pairs.filter((p) => p.type === "changed").length, 200);
  assertEquals(pairs.filter((p) => p.type === "same").length, 1800);
});

Deno.test("aligning 2000 executions that were all changed ends, with each by its neighbour", () => {
  const before = Array.from(
    { length: 2000 },
    (_, i) => `a = ${i};\nb = ${i};\nc = ${i};`,
  );
  const after = before.map((source) => source.replace("c =", "d ="));
  const pairs = align(cellsOf(...before), cellsOf(...after));
  assertEquals(
    pairs.filter((p) =>
      p.type === "changed" && p.before.index === p.after.index
    ).length,
    2000,
  );
});

Deno.test("a comparison keeps params, metrics and tags whatever they are called", () => {
  const odd = recordWith({
    run_id: "c",
    params: Object.fromEntries([["__proto__", "5"]]),
    metrics: Object.fromEntries([["__proto__", 1], ["constructor", 2]]),
    tags: Object.fromEntries([["__proto__", "x"]]),
  });
  const [summary] = compareRuns([odd, A]).runs;
  assertEquals(
    JSON.stringify([summary?.params, summary?.metrics, summary?.tags]),
    '[{"__proto__":"5"},{"__proto__":1,"constructor":2},{"__proto__":"x"}]',
  );
});
