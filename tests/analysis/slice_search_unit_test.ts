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

/** A table to which 24 cells add a column each, and who uses it. */
const COLUMNS = [
  "const rows = [{ x: 1 }];",
  ...Array.from(
    { length: 24 },
    (_, i) => `for (const row of rows) row.f${i} = row.x * ${i};`,
  ),
  "rows[0]",
];

Deno.test("the executions of a slice are in the order in which they ran, also where the search stops early", async () => {
  const { found } = await search(COLUMNS, [0, 3, 8, 13, 18, 23, 25]);
  assertEquals(found, found?.toSorted((a, b) => a - b));
});

Deno.test("what a set lacks that did not hold is not tried again, so that of many changes those few are found that count", async () => {
  assertEquals(
    (await search(COLUMNS, [0, 6, 7, 8, 21, 25])).found,
    [0, 6, 7, 8, 21, 25],
  );
});
