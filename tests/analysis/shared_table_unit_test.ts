import { assert, assertEquals } from "@std/assert";
import { analyse } from "../../src/analysis/analysis.ts";
import { SHARED } from "../../src/analysis/operations.ts";
import { hiddenState } from "../../src/analysis/hidden_state.ts";
import { sharedMatches } from "../../src/analysis/shared_names.ts";
import { SharedTable } from "../../src/analysis/shared_table.ts";
import { Version } from "../../src/analysis/version.ts";

const PIECES = [
  "",
  ".",
  "/",
  "a",
  "b",
  "a/b",
  "b/c",
  "/a",
  "/a/b",
  "b/",
  "a/b/",
  "/a/b/c",
  "./a",
  "../a",
  "c.csv",
  "a/c.csv",
  "/x/a/c.csv",
];
const NAMES = [
  ...PIECES.map((path) => `${SHARED.file}${path}`),
  ...["", "HOME", "PATH"].map((name) => `${SHARED.env}${name}`),
  SHARED.random,
  SHARED.cwd,
  SHARED.ambient,
];

Deno.test("a shared name finds the same values as a comparison with every name, in the same order", () => {
  for (const start of NAMES.keys()) {
    const names = [...NAMES.slice(start), ...NAMES.slice(0, start)];
    const table = new SharedTable();
    for (const name of names) table.set(name, new Version(name));
    for (const asked of [...NAMES, `${SHARED.file}a/b/c/d`, `${SHARED.env}X`]) {
      assertEquals(
        table.matching(asked).map(({ name }) => name),
        names.filter((name) => sharedMatches(asked, name)),
        asked,
      );
    }
  }
});

Deno.test("among 10,000 files a path is compared with the few that may be it", () => {
  const table = new SharedTable();
  for (let i = 0; i < 10_000; i++) {
    const name = `${SHARED.file}out/${i}/model.json`;
    table.set(name, new Version(name));
  }
  for (
    const asked of [
      SHARED.ambient,
      `${SHARED.file}data.csv`,
      `${SHARED.file}out/17/model.json`,
      `${SHARED.env}HOME`,
    ]
  ) assert(table.candidates(asked).size <= 3, asked);
});

Deno.test("flags look at each source of 10,000 executions a few times", () => {
  const n = 10_000;
  let reads = 0;
  const executions = Array.from({ length: n }, (_, i) => ({
    get source() {
      reads++;
      return `const a${i} = ${i};`;
    },
    status: "ok",
    id: null,
  }));
  assertEquals(hiddenState(executions, null), []);
  assert(reads <= 10 * n, `${reads} times`);
});

Deno.test("flags keep no list of which of 10,000 executions use one table that all may change", () => {
  const n = 10_000;
  const executions = Array.from({ length: n }, (_, i) => ({
    source: i === 0
      ? `const rows = [1, 2, 3];`
      : `const part${i} = rows.filter((row) => row > ${i}); show(rows, part${i});`,
    status: "ok",
  }));
  const { trace } = analyse(executions, { uses: false });
  const kept = trace.executions.reduce(
    (sum, { uses }) => sum + uses.single.size + uses.lists.size,
    0,
  );
  const changers = new Set(
    trace.executions.flatMap(({ reads }) =>
      [...reads.values()].flatMap((v) => [...v])
    ),
  ).values().reduce((sum, version) => sum + version.changers.length, 0);
  assertEquals([kept, changers], [0, 0]);
});
