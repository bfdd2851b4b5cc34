import { assertEquals } from "@std/assert";
import type { Constants } from "../../src/recorder/data/constant_reader.ts";
import { constantPaths } from "../../src/recorder/data/constant_texts.ts";

/** The paths that the last of some cells names, with what the cells before say of constants. */
function pathsOf(...cells: string[]): string[] {
  const constants: Constants = new Map();
  const named = cells.map((cell) => constantPaths(cell, constants, "/work"));
  return [...named.at(-1) ?? []];
}

const OF_CONSTANTS: [what: string, cells: string[], path: string][] = [
  ["with a type", [
    `const DIR: string = "data";`,
    "aq.loadCSV(`${DIR}/a.csv`)",
  ], "data/a.csv"],
  ["with a type that has signs of its own", [
    `const f: (a: string) => Record<string, number> = read; const FILE = "b.csv";`,
    "aq.loadCSV(FILE)",
  ], "b.csv"],
  ["declared with others", [
    `export const DIR = "data", FILE = "a.csv";`,
    "aq.loadCSV(`${DIR}/${FILE}`)",
  ], "data/a.csv"],
  ["that stays a constant", [
    `const DIR = "data" as const`,
    `aq.loadCSV(DIR + "/a.csv")`,
  ], "data/a.csv"],
  ["that is a number", [
    "const YEAR = 2_024;",
    "aq.loadCSV(`data/${YEAR}.csv`)",
  ], "data/2024.csv"],
  [
    "that the module has",
    ["aq.loadCSV(`${import.meta.dirname}/a.csv`)"],
    "/work/a.csv",
  ],
];

for (const [what, cells, path] of OF_CONSTANTS) {
  Deno.test(`a path is put together of a constant ${what}`, () => {
    assertEquals(pathsOf(...cells).includes(path), true);
  });
}

Deno.test("a number alone names nothing", () => {
  assertEquals(pathsOf("const YEAR = 2024;", "f(YEAR); YEAR * 2"), []);
});

Deno.test("what stands behind a regular expression is read", () => {
  assertEquals(
    pathsOf(`const h = u.replace(/^https?:\\/\\//, ''); read('a.csv');`),
    ["a.csv"],
  );
  assertEquals(pathsOf(`x.replace(/"/g, ''); read("b.csv");`), ["b.csv"]);
  assertEquals(pathsOf("s.split(/[`/]/); read('c.csv');"), ["c.csv"]);
  assertEquals(pathsOf("n = a / b; read('d.csv'); m = c / d;"), ["d.csv"]);
});

Deno.test("code within a template is read", () => {
  assertEquals(
    pathsOf(
      "console.log(`${(await aq.loadCSV('data/a.csv')).numRows()} rows`)",
    ),
    ["data/a.csv"],
  );
});

Deno.test("characters by their number are those characters", () => {
  assertEquals(
    pathsOf(String.raw`read('donn\u00e9es.csv', "\x41.csv", "\u{42}.csv")`),
    ["données.csv", "A.csv", "B.csv"],
  );
});
