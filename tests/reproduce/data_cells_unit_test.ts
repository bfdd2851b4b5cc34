import { assertEquals } from "@std/assert";
import { mayKnow } from "../../src/reproduce/data_cells.ts";

Deno.test("a cell that names nothing of the notebook knows nothing of data", () => {
  for (
    const source of [
      "crypto.randomUUID()",
      "Math.random()",
      "const id = crypto.randomUUID(); const two = [1, 2].map((x) => x * Math.random()); console.log(id, two);",
      "new Date().toISOString()",
      "for (let i = 0; i < 3; i++) console.log(performance.now())",
    ]
  ) assertEquals(mayKnow(source), false, source);
});

Deno.test("a cell that reads, or names what another cell may have given a value, may know of data", () => {
  for (
    const source of [
      'const rows = (await Deno.readTextFile("d.csv")).split("\\n");',
      'const rows = await (await fetch("d.csv")).text();',
      'const fs = await import("node:fs");',
      'import { track } from "@nbtrack/nbtrack";',
      "rows.toSorted(() => Math.random() - 0.5)",
      "sample(3)",
      "seen.size + Math.random()",
      "await promise",
      "report(String(Math.random()))",
      "run",
      "_",
      "this.rows",
      'global["De" + "no"]',
      "[].constructor",
      "Array.prototype.rows",
      'new Worker("./reads.ts")',
      "eval(code)",
      "a[0] %%",
      "typeof later",
    ]
  ) assertEquals(mayKnow(source), true, source);
});
