import { assert, assertEquals, assertFalse } from "@std/assert";
import { table } from "npm:arquero@8.0.1";
import { isNamedData, namedInputs } from "../../src/datasets/dataset.ts";

Deno.test("a record of paths, URLs, tables and arrays is several named datasets", () => {
  assert(isNamedData({ train: "train.csv", test: new URL("file:///t.csv") }));
  assert(isNamedData({ train: [{ a: 1 }], test: [{ a: 2 }] }));
  assert(isNamedData({ x: new Float64Array(2), y: new Float64Array(3) }));
  assert(isNamedData({ one: table({ a: [1] }) }));
  assert(isNamedData({ labels: ["a", "b"], other: ["a"] }));
  assert(isNamedData({ late: Promise.resolve([]) }));
});

Deno.test("a single dataset is not taken for a record of them", () => {
  const single: unknown[] = [
    "penguins.csv",
    new URL("https://example.org/a.csv"),
    [{ a: 1 }],
    new Float64Array(2),
    table({ a: [1] }),
    { a: [1, 2], b: ["x", "y"] },
    { name: "Adelie", mass: 3750 },
    { shape: [1], dataSync: () => new Float32Array(1) },
    new Map([["a", "b.csv"]]),
    {},
    null,
    undefined,
  ];
  for (const data of single) assertFalse(isNamedData(data));
});

Deno.test("namedInputs gives a single dataset the default name", () => {
  assertEquals(namedInputs("a.csv", "data"), [{
    name: "data",
    input: "a.csv",
  }]);
  assertEquals(namedInputs({ train: "a.csv", test: "b.csv" }, "data"), [
    { name: "train", input: "a.csv" },
    { name: "test", input: "b.csv" },
  ]);
});
