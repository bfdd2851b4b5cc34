import { assertEquals } from "@std/assert";
import { hiddenState } from "../../src/analysis/hidden_state.ts";

/** The names that the last cell uses and no cell defines. */
function undefinedAfter(...cells: readonly string[]): string[] {
  return hiddenState(
    cells.map((source, i) => ({ source, status: "ok", id: `cell-${i}` })),
    null,
  ).flatMap(({ flag, names }) => flag === "undefined" ? names : []);
}

Deno.test("a name that a cell gives to globalThis is defined from then on", () => {
  for (
    const cell of [
      "Object.assign(globalThis, { alpha: 1 });",
      "Object.assign(globalThis as any, { beta: 1 }, { alpha() { return 2; } });",
      'Object.defineProperty(globalThis, "alpha", { value: 1 });',
      'Object.defineProperty(globalThis, "alpha", { get() { return 1; } });',
      "Object.defineProperties(globalThis, { alpha: { value: 1 } });",
      'Reflect.set(globalThis, "alpha", 3);',
      "for (const [k, v] of Object.entries({ alpha: 3 })) (globalThis as any)[k] = v;",
      'for (const k of ["beta", "alpha"]) (globalThis as any)[k] = 1;',
      'const key = "alpha"; (globalThis as any)[key] = 3;',
      '{ const key = "alpha"; (globalThis as any)[key] = 3; }',
      "const all = globalThis as any; all.alpha = 3;",
    ]
  ) assertEquals(undefinedAfter(cell, "alpha + 1"), [], cell);
});

Deno.test("other names that a cell gives to globalThis, or to another object, do not define one", () => {
  for (
    const cell of [
      "Object.assign(globalThis, { beta: 1 });",
      "for (const [k, v] of Object.entries({ beta: 3 })) (globalThis as any)[k] = v;",
      'const key = "beta"; (globalThis as any)[key] = 3;',
      "const all = globalThis as any; all.beta = 3;",
      "const own = {}; Object.assign(own, { alpha: 1 });",
    ]
  ) assertEquals(undefinedAfter(cell, "alpha + 1"), ["alpha"], cell);
});

Deno.test("after names that nobody can tell were given to globalThis, none is said to be undefined", () => {
  for (
    const cell of [
      'import * as lib from "./lib.ts"; Object.assign(globalThis, lib);',
      "function define(key, v) { globalThis[key] = v; } define(name(), 3); function name() { return 1; }",
    ]
  ) assertEquals(undefinedAfter(cell, "alpha + 1"), [], cell);
});

Deno.test("what a name that was given to globalThis stood for before is stale", () => {
  assertEquals(
    hiddenState(
      ["var n = 1;", "console.log(n);", "Object.assign(globalThis, { n: 2 });"]
        .map((source, i) => ({ source, status: "ok", id: `cell-${i}` })),
      null,
    ),
    [{ cell: 1, flag: "stale", names: ["n"], by: 2 }],
  );
});
