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
  assertEquals(text.split("\n")[0]?.includes("TOOK"), false);
  assertStringIncludes(text, "mellow-gannet-951  FINISHED");
  assertStringIncludes(text, "STARTED   accuracy  k ");
  assertStringIncludes(text, "Left out: TOOK, test_rows, accuracy_by_k");
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
