import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";

const OPEN =
  `${IMPORT}\nconst run = await track("ends"); run.logMetric("a", 1);`;

Deno.test("a run is KILLED when its kernel is killed while a cell is being executed", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(OPEN);
  const cut = kernel.execute(
    `run.logMetric("a", 2); run.setTag("seen", "yes"); for (;;);`,
  ).catch(() => null);
  await until("the second cell", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.tags(run.run_id).some((t) => t.key === "seen");
  });
  kernel.kill();
  await cut;
  const record = await workspace.finalised();
  assertEquals(record.status, "KILLED");
  assertStringIncludes(record.end_reason ?? "", "while a cell was being");
  assertEquals(record.metrics, { a: 2 });
  assertEquals(record.cells.map((c) => c.status), ["ok", "aborted"]);
});

Deno.test("a run is KILLED when a cell ends the kernel's process", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(OPEN);
  await kernel.execute(`run.logMetric("a", 3); Deno.exit(0)`).catch(() => null);
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics["a"]], ["KILLED", 3]);
});

Deno.test("a run nobody ended is FAILED when the last cell failed", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(OPEN);
  await kernel.execute(`throw new TypeError("no")`);
  await kernel.shutdown();
  const record = await workspace.finalised();
  assertEquals(record.status, "FAILED");
  assertEquals(record.end_reason, "the last cell failed");
  assert(record.end_time !== null && record.end_time >= record.start_time);
});

Deno.test("a run nobody ended is FINISHED when its idle kernel is shut down or killed", async () => {
  for (const how of ["shutdown", "kill"] as const) {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    await kernel.execute(OPEN);
    await kernel.execute(`run.logMetric("a", 4)`);
    if (how === "kill") kernel.kill();
    else await kernel.shutdown();
    const record = await workspace.finalised();
    assertEquals([record.status, record.metrics["a"]], ["FINISHED", 4], how);
  }
});

Deno.test("a kernel killed together with its recorder leaves runs that the next sync closes", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(OPEN);
  const cut = kernel.execute(`run.setTag("seen", "yes"); for (;;);`)
    .catch(() => null);
  await until("the second cell", () => {
    const [run] = workspace.runs();
    return run !== undefined &&
      workspace.journal.entries.tags(run.run_id).some((t) => t.key === "seen");
  });
  // The recorder must know of the cell that it is being executed.
  await until("its record", () => {
    const [session] = workspace.journal.sessions.unended();
    return session !== undefined &&
      workspace.journal.executions.list(session.session_id).length === 2;
  });
  for (const { pid } of workspace.recorders) Deno.kill(pid, "SIGKILL");
  kernel.kill();
  await cut;
  assertEquals(workspace.runs()[0]?.status, "RUNNING");
  const { code, stderr } = await workspace.nbtrack(["sync", "--json"], {
    NBTRACK_OFFLINE: "1",
  });
  assertEquals(code, 0, stderr);
  const record = await workspace.finalised();
  assertEquals([record.status, record.metrics["a"]], ["KILLED", 1]);
  const gap = record.missing.find((m) => m.what === "cell executions");
  assertStringIncludes(gap?.why ?? "", "the recorder");
});
