/** Runs and sweeps that are interrupted: what was not run to its end is KILLED, and is run again. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runNotebook } from "../../src/runner/headless.ts";
import { continueSweep, runSweep } from "../../src/runner/sweep.ts";
import { IMPORT, MAIN, Workspace } from "../recorder/support.ts";
import { until } from "../until.ts";

/** Aborts before the cell with a number, counted over all runs. */
function stopBefore(cell: number) {
  const stop = new AbortController();
  let n = 0;
  return {
    signal: stop.signal,
    onCell: () => {
      if (n++ === cell) stop.abort();
    },
  };
}

/** Starts `nbtrack run`, and interrupts it once something is there. */
async function interruptedWhen(
  space: Workspace,
  args: readonly string[],
  found: () => unknown,
  signal: Deno.Signal = "SIGINT",
) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", MAIN, "run", ...args],
    cwd: space.work,
    env: space.env,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  await until("what is waited for", found);
  child.kill(signal);
  const { code, stdout } = await child.output();
  return { code, document: JSON.parse(new TextDecoder().decode(stdout)) };
}

Deno.test("a notebook that is interrupted between two cells is KILLED, and names the cell that was not executed", async () => {
  await using space = Workspace.make();
  const path = space.notebook("between.ipynb", ["1", "2", "3", "4"]);
  const { home } = space;
  const result = await runNotebook(path, {
    home,
    track: "between",
    ...stopBefore(2),
  });
  assertEquals([result.status, result.cells], ["error", 2]);
  assertEquals(
    [result.cut_off?.cell, result.cut_off?.ename, result.cut_off_cell],
    [2, "Interrupted", "[3]"],
  );
  assertEquals(result.failed, result.cut_off);
  const [run] = space.runs();
  assertEquals([run?.status, run?.end_reason], [
    "KILLED",
    "the notebook was not run to its end: 2 of 4 cells were executed",
  ]);
  await space.finished();
  const { stdout } = await space.nbtrack(["reproduce", "last", "--json"]);
  assertStringIncludes(
    JSON.stringify(JSON.parse(stdout).warnings),
    "the recorded run ended after 2 of 4 cells because it was killed",
  );
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`a notebook that ${signal} interrupts in its last cell is KILLED, and its reproduction goes further`, async () => {
    await using space = Workspace.make();
    const file = JSON.stringify(`${space.folder}/there`);
    const busy =
      `let there = false; while (!there) { try { Deno.statSync(${file}); there = true; } catch { /* not yet */ } } there`;
    const path = space.notebook("busy.ipynb", ["1", busy]);
    const { code, document } = await interruptedWhen(
      space,
      [path, "--track", "busy", "--json"],
      () =>
        space.runs().some(({ session_id }) =>
          space.journal.executions.list(session_id).length === 2
        ),
      signal,
    );
    assertEquals(code, 1);
    assertEquals([document.cells, document.cut_off.cell], [2, 1]);
    const [run] = space.runs();
    assertEquals(run?.status, "KILLED", run?.end_reason ?? "");
    Deno.writeTextFileSync(`${space.folder}/there`, "");
    const { stdout } = await space.nbtrack(["reproduce", "last", "--json"]);
    const { verdict, warnings, causes } = JSON.parse(stdout);
    assertEquals(verdict, "DRIFTED", stdout);
    assertStringIncludes(
      JSON.stringify([warnings, causes]),
      "cell [2] was cut off when it was recorded because it was killed",
    );
  });
}

Deno.test("a notebook that is interrupted while its kernel starts is interrupted, not a kernel that cannot be started", async () => {
  await using space = Workspace.make();
  const path = space.notebook("starting.ipynb", ["", "1", "2"]);
  const { code, document } = await interruptedWhen(
    space,
    [path, "--track", "starting", "--json"],
    () => space.journal.sessions.unended().length > 0,
  );
  assertEquals([code, document.status], [1, "error"]);
  assertEquals(document.cut_off.ename, "Interrupted");
  const { signal } = stopBefore(0);
  const before = await runNotebook(path, {
    home: space.home,
    signal: AbortSignal.any([AbortSignal.abort(), signal]),
  });
  assertEquals([before.cells, before.runs], [0, []]);
  assertEquals([before.cut_off?.cell, before.cut_off_cell], [1, "[1]"]);
});

const SWEPT = [
  { source: "let k = 1;", tags: ["parameters"] },
  `${IMPORT}\nconst run = await track("swept", { params: { k }, quiet: true });`,
  `run.logMetric("a", 10 * k);`,
  `run.logMetric("a", k);`,
];

Deno.test("a child that an interruption cut off is no result of the sweep: it is run again when that is resumed", async () => {
  await using space = Workspace.make();
  const path = space.notebook("swept.ipynb", SWEPT);
  const { home } = space;
  const grid = { k: ["1", "2", "3"] };
  const space_ = { grid, random: null, ranges: {}, repeat: 1, seed: null };
  const goal = { metric: "a", direction: "max" } as const;
  const begun = await runSweep(path, space_, {
    home,
    goal,
    jobs: 1,
    ...stopBefore(9), // the last cell of the second child
  });
  assertEquals([begun.children.length, begun.status], [1, "error"]);
  assertEquals(begun.cut_off?.ename, "Interrupted");
  const children = () => space.journal.runs.children(begun.sweep);
  const statuses = () => children().map(({ status }) => status).toSorted();
  assertEquals(statuses(), ["FINISHED", "KILLED"]);
  const resumed = await continueSweep(path, begun.sweep, { home, jobs: 1 });
  assertEquals(resumed.children.map(({ cells }) => cells), [4, 4, 4]);
  assertEquals(statuses(), ["FINISHED", "FINISHED", "FINISHED"]);
  assertEquals([resumed.best?.mean, resumed.best?.params], [3, { k: "3" }]);
  assert(resumed.status === "ok" && resumed.cut_off === null);
});
