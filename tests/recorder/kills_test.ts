import { assert, assertEquals } from "@std/assert";
import { randomFrom } from "../../src/base/repeatable_random.ts";
import { IMPORT, MAIN, Workspace } from "./support.ts";
import { until } from "../until.ts";

/** 200 kills take some minutes: `NBTRACK_TEST_KILLS=200` asks for them. */
const KILLS = Number(Deno.env.get("NBTRACK_TEST_KILLS") || 24);
const SEED = 20_261_123;
const AT_ONCE = 2;
/** Values that one cell logs. */
const VALUES = 40;

Deno.test(`${KILLS} kills of the kernel at random points lose no value logged before its cell's end, and every run is closed`, async () => {
  await using workspace = Workspace.make();
  const random = randomFrom(SEED);
  const kills = Array.from({ length: KILLS }, () => ({
    cells: Math.floor(random() * 4),
    delay_ms: random() * 30,
  }));
  const acknowledged = new Map<string, number>();
  const worker = async () => {
    for (;;) {
      const kill = kills.shift();
      if (kill === undefined) return;
      const [run_id, values] = await logUntilKilled(workspace, kill);
      acknowledged.set(run_id, values);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await workspace.finished();
  assertEquals(acknowledged.size, KILLS);
  const ends = new Set<string>();
  for (const run of workspace.runs()) {
    const values = [...workspace.journal.points(run.run_id)].map((p) =>
      p.value
    );
    const sure = acknowledged.get(run.run_id);
    assert(sure !== undefined);
    assert(values.length >= sure, `${values.length} of ${sure} values`);
    assertEquals(values, values.map((_, i) => i));
    assert(run.end_time !== null && run.finalised_time !== null);
    ends.add(run.status);
  }
  assertEquals(workspace.journal.unabsorbed(), []);
  for (const end of ends) assert(end === "KILLED" || end === "FINISHED", end);
});

Deno.test("nbtrack run whose process group is killed between two cells leaves the run KILLED, wherever it was", async () => {
  await using workspace = Workspace.make();
  const path = workspace.notebook("many.ipynb", [
    `${IMPORT}\nconst run = await track("many", { quiet: true });`,
    ...Array.from({ length: 500 }, () => "1 + 1"),
    `run.logMetric("a", 1)`,
    `await run.end()`,
  ]);
  const random = randomFrom(SEED);
  for (
    const after of [
      1,
      2,
      ...Array.from({ length: 4 }, () => random() * 60),
    ]
  ) {
    const runner = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, "run", path],
      env: workspace.env,
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    const { session_id } = await until(`${after} cells`, () => {
      const [session] = workspace.journal.sessions.unended();
      return session !== undefined &&
        workspace.journal.executions.count(session.session_id) >= after &&
        workspace.journal.runs.list({ session_id: session.session_id }).length >
          0 &&
        session;
    });
    Deno.kill(-runner.pid, "SIGKILL");
    await runner.status;
    await workspace.finished();
    const [run] = workspace.journal.runs.list({ session_id });
    const executed = workspace.journal.executions.count(session_id);
    assert(executed < 503, "it was killed too late to show anything");
    assertEquals([run?.status, executed], ["KILLED", executed]);
  }
});

/** Runs cells that log, and kills the kernel in one of them. @returns the run, and how many values were acknowledged */
async function logUntilKilled(
  workspace: Workspace,
  kill: { cells: number; delay_ms: number },
): Promise<[run_id: string, values: number]> {
  const kernel = await workspace.kernel();
  const opened = await kernel.execute(
    `${IMPORT}\nconst run = await track("kills", { quiet: true }); let n = 0; run.id`,
  );
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(opened.outputs));
  assert(id !== null, JSON.stringify(opened));
  let values = 0;
  const cell =
    `for (let i = 0; i < ${VALUES}; i++) { run.logMetric(i % 2 ? "odd" : "even", n++); if (i % 10 === 0) await null; }`;
  for (let i = 0; i < kill.cells; i++) {
    await kernel.execute(cell);
    values += VALUES;
  }
  const last = kernel.execute(
    `for (;;) { ${cell} await new Promise((r) => setTimeout(r)); }`,
  )
    .catch(() => null);
  setTimeout(() => kernel.kill(), kill.delay_ms);
  await last;
  await kernel.exited;
  return [id[0], values];
}
