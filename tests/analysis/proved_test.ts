import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
} from "../reproduce/recorded.ts";

const CELLS = [
  'import { track } from "@nbtrack/nbtrack";',
  'const run = await track("proved", { seed: 7, quiet: true });',
  "const rows = [5, 3, 1];",
  "console.log(rows.length);",
  "rows.push(7);",
  "rows.sort();",
  'rows.push(9); throw new Error("on purpose");',
  "const unrelated = rows.map((r) => r * 2);",
  'run.logMetric("sum", rows.reduce((a, b) => a + b, 0) + Math.random());',
  'Deno.writeTextFileSync("sum.txt", String(rows.length));',
  'await run.logArtifact("sum.txt", "sum.txt");',
  'globalThis["hid" + "den"] = 3;',
  'run.logMetric("level", globalThis["hid" + "den"] * 2);',
  'run.logMetric("chance", crypto.getRandomValues(new Uint32Array(1))[0]);',
];

Deno.test("slices of a metric, an artifact and a cell are proved by their runs, written down, and listed nowhere", async () => {
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const place = { home: home.path, folder: folder.path };
  const run_id = await record(CELLS, place);
  const slice = async (args: readonly string[], code = 0) =>
    await nbtrackJson(["slice", run_id, ...args], {
      home: home.path,
      cwd: folder.path,
      code,
    }) as {
      run_id: string;
      target: unknown;
      cells: number[];
      of: number;
      proved: boolean;
      why: string | null;
      output: string | null;
    };

  assertEquals(
    await slice(["--metric", "sum", "--output", "slice.ipynb"]),
    {
      run_id,
      target: { metric: "sum" },
      cells: [0, 1, 2, 4, 6, 8],
      of: CELLS.length,
      proved: true,
      why: null,
      output: `${folder.path}/slice.ipynb`,
    },
  );
  const written = JSON.parse(
    await Deno.readTextFile(`${folder.path}/slice.ipynb`),
  ) as {
    cells: { cell_type: string; source: string[]; metadata: object }[];
  };
  const code = written.cells.filter((cell) => cell.cell_type === "code");
  assertEquals(
    code.map(({ source }) => source.join("")),
    [0, 1, 2, 4, 6, 8].map((index) => CELLS[index]),
  );
  assertEquals(
    code.map(({ metadata }) => "tags" in metadata && metadata.tags),
    [
      false,
      false,
      false,
      false,
      ["raises-exception"],
      false,
    ],
  );

  const file = await slice(["--artifact", "sum.txt"]);
  assertEquals([file.cells, file.proved], [[0, 1, 2, 4, 6, 9, 10], true]);

  const hidden = await slice(["--metric", "level"]);
  assertEquals(hidden.proved, true);
  assertEquals([0, 1, 11, 12].every((i) => hidden.cells.includes(i)), true);

  const chance = await slice(["--metric", "chance"], 1);
  assertEquals(chance.proved, false);
  assertStringIncludes(chance.why ?? "", "chance was");

  const { runs } = await nbtrackJson(["runs"], place) as {
    runs: { run_id: string }[];
  };
  assertEquals(runs.map((run) => run.run_id), [run_id]);
  const { sessions } = await nbtrackJson(["sessions"], place) as {
    sessions: { runs: string[] }[];
  };
  assertEquals(sessions.map((session) => session.runs), [[run_id]]);
});

Deno.test("the slice of a run of another machine is proved in the sandbox", async () => {
  using home = temporary();
  using other = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const run_id = await record([
    ...CELLS.slice(0, 3),
    'run.logMetric("rows", rows.length);',
  ], { home: home.path, folder: folder.path });
  const bundle = `${folder.path}/run.zip`;
  await Deno.writeFile(bundle, await bundleBytes(home.path, run_id));
  const found = await nbtrackJson(["slice", bundle, "--metric", "rows"], {
    home: other.path,
    cwd: folder.path,
  }) as { cells: number[]; proved: boolean };
  assertEquals([found.cells, found.proved], [[0, 1, 2, 3], true]);
  using journal = journalIn(other.path);
  assertEquals(
    journal.runs.list({}).map(({ provenance }) => provenance),
    ["sandbox"],
  );
});

Deno.test("a slice is proved with the data that is named, and in the sandbox with what is granted", async () => {
  using home = temporary();
  using other = temporary();
  using folder = temporary();
  projectIn(folder.path);
  await Deno.writeTextFile(`${folder.path}/rows.csv`, "x\n1\n2\n3\n");
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";',
    'const run = await track("granted", { data: { table: "rows.csv" }, quiet: true });',
    'const rows = (await Deno.readTextFile("rows.csv")).trim().split("\\n");',
    'const unit = (() => { try { return Deno.env.get("SLICE_UNIT") ?? "none"; } catch { return "refused"; } })();',
    'run.logMetric("rows", rows.length);',
    'run.logMetric("letters", unit.length);',
  ], { home: home.path, folder: folder.path, env: { SLICE_UNIT: "metre" } });
  const here = { home: home.path, cwd: folder.path };
  await Deno.writeTextFile(`${folder.path}/more.csv`, "x\n1\n2\n3\n4\n");
  const slice = async (
    args: readonly string[],
    options: { home: string; cwd: string; code?: number },
  ) =>
    await nbtrackJson(["slice", ...args], {
      ...options,
      env: { SLICE_UNIT: "metre" },
    }) as { cells: number[]; proved: boolean; why: string | null };

  const moved = await slice(
    [run_id, "--metric", "rows", "--data", "table=more.csv"],
    { ...here, code: 1 },
  );
  assertEquals([moved.proved, moved.why], [
    false,
    "rows was 4 and is 5 when its run is repeated",
  ]);

  const bundle = `${folder.path}/run.zip`;
  await Deno.writeFile(bundle, await bundleBytes(home.path, run_id));
  const there = { home: other.path, cwd: folder.path };
  const shut = await slice([bundle, "--metric", "letters"], {
    ...there,
    code: 1,
  });
  assertEquals(shut.proved, false);
  const granted = await slice(
    [bundle, "--metric", "letters", "--allow-env", "SLICE_UNIT"],
    there,
  );
  assertEquals([granted.proved, granted.cells], [true, [0, 1, 3, 5]]);
});

Deno.test("a slice that cannot be is refused in a sentence, and --no-prove runs nothing", async () => {
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const place = { home: home.path, folder: folder.path };
  const run_id = await record(CELLS.slice(0, 9), place);
  for (
    const [args, says] of [
      [["--metric", "summ"], 'Did you mean "sum"?'],
      [["--cell", "9"], "has no cell 9"],
      [["--artifact", "x.txt"], 'has no artifact "x.txt"'],
      [[], "none was named"],
      [["--cell", "1", "--metric", "sum"], "several were named"],
    ] as const
  ) {
    const { code, stderr } = await nbtrack(["slice", run_id, ...args], place);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, says);
  }
  const { cells, proved, why } = await nbtrackJson(
    ["slice", run_id, "--metric", "sum", "--no-prove"],
    place,
  ) as { cells: number[]; proved: boolean; why: string };
  assertEquals([cells, proved, why], [
    [0, 1, 2, 4, 5, 6, 8],
    false,
    "it was not run",
  ]);
  const { stdout } = await nbtrack(
    ["slice", run_id, "--cell", "8", "--no-prove"],
    place,
  );
  const [first = "", head, ...rows] = stdout.split("\n");
  assertMatch(first, /^Cell \[9\] \(--cell 8\) depends on \d of 9 cells:$/);
  assertEquals(head, "CELL  SOURCE");
  assertEquals(
    rows.some((row) => row.startsWith(" [9]  run.logMetric(")),
    true,
    stdout,
  );
});
