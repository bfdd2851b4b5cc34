import { assert, assertEquals } from "@std/assert";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import { journalIn, projectIn, record, temporary } from "./recorded.ts";

const TRACK = `import { track } from "@nbtrack/nbtrack";
const run = await track("s", { quiet: true }); const t0 = performance.now();`;
const READ =
  'const rts = Deno.readTextFileSync("rt.csv").trim().split("\\n").slice(1).map(Number);';
/** Another part of the data in each millisecond, and each time another value. */
const ROWS = Array.from(
  { length: 997 },
  (_, i) => `${200 + (i * 7919) % 997 / 10}`,
);

Deno.test("a value of the data that a clock's reading picked is no run time, and a time that passed beside it in another cell is one", async () => {
  using place = temporary();
  const home = `${place.path}/home`;
  const folder = `${place.path}/project`;
  projectIn(folder, { "rt.csv": `rt\n${ROWS.join("\n")}\n` });
  const cells = [
    TRACK,
    READ,
    "const start = Date.now() % 900;",
    "const sample = rts.slice(start, start + 10); const mean = sample.reduce((a, b) => a + b, 0) / sample.length;",
    "console.log(`mean reaction time ${mean.toFixed(3)} ms`);",
    'await run.logArtifact("r.txt", `mean reaction time ${mean.toFixed(3)} ms`);',
    "console.table(sample.slice(0, 3).map((v) => ({ rt: `${v} ms` })));",
    'await Deno.jupyter.display({ "text/html": `<p>mean <b>${(mean / 1000).toFixed(6)} s</b></p>` }, { raw: true });',
    "console.log(`${rts.length} rows in ${performance.now() - t0} ms`);",
    "await run.end();",
  ];
  const run_id = await record(cells, { home, folder });
  using journal = journalIn(home);
  const verdict = await reproduce(run_id, { journal, cwd: folder });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(
    verdict.outputs.filter(({ same }) => !same).map(({ name }) => name),
    ["[5]", "[7]", "[8]"],
  );
  assertEquals(verdict.artifacts, [{ path: "r.txt", same: false }]);
  assertEquals(
    verdict.masked.filter(({ kind }) => kind === "run time")
      .map(({ cell }) => cell),
    [8],
  );
  assert(
    verdict.warnings.some((text) =>
      text.startsWith("cell [5], cell [7], cell [8]") &&
      text.includes("the clock chose, in cell [3]")
    ),
    verdict.warnings.join("\n"),
  );
});
