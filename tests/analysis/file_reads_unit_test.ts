import { assertEquals } from "@std/assert";
import { fileReads } from "../../src/analysis/file_reads.ts";

/** The reads of cells in a folder: what is written, and its parts. */
function readsOf(...cells: string[]): [string, string][] {
  return fileReads(
    cells.map((source) => ({ source, file: "/p/nb/cell.ts" })),
    "/p/nb",
  ).map(({ text, parts }) => [
    text,
    parts.map((part) => part ?? "*").join(""),
  ]);
}

Deno.test("what is known of the paths that cells read is put together of literals, constants and names of other cells", () => {
  assertEquals(
    readsOf(
      'const dir = "data"; const load = (n) => Deno.readTextFile(`${dir}/sub/${n}.csv`);',
      'Deno.readTextFileSync(["data", "sub", "a.csv"].join("/"));',
      'names.map((n) => Deno.readFile(dir + "/" + n)); await Deno.open(given);',
      'Deno.readTextFile(new URL(`../data/${n}`, import.meta.url)); Deno.readTextFile(join(Deno.cwd(), "x", n));',
      "{ a: Deno.readTextFileSync(dir + x) }",
    ),
    [
      ["`${dir}/sub/${n}.csv`", "data/sub/*.csv"],
      ['["data", "sub", "a.csv"].join("/")', "data/sub/a.csv"],
      ['dir + "/" + n', "data/*"],
      ["given", "*"],
      ["new URL(`../data/${n}`, import.meta.url)", "file:///p/data/*"],
      ['join(Deno.cwd(), "x", n)', "/p/nb/x/*"],
      ["dir + x", "data*"],
    ],
  );
});

Deno.test("functions of node:fs read files by whatever name they have, those of others and texts that only look like calls do not", () => {
  assertEquals(
    readsOf(
      'import fs, { readFileSync as get } from "node:fs"; import * as later from "fs/promises";',
      "fs.readFileSync(a); get(b); later.readFile(c); fs.promises.readFile(d); fs.createReadStream(e);",
      'const { readFile } = await import("node:fs/promises"); readFile(f); const { readTextFile } = Deno; readTextFile(g);',
      "other.readFile(x); // Deno.readTextFile(x)\nconst s = 'Deno.readTextFile(x)'; function open() {} open(x); fs.readFileSync(0);",
    ).map(([text]) => text),
    ["a", "b", "c", "d", "e", "f", "g"],
  );
});

Deno.test("temporary files, files that the cells write and files opened to write are none that anybody misses", () => {
  assertEquals(
    readsOf(
      'const dir = await Deno.makeTempDir(); const file = `${dir}/${n}`; Deno.readTextFile(file); Deno.readTextFile(dir + "/a");',
      "await Deno.writeTextFile(`out/${n}.json`, text); Deno.readTextFile(`out/${n}.json`);",
      "const to = pick(); await save(to); await Deno.readFile(to);",
      "await Deno.open(log, { append: true, create: true }); await Deno.open(both, { read: true, write: true });",
    ),
    [["both", "*"]],
  );
});

Deno.test("a name that is bound more than once, or is a parameter, is known by none of its values", () => {
  assertEquals(
    readsOf(
      'const path = "a.csv"; const load = (path) => Deno.readTextFile(path);',
      'let other = "b"; other = "c"; Deno.readTextFile(other); for (const n of ["d"]) Deno.readTextFile(n);',
    ).map(([, parts]) => parts),
    ["*", "*", "*"],
  );
});
