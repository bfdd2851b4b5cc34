import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { projectIn, record, temporary, verdictOf } from "./recorded.ts";
import { assertReproduced, bundleOf, TRACK } from "./data_cells.ts";

const OPEN = `${TRACK}const run = await track("s", { quiet: true });`;

Deno.test("what the recorded run left outside of its folder and the replay only reads is no reproduction, and a file that it writes anew is one", async () => {
  using elsewhere = temporary();
  const path = `${elsewhere.path}/cache.txt`;
  const bundle = await bundleOf([
    OPEN,
    `const p = ${JSON.stringify(path)};
let hit = true; try { Deno.statSync(p); } catch { hit = false; }
if (!hit) Deno.writeTextFileSync(p, String(Math.random()));`,
    `run.logMetric("m", Number(Deno.readTextFileSync(p)));`,
  ], {});
  const left = Deno.readTextFileSync(path);
  const verdict = await verdictOf(bundle);
  assertEquals([verdict.verdict, verdict.causes[0]?.dimension], [
    "DRIFTED",
    "data",
  ]);
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    `read ${path}, which was written during the recorded run`,
  );
  assertEquals(Deno.readTextFileSync(path), left);

  const again = `${elsewhere.path}/again.txt`;
  const rewriting = await bundleOf([
    OPEN,
    `Deno.writeTextFileSync(${JSON.stringify(again)}, "12");`,
    `run.logMetric("m", Number(Deno.readTextFileSync(${
      JSON.stringify(again)
    })));`,
  ], {});
  assert(Deno.statSync(again).isFile);
  assertReproduced(await verdictOf(rewriting));
});

Deno.test("a slice holds the cell that writes the file which its result is read from, however it is written", async () => {
  using elsewhere = temporary();
  using home = temporary();
  using folder = temporary();
  projectIn(folder.path);
  const path = (n: string) => JSON.stringify(`${elsewhere.path}/${n}.txt`);
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";',
    'const run = await track("s", { quiet: true });',
    `const made = [${path("a")}, ${
      path("b")
    }].map((p) => Deno.writeTextFileSync(p, "abcd"));`,
    "const unrelated = 1;",
    `run.logMetric("m", Deno.readTextFileSync(${path("a")}).length);`,
  ], { home: home.path, folder: folder.path });
  const slice = await nbtrackJson(["slice", run_id, "--metric", "m"], {
    home: home.path,
    cwd: folder.path,
    code: 0,
  }) as { cells: number[]; proved: boolean };
  assertEquals([slice.proved, slice.cells], [true, [0, 1, 2, 4]]);
});
