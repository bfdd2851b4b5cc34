import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { summaryWith } from "../record/filled.ts";
import { runsText } from "../../src/cli/runs_text.ts";
import { widthOf } from "../../src/cli/text.ts";
import type { RunSummary } from "../../src/record/schema/summary.ts";

function run(
  n: number,
  experiment: string,
  values: Pick<RunSummary, "params" | "metrics">,
): RunSummary {
  return summaryWith({
    run_id: `${n}f2a9c01-0000-4000-8000-000000000000`,
    name: `mellow-gannet-95${n}`,
    experiment,
    end_time: 105,
    ...values,
  });
}

const PENGUINS = [1, 5, 25].map((k) =>
  run(k % 10, "penguins-knn", {
    params: { k: String(k), testShare: "0.3" },
    metrics: {
      test_rows: 103,
      accuracy: 0.980583 + k / 1000,
      accuracy_by_k: 0.893204,
    },
  })
);
const CARS = run(7, "stopping-distance", {
  params: { learningRate: "0.3" },
  metrics: { mse: 227.07, feet_per_mph: 3.93241, feet_at_20_mph: 61.0691 },
});

Deno.test("runs that fit the terminal are shown with all that differs between them", () => {
  const text = runsText(PENGUINS, { width: 160, now: 0 });
  assertStringIncludes(text, "test_rows  accuracy  accuracy_by_k  k ");
  assertEquals(text.includes("Left out"), false);
});

Deno.test("where metrics and params do not fit, whole columns are left out and named, those that differ last", () => {
  const text = runsText(PENGUINS, { width: 80, now: 0 });
  assertStringIncludes(text, "mellow-gannet-951  FINISHED");
  assertStringIncludes(text, "STARTED     TOOK  test_rows  accuracy  k\n");
  assertStringIncludes(text, "Left out: accuracy_by_k, DELIVERY");
});

Deno.test("runs of several experiments keep names that can be read at every width", () => {
  for (const width of [80, 100, 120, 160]) {
    const lines = runsText([CARS, ...PENGUINS], { width: width, now: 0 }).split(
      "\n",
    );
    for (const line of lines) assert(widthOf(line) <= width, line);
    assertStringIncludes(lines[0] ?? "", "EXPERIMENT");
    assertStringIncludes(lines[2] ?? "", "penguins-knn");
    assertStringIncludes(lines.at(-1) ?? "", "--experiment NAME");
  }
});

Deno.test("the runs of a sweep name it as their parent; a list without any has no such column", () => {
  const [sweep, ...others] = PENGUINS;
  const text = runsText([
    ...others.map((run) => ({ ...run, parent: sweep?.run_id ?? "" })),
    ...(sweep === undefined ? [] : [sweep]),
  ], { width: 160, now: 0 });
  assertStringIncludes(text.split("\n")[0] ?? "", "PARENT");
  assertEquals(text.split("1f2a9c01").length - 1, 3);
  assertEquals(
    runsText(PENGUINS, { width: 160, now: 0 }).includes("PARENT"),
    false,
  );
});

Deno.test("a param that is the same in all runs is said once below the table, and what was asked for stays", () => {
  const winners = PENGUINS.map((run) => ({
    ...run,
    params: { k: "15", testShare: "0.3" },
    seed: 7,
  }));
  const text = runsText(winners, {
    width: 80,
    now: 0,
    asked: [{ kind: "metrics", key: "accuracy_by_k" }],
  });
  const [head, ...lines] = text.split("\n");
  assertStringIncludes(head ?? "", "accuracy_by_k");
  assertEquals(lines.includes("k 15, testShare 0.3, seed 7 in all"), true);
  const [one] = winners;
  const alone = runsText(one === undefined ? [] : [one], {
    width: 160,
    now: 0,
  });
  assertEquals(alone.includes("in all"), false);
});

Deno.test("runs of several experiments keep their metrics, when they began and how long they took before what they reproduce and what few have", () => {
  const again = PENGUINS.map((run, i) => ({
    ...run,
    run_id: `${i}aaaaaaa-0000-4000-8000-000000000000`,
    reproduces: run.run_id,
    params: { ...run.params, few_have_it: `value ${i}` },
  }));
  const runs = [CARS, ...PENGUINS, ...PENGUINS, ...again.slice(0, 1)];
  const titles = (width: number) =>
    runsText(runs, { width, now: 0 }).split("\n")[0]?.split(/ {2,}/) ?? [];
  for (const width of [80, 120, 160]) {
    const text = runsText(runs, { width, now: 0 });
    const left = (text.split("Left out: ")[1] ?? "").split("\n(")[0]
      ?.split(/,\s/) ?? [];
    assertEquals(
      [...titles(width), ...left].toSorted(),
      [...titles(1000)].toSorted(),
    );
  }
  assertEquals(titles(80).includes("accuracy"), true);
  assertEquals(titles(80).includes("REPRODUCES"), false);
  for (const title of ["accuracy", "STARTED", "TOOK", "k"]) {
    assertEquals(titles(120).includes(title), true, title);
  }
});

Deno.test("repeats of a sweep are told apart by their seeds; where the notebook has them as a param they are shown once", () => {
  const repeats = PENGUINS.map((run, i) => ({
    ...run,
    params: { k: "5" },
    seed: 40 + i,
  }));
  const head = (runs: readonly RunSummary[]) =>
    runsText(runs, { width: 160, now: 0 }).split("\n")[0] ?? "";
  assertEquals(head(repeats).split("seed").length, 2);
  assertStringIncludes(runsText(repeats, { width: 160, now: 0 }), "  42  ");
  const asParam = repeats.map((run) => ({
    ...run,
    params: { k: "5", seed: String(run.seed) },
  }));
  assertEquals(head(asParam).split("seed").length, 2);
  assertEquals(head(PENGUINS).includes("seed"), false);
});

Deno.test("of runs with fifty thousand metrics those are shown that fit, and how many are left out", () => {
  const metrics = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [`metric_${i}`, i]),
  );
  const runs = PENGUINS.map((run) => ({ ...run, metrics }));
  const text = runsText(runs, { width: 120, now: 0 });
  assertStringIncludes(text.split("\n")[0] ?? "", "  metric_0  metric_1  ");
  assertStringIncludes(text.replaceAll("\n", " "), "metric_20, ");
  assertStringIncludes(text, " more");
});
