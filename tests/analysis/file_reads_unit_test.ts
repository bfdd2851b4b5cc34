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
      'const load = (p) => Deno.readTextFile(p); load(await Deno.makeTempFile()); load("real.csv");',
      "const to = pick(); await save(to); await Deno.readFile(to);",
      "await Deno.open(log, { append: true, create: true }); await Deno.open(both, { read: true, write: true });",
    ),
    [["p", "real.csv"], ["both", "*"]],
  );
});

Deno.test("a name that is bound more than once is known by all its values, a parameter by what the calls of its function give", () => {
  assertEquals(
    readsOf(
      'const path = "a.csv"; const load = (path) => Deno.readTextFile(path);',
      'let other = "b"; other = "c"; Deno.readTextFile(other); for (const n of ["d"]) Deno.readTextFile(n);',
      'const get = (p, q = "e") => Deno.readTextFile(p + q); get("1"); get("2", "f");',
      'const all = { x: "g", y: "h" }; for (const [, p3] of Object.entries(all)) Deno.readTextFile(p3);',
      'const handed = (p2) => Deno.readTextFile(p2); handed("i"); use(handed);',
      '["k"].map((k) => k + ".csv").forEach((f) => Deno.readTextFile(f));',
    ).map(([, parts]) => parts),
    [
      ...["a.csv", "*", "b", "c", "d", "1f", "1e", "2f", "2e"],
      ...["x", "g", "y", "h", "*", "k.csv"],
    ],
  );
});

Deno.test("only a path function puts paths together, a list joins its own items, and nobody knows what another join gives", () => {
  assertEquals(
    readsOf(
      'const parts = ["/abs", "period.txt"]; Deno.readTextFileSync(parts.join("/"));',
      'const grown = ["/abs"]; grown.push(next()); Deno.readTextFileSync(grown.join("/"));',
      'const given = ["/abs"]; fill(given); Deno.readTextFileSync(given.join("/"));',
      'Deno.readTextFileSync(names.join("/")); Deno.readTextFileSync(names.join("."));',
      'import * as path from "node:path"; import { join as j } from "jsr:@std/path@1/join";',
      'Deno.readTextFileSync(path.join("a", "b")); Deno.readTextFileSync(j("c", "d")); Deno.readTextFileSync(path.resolve("e", "/f"));',
      'const resolve = (a) => lookUp(a); Deno.readTextFileSync(resolve("g"));',
    ),
    [
      ['parts.join("/")', "/abs/period.txt"],
      ['grown.join("/")', "*"],
      ['given.join("/")', "*"],
      ['names.join("/")', "*"],
      ['names.join(".")', "*"],
      ['path.join("a", "b")', "a/b"],
      ['j("c", "d")', "c/d"],
      ['path.resolve("e", "/f")', "/f"],
      ['resolve("g")', "*"],
    ],
  );
});

Deno.test("files that a folder or a pattern gives lie where it says", () => {
  assertEquals(
    readsOf(
      'globSync("/abs/peri*.txt").map((f) => Deno.readTextFileSync(f));',
      'for await (const { path, name } of walk("data")) { Deno.readTextFile(path); Deno.readTextFile("data/" + name); }',
      'for (const entry of Deno.readDirSync("more")) Deno.readTextFileSync(`more/${entry.name}`);',
    ),
    [
      ["f", "/abs/peri*.txt"],
      ["path", "data/*"],
      ['"data/" + name', "data/*"],
      ["`more/${entry.name}`", "more/*"],
    ],
  );
});

Deno.test("a function that reads files is followed to another name, and where it goes on unseen nobody knows what it reads", () => {
  assertEquals(
    readsOf(
      'import { readFileSync } from "node:fs"; const rd = readFileSync; rd("a"); const { readTextFileSync: r = x } = Deno; r("b");',
      'const bound = Deno.readTextFile.bind(Deno); bound("c"); const p = promisify(fs.readFile); import fs from "node:fs"; fs.promises.readFile("d");',
      '(await import("node:fs")).readFileSync("e"); require("fs").readFileSync("f"); ["g"].map(rd);',
      "Reflect.get(Deno, name)(x);",
      'Deno["read" + "TextFile"](x);',
      "use(readFileSync);",
      "const api = { read: Deno.readTextFileSync };",
      "const { [name]: computed } = Deno;",
      "typeof Deno; Deno.env.get(x); Deno.stat(x); const { env } = Deno;",
    ),
    [
      ...["a", "b", "c", "d"].map((one) => [`"${one}"`, one]),
      ["rd", "g"],
      ...["e", "f"].map((one) => [`"${one}"`, one]),
      ["Deno", "*"],
      ['Deno["read" + "TextFile"]', "*"],
      ["readFileSync", "*"],
      ["Deno.readTextFileSync", "*"],
      ["Deno", "*"],
    ],
  );
});

Deno.test("a path is not written because another function's parameter is called alike, or because something else is written or copied", () => {
  assertEquals(
    readsOf(
      "const save = (p, t) => Deno.writeTextFileSync(p, t); const load = (p) => Deno.readTextFileSync(p);",
      "load(pick()); save('out.csv', 'x');",
      "const src = pick(); Deno.readTextFileSync(src); Deno.copyFileSync(src, 'backup.csv');",
      "const a = pick(); process.stdout.write(a); form.append(a, 'x'); createModel(a); Deno.readTextFileSync(a);",
    ).map(([text]) => text),
    ["p", "src", "a"],
  );
});

Deno.test("a path that is read before it is written, or written where it could not be read, was there before", () => {
  assertEquals(
    readsOf(
      "async function cached(f) { try { return await Deno.readTextFile(f); } catch { await Deno.writeTextFile(f, make()); } }",
      "const b = pick(); Deno.readTextFileSync(b); Deno.writeTextFileSync(b, 'x');",
      "const c = pick(); Deno.writeTextFileSync(c, 'x'); Deno.readTextFileSync(c);",
      "const d = pick(); const show = () => Deno.readTextFileSync(d);",
      "Deno.writeTextFileSync(d, 'x'); show();",
    ).map(([text]) => text),
    ["f", "b"],
  );
});
