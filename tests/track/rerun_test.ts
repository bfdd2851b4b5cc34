import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TestKernel } from "../front_end_kernel.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

async function ok(kernel: TestKernel, code: string): Promise<string> {
  const reply = await kernel.execute(code);
  assertEquals(reply.status, "ok", JSON.stringify(reply.outputs));
  return JSON.stringify(reply.outputs);
}

const CELL =
  `var run = await track("again", { params: { k: 5 }, quiet: true });`;

Deno.test("a track() cell executed again without anything logged goes on with its run", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  await ok(kernel, `${CELL} var first = run;`);
  await ok(kernel, `${CELL} var first = run;`);
  const printed_text = await ok(kernel, `${CELL} var first = run;`);
  await ok(kernel, `run.logMetric("a", 1); await run.end();`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(
    [record.status, record.metrics],
    ["FINISHED", { a: 1 }],
    printed_text,
  );
  assertEquals(record.cells.length, 5);
  const [row] = workspace.runs();
  assertEquals(row?.attempt, 3);
});

Deno.test("a track() cell executed again ends the run to which something was logged, and begins another", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  await ok(kernel, CELL);
  await ok(kernel, `run.logMetric("a", 1)`);
  await ok(kernel, CELL);
  assertEquals(workspace.runs().map((r) => r.status), ["FINISHED", "RUNNING"]);
  await kernel.shutdown();
});

Deno.test("a track() cell executed with another source or other params begins another run", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  // The cell in which the recording begins is known by its options alone.
  await ok(kernel, `${IMPORT} await track("before", { quiet: true });`);
  await ok(kernel, CELL);
  await ok(kernel, `${CELL} // now with a comment`);
  await ok(kernel, CELL.replace("5", "6"));
  assertEquals(
    workspace.runs().slice(1).map((
      r,
    ) => [r.status, JSON.parse(r.options).params]),
    [["FINISHED", { k: 5 }], ["FINISHED", { k: 5 }], ["RUNNING", { k: 6 }]],
  );
  await kernel.shutdown();
});

Deno.test("runs of other experiments and of callbacks stay open when a track() cell is executed again", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  await ok(
    kernel,
    `const other = await track("other", { quiet: true });
     let release; const held = new Promise((r) => release = r);
     const inside = track("again", { quiet: true }, async (run) => { await held; run.logMetric("in", 1); return run.id; });`,
  );
  await ok(kernel, CELL);
  await ok(kernel, `run.logMetric("a", 1)`);
  await ok(kernel, CELL);
  const byName = (name: string) =>
    workspace.runs().filter((r) => r.experiment === name).map((r) => r.status);
  assertEquals(byName("other"), ["RUNNING"]);
  assertEquals(byName("again").sort(), ["FINISHED", "RUNNING", "RUNNING"]);
  await ok(kernel, `release(); const id = await inside; id`);
  const scoped = workspace.runs().find((r) =>
    workspace.journal.metrics(r.run_id).some((m) => m.key === "in")
  );
  assertEquals(scoped?.status, "FINISHED");
  await kernel.shutdown();
});

Deno.test("track() called several times in one execution gives as many runs, and none loses a value", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  await ok(
    kernel,
    `const together = await Promise.all([1, 1, 2].map((k) => track("twice", { params: { k }, quiet: true })));
     together.forEach((run, i) => run.logMetric("i", i));
     const after = await track("twice", { params: { k: 1 }, quiet: true });
     after.logMetric("i", 3);
     together.forEach((run, i) => run.logMetric("again", i));
     for (const run of [...together, after]) await run.end();`,
  );
  await kernel.shutdown();
  await workspace.finished();
  const runs = workspace.runs();
  assertEquals(runs.map((r) => r.status), Array(4).fill("FINISHED"));
  assertEquals(
    runs.map((r) =>
      workspace.journal.metrics(r.run_id).find((m) => m.key === "i")?.last
        ?.value
    ).sort(),
    [0, 1, 2, 3],
  );
  assertEquals(
    runs.flatMap((r) =>
      workspace.journal.metrics(r.run_id).filter((m) => m.key === "again")
    ).length,
    3,
  );
});

Deno.test("a callback's run is ended with it, also when runs are open at once or within each other", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  const printed_text = await ok(
    kernel,
    `const results = await Promise.all([1, 2, 3].map((k) => track("scoped", { params: { k }, quiet: true }, async (run) => {
       await new Promise((r) => setTimeout(r, 5 * (4 - k)));
       run.logMetric("k", k);
       return k * 10;
     })));
     const nested = await track("outer", { quiet: true }, (outer) =>
       track("inner", { quiet: true, from: outer }, (inner) => [outer.status, inner.status].join()));
     JSON.stringify([results, nested])`,
  );
  assertStringIncludes(
    printed_text.replaceAll("\\", ""),
    `[[10,20,30],"RUNNING,RUNNING"]`,
  );
  const thrown = await kernel.execute(
    `await track("thrown", { quiet: true }, () => { throw new RangeError("from inside") })`,
  );
  assertEquals(
    [thrown.status, thrown.ename, thrown.evalue],
    ["error", "RangeError", "from inside"],
  );
  await kernel.shutdown();
  await workspace.finished();
  const statuses = workspace.runs().map((r) => [
    r.experiment,
    r.status,
    r.end_reason,
  ]);
  assertEquals(statuses.sort(), [
    ["inner", "FINISHED", null],
    ["outer", "FINISHED", null],
    ["scoped", "FINISHED", null],
    ["scoped", "FINISHED", null],
    ["scoped", "FINISHED", null],
    ["thrown", "FAILED", "from inside"],
  ]);
  const outer = workspace.runs().find((r) => r.experiment === "outer");
  const inner = workspace.runs().find((r) => r.experiment === "inner");
  assertEquals(inner?.parent, outer?.run_id);
});

Deno.test("a seeded cell draws the same numbers each time it is executed", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await ok(kernel, IMPORT);
  const cell = `await track("seeded", { seed: 7, quiet: true }); Math.random()`;
  const first = await ok(kernel, cell);
  const replace = (text: string) =>
    text.replace(/"execution_count":\d+/, '"execution_count":0');
  assertEquals(replace(await ok(kernel, cell)), replace(first));
  await kernel.shutdown();
  assertEquals((await workspace.finalised()).seed, 7);
});
