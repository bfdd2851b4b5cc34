import { assertEquals, assertStringIncludes } from "@std/assert";
import { failedCell } from "../../src/view/run_facts.ts";
import { SITE_PATHS } from "../../src/web/site_links.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

Deno.test("runs names the cell in which a run failed", async () => {
  await using space = Workspace.make();
  const notebook = space.notebook("fails.ipynb", [
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    "const fine = 1;",
    "throw new Error('as it should be');",
  ]);
  const { code } = await space.nbtrack(["run", notebook]);
  assertEquals(code, 1);
  const { stdout } = await space.nbtrack(["runs"]);
  assertStringIncludes(stdout, "FAILED in [3]");
  const shown = await space.nbtrack(["runs", "--json"]);
  assertEquals(JSON.parse(shown.stdout).runs[0].failed_cell, "[3]");
});

Deno.test("a failure from before a run's track() is nowhere said to be the run's", async () => {
  await using space = Workspace.make();
  await using front = await FrontEnd.start(space);
  await front.execute(`throw new Error("too early")`);
  const cell =
    `${IMPORT}\nconst run = await track("e", { quiet: true }); await run.end(`;
  await front.execute(`${cell}"FAILED");`);
  const record = await space.finalised();
  assertEquals(record.cells.map(({ status }) => status), ["error", "ok"]);
  const shown = await space.nbtrack(["show", record.run_id]);
  assertEquals(/^ *Failed .*$/m.exec(shown.stdout), null, shown.stdout);
  const { stdout } = await space.nbtrack(["runs", "--json"]);
  const [run] = JSON.parse(stdout).runs;
  assertEquals([run.status, run.failed_cell], ["FAILED", undefined]);
  await space.nbtrack(["site", `${space.folder}/site`]);
  const page = Deno.readTextFileSync(
    `${space.folder}/site/${SITE_PATHS.run(record.run_id)}`,
  );
  assertEquals(/ in <a href="#cell-.*?<\/a>/.exec(page)?.[0], undefined);
  assertEquals(failedCell(space.journal, record.run_id), null);
});
