import { assertEquals, assertStringIncludes } from "@std/assert";
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
