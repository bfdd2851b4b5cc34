import { assertEquals, assertMatch } from "@std/assert";
import {
  mapCellIds,
  orderFlags,
  recoverCells,
  type RecoverOptions,
} from "../../src/notebook/recover_cells.ts";
import {
  codeCellsOf,
  type SavedNotebook,
} from "../../src/notebook/saved_cells.ts";

type Cell = [
  id: string,
  source: string,
  count: number | null,
  started?: number,
];

const outputsOf = (id: string) => [
  { output_type: "stream", name: "stdout", text: `of ${id}` },
];

function notebook(...cells: Cell[]): SavedNotebook {
  return {
    cells: [
      { cell_type: "markdown", id: "title", source: "# Title" },
      ...cells.map(([id, source, execution_count, started]) => ({
        cell_type: "code",
        id,
        source: source.split(/(?<=\n)/),
        execution_count,
        outputs: outputsOf(id),
        metadata: started === undefined ? {} : {
          execution: {
            "iopub.execute_input": new Date(started).toISOString(),
          },
        },
      })),
    ],
  };
}

const seen = (...pairs: [count: number | null, source: string][]) =>
  pairs.map(([execution_count, source]) => ({ execution_count, source }));

const START = 1_700_000_000_000;

function recover(
  options: Partial<RecoverOptions> & Pick<RecoverOptions, "notebook">,
) {
  const { recovered, stillMissing, notes } = recoverCells({
    seen: [],
    missingCounts: [1, 2],
    sessionStart_ms: START,
    file_mtime_ms: START + 1000,
    ...options,
  });
  return {
    recovered: recovered.map((r) =>
      `${r.execution_count} ${r.id} ${r.source}${r.sure ? "" : " ?"}`
    ),
    stillMissing,
    notes: notes.map((n) => `${n.execution_count}: ${n.why}`),
  };
}

Deno.test("executions before the recorder are filled in from a file saved in the session", () => {
  const result = recoverCells({
    notebook: notebook(["a", "one", 1], ["b", "two\nlines", 2], [
      "c",
      "track",
      3,
    ]),
    seen: seen([3, "track"]),
    missingCounts: [2, 1],
    sessionStart_ms: START,
    file_mtime_ms: START,
  });
  assertEquals(result, {
    recovered: [
      {
        execution_count: 1,
        source: "one",
        id: "a",
        outputs: outputsOf("a"),
        sure: true,
      },
      {
        execution_count: 2,
        source: "two\nlines",
        id: "b",
        outputs: outputsOf("b"),
        sure: true,
      },
    ],
    stillMissing: [],
    notes: [],
  });
});

Deno.test("an execution whose cell was executed again or not saved stays missing", () => {
  const result = recover({
    notebook: notebook(["a", "one", 4], ["b", "two", 2], ["c", "track", 3], [
      "d",
      "new",
      null,
    ]),
    seen: seen([3, "track"], [4, "one"]),
  });
  assertEquals(result.recovered, ["2 b two"]);
  assertEquals(result.stillMissing, [1]);
  assertMatch(
    result.notes[0] ?? "",
    /^1: no cell of the saved notebook has this count/,
  );
});

Deno.test("two cells with one count are ambiguous, unless their sources are the same", () => {
  const differing = recover({
    notebook: notebook(["old", "left over", 1], ["a", "one", 1], [
      "b",
      "two",
      2,
    ], ["c", "track", 3]),
    seen: seen([3, "track"]),
  });
  assertEquals(differing.recovered, ["2 b two ?"]);
  assertEquals(differing.stillMissing, [1]);
  const same = recover({
    notebook: notebook(["x", "one", 1], ["a", "one", 1], ["c", "track", 3]),
    seen: seen([3, "track"]),
    missingCounts: [1],
  });
  assertEquals(same.recovered, ["1 null one ?"]);
});

Deno.test("counts higher than any of this session cast doubt on all others", () => {
  const result = recover({
    notebook: notebook(["a", "one", 1], ["b", "two", 2], ["c", "track", 3], [
      "d",
      "later",
      9,
    ]),
    seen: seen([3, "track"]),
  });
  assertEquals(result.recovered, ["1 a one ?", "2 b two ?"]);
  assertMatch(result.notes[0] ?? "", /counts of an earlier session/);
});

Deno.test("a cell that says something else than was executed under its count casts doubt", () => {
  const result = recover({
    notebook: notebook(["a", "one", 1], ["c", "edited", 3]),
    seen: seen([3, "track"]),
    missingCounts: [1],
  });
  assertEquals(result.recovered, ["1 a one ?"]);
});

Deno.test("a file not saved since the session began is believed with doubt when it agrees", () => {
  const file_mtime_ms = START - 1;
  const agrees = recover({
    notebook: notebook(["a", "one", 1], ["b", "two", 2], ["c", "track", 3]),
    seen: seen([3, "track"]),
    file_mtime_ms,
  });
  assertEquals(agrees.recovered, ["1 a one ?", "2 b two ?"]);
  assertMatch(agrees.notes[0] ?? "", /saved before the session began/);
  const contradicts = recover({
    notebook: notebook(["a", "one", 1], ["b", "two", 2], ["c", "track", 3], [
      "d",
      "x",
      4,
    ]),
    seen: seen([3, "track"], [4, "y"]),
    file_mtime_ms,
  });
  assertEquals([contradicts.recovered, contradicts.stillMissing], [[], [1, 2]]);
  const silent = recover({
    notebook: notebook(["a", "one", 1], ["b", "two", 2]),
    file_mtime_ms,
  });
  assertEquals([silent.recovered, silent.stillMissing], [[], [1, 2]]);
});

Deno.test("times that the front end recorded decide if there are any", () => {
  const result = recover({
    notebook: notebook(
      ["old", "left over", 1, START - 5000],
      ["a", "one", 1, START + 10],
      ["b", "two", 2, START - 5000],
      ["c", "track", 3, START + 20],
      ["d", "later", 40, START - 5000],
    ),
    seen: seen([3, "track"]),
  });
  assertEquals(result.recovered, ["1 a one"]);
  assertEquals(result.stillMissing, [2]);
});

Deno.test("white space at the end and line ends do not matter in a comparison, and the file's source is kept", () => {
  const result = recover({
    notebook: notebook(["a", "one  \n", 1], ["c", "track\r\nmore\n", 3]),
    seen: seen([3, "track\nmore"]),
    missingCounts: [1],
  });
  assertEquals(result.recovered, ["1 a one  \n"]);
});

Deno.test("executions are mapped to cells by count and source, else by a source that only one cell has", () => {
  const ids = mapCellIds({
    notebook: notebook(["a", "same", 5], ["b", "same", 2], ["c", "unique", 9], [
      "d",
      "edited",
      4,
    ]),
    executions: seen(
      [1, "same"],
      [2, "same"],
      [3, "unique"],
      [4, "before the edit"],
      [5, "same"],
      [null, "unique"],
    ),
  });
  assertEquals([...ids], [[1, "b"], [2, "c"], [4, "a"], [5, "c"]]);
});

Deno.test("cells without an id are mapped to none", () => {
  const executions = seen([1, "x"]);
  const saved = {
    cells: [{ cell_type: "code", source: "x", execution_count: 1 }],
  };
  assertEquals(mapCellIds({ notebook: saved, executions }).size, 0);
});

Deno.test("an execution after one of a cell further down is out of order", () => {
  const saved = notebook(["a", "one", 1], ["b", "two", 4], ["c", "three", 2]);
  const flags = orderFlags(
    seen([1, "one"], [2, "three"], [3, "two"], [4, "two"], [5, "unknown"]),
    saved,
  );
  assertEquals(flags, [[], [], ["out-of-order"], ["out-of-order"], []]);
});

Deno.test("executing cells from top to bottom, some of them twice, is in order", () => {
  const saved = notebook(["a", "one", 1], ["b", "two", 3]);
  assertEquals(orderFlags(seen([1, "one"], [2, "two"], [3, "two"]), saved), [
    [],
    [],
    [],
  ]);
});

Deno.test("an execution is edited when its cell has another source in the saved notebook", () => {
  const saved = notebook(["a", "k = 2", 2], ["b", "now", 3]);
  const executions = [
    { execution_count: 1, source: "k = 1", cell_id: "a" },
    { execution_count: 2, source: "k = 2" },
    { execution_count: 3, source: "then", cell_id: "b" },
  ];
  assertEquals(orderFlags(executions, saved), [["edited"], [], ["edited"]]);
});

Deno.test("one secret that was taken for two kinds is no edit, and another secret is one", () => {
  const saved = notebook(
    ["a", 'const t = "[redacted token 4f3bfbf4]";', 1],
    ["b", 'const t = "[redacted token 4f3bfbf5]";', 2],
  );
  const executions = ["a", "b"].map((cell_id, i) => ({
    execution_count: i + 1,
    source: 'const t = "[redacted GitLab token 4f3bfbf4]";',
    cell_id,
  }));
  assertEquals(orderFlags(executions, saved), [[], ["edited"]]);
});

Deno.test("an edit that was taken back leaves only the other execution edited", () => {
  const saved = notebook(["a", "k = 1", 3]);
  const executions = ["k = 1", "k = 2", "k = 1"].map((source, i) => ({
    source,
    execution_count: i + 1,
    cell_id: "a",
  }));
  assertEquals(orderFlags(executions, saved), [[], ["edited"], []]);
});

Deno.test("copied cells that share an id are distinguished by source and count, and never flagged by a guess", () => {
  const saved = notebook(
    ["x", "one", 1],
    ["x", "two", 2],
    ["x", "two", 3],
    ["y", "three", 4],
  );
  const executions = (...of: [count: number, source: string, id: string][]) =>
    of.map(([execution_count, source, cell_id]) => ({
      execution_count,
      source,
      cell_id,
    }));
  const fresh = executions(
    [1, "one", "x"],
    [2, "two", "x"],
    [3, "two", "x"],
    [4, "three", "y"],
  );
  assertEquals(orderFlags(fresh, saved), [[], [], [], []]);
  const other = executions([4, "three", "y"], [5, "one", "x"], [6, "?", "x"]);
  assertEquals(orderFlags(other, saved), [[], ["out-of-order"], []]);
});

Deno.test("tags and sources are read in either form", () => {
  const [cell] = codeCellsOf({
    cells: [{
      cell_type: "code",
      source: "a\nb",
      metadata: { tags: ["parameters"] },
    }],
  });
  assertEquals([cell?.source, cell?.tags, cell?.id], [
    "a\nb",
    ["parameters"],
    null,
  ]);
});
