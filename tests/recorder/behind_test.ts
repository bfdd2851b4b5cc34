import { assertEquals } from "@std/assert";
import {
  autogroup,
  cameForward,
  recorderBehind,
  WEIGHS_SESSIONS,
} from "./autogroups.ts";
import { stopWhole } from "./stopped.ts";
import { IMPORT, Workspace } from "./support.ts";
import { LONGEST_MS, until } from "../until.ts";

Deno.test("a recorder that stood still while a run ended takes in what came meanwhile before it completes the record", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const cells = [
    `${IMPORT}\nconst run = await track("behind", { quiet: true });`,
    `console.log("seen late")`,
    `await run.end();`,
  ];
  assertEquals((await kernel.execute(cells[0] ?? "")).status, "ok");
  const { pid } = await until("the recorder", () => workspace.recorders[0]);
  await stopWhole(pid, workspace);
  try {
    for (const cell of cells.slice(1)) {
      assertEquals((await kernel.execute(cell)).status, "ok");
    }
    const { end_time } = workspace.runs()[0] ?? { end_time: null };
    // So long that a run which a timer had ended would be complete.
    await until("a late moment", () => Date.now() - (end_time ?? NaN) > 2500);
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
  const record = await workspace.finalised();
  assertEquals(
    record.cells.map(({ source }) => source).slice(1),
    cells.slice(1),
  );
  assertEquals(record.cells[1]?.outputs[0]?.["text"], "seen late\n");
  await kernel.shutdown();
});

Deno.test({
  name:
    "a recorder gets less of a busy machine than its notebook, but for the time in which that waits for it",
  ignore: !WEIGHS_SESSIONS,
  async fn() {
    await using workspace = Workspace.make();
    await using kernel = await workspace.kernel();
    const pid = await recorderBehind(workspace, kernel);
    const niceness = (pid: number) =>
      Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[16];
    await until("a recorder that stands back", () => niceness(pid) === "10");
    assertEquals(niceness(kernel.pid), niceness(Deno.pid));
    assertEquals(autogroup(kernel.pid), autogroup(Deno.pid));
    const ended = kernel.execute("await run.end();");
    await cameForward(pid);
    await ended;
    await kernel.shutdown();
    await workspace.finalised();
  },
});

Deno.test("cells open and end further runs although the recorder stands still", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  const open = 'run = await track("still", { quiet: true });';
  await kernel.execute(`${IMPORT}\nlet ${open}`);
  const { pid } = await until("the recorder", () => workspace.recorders[0]);
  await stopWhole(pid, workspace);
  const cells = [open, 'run.logMetric("m", 1);', `// another\n${open}`];
  try {
    for (const cell of [...cells, "await run.end();"]) {
      const options = { timeout_ms: LONGEST_MS };
      assertEquals((await kernel.execute(cell, options)).status, "ok");
    }
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
  await kernel.shutdown();
  const ended = () => workspace.runs().every((run) => run.end_time !== null);
  await until("the end of all runs", ended);
  // Nothing was logged to the first one when its cell was executed again.
  assertEquals(workspace.runs().map(({ status }) => status), [
    "FINISHED",
    "FINISHED",
  ]);
});
