import { assertEquals } from "@std/assert";
import { cellsOfData } from "../../src/reproduce/data_cells.ts";

Deno.test("a cell may know of data that it reads, or that a name of another cell holds", () => {
  const cells = [
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("d", { data: { d: "d.csv" } });',
    "const id = crypto.randomUUID();",
    'const rows = (await Deno.readTextFile("d.csv")).split("\\n");',
    "const mixed = rows.toSorted(() => Math.random() - 0.5);",
    'run.logMetric("first", Number(mixed[0]));',
    'run.logMetric("drawn", Math.random()); id;',
    'import { readCsv } from "npm:some-reader@1.0.0";',
    'const table = readCsv("d.csv");',
    "table.length + Math.random()",
  ];
  assertEquals(
    cellsOfData(cells),
    [false, false, true, true, true, false, true, true, true],
  );
});

Deno.test("what reads by another way than Deno's own may know of data", () => {
  for (
    const source of [
      'const rows = await (await fetch("d.csv")).text();',
      'const fs = await import("node:fs");',
      'const fs = require("fs");',
      'new Worker("./reads.ts")',
      'globalThis["De" + "no"]',
      "eval(code)",
      'import { track, load } from "@nbtrack/nbtrack";',
    ]
  ) assertEquals(cellsOfData([source]), [true], source);
});
