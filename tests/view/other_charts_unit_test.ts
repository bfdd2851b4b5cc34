import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  bars,
  bucketsOf,
  histogram,
  parallelCoordinates,
  scatter,
  sparkline,
  textPlot,
} from "../../src/view/charts.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const BAD = `"><img src=x onerror=alert(1)>`;

const RUNS = ["first", "second", "third", "fourth"].map((name, i) => ({
  run_id: `run-${i}`,
  name,
  lr: ["0.001", "0.01", "0.1", "1"][i] ?? null,
  optimiser: ["sgd", "adam", "sgd", null][i] ?? null,
  loss: [0.5, 0.25, NaN, 0.75][i] ?? null,
}));

/** Series as they are logged: one value a step. */
function series(values: readonly number[]) {
  return bucketsOf(values.map((value, step) => ({ step, value })));
}

const DRAWINGS: Record<string, string> = {
  "scatter": scatter(
    { x: "params.lr", y: "metrics.loss" },
    RUNS.map(({ run_id, name, lr, loss }) => ({
      run_id,
      name,
      x: lr,
      y: loss,
    })),
    { logX: true, best: "run-1" },
  ),
  "scatter-texts": scatter(
    { x: "params.optimiser", y: "metrics.loss" },
    RUNS.map(({ run_id, name, optimiser, loss }) => ({
      run_id,
      name,
      x: optimiser,
      y: loss,
    })),
  ),
  "scatter-empty": scatter({ x: "params.lr", y: "metrics.loss" }, []),
  "parallel": parallelCoordinates(RUNS, [
    { name: "params.lr", values: RUNS.map(({ lr }) => lr), log: true },
    { name: "params.optimiser", values: RUNS.map((run) => run.optimiser) },
    { name: "metrics.loss", values: RUNS.map(({ loss }) => loss) },
  ]),
  "bars": bars("missing values", [
    { name: "bill_length_mm", value: 12 },
    { name: "species", value: 0 },
  ]),
  "histogram": histogram("bill_length_mm", [
    { from: 30, to: 35, count: 3 },
    { from: 35, to: 40, count: 9 },
    { from: 40, to: 45, count: 4 },
  ]),
};

for (const [name, svg] of Object.entries(DRAWINGS)) {
  Deno.test(`the drawing ${name} is as it was`, async () => {
    await assertSnapshot(SNAPSHOTS, name, svg.replaceAll("><", ">\n<"));
  });
}

Deno.test("a scatter plot counts the runs that it cannot show, and says so", () => {
  const svg = DRAWINGS["scatter"] ?? "";
  assertEquals(svg.match(/data-run=/g)?.length, 3);
  assertStringIncludes(svg, "1 without both, not shown");
  assertStringIncludes(svg, "metrics.loss against params.lr, 3 runs");
});

Deno.test("names and values of runs are escaped in scatter plots, parallel coordinates, bars and histograms", () => {
  const run = { run_id: BAD, name: BAD };
  const drawings = [
    scatter({ x: BAD, y: BAD }, [{ ...run, x: BAD, y: 1 }]),
    parallelCoordinates([run], [
      { name: BAD, values: [BAD] },
      { name: BAD, values: [1] },
    ]),
    bars(BAD, [{ name: BAD, value: 1 }], { format: () => BAD }),
    histogram(BAD, []),
  ];
  for (const svg of drawings) assert(!svg.includes("<img"), svg);
});

Deno.test("drawings of one run, of none, and of values that are no numbers hold no position that is none", () => {
  const values = [null, NaN, Infinity, -0, 5e-324, 1.7e308, "", "NaN", "x"];
  for (const x of values) {
    for (const y of values) {
      const point = { run_id: "1", name: "a", x, y };
      const drawings = [
        scatter({ x: "x", y: "y" }, [point], { logX: true, logY: true }),
        scatter({ x: "x", y: "y" }, [point]),
        parallelCoordinates([point], [
          { name: "x", values: [x] },
          { name: "y", values: [y] },
        ]),
      ];
      for (const svg of drawings) {
        const drawn = svg.replace(/<title>[^<]*|>[^<]*</g, "");
        assert(!/NaN|Infinity|undefined/.test(drawn), drawn);
      }
    }
  }
});

Deno.test("a text plot shows the course of one series in dots, and of several in symbols", async () => {
  const falling = series(Array.from({ length: 50 }, (_, i) => 3 / (i + 1)));
  const rising = series(Array.from({ length: 40 }, (_, i) => i / 20));
  await assertSnapshot(SNAPSHOTS, "text-plot", textPlot([falling]));
  await assertSnapshot(
    SNAPSHOTS,
    "text-plot-several",
    textPlot([falling, rising], { width: 50, height: 6 }),
  );
  await assertSnapshot(
    SNAPSHOTS,
    "text-plot-log",
    textPlot([falling], { log: true, width: 40, height: 4 }),
  );
  assertEquals(textPlot([series([NaN])]), "no finite values yet");
  assertEquals(textPlot([]), "no finite values yet");
  for (const line of textPlot([falling], { width: 60 }).split("\n")) {
    assert([...line].length <= 60, line);
  }
});

Deno.test("a sparkline goes from the lowest to the highest value", () => {
  assertEquals(sparkline(series([0, 1, 2, 3, 4, 5, 6, 7])), "▁▂▃▄▅▆▇█");
  assertEquals(sparkline(series([2, 2, 2])), "▅▅▅");
  const atOne = [0, 7].map((value) => ({ step: 0, value }));
  assertEquals(sparkline(bucketsOf(atOne)), "▁█");
  assertEquals(sparkline(series([NaN])), "");
  assertEquals(sparkline(series([1.7e308, -1.7e308])), "█▁");
  assertEquals(
    sparkline(series(Array.from({ length: 1e5 }, (_, i) => i))).length,
    24,
  );
});

Deno.test("a sparkline of many values shows its first and its last one, and what happened once", () => {
  const steps = Array.from({ length: 1000 }, (_, i) => i);
  assertMatch(sparkline(series(steps.map((i) => 1 / (i + 1)))), /^█+▁+$/);
  for (const at of [3, 500, 996]) {
    const curve = sparkline(series(steps.map((i) => i === at ? 100 : 1)), 8);
    assertMatch(curve, /^▁+█▁+$/, `a spike at ${at}`);
    const dip = sparkline(series(steps.map((i) => i === at ? -100 : 1)), 8);
    assertMatch(dip, /^█+▁█+$/, `a dip at ${at}`);
  }
  const rising = sparkline(series(steps));
  assertEquals([...rising].sort().join(""), rising);
  assertMatch(
    sparkline(series([...steps, NaN, Infinity, -Infinity])),
    /^▁.*█$/,
    "what is not finite has no bar",
  );
});

Deno.test("a run that diverged stands at the edge of a scatter plot and of parallel coordinates, and the others have the axis", () => {
  const values = [0.1, 0.5, 0.9, 6e9];
  const runs = values.map((value, i) => ({
    run_id: `id-${i}`,
    name: `run-${i}`,
    x: i,
    y: value,
  }));
  const plot = scatter({ x: "k", y: "loss" }, runs);
  const across = parallelCoordinates(runs, [
    { name: "k", values: [0, 1, 2, 3] },
    { name: "loss", values, most: true },
  ]);
  for (const svg of [plot, across]) {
    assertStringIncludes(svg, "not shown whole: run-3, up to 6000000000");
    assertStringIncludes(svg, ">0.4</text>");
  }
  const near = runs.map((run) => ({ ...run, y: run.x * 10 }));
  const whole = scatter({ x: "k", y: "loss" }, near);
  assertEquals(whole.includes("not shown"), false);
});
