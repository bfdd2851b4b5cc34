import { assertEquals, assertStringIncludes } from "@std/assert";
import { ENDLESS } from "../endless_cell.ts";
import { MAIN, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

Deno.test("a notebook that a timeout ended is a finding also with --allow-errors, and names the cell behind an earlier failure", async () => {
  await using space = Workspace.make();
  const path = space.notebook("cut.ipynb", [
    `throw new Error("allowed")`,
    ENDLESS,
    "1",
  ]);
  const args = ["run", path, "--track", "cut", "--allow-errors", "--timeout"];
  const text = await space.nbtrack([...args, "1"]);
  assertEquals(text.code, 1, text.stdout);
  assertStringIncludes(text.stdout, "Cell [1] failed: Error: allowed");
  assertStringIncludes(
    text.stdout,
    "Cell [2] failed: TimeoutError: The kernel was ended by SIGKILL because a cell took longer than 1 s",
  );
  assertStringIncludes(text.stdout, "The notebook was not run to its end.");
  const { code, stdout } = await space.nbtrack([...args, "1", "--json"]);
  const { failed, cut_off, cells, status } = JSON.parse(stdout);
  assertEquals([code, status, cells], [1, "error", 2]);
  assertEquals([failed.cell, failed.evalue], [0, "allowed"]);
  assertEquals([cut_off.cell, cut_off.ename], [1, "TimeoutError"]);
  await space.finished();
  assertEquals(space.runs().map((run) => run.status), ["KILLED", "KILLED"]);
});

Deno.test("a sweep of which a kernel was killed is a finding also with --allow-errors", async () => {
  await using space = Workspace.make();
  const path = space.notebook("sweep.ipynb", [
    { source: "let k = 1;", tags: ["parameters"] },
    "if (k === 2) Deno.exit(3);",
    "k",
  ]);
  const { code, stdout } = await space.nbtrack([
    "run",
    path,
    "--track",
    "sweep",
    "--allow-errors",
    "--grid",
    "k=1,2",
    "--json",
  ]);
  const { children, cut_off, trials } = JSON.parse(stdout);
  assertEquals([code, trials], [1, 2], stdout);
  assertEquals(cut_off.ename, "KernelDiedError");
  assertEquals(
    children.map((child: { cut_off: unknown }) => child.cut_off),
    [null, cut_off],
  );
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`a sweep that ${signal} interrupts says so, and how it is completed`, async () => {
    await using space = Workspace.make();
    const path = space.notebook("waits.ipynb", [
      { source: "let k = 1;", tags: ["parameters"] },
      ENDLESS,
    ]);
    const args = ["run", path, "--track", "waits", "--grid", "k=1,2,3"];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", MAIN, ...args],
      cwd: space.work,
      env: space.env,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await until(
      "a cell of a child that waits",
      () =>
        space.runs().some((run) =>
          run.parent !== null && space.journal.executions.list(run.session_id)
            .some(({ source, status }) =>
              source === ENDLESS && status === "running"
            )
        ),
    );
    child.kill(signal);
    const { code, stdout } = await child.output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 1, text);
    assertEquals(text.includes("No run was tracked"), false, text);
    const [sweep] = space.runs();
    assertStringIncludes(text, "Interrupted: 0 of 3 runs ended");
    assertStringIncludes(text, `--resume ${sweep?.run_id.slice(0, 8)}`);
  });
}
