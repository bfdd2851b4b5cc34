import { assertEquals } from "@std/assert";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { notebookJson } from "../notebook_file.ts";
import { projectIn, temporary } from "../reproduce/recorded.ts";
import { LESSON_IMPORTS } from "./lesson_folder.ts";

const COMPARE = `{
  const { text } = await nbtrack("compare", ...ids, "--json");
  const { datasets: all, unknown } = JSON.parse(text);
  const datasets = all.filter(({ key }) => key === "table"); // without what was found in the cells
  console.log(JSON.stringify({
    rows: datasets.map(({ rows }) => rows),
    known: datasets.every(({ values }) => !values.includes(null)),
    unknown: unknown.map(({ what }) => what),
  }));
}`;
const CELLS = [
  `import { track } from "@nbtrack/nbtrack";
import { nbtrack } from "@nbtrack/nbtrack/lessons";
const ids = [];
for (const table of ["a.csv", "b.csv"]) {
  ids.push(await track("files", { data: { table }, quiet: true }, (run) => run.id));
}
${COMPARE}`,
  COMPARE,
];

Deno.test("a command in a cell waits for the data of the runs that have just ended, and for all of their record from the next cell on", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder, {
    "deno.json": JSON.stringify({
      imports: LESSON_IMPORTS,
      nodeModulesDir: "none",
    }),
    "files.ipynb": notebookJson(
      CELLS.map((source, i) => ({ source, id: `c${i}` })),
    ),
    "a.csv": "x\n1\n2\n",
    "b.csv": "x\n1\n3\n4\n",
  });
  await nbtrackJson(["run", "files.ipynb", "--output", "out.ipynb"], {
    home: `${place.path}/home`,
    cwd: folder,
  });
  const { cells } = JSON.parse(
    await Deno.readTextFile(`${folder}/out.ipynb`),
  );
  const printed = cells.map((cell: { outputs: { text?: string[] }[] }) =>
    JSON.parse(cell.outputs.flatMap(({ text = [] }) => text).join(""))
  );
  const data = { rows: [[2, 3]], known: true };
  assertEquals(printed, [
    // Which packages a cell has used is known once it has ended.
    { ...data, unknown: ["packages", "packages"] },
    { ...data, unknown: [] },
  ]);
});
