/** What a site says of this machine. */
import { assert, assertEquals } from "@std/assert";
import { addRun, emptyJournal } from "../record/filled.ts";
import { nbtrack } from "./nbtrack.ts";

Deno.test("a site names neither the folder that a run was repeated in nor the one around it", async () => {
  using made = emptyJournal();
  const root = "/tmp/nbtrack-reproduce-0123456789abcdef";
  const run_id = addRun(made.journal, { cwd: `${root}/notebooks` });
  made.journal.entries.setMissing(
    run_id,
    "../lib.ts",
    `Module not found "file://${root}/lib.ts".`,
  );
  const site = `${made.home}/site`;
  const { code, stderr } = await nbtrack(["site", site], made);
  assertEquals([code, stderr], [0, ""]);
  const page = Deno.readTextFileSync(`${site}/runs/${run_id}/index.html`);
  assert(page.includes("../lib.ts"), "what is missing is on the page");
  assert(!page.includes("nbtrack-reproduce-"), "the folder is not");
});
