import { assertEquals } from "@std/assert";
import { staticallyNeededBy } from "./from_sources_alone.ts";
import { analyse, neededBy } from "../../src/analysis/analysis.ts";
import { SLICES } from "./sheet.ts";

for (const { name, cells, failed = [], of, expected } of SLICES) {
  Deno.test(`a slice by hand: ${name}`, () => {
    const analysis = analyse(
      cells.map((source, i) => ({
        source,
        status: failed.includes(i) ? "error" : "ok",
      })),
    );
    const target = of ?? cells.length - 1;
    assertEquals([...neededBy(analysis, [target], "likely")], [...expected]);
  });
}

Deno.test("the slices by hand are smaller than those from the sources alone", () => {
  let mine = 0;
  let plain = 0;
  for (const { cells, of } of SLICES) {
    const analysis = analyse(
      cells.map((source) => ({ source, status: "ok" })),
    );
    const target = [of ?? cells.length - 1];
    mine += neededBy(analysis, target, "likely").size;
    plain += staticallyNeededBy(analysis, target).size;
  }
  assertEquals(mine < plain, true, `${mine} cells against ${plain}`);
});

Deno.test("numbers that do not repeat depend on nobody who drew before", () => {
  const analysis = analyse(
    ["Math.random();", "Math.random()"].map((source) => ({
      source,
      status: "ok",
    })),
    { seeded: false },
  );
  assertEquals([...neededBy(analysis, [1], "likely")], [1]);
});

Deno.test("a function that one call made with a value may change that value", () => {
  for (
    const [made, called, read] of [
      [
        "const { promise, resolve } = Promise.withResolvers();",
        "resolve(7);",
        "await promise",
      ],
      ["const [count, setCount] = createSignal(1);", "setCount(5);", "count()"],
      [
        "let resolve; const done = new Promise((r) => { resolve = r; });",
        "resolve(7);",
        "await done",
      ],
      ["const { store, dispatch } = await open();", "dispatch(1);", "store.n"],
    ] as const
  ) {
    const cells = [made, called, read].map((source) => ({
      source,
      status: "ok",
    }));
    assertEquals([...neededBy(analyse(cells), [2], "likely")], [0, 1, 2], made);
  }
  const parts = [
    "const { promise, resolve } = Promise.withResolvers();",
    "setTimeout(resolve, 10);",
    "await promise",
  ].map((source) => ({ source, status: "ok" }));
  assertEquals([...neededBy(analyse(parts), [2], "possible")], [0, 1, 2]);
});

Deno.test("what a module gives is not changed by another function of it", () => {
  for (const from of ['require("lib")', 'await import("lib")']) {
    const cells = [
      `const { print, count } = ${from};`,
      "print(1);",
      "count(2)",
    ].map((source) => ({ source, status: "ok" }));
    assertEquals([...neededBy(analyse(cells), [2], "likely")], [0, 2], from);
  }
});

Deno.test("of two values that one call made neither is changed by what the other is asked for", () => {
  const cells = [
    "const [train, test] = split(rows);",
    "train.push(1);",
    "const n = train.length;",
    "test.length",
  ].map((source) => ({ source, status: "ok" }));
  assertEquals([...neededBy(analyse(cells), [3], "possible")], [0, 3]);
});

Deno.test("a call that may change what it is given is possible, not likely", () => {
  const analysis = analyse([
    'import { shuffle } from "npm:lodash-es";',
    "const rows = [1, 2];",
    "const mixed = shuffle(rows);",
    "rows[0]",
  ].map((source) => ({ source, status: "ok" })));
  assertEquals([...neededBy(analysis, [3], "likely")], [1, 3]);
  assertEquals([...neededBy(analysis, [3], "possible")], [0, 1, 2, 3]);
});
