import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { tableFromArrays, tableFromJSON } from "npm:apache-arrow@^21.2";
import { desc, table } from "npm:arquero@8.0.1";
import { Matrix } from "npm:ml-matrix@^6.12";
import { createHash } from "node:crypto";
import { DatasetError } from "../../src/datasets/errors.ts";
import { fingerprint } from "../../src/datasets/dataset.ts";
import { fingerprintMemory } from "../../src/datasets/memory.ts";
import { withoutSpread } from "./profiles.ts";

const rows = [
  { species: "Adelie", mass: 3750, bill: 39.1 },
  { species: "Gentoo", mass: 5000, bill: null },
  { species: "Adelie", mass: 3250, bill: 40.3 },
];

Deno.test("rows have a digest, columns with types, and a profile", () => {
  const found = fingerprintMemory(rows);
  assertEquals(found.kind, "memory");
  assertEquals(found.uri, "memory:rows");
  assertEquals(found.rows, 3);
  assertEquals(found.columns?.map(({ name, type }) => [name, type]), [
    ["species", "string"],
    ["mass", "integer"],
    ["bill", "number"],
  ]);
  assertEquals(withoutSpread(found.profile), [
    {
      name: "species",
      type: "string",
      missing: 0,
      distinct: 2,
      min: "Adelie",
      max: "Gentoo",
    },
    {
      name: "mass",
      type: "integer",
      missing: 0,
      distinct: 3,
      min: 3250,
      max: 5000,
    },
    {
      name: "bill",
      type: "number",
      missing: 1,
      distinct: 2,
      min: 39.1,
      max: 40.3,
    },
  ]);
  assertEquals(JSON.parse(JSON.stringify(found)), found);
});

Deno.test("a table's digest can be recomputed from its description", () => {
  const float = (value: number) => {
    const bytes = new DataView(new ArrayBuffer(9));
    bytes.setUint8(0, "n".charCodeAt(0));
    bytes.setFloat64(1, value, true);
    return new Uint8Array(bytes.buffer);
  };
  const text = (value: string) => {
    const utf8 = new TextEncoder().encode(value);
    const head = new DataView(new ArrayBuffer(5));
    head.setUint8(0, "s".charCodeAt(0));
    head.setUint32(1, utf8.length, true);
    return [new Uint8Array(head.buffer), utf8];
  };
  const hex = (pieces: (Uint8Array | string)[]) => {
    const hash = createHash("sha256");
    for (const piece of pieces) hash.update(piece);
    return hash.digest("hex");
  };
  const a = hex([float(1), float(-0.5)]);
  const b = hex([...text("x"), ...text("é")]);
  const whole = hex([
    `nbtrack table v1\nrows 2\n${a}  "a"\n${b}  "b"\n`,
  ]);
  assertEquals(
    fingerprintMemory([{ b: "x", a: 1 }, { a: -0.5, b: "é" }]).digest,
    `sha256:${whole}`,
  );
});

Deno.test("the same rows have the same digest in another process", async () => {
  const code = `
    import { fingerprintMemory } from ${
    JSON.stringify(import.meta.resolve("../../src/datasets/memory.ts"))
  };
    console.log(fingerprintMemory(${JSON.stringify(rows)}).digest);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout).trim(),
    fingerprintMemory(rows).digest,
  );
});

Deno.test("the order of rows matters and the order of columns does not", () => {
  const digest = fingerprintMemory(rows).digest;
  assertEquals(
    fingerprintMemory(
      rows.map(({ species, mass, bill }) => ({ bill, mass, species })),
    ).digest,
    digest,
  );
  assertNotEquals(fingerprintMemory(rows.toReversed()).digest, digest);
});

Deno.test("values that look alike are told apart", () => {
  const odd: unknown[] = [
    0,
    -0,
    NaN,
    Infinity,
    1,
    1n,
    "1",
    true,
    "true",
    null,
    undefined,
    "",
    "null",
    new Date(1),
    new Date(NaN),
    [],
    [1],
    {},
    { a: 1 },
    { a: undefined },
    new Map([["a", 1]]),
    new Set([1]),
    new Uint8Array([1]),
    new Int8Array([1]),
    new Float64Array([1]),
    "\ud800",
    "\ud801",
    "\ufffd",
  ];
  const digests = odd.map((value) =>
    fingerprintMemory([{ cell: value }, { cell: 0, other: 1 }]).digest
  );
  assertEquals(new Set(digests).size, odd.length);
  assertEquals(
    fingerprintMemory([{ x: NaN }]).digest,
    fingerprintMemory([{ x: 0 / 0 }]).digest,
  );
});

Deno.test("a changed cell changes only its column's digest", () => {
  const before = fingerprintMemory(rows);
  const after = fingerprintMemory(
    rows.map((row, i) => i === 2 ? { ...row, mass: 3251 } : row),
  );
  const changed = before.columns?.filter(({ digest }, i) =>
    digest !== after.columns?.[i]?.digest
  );
  assertNotEquals(after.digest, before.digest);
  assertEquals(changed?.map(({ name }) => name), ["mass"]);
});

Deno.test("cycles, functions and getters that throw do not throw and are named", () => {
  const loop: Record<string, unknown> = { name: "loop" };
  loop["self"] = loop;
  const found = fingerprintMemory([
    {
      loop,
      act: function act() {},
      mark: Symbol("mark"),
      get broken(): string {
        throw new Error("out of order");
      },
    },
  ]);
  assertEquals(found.rows, 1);
  assertEquals(found.columns?.length, 4);
  assert(found.warnings.some((text) => text.includes("function act")));
  assert(found.warnings.some((text) => text.includes("Symbol(mark)")));
  assert(found.warnings.some((text) => text.includes("out of order")));
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const deepest = fingerprintMemory([{ deep }]);
  assertStringIncludes(deepest.warnings.join(), "levels deep");
});

Deno.test("what is no data is refused with what to do", () => {
  const refused: [unknown, string][] = [
    [null, "Pass a path"],
    [undefined, "Pass a path"],
    [() => rows, "what the function returns"],
    [Promise.resolve(rows), "await"],
    [new Blob(["a"]), "bytes"],
    [new ReadableStream(), "only once"],
    [[1, 2].values(), "only once"],
  ];
  for (const [value, hint] of refused) {
    const error = assertThrows(() => fingerprintMemory(value), DatasetError);
    assertEquals(error.kind, "not-data");
    assertStringIncludes(error.hint, hint);
  }
});

Deno.test("empty, scalar and ragged lists are tables too", () => {
  const empty = fingerprintMemory([]);
  assertEquals([empty.rows, empty.columns], [0, []]);
  assertStringIncludes(empty.message ?? "", "no rows");
  const scalars = fingerprintMemory([3, 1, null, 2]);
  assertEquals(withoutSpread(scalars.profile)?.[0], {
    name: "value",
    type: "integer",
    missing: 1,
    distinct: 3,
    min: 1,
    max: 3,
  });
  const ragged = fingerprintMemory([[1, "a"], [2]]);
  assertEquals(ragged.columns?.map(({ name, type }) => [name, type]), [
    ["0", "integer"],
    ["1", "string"],
  ]);
  assertEquals(ragged.profile?.[1]?.missing, 1);
});

Deno.test("a column named like a member of every object holds only what rows hold", () => {
  const found = fingerprintMemory([{ constructor: "x" }, { other: 1 }]);
  assertEquals(found.profile?.[0]?.missing, 1);
  assertEquals(found.columns?.[0]?.type, "string");
});

Deno.test("a typed array has type, shape and the digest of its bytes", () => {
  const values = new Float32Array([1.5, NaN, -2]);
  const found = fingerprintMemory(values);
  const expected = createHash("sha256").update("nbtrack array v1\nfloat32 3\n")
    .update(new Uint8Array(values.buffer)).digest("hex");
  assertEquals(found.digest, `sha256:${expected}`);
  assertEquals(found.shape, [3]);
  assertEquals(found.size, 12);
  assertEquals(found.columns, [
    { name: "value", type: "number", native: "float32" },
  ]);
  assertEquals(withoutSpread(found.profile)?.[0], {
    name: "value",
    type: "number",
    missing: 1,
    distinct: 2,
    min: -2,
    max: 1.5,
  });
  assertNotEquals(
    fingerprintMemory(new Uint8Array(values.buffer)).digest,
    found.digest,
  );
  assertEquals(
    fingerprintMemory(values.buffer).digest,
    fingerprintMemory(new Uint8Array(values.buffer)).digest,
  );
  const part = new Float64Array([9, 1, 2, 9]).subarray(1, 3);
  assertEquals(
    fingerprintMemory(part).digest,
    fingerprintMemory(new Float64Array([1, 2])).digest,
  );
});

Deno.test("bigints beyond float64 stay exact in the profile", () => {
  const found = fingerprintMemory(new BigInt64Array([1n, 9007199254740993n]));
  assertEquals(found.profile?.[0]?.max, "9007199254740993");
  assertEquals(found.profile?.[0]?.min, 1);
});

Deno.test("an Arrow table is digested by its values, not by its buffers", () => {
  const arrow = tableFromArrays({
    id: Int32Array.from([1, 2, 3, 4]),
    name: ["a", "b", null, "d"],
  });
  const found = fingerprintMemory(arrow);
  assertEquals(found.uri, "memory:arrow");
  assertEquals(found.rows, 4);
  assertEquals(found.columns?.map(({ name, type }) => [name, type]), [
    ["id", "integer"],
    ["name", "string"],
  ]);
  assertEquals(found.columns?.[0]?.native, "Int32");
  assertEquals(found.profile?.[1]?.missing, 1);
  const halves = arrow.slice(0, 2).concat(arrow.slice(2));
  assertEquals(halves.batches.length, 2);
  assertEquals(fingerprintMemory(halves).digest, found.digest);
  assertEquals(
    fingerprintMemory([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
      { id: 3, name: null },
      { id: 4, name: "d" },
    ]).digest,
    found.digest,
  );
});

Deno.test("an Arrow table with dates and nested values is described by its schema", () => {
  const found = fingerprintMemory(tableFromJSON([
    { when: new Date(0), list: [1, 2], inner: { a: 1 }, ok: true },
    { when: new Date(86_400_000), list: [3], inner: { a: 2 }, ok: false },
  ]));
  assertEquals(found.columns?.map(({ type }) => type), [
    "datetime",
    "array",
    "object",
    "boolean",
  ]);
  assertEquals(found.profile?.[0]?.max, "1970-01-02T00:00:00.000Z");
  assertEquals(found.warnings, []);
});

Deno.test("an arquero table counts as it is filtered and ordered", () => {
  const whole = table({ id: [1, 2, 3], name: ["a", "b", "c"] });
  const found = fingerprintMemory(whole);
  assertEquals(found.uri, "memory:arquero");
  assertEquals(
    found.digest,
    fingerprintMemory([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
      { id: 3, name: "c" },
    ]).digest,
  );
  const some = fingerprintMemory(
    whole.filter("d => d.id > 1").orderby(desc("id")),
  );
  assertEquals(some.rows, 2);
  assertEquals(
    some.digest,
    fingerprintMemory({ id: [3, 2], name: ["c", "b"] }).digest,
  );
});

Deno.test("a matrix, a tensor and a strided view of the same values have one digest", () => {
  const flat = new Float64Array([1, 2, 3, 4, 5, 6]);
  const matrix = fingerprintMemory(new Matrix([[1, 2, 3], [4, 5, 6]]));
  assertEquals(matrix.shape, [2, 3]);
  assertEquals(matrix.rows, 2);
  const tensor = { shape: [2, 3], dtype: "float64", dataSync: () => flat };
  assertEquals(fingerprintMemory(tensor).digest, matrix.digest);
  const turned = {
    shape: [2, 3],
    stride: [1, 2],
    offset: 0,
    data: new Float64Array([1, 4, 2, 5, 3, 6]),
  };
  assertEquals(fingerprintMemory(turned).digest, matrix.digest);
  assertNotEquals(
    fingerprintMemory({ ...tensor, shape: [3, 2] }).digest,
    matrix.digest,
  );
});

Deno.test("data frames are recognised by their members, whatever their class is called", () => {
  const expected = fingerprintMemory({ x: [1, 2], y: ["a", "b"] }).digest;
  const polars = {
    columns: ["x", "y"],
    height: 2,
    getColumn: (name: string) => ({
      toArray: () => name === "x" ? [1, 2] : ["a", "b"],
    }),
    get [Symbol.toStringTag]() {
      return "DataFrame";
    },
  };
  const danfo = {
    columns: ["x", "y"],
    shape: [2, 2],
    dtypes: ["int32", "string"],
    values: [[1, "a"], [2, "b"]],
  };
  const duckdb = {
    columnNames: () => ["x", "y"],
    getRows: () => [[1, "a"], [2, "b"]],
  };
  for (const frame of [polars, danfo, duckdb]) {
    const found = fingerprintMemory(frame);
    assertEquals(found.digest, expected);
    assertEquals(found.rows, 2);
  }
  const lazy = { collect: () => polars, groupBy: () => polars };
  const error = assertThrows(() => fingerprintMemory(lazy), DatasetError);
  assertStringIncludes(error.hint, "collect()");
});

Deno.test("what is no table has a digest and a message", () => {
  const set = new Set(["a", 1]);
  const found = fingerprintMemory(set);
  assertEquals([found.rows, found.columns], [null, null]);
  assertStringIncludes(found.message ?? "", "Set");
  assertEquals(fingerprintMemory(new Set(set)).digest, found.digest);
  assertNotEquals(fingerprintMemory(new Set(["a", 2])).digest, found.digest);
});

Deno.test("a Map of equally long lists is a table by columns, any other has a row for each entry", () => {
  const columns = fingerprintMemory(new Map([["x", [1, 2]], ["y", [3, 4]]]));
  assertEquals(
    columns.digest,
    fingerprintMemory({ x: [1, 2], y: [3, 4] }).digest,
  );
  const entries = fingerprintMemory(new Map([["a", 1], ["b", 2]]));
  assertEquals(
    [entries.rows, entries.columns?.map(({ name, type }) => [name, type])],
    [2, [["key", "string"], ["value", "integer"]]],
  );
  const groups = fingerprintMemory(new Map([["a", [{ x: 1 }]]]));
  assertEquals([groups.rows, groups.columns?.[1]?.type], [1, "array"]);
});

Deno.test("a tensor with dims is one with a shape", () => {
  const data = new Float32Array([1, 2, 3, 4, 5, 6]);
  const found = fingerprintMemory({ dims: [2, 3], type: "float32", data });
  assertEquals(found.shape, [2, 3]);
  assertEquals(
    found.digest,
    fingerprintMemory({ shape: [2, 3], data }).digest,
  );
});

Deno.test("an Arrow table whose types are plain objects has their names", () => {
  const arrow = table({ i: [1, 2], s: ["a", "b"], t: [new Date(1), null] })
    .toArrow();
  const { columns, rows } = fingerprintMemory(arrow);
  assertEquals(rows, 2);
  assertEquals(columns?.map(({ name, type }) => [name, type]), [
    ["i", "integer"],
    ["s", "string"],
    ["t", "datetime"],
  ]);
});

/** A reader with the members of `@duckdb/node-api`'s, whose package is native. */
function duckdbReader(done: boolean) {
  const types = ["DATE", "DECIMAL(10,2)", "TIMESTAMP", "BIGINT", "VARCHAR"];
  return {
    done,
    columnNames: () => ["d", "n", "t", "i", "s"],
    columnTypes: () => types.map((name) => ({ toString: () => name })),
    getRows: () => [[{ days: 1 }, { value: 125n }, { micros: 1n }, 3n, "x"]],
  };
}

Deno.test("a DuckDB reader has the types of its columns, and is refused where it was read in part", () => {
  const { rows, columns } = fingerprintMemory(duckdbReader(true));
  assertEquals([rows, columns?.map(({ type }) => type)], [
    1,
    ["date", "number", "datetime", "integer", "string"],
  ]);
  const error = assertThrows(
    () => fingerprintMemory(duckdbReader(false)),
    DatasetError,
  );
  assertStringIncludes(error.message, "read in part");
  assertStringIncludes(error.hint ?? "", "readAll()");
});

Deno.test("an instance of a class is read by what it inherits, and named where it shows nothing", () => {
  class Shown {
    #mass;
    constructor(mass: number) {
      this.#mass = mass;
    }
    get mass() {
      return this.#mass;
    }
    double() {
      return this.#mass * 2;
    }
  }
  class Hidden {
    #mass;
    constructor(mass: number) {
      this.#mass = mass;
    }
    double() {
      return this.#mass * 2;
    }
  }
  const shown = fingerprintMemory([new Shown(1), new Shown(2)]);
  assertEquals(
    shown.digest,
    fingerprintMemory([{ mass: 1 }, { mass: 2 }]).digest,
  );
  assertEquals(shown.columns?.map(({ name }) => name), ["mass"]);
  assertEquals(shown.warnings, []);
  assertEquals(
    fingerprintMemory([{ a: new Shown(1) }]).digest,
    fingerprintMemory([{ a: { mass: 1 } }]).digest,
  );
  assertEquals(
    fingerprintMemory([Object.create({ mass: 1 })]).digest,
    fingerprintMemory([{ mass: 1 }]).digest,
  );
  assertEquals(fingerprintMemory([new Hidden(1)]).warnings, [
    "Column value: an instance of Hidden that shows nothing of what it holds",
  ]);
  assertEquals(fingerprintMemory([{}, { a: {} }]).warnings, []);
  assertEquals(fingerprintMemory([Object.create(null)]).warnings, []);
});

Deno.test("data in memory that changes later keeps the fingerprint of its moment", async () => {
  const data = [{ x: 1 }];
  const before = await fingerprint(data);
  data.push({ x: 2 });
  const after = await fingerprint(data, { profile: false });
  assertEquals([before.rows, after.rows], [1, 2]);
  assertEquals(after.profile, null);
  assertNotEquals(after.digest, before.digest);
});

Deno.test("reading memory.ts loads no package and no zod", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", "src/datasets/memory.ts"],
    cwd: new URL("../..", import.meta.url),
  }).output();
  const graph = JSON.parse(new TextDecoder().decode(stdout));
  const outside = graph.modules.map((module: { specifier: string }) =>
    module.specifier
  ).filter((specifier: string) =>
    !specifier.startsWith("file:") && specifier !== "node:crypto"
  );
  assertEquals(outside, []);
});
