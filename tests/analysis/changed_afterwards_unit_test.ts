import { assertEquals } from "@std/assert";
import { hiddenState } from "../../src/analysis/hidden_state.ts";

const IMPORTS = `import { cache, DF, nd, tensor } from "./lib.ts";
import model from "./model.ts";
import * as lib from "./lib.ts";
import * as d3 from "npm:d3-array@3";
import _ from "npm:lodash@4";`;
const SHOWS = "console.log(JSON.stringify(x), x);";
const ROWS = "const x = [{ v: 1 }, { v: 2 }];";
const TABLE = "const x = { a: { v: 1 }, b: { v: 2 } };";

/** A cell that makes something, one that changes it or does not, and the one between, which uses it. */
type Case = readonly [made: string, change: string, used?: string];

/** Says of each whether what is used was changed afterwards. */
function each(cases: readonly Case[], expected: boolean): void {
  for (const [made, change, used = SHOWS] of cases) {
    const found = hiddenState(
      [IMPORTS, made, used, change].map((source, i) => ({
        source,
        status: "ok",
        id: `cell-${i}`,
      })),
      null,
    );
    const stale = found.some(({ cell, flag, by }) =>
      cell === 2 && flag === "stale" && by === 3
    );
    assertEquals(stale, expected, `${made} ${used} ${change}`);
  }
}

Deno.test("a module, and what a library gives by default, is not changed by its functions, whatever they are called", () => {
  each([
    ["const x = [3];", "const y = d3.sort(x); y", "d3.mean(x)"],
    ["const x = [3];", "const y = lib.sort(x); y", "lib.mean(x)"],
    ["const x = [3];", "const m = lib.fit(x); m", "lib.mean(x)"],
    ["const x = [3];", "const y = _.fill([1, 2], 3); y", "_.sum(x)"],
    ["const x = [3];", "d3.shuffle(x);", "d3.mean([1])"],
    ["const x = [3];", "_.remove(x, Boolean);", "_.sum([1])"],
    ["const x = [3];", "d3.ticks(0, 1, 2);\n1", "d3.mean(x)"],
    ["const x = [3];", "const y = nd.sort(x); y", "nd.fill(2, 1)"],
    [
      'const load = await import("npm:d3-array");',
      "load.sort([1])",
      "load.mean([1])",
    ],
    [
      'const all = { ...await import("npm:d3-array") };',
      "const y = all.sort([1]); y",
      "all.mean([1])",
    ],
    [
      'const all = Object.assign({}, await import("npm:d3-array"));',
      "const y = all.sort([1]); y",
      "all.mean([1])",
    ],
    [
      'const { default: low } = await import("npm:lodash");',
      "const y = low.fill([1], 3); y",
      "low.sum([1])",
    ],
    [
      'const low = require("lodash");',
      "const y = low.fill([1], 3); y",
      "low.sum([1])",
    ],
  ], false);
});

Deno.test("a method of an unknown class whose result is used may as well give a changed copy", () => {
  each([
    ["const x = new DF([]);", 'const y = x.sort("a"); y'],
    ["const x = new DF([]);", 'x.sort("a")'],
    ["const x = new DF([]);", 'const y = x.delete("a"); y'],
    ["const x = new DF([]).filter((r) => r.a);", 'const y = x.sort("a"); y'],
    ["const x = tensor([1]);", "const y = x.set(0, 1);"],
    ["const x = tensor([1]);", "const y = x.push(1); y"],
    ["const x = { t: tensor([1]) };", "const y = x.t.set(0, 1); y"],
    ["const x = [tensor([1])];", "const y = x[0].set(0, 1); y"],
    [
      "const x = [tensor([1])];",
      "for (const t of x) { const y = t.set(0, 1); }",
    ],
    ["const [x, z] = [tensor([1]), 2];", "const y = x.set(0, 1); y"],
    [
      "const make = () => tensor([1]); const x = make();",
      "const y = x.fill(3); y",
    ],
  ], false);
});

Deno.test("what the language or a cell's own class made is changed by such a method, and so is anything where nothing is done with the result", () => {
  each([
    ["const x = [1];", "x.push(2)"],
    ["const x = new Set([1]);", "x.delete(1)"],
    ["const x = new Map();", 'const r = x.set("a", 1); r'],
    ["const x = new Float64Array(3);", "const y = x.fill(2); y"],
    ['const x = JSON.parse("[1]");', "const y = x.sort(); y"],
    [
      'const x = (await Deno.readTextFile("a")).split(",");',
      "const y = x.sort(); y",
    ],
    [
      'const x = await (await fetch("a")).json();',
      "const y = x.reverse(); y",
    ],
    ["const x = [3].map((v) => ({ v }));", "const n = x.push({ v: 3 }); n"],
    ["class S extends Array {} const x = new S();", "const n = x.push(1); n"],
    [
      "class P { items = []; add(v) { this.items.push(v); return this; } } const x = new P();",
      "const n = x.items.push(1); n",
    ],
    ["const x = tensor([1]);", "x.set(0, 1);\n1"],
    ["const x = [];", 'cache.set("a", 1);\n2', "console.log(cache);"],
    ["const x = [];", "await model.fit(x)", "console.log(model);"],
  ], true);
});

Deno.test("what is in a list is changed through a list that was made of it", () => {
  each([
    [ROWS, "const y = x.filter((r) => r.v > 1); y[0].v = 5;"],
    [ROWS, "const y = x.filter((r) => r.v); y.forEach((r) => { r.v = 5; });"],
    [ROWS, "for (const r of x.filter((r) => r.v > 1)) r.v = 5;"],
    [
      ROWS,
      "const y = x.filter((r) => 1); const z = y.filter((r) => 2); z[0].v = 5;",
    ],
    [ROWS, "const y = x.slice(0, 1); y[0].v = 5;"],
    [ROWS, "const y = [...x]; y[0].v = 5;"],
    [
      ROWS,
      "const y = [...x].sort((a, b) => a.v - b.v); y.forEach((r, i) => { r.rank = i; });",
    ],
    [ROWS, "const y = x.toSorted((a, b) => a.v - b.v); y[0].v = 5;"],
    [ROWS, "const y = x.concat([{ v: 3 }]); y[0].v = 5;"],
    [ROWS, "const y = [{ v: 0 }].concat(x); y[1].v = 5;"],
    [ROWS, "for (const [i, r] of x.entries()) r.v = i;"],
    [ROWS, "const g = Object.groupBy(x, (r) => r.v); g[1][0].v = 5;"],
    [ROWS, "const g = _.groupBy(x, 'v'); g[1][0].v = 5;"],
    [ROWS, "const g = d3.group(x, (r) => r.v); g.get(1)[0].v = 5;"],
    [
      ROWS,
      "for (const [k, rows] of d3.group(x, (r) => r.v)) for (const r of rows) r.v = k;",
    ],
    [
      ROWS,
      "function mark(list) { for (const r of list) r.v = 3; } mark(x.filter((r) => r.v));",
    ],
    [TABLE, "for (const [k, r] of Object.entries(x)) r.v = 3;"],
    [TABLE, "const y = { ...x }; y.a.v = 3;"],
    [
      'const x = new Map([["a", { v: 1 }]]);',
      'const y = new Map(x); y.get("a").v = 2;',
    ],
    [
      "const x = { a: [{ v: 1 }] };",
      "const y = x.a.filter(Boolean); y[0].v = 3;",
    ],
    [
      `${ROWS} const y = x.filter((r) => r.v);`,
      "x[0].v = 4;",
      "console.log(y);",
    ],
  ], true);
});

Deno.test("a list that was made of another one is changed without it", () => {
  each([
    [
      ROWS,
      "const y = x.slice(); y.push({ v: 2 }); y[0] = { v: 3 }; y.length = 0;",
    ],
    [ROWS, "const y = [...x].sort((a, b) => a.v - b.v); y"],
    [
      ROWS,
      "const g = Object.groupBy(x, (r) => r.v); g[1].sort(); g[1].push({ v: 3 });",
    ],
    [
      ROWS,
      "const g = Map.groupBy(x, (r) => r.v); for (const [k, rows] of g) rows.sort();",
    ],
    [ROWS, "const g = d3.group(x, (r) => r.v); g.get(1).sort();"],
    [ROWS, "function top(list) { return list.sort(); } top([...x]);"],
    [
      ROWS,
      "const y = x.filter((r) => r.v).map((r) => ({ ...r })); y[0].v = 3;",
    ],
    [ROWS, "const y = structuredClone(x); y[0].v = 3;"],
    [
      ROWS,
      "const y = x.reduce((a, r) => { a.push(r); return a; }, []); y.sort();",
    ],
    [TABLE, 'const y = Object.entries(x).sort(); y[0][0] = "b"; y.reverse();'],
    [TABLE, "const y = { ...x }; y.a = { v: 3 };"],
    [TABLE, "const y = { ...x, a: { ...x.a, v: 2 } }; y.a.v = 3;"],
    [TABLE, "const y = Object.values(x); y.push(2); y.sort();"],
    ['const x = new Map([["a", 1]]);', 'const y = new Map(x); y.set("b", 2);'],
    [
      "const x = [[1, 2], [3]];",
      "const y = x.map((r) => [...r]); y[0].push(3); y.forEach((r) => r.sort());",
    ],
    ["const x = { a: [1] };", "const y = x.a.slice(); y.push(3); delete y[0];"],
    [
      "const x = new DF([]);",
      "const y = x.filter((r) => r.a); y.rows[0].a = 3;",
    ],
    [
      `${ROWS} const y = x.filter((r) => r.v);`,
      "x.push(4);",
      "console.log(y);",
    ],
  ], false);
});

Deno.test("a function of a library that is known to change its first argument does, and any of such a name where nothing is done with its result", () => {
  each([
    [ROWS, "_.remove(x, (r) => r.v > 2);"],
    [ROWS, "const y = _.reverse(x); y"],
    [ROWS, "d3.shuffle(x);"],
    [ROWS, "lib.sort(x);\n1"],
    ['import { shuffle } from "npm:d3-array"; const x = [1];', "shuffle(x);"],
    ["const x = { a: 1 };", '_.set(x, "a", 2)'],
  ], true);
  each([
    [ROWS, "_.shuffle(x)"],
    [ROWS, "const y = d3.reverse(x); y"],
    [ROWS, "_.sortBy(x); _.sum(x);"],
    ['import * as R from "npm:ramda"; const x = [1];', "R.reverse(x);\n1"],
  ], false);
});
