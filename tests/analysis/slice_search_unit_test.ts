import { assertEquals } from "@std/assert";
import {
  analyse,
  changersAmong,
  neededBy,
} from "../../src/analysis/analysis.ts";
import { searchSlice } from "../../src/reproduce/slice_search.ts";

/** Searches the slice of the last cell, where a set holds when it has all of `needed`. */
async function search(
  cells: readonly string[],
  needed: readonly number[] | null,
): Promise<{ found: number[] | null; trials: number }> {
  const analysis = analyse(cells.map((source) => ({ source, status: "ok" })));
  const targets = new Set([cells.length - 1]);
  let trials = 0;
  const likely = neededBy(analysis, targets, "likely");
  const possible = neededBy(analysis, targets, "possible");
  const found = await searchSlice({
    likely,
    possible,
    near: possible,
    all: new Set(cells.keys()),
    fixed: targets,
    changers: (from) => changersAmong(analysis, from),
    without: (from, left_out) =>
      neededBy(
        analysis,
        [
          ...targets,
          ...[...from].filter((i) => !left_out.has(i) && !likely.has(i)),
        ],
        "possible",
        new Set([...from].filter((index) => !left_out.has(index))),
      ),
  }, (set) => {
    trials++;
    return Promise.resolve(
      needed !== null && needed.every((index) => set.has(index)),
    );
  });
  return { found: found === null ? null : [...found], trials };
}

Deno.test("a slice that gives the same is taken, and nothing else is run", async () => {
  assertEquals(
    await search(["const a = 1;", "const b = 2;", "a + 1"], [0, 2]),
    { found: [0, 2], trials: 1 },
  );
});

Deno.test("a change that the result does not need is left out once that is shown", async () => {
  const cells = [
    "const rows = [2, 1];",
    "rows.push(3);",
    "rows.sort();",
    "rows.length",
  ];
  const { found } = await search(cells, [0, 1, 3]);
  assertEquals(found, [0, 1, 3]);
});

Deno.test("executions whose part the sources do not show are added until the result is the same", async () => {
  const cells = [
    "const a = 1;",
    'globalThis["hid" + "den"] = 2;',
    "const c = 3;",
    "const d = 4;",
    "const e = 5;",
    "a + hidden",
  ];
  assertEquals((await search(cells, [0, 1, 5])).found, [0, 1, 5]);
});

Deno.test("a result that not even all executions give again has no slice", async () => {
  assertEquals(
    (await search(["const a = 1;", "Math.random()"], null)).found,
    null,
  );
});
