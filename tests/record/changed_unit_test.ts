import { assertEquals } from "@std/assert";
import { underDimension } from "../../src/record/differences.ts";
import { changedSince } from "../../src/record/changed.ts";
import type {
  RecordedDataset,
  RunRecord,
} from "../../src/record/schema/record.ts";
import { cellsOf, recordWith } from "./filled.ts";

function changes(
  before: Partial<RunRecord>,
  after: Partial<RunRecord>,
): string[] {
  return changedSince(recordWith(before), recordWith(after)).map((c) =>
    `${c.dimension}: ${c.what}`
  );
}

function dataset(given: Partial<RecordedDataset>): RecordedDataset {
  return {
    name: "penguins",
    context: null,
    uri: "penguins.csv",
    digest: `sha256:${"1".repeat(64)}`,
    size: 10,
    rows: 344,
    columns: [{ name: "mass", type: "number" }],
    found: "named",
    message: null,
    ...given,
  };
}

function npm(
  name: string,
  version: string,
  integrity: string | null = `sha512-${version}`,
) {
  return { name, version, registry: "npm" as const, integrity, direct: true };
}

const OTHER = `sha256:${"2".repeat(64)}`;

Deno.test("nothing changed since no run, or since an equal one", () => {
  assertEquals(changedSince(null, recordWith()), []);
  const run = {
    params: { k: "5" },
    cells: cellsOf("a", "b"),
    datasets: [dataset({})],
    packages: [npm("d3-array", "3.2.3")],
  };
  assertEquals(changes(run, structuredClone(run)), []);
});

Deno.test("a changed, new and gone param are each named", () => {
  assertEquals(
    changes({ params: { k: "5", a: "1" } }, { params: { k: "7", b: "2" } }),
    [
      "params: k 5 → 7",
      "params: a = 1 is gone",
      "params: b = 2 is new",
    ],
  );
  assertEquals(changes({ params: {} }, { params: { constructor: "x" } }), [
    "params: constructor = x is new",
  ]);
});

Deno.test("changed data is named by its rows, else its columns, else its digest", () => {
  const data = (given: Partial<RecordedDataset>) =>
    changes({ datasets: [dataset({})] }, {
      datasets: [dataset({ digest: OTHER, ...given })],
    });
  assertEquals(data({ rows: 343 }), ["data: penguins: row count 344 → 343"]);
  assertEquals(
    data({
      columns: [{ name: "mass", type: "string" }, {
        name: "sex",
        type: "string",
      }],
    }),
    [
      "data: penguins: column mass number → string",
      "data: penguins: column sex is new",
    ],
  );
  assertEquals(data({}), [
    "data: penguins: contents sha256:111111111111 → sha256:222222222222",
  ]);
  assertEquals(
    changes({ datasets: [dataset({})] }, {
      datasets: [dataset({ name: "seals" })],
    }),
    [
      "data: dataset penguins is gone",
      "data: dataset seals is new",
    ],
  );
});

Deno.test("a dataset without a fingerprint and a table read otherwise make no difference", () => {
  assertEquals(
    changes({ datasets: [dataset({})] }, {
      datasets: [dataset({ digest: null, rows: null })],
    }),
    [],
  );
  assertEquals(
    changes({ datasets: [dataset({})] }, {
      datasets: [dataset({ rows: null, columns: null })],
    }),
    [],
  );
});

Deno.test("packages are named with both versions, and contents that changed under one version", () => {
  assertEquals(
    changes(
      {
        packages: [
          npm("d3-array", "3.2.3"),
          npm("ml-knn", "3.0.0"),
          npm("x", "1.0.0", "sha512-a"),
        ],
      },
      {
        packages: [
          npm("d3-array", "3.2.4"),
          npm("zod", "4.6.7"),
          npm("x", "1.0.0", "sha512-b"),
        ],
      },
    ),
    [
      "packages: d3-array 3.2.3 → 3.2.4",
      "packages: ml-knn 3.0.0 is gone",
      "packages: x 1.0.0: same version, other contents",
      "packages: zod 4.6.7 is new",
    ],
  );
});

Deno.test("built-in modules follow Deno and are no packages of their own", () => {
  const node = (version: string) => ({
    ...npm("fs", version, null),
    registry: "node" as const,
  });
  assertEquals(
    changes({ packages: [node("2.9.5")] }, { packages: [node("2.9.6")] }),
    [],
  );
});

Deno.test("a changed, new and gone cell are code, by the number in their brackets", () => {
  const old = cellsOf("load(\n'a')", "train()", "plot()");
  assertEquals(
    changes({ cells: old }, {
      cells: cellsOf("load(\n'a')", "train(2)", "plot()"),
    }),
    ["code: cell [2] changed"],
  );
  assertEquals(
    changes({ cells: old }, {
      cells: cellsOf("load(\n'a')", "train()", "check()", "plot()"),
    }),
    ["code: cell [3] is new"],
  );
  assertEquals(
    changes({ cells: old }, { cells: cellsOf("load(\n'a')", "train()") }),
    ["code: cell [3] is gone"],
  );
});

Deno.test("cells in another order, and one executed again, are order and not code", () => {
  const old = cellsOf("a", "b", "c", "d");
  assertEquals(
    changes({ cells: old }, { cells: cellsOf("a", "c", "b", "d") }).length,
    1,
  );
  assertEquals(
    changes({ cells: old }, { cells: cellsOf("a", "d", "b", "c") }),
    ["order: cell [4] ran before cell [2]"],
  );
  assertEquals(
    changes({ cells: old }, { cells: cellsOf("b", "c", "d", "a") }),
    ["order: cell [1] ran after cell [4]"],
  );
  assertEquals(
    changes({ cells: old }, { cells: cellsOf("a", "b", "b", "c", "d") }),
    ["order: cell [3] ran once more"],
  );
  assertEquals(
    changes({ cells: cellsOf("a", "b", "b") }, { cells: cellsOf("a", "b") }),
    ["order: cell [3] ran once less"],
  );
});

Deno.test("a cell that nobody saw is not taken for one that is gone or new", () => {
  assertEquals(
    changes({ cells: cellsOf("a", "b") }, { cells: cellsOf("", "b") }),
    [],
  );
  assertEquals(
    changes({ cells: cellsOf("", "b") }, { cells: cellsOf("a", "b") }),
    [],
  );
});

Deno.test("what differs is said under its dimension without that word again", () => {
  const said = (dimension: string, what: string) =>
    underDimension({ dimension, what });
  assertEquals(said("seed", "seed 7 → 8"), "seed: 7 → 8");
  assertEquals(said("packages", "seed 1.0 → 2.0"), "packages: seed 1.0 → 2.0");
  assertEquals(
    said("data", "data: row count 2 → 1"),
    "data: data: row count 2 → 1",
  );
  assertEquals(said("data", "data differs"), "data: data differs");
  const reach = "seed 5 did not reach lodash";
  assertEquals(said("seed", reach), `seed: ${reach}`);
});

Deno.test("seed, environment and local modules are named under their dimensions", () => {
  assertEquals(changes({ seed: 7 }, { seed: 8 }), ["seed: seed 7 → 8"]);
  assertEquals(changes({ seed: 7 }, { seed: null }), ["seed: seed 7 → none"]);
  const env = (deno: string | null) => ({
    environment: {
      deno,
      v8: "14",
      typescript: "6",
      os: "linux",
      arch: "x86_64",
    },
  });
  assertEquals(changes(env("2.9.5"), env("2.9.6")), [
    "environment: Deno 2.9.5 → 2.9.6",
  ]);
  assertEquals(changes(env("2.9.5"), env(null)), []);
  const module = (digest: string) => ({
    modules: [{ path: "lib.ts", digest, size: 1 }],
  });
  assertEquals(changes(module("sha256:a"), module("sha256:b")), [
    "code: module lib.ts changed",
  ]);
});

Deno.test("what a run names as missing as a whole is not compared", () => {
  const missing = [{ what: "packages", why: "not yet" }];
  assertEquals(
    changes({ packages: [npm("a", "1.0.0")] }, { packages: [], missing }),
    [],
  );
  assertEquals(
    changes({ seed: 7 }, { missing: [{ what: "seed", why: "not recorded" }] }),
    [],
  );
});
