import { assertEquals } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { nbtrackJson, type NbtrackOptions } from "../cli/nbtrack.ts";
import { projectIn, temporary } from "../reproduce/recorded.ts";
import { LESSON_IMPORTS } from "./lesson_folder.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";

const CELLS = [
  'import { track } from "@nbtrack/nbtrack";\nimport { check, nbtrack, ran } from "@nbtrack/nbtrack/lessons";\nconst run = await track("shown", { quiet: true });',
  "// cell: fail\nthrow new Error(`on purpose`);",
  'const exercise = { title: "Mine", points: [ran("fail"), ran("never")], hints: ["Look again.", "Read it."] };\nconst found = await check(exercise);\nfound',
  "check.hint()",
  'await nbtrack("runs", "--experiment", "shown")',
  "console.log(JSON.stringify(found.points.map((p) => p.state)));\nrun.logMetric(`holding`, found.points.filter((p) => p.state === `holds`).length);\nawait run.end();",
];

/** A folder with a notebook that may import the lessons. */
function projectOf(path: string, cells: readonly string[]): NbtrackOptions {
  const folder = `${path}/project`;
  projectIn(folder, {
    "deno.json": JSON.stringify({
      imports: LESSON_IMPORTS,
      nodeModulesDir: "none",
    }),
    "shown.ipynb": notebookJson(
      cells.map((source, i) => ({
        source,
        id: `c${i}`,
        ...(i === 1 && { tags: ["raises-exception"] }),
      })),
    ),
  });
  return { home: `${path}/home`, cwd: folder };
}

Deno.test("a notebook with a check, a hint and a command of nbtrack in it reproduces, whatever lies in the journal then", async () => {
  using place = temporary();
  const options = projectOf(place.path, CELLS);
  const ran = await nbtrackJson(["run", "shown.ipynb"], options) as {
    status: string;
    failed: unknown;
    cells: number;
  };
  assertEquals([ran.status, ran.failed, ran.cells], ["ok", null, 6]);
  const shown = await nbtrackJson(["show", "last"], options) as {
    status: string;
    cells: { status: string }[];
  };
  assertEquals(shown.status, "FINISHED");
  assertEquals(shown.cells.map(({ status }) => status), [
    "ok",
    "error",
    "ok",
    "ok",
    "ok",
    "ok",
  ]);
  const verdict = await nbtrackJson(["reproduce", "last"], options) as Verdict;
  assertEquals([verdict.verdict, verdict.warnings], ["REPRODUCED", []]);
  assertEquals(
    verdict.masked.filter(({ kind }) =>
      kind === "what a lesson says of the record"
    ).map(({ cell }) => cell),
    [4],
    "the list of runs was longer",
  );
});

Deno.test("a notebook with a check and a command in it reproduces in the sandbox, where neither journal nor programs can be had", async () => {
  using place = temporary();
  const options = projectOf(place.path, [
    ...CELLS.slice(0, 5),
    "await run.end();",
  ]);
  await nbtrackJson(["run", "shown.ipynb"], options);
  const verdict = await nbtrackJson(
    ["reproduce", "last", "--sandbox"],
    options,
  ) as Verdict;
  assertEquals(verdict.verdict, "REPRODUCED");
  assertEquals(verdict.outputs.map(({ cell }) => cell), [1, 2, 3, 4]);
});
