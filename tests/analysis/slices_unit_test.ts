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
