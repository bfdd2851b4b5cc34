import { assertEquals, assertStringIncludes } from "@std/assert";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

Deno.test("show of a sweep has its runs with params, metrics and seeds, marks the best, and calls nothing missing", async () => {
  await using space = Workspace.make();
  const path = space.notebook("sweep.ipynb", [
    { source: "let k = 1;", tags: ["parameters"] },
    `${IMPORT}\nconst run = await track("sweep", { params: { k }, quiet: true });`,
    `run.logMetric("accuracy", k === 2 ? 0.9 : 0.5);`,
  ]);
  const args = ["--grid", "k=1,2", "--repeat", "2", "--seed", "5"];
  const ran = await space.nbtrack(
    ["run", path, ...args, "--max", "accuracy", "--json"],
  );
  const { sweep, best, runs } = JSON.parse(ran.stdout);
  const { stdout } = await space.nbtrack(["show", sweep, "--json"]);
  const shown: RunRecord & { children: RunRecord[]; best: unknown } = JSON
    .parse(stdout);
  assertEquals(shown.missing, []);
  assertEquals(shown.best, best);
  assertEquals(shown.children.map((child) => child.run_id), runs);
  const text = (await space.nbtrack(["show", sweep])).stdout;
  assertEquals(text.includes("Missing"), false, text);
  const table = text.slice(text.indexOf("Runs of the sweep (4)"));
  for (const title of ["BEST", "accuracy", "seed", " k"]) {
    assertStringIncludes(table.split("\n")[1] ?? "", title);
  }
  const marked = runs.filter((id: string) =>
    new RegExp(`^ *${id.slice(0, 8)} .*\\bbest\\b`, "m").test(table)
  );
  assertEquals(marked, best.run_ids);
  assertStringIncludes(table, "Best: k=2, accuracy 0.9 ± 0 over 2 runs");
});

Deno.test("of a run that is open nothing is called missing that its recorder writes at its end", async () => {
  await using space = Workspace.make();
  await using kernel = await space.kernel();
  await kernel.execute(
    `${IMPORT}\nconst run = await track("open", { quiet: true });`,
  );
  const run = await until("the run's cell", () => {
    const [run] = space.runs();
    return run !== undefined &&
      space.journal.executions.lastEnded(run.session_id) !== undefined && run;
  });
  const named = ({ missing }: RunRecord) => missing.map(({ what }) => what);
  const record = await space.record(run.run_id);
  // The first cell's source was nowhere to be seen: it is missing, whatever comes.
  assertEquals([record.status, named(record)], ["RUNNING", ["cell sources"]]);
  await kernel.execute("await run.end()");
  assertEquals(named(await space.finalised()), ["cell sources"]);
});
