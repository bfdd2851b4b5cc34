/** Texts that are long beside the recorder's small memory. */
import { assertEquals } from "@std/assert";
import { placesOf, random } from "../redaction/support.ts";
import { IMPORT, Workspace } from "./support.ts";

Deno.test("a secret that becomes known after long artifacts were logged is taken out of them, and every cell is recorded", async () => {
  await using workspace = Workspace.make();
  const secret = `q7${random(16)}`;
  const backwards = [...secret].toReversed().join("");
  const path = workspace.notebook("long.ipynb", [
    `${IMPORT}\nconst run = await track("long", { quiet: true });`,
    `const value = [...${JSON.stringify(backwards)}].reverse().join("");
     const rows = (n) => "<tr><td>a line of text</td></tr>\\n".repeat(n) + value + "\\n";
     await run.logArtifact("table.html", rows(300_000));
     await run.logArtifact("longer.html", rows(1_200_000));`,
    `const config = { password: ${JSON.stringify(secret)} };`,
    `await run.logArtifact("rows.json", JSON.stringify(Array.from({ length: 400_000 }, (_, id) => ({ id, name: "a name of some length " + id }))));`,
    `console.log("after it")`,
    `await run.end();`,
  ]);
  const { code, stderr } = await workspace.nbtrack(["run", path]);
  assertEquals(code, 0, stderr);
  const record = await workspace.finalised();
  assertEquals(record.cells.map((cell) => cell.status), Array(6).fill("ok"));
  assertEquals(record.missing, []);
  const artifacts = record.artifacts.filter((a) => a.origin === "user");
  assertEquals(artifacts.map((a) => a.path), [
    "longer.html",
    "rows.json",
    "table.html",
  ]);
  assertEquals(await placesOf({ secret }, [workspace.home]), []);
});
