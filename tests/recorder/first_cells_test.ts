import { assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import type { ExecuteReply } from "../../src/jupyter/kernel.ts";
import { IMPORT, printed, Workspace } from "./support.ts";
import { TRACKED } from "../test_kernel.ts";
import { until } from "../until.ts";

Deno.test("a kernel that nbtrack did not start is recorded from the cell that calls track()", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute("const before = 1;");
  const first = await kernel.execute(
    `${IMPORT}\nconst run = await track("plain", { params: { k: 5 } });\nconsole.log("tracked");`,
  );
  assertEquals(first.status, "ok", JSON.stringify(first));
  assertEquals(printed(first), "tracked\n");
  await kernel.execute(`run.logMetric("loss", 0.5); console.log("a"); 6 * 7`);
  await kernel.execute(`throw new Error("not this way")`);
  await kernel.execute(`await run.end(); "over"`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.status, "FINISHED");
  assertEquals(record.params, { k: "5" });
  assertEquals(record.metrics, { loss: 0.5 });
  assertEquals(
    record.cells.map((c) => [c.execution_count, c.status, c.outputs.length]),
    [[1, "ok", 0], [2, "ok", 2], [3, "ok", 2], [4, "error", 1], [5, "ok", 1]],
  );
  // Deno's own kernel is followed from track() on, the tracked one from its start.
  assertEquals(record.cells[0]?.source, TRACKED ? "const before = 1;" : "");
  assertEquals(record.cells[3]?.source, `throw new Error("not this way")`);
  const gap = record.missing.find((m) => m.what === "cell sources");
  if (TRACKED) assertEquals(gap, undefined);
  else assertStringIncludes(gap?.why ?? "", "[1], [2]");
  assertEquals(workspace.log, "");
});

Deno.test("a notebook that was saved before the recorder saw its last execution gives the sources all the same", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/early.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const sources = [
    `${IMPORT}\nconst run = await track("early");`,
    `run.logMetric("loss", 1);`,
  ];
  await kernel.execute(sources[0] ?? "");
  Deno.writeTextFileSync(
    path,
    notebookJson(
      sources.map((source, i) => ({ source, execution_count: i + 1 })),
    ),
  );
  await until("the recorder's reading of the file", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.document(run.run_id, "notebook_file");
  });
  await kernel.execute(sources[1] ?? "");
  await until("the sources of the open run", () => {
    const [session] = workspace.journal.sessions.unended();
    const known = workspace.journal.executions.list(session?.session_id ?? "")
      .map((e) => e.source);
    return JSON.stringify(known) === JSON.stringify(sources);
  });
  await kernel.shutdown();
  await workspace.finished();
});

Deno.test("a track() on the first line of its cell, and an error there, are found where the saved notebook has them", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/first-line.ipynb`;
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  const sources = [
    IMPORT,
    `JSON.parse("{bad");`,
    `const run = await track("first line", { params: { k: 3 }, seed: 1 });`,
    "run.logMetric('a', Math.random());",
    "await run.end();",
  ];
  Deno.writeTextFileSync(
    path,
    notebookJson(sources.map((source) => ({ source }))),
  );
  const replies: ExecuteReply[] = [];
  for (const source of sources) replies.push(await kernel.execute(source));
  Deno.writeTextFileSync(
    path,
    notebookJson(sources.map((source, i) => ({
      source,
      execution_count: i + 1,
      outputs: (replies[i]?.outputs ?? []).map((one) => ({ ...one })),
    }))),
  );
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.cells.map(({ source }) => source), sources);
  assertEquals(record.missing.filter(({ what }) => /\d/.test(what)), []);
});

Deno.test("what ran before the recording is filled in from the notebook when it is saved", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel({
    JPY_SESSION_NAME: `${workspace.work}/lesson.ipynb`,
  });
  const sources = [
    `console.log("first"); 41 + 1`,
    `${IMPORT}\nconsole.log("early");\nconst run = await track("reconciled");`,
    `run.logMetric("loss", 1); await run.end();`,
  ];
  const replies: ExecuteReply[] = [];
  for (const source of sources) replies.push(await kernel.execute(source));
  const before = await workspace.finalised();
  assertEquals(
    before.cells.map((c) => c.source),
    TRACKED ? sources : ["", "", sources[2]],
  );
  assertEquals(
    before.missing.some((m) => m.what === "cell sources"),
    !TRACKED,
  );

  Deno.writeTextFileSync(
    `${workspace.work}/lesson.ipynb`,
    notebookJson(sources.map((source, i) => ({
      source,
      execution_count: i + 1,
      outputs: replies[i]?.outputs ?? [],
    }))),
  );
  await kernel.shutdown();
  await workspace.finished();
  const record = await workspace.finalised();
  assertEquals(record.cells.map((c) => c.source), sources);
  assertEquals(record.cells.map((c) => c.id), ["cell-0", "cell-1", "cell-2"]);
  assertEquals(record.cells.map((c) => c.outputs.length), [2, 2, 0]);
  assertEquals(
    record.missing.filter((m) => m.what === "cell sources"),
    [],
  );
  assertEquals(record.notebook, `${workspace.work}/lesson.ipynb`);
});

Deno.test("after a restart the counts that the file has of the kernel before are not taken for executions", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel({
    JPY_SESSION_NAME: `${workspace.work}/lesson.ipynb`,
  });
  const source = `${IMPORT}\nconst run = await track("again");\nrun`;
  const { outputs } = await kernel.execute(source);
  Deno.writeTextFileSync(
    `${workspace.work}/lesson.ipynb`,
    notebookJson([
      { source, execution_count: 1, outputs: [...outputs] },
      { source: `run.logMetric("old", 1);`, execution_count: 2, outputs: [] },
      { source: `await track("older");`, execution_count: 3, outputs: [] },
    ]),
  );
  await kernel.shutdown();
  await workspace.finished();
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map((c) => [c.execution_count, c.source, c.id]),
    [[1, source, "cell-0"]],
  );
});

Deno.test("a search among large notebooks, and a cell that prints 30,000 lines, leave the recorder alive", async () => {
  await using workspace = Workspace.make();
  Deno.writeTextFileSync(
    `${workspace.work}/large.ipynb`,
    notebookJson([{
      source: "1",
      execution_count: 1,
      outputs: [{
        output_type: "stream",
        name: "stdout",
        text: "x".repeat(40_000_000),
      }],
    }]),
  );
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("searching");`);
  const sources = [
    `for (let i = 0; i < 30_000; i++) console.log("line", i);`,
    `await run.end();`,
  ];
  await kernel.execute(sources[0] ?? "");
  const [recorder] = workspace.recorders;
  workspace.notebook("small.ipynb", [
    { source: "// what called track()", execution_count: 1 },
    ...sources.map((source, i) => ({ source, execution_count: i + 2 })),
  ]);
  await kernel.execute(sources[1] ?? "");
  await kernel.shutdown();
  await workspace.finished();
  assertEquals(workspace.recorders, [recorder]);
  assertEquals(workspace.log, "");
  const record = await workspace.finalised();
  assertEquals(record.notebook, `${workspace.work}/small.ipynb`);
  assertEquals(
    record.cells[1]?.outputs.map((o) => String(o["text"]).split("\n").length),
    [30_001],
  );
});
