import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { NbtrackError } from "../../src/base/errors.ts";
import { RUN_VIEW } from "../../src/base/media_types.ts";
import { loadRuns } from "../../src/record/loaded_run.ts";
import { compareInCell, runsInCell } from "../../src/view/runs_in_cell.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const BAD = `"><img src=x onerror=alert(1)>|`;

/** What a value shows in a cell. */
async function shown(value: object): Promise<Record<string, string>> {
  const display = (value as Record<symbol, () => Promise<unknown>>)[
    Symbol.for("Jupyter.display")
  ];
  return await display?.() as Record<string, string>;
}

/** Texts without ids and times. */
function stable(text: string): string {
  return text.replaceAll(/\([0-9a-f]{8}\)/g, "(ID)")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "DAY");
}

function threeRuns(journal: ReturnType<typeof emptyJournal>["journal"]) {
  return [
    { name: "first", params: { k: "1", id: "007" }, accuracy: [0.5, 0.7] },
    { name: "second", params: { k: "5", id: "007" }, accuracy: [0.6, 0.9] },
    { name: "third", params: { k: "10", note: "late" }, accuracy: [NaN] },
  ].map(({ name, params, accuracy }) =>
    addRun(journal, {
      experiment: "penguins",
      name,
      params,
      metrics: { accuracy },
      cells: [`const k = ${params.k};`],
      documents: { packages: [] },
      end: "FINISHED",
    })
  );
}

Deno.test("runs() gives plain rows that all have the same columns: numbers where a text is one, null where there is none", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const [first] = threeRuns(journal);
  const rows = await runsInCell("penguins", { home, sort: "params.k" });
  assertEquals(rows.map((run) => run["params.k"]), [1, 5, 10]);
  assertEquals(rows.map((run) => run["params.id"]), ["007", "007", null]);
  assertEquals(rows.map((run) => run["metrics.accuracy"]), [0.7, 0.9, NaN]);
  assertEquals(rows[0]?.run_id, first);
  assertEquals(
    new Set(rows.map((run) => Object.keys(run).join())).size,
    1,
    "each row has each column",
  );
  assert(Array.isArray(rows));
  assertEquals(Object.keys(rows), ["0", "1", "2"]);
  const best = await runsInCell("penguins", {
    home,
    filter: "metrics.accuracy > 0.6",
    sort: "-metrics.accuracy",
    limit: 1,
  });
  assertEquals(best.map(({ name }) => name), ["second"]);
  await assertRejects(() => runsInCell("pengins", { home }), NbtrackError);
  await assertRejects(
    () => runsInCell("penguins", { home, filter: "metrics.accuracy >" }),
    NbtrackError,
  );
});

Deno.test("runs show themselves as a table of what differs, with the best value of a metric marked in words and text", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  threeRuns(journal);
  const table = await shown(
    await runsInCell("penguins", { home, sort: "params.k" }),
  );
  assertEquals(table[RUN_VIEW], { kind: "runs" } as never);
  for (const type of ["text/plain", "text/markdown"]) {
    await assertSnapshot(
      SNAPSHOTS,
      `runs-${type.slice(5)}`,
      stable(table[type] ?? ""),
    );
  }
  assertStringIncludes(table["text/html"] ?? "", "<b>0.9 ★</b>");
  const none = await shown(
    await runsInCell("penguins", { home, filter: "params.k = '77'" }),
  );
  assertEquals(none["text/plain"], "no runs");
});

/** Two runs with many params and metrics, of which few differ. */
function manyColumns(
  journal: ReturnType<typeof emptyJournal>["journal"],
  params: (run: number) => Record<string, string>,
) {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const run of [1, 2]) {
    addRun(journal, {
      experiment: "wide",
      params: params(run),
      metrics: {
        ...Object.fromEntries(numbers.map((n) => [`m${n}`, [n]])),
        zloss: [run],
      },
    });
  }
}

Deno.test("a table of runs has the metric that alone differs, and says what is the same and what has no column", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  manyColumns(journal, (run) =>
    Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`p${n}`, String(n * run)]),
    ));
  const table = await shown(await runsInCell("wide", { home }));
  const [head = "", ...lines] = (table["text/plain"] ?? "").split("\n");
  assertEquals(head.split(/\s+/), [
    ...["run", "state", "started"],
    ...["p1", "p2", "p3", "p4", "p5", "p6", "zloss"],
  ]);
  assertEquals(lines.slice(2), [
    "m1 1, m2 2, m3 3, m4 4, m5 5, m6 6, m7 7, m8 8 in all",
    "left out: p7, p8",
  ]);
  assertStringIncludes(table["text/html"] ?? "", "<div>left out: p7, p8</div>");
  assertStringIncludes(table["text/markdown"] ?? "", "left out: `p7`, `p8`");
});

Deno.test("what a sweep calls best has the first of its table's columns, whether it differs or not", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  manyColumns(journal, (run) => ({ k: String(run) }));
  addRun(journal, {
    experiment: "wide",
    tags: { "nbtrack.sweep": "2 runs, min m7" },
  });
  const table = await shown(await runsInCell("wide", { home }));
  const [head = ""] = (table["text/plain"] ?? "").split("\n");
  assertEquals(head.split(/\s+/).slice(3), ["k", "m7", "zloss"]);
});

Deno.test("a run that diverged is not the best of a table, nor of a comparison", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const ids = [Infinity, 0.5, 0.7].map((accuracy, i) =>
    addRun(journal, { name: `r${i}`, metrics: { accuracy: [accuracy] } })
  );
  for (
    const value of [
      await runsInCell("penguins", { home }),
      await compareInCell(ids, { home }),
    ]
  ) {
    const text = (await shown(value))["text/plain"] ?? "";
    assertEquals(text.match(/\S+ ★/g), ["0.7 ★"], text);
  }
});

Deno.test("a reproduction is not marked as the best beside its original", async () => {
  using opened = emptyJournal();
  const [, second = ""] = threeRuns(opened.journal);
  addRun(opened.journal, {
    experiment: "penguins",
    name: "second-again",
    reproduces: second,
    tags: { "nbtrack.reproduces": second },
    metrics: { accuracy: [0.9] },
  });
  const { home } = opened;
  const table = await shown(await runsInCell("penguins", { home }));
  const best = (table["text/html"] ?? "").split("<tr>").filter((row) =>
    row.includes("★")
  );
  assertEquals(best.length, 1, table["text/html"]);
  assertEquals(best[0]?.includes("second-again"), false);
});

Deno.test("compare() gives what differs, points as rows, and shows curves above each other", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const [first = "", second = ""] = threeRuns(journal);
  const both = await compareInCell([first, { run_id: second }], { home });
  assertEquals(both.params, [{ key: "k", values: ["1", "5"] }]);
  assertEquals(both.metrics, [{ key: "accuracy", values: [0.7, 0.9] }]);
  assertEquals(both.cells.map(({ change }) => change), ["changed"]);
  assertEquals(
    (await both.points("accuracy")).map(({ run, step, value }) => [
      run,
      step,
      value,
    ]),
    [["first", 0, 0.5], ["first", 1, 0.7], ["second", 0, 0.6], [
      "second",
      1,
      0.9,
    ]],
  );
  assertEquals(await both.points("none"), []);
  const bundle = await shown(both);
  assertStringIncludes(bundle["text/html"] ?? "", "data:image/svg+xml;base64");
  await assertSnapshot(
    SNAPSHOTS,
    "comparison-plain",
    stable(bundle["text/plain"] ?? ""),
  );
  assertStringIncludes(
    (await shown(await compareInCell([first, first], { home })))[
      "text/plain"
    ] ?? "",
    "nothing differs",
  );
  await assertRejects(() => compareInCell([first], { home }), NbtrackError);
  await assertRejects(
    () => compareInCell([first, 7 as never], { home }),
    NbtrackError,
  );
  assertEquals(
    (await loadRuns([first, { run_id: second }], { home })).map((run) =>
      run.name
    ),
    ["first", "second"],
  );
});

Deno.test("a comparison of runs with other seeds says the word once", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const ids = [2, 1].map((seed) => addRun(journal, { seed, end: "FINISHED" }));
  const bundle = await shown(await compareInCell(ids, { home }));
  for (const type of ["text/plain", "text/html", "text/markdown"]) {
    assertStringIncludes(bundle[type] ?? "", "seed: 2 → 1");
  }
});

Deno.test("hostile names, keys and values are escaped in tables and comparisons", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const ids = ["1", "2"].map((k) =>
    addRun(journal, {
      experiment: "bad",
      name: `${BAD}${k}`,
      params: { [BAD]: `${BAD}${k}` },
      metrics: { [BAD]: [1, Number(k)] },
      tags: { [BAD]: BAD },
      cells: [`"${BAD}${k}"`],
      documents: { packages: [] },
      end: "FAILED",
    })
  );
  for (
    const value of [
      await runsInCell(undefined, { home }),
      await compareInCell(ids, { home }),
    ]
  ) {
    const bundle = await shown(value);
    assert(
      !(bundle["text/html"] ?? "").replaceAll(/<img width="640"/g, "").includes(
        "<img",
      ),
      bundle["text/html"],
    );
    for (const line of (bundle["text/markdown"] ?? "").split("\n")) {
      assert(!/<img/.test(line.replaceAll(/(`+).*?\1/g, "")), line);
    }
  }
});
