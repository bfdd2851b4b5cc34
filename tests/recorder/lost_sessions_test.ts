/** Runs whose processes were all killed: whoever reads of them has them closed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ifThere } from "../../src/base/files.ts";
import { identify, thisMachine } from "../../src/base/process_identity.ts";
import { closeLostSessions } from "../../src/recorder/lost_sessions.ts";
import { session } from "../journal/support.ts";
import { emptyJournal } from "../record/filled.ts";
import { FrontEnd } from "../kernel/front_end.ts";
import { until } from "../until.ts";
import { MAIN, Workspace } from "./support.ts";

const BUSY = "for (;;);";

/** Starts `nbtrack run`, and waits until its busy cell is executed. */
async function running(space: Workspace, args: readonly string[]) {
  const runner = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", MAIN, "run", ...args],
    cwd: space.work,
    env: space.env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const session = await until(
    "the busy cell",
    () =>
      space.journal.sessions.unended().find(({ session_id }) =>
        space.journal.executions.list(session_id).some(({ source, status }) =>
          source === BUSY && status === "running"
        )
      ),
  );
  return { runner, session };
}

const runsOf = async (space: Workspace): Promise<Record<string, string>[]> =>
  JSON.parse((await space.nbtrack(["runs", "--json"])).stdout).runs;

Deno.test("a sweep whose runner was killed is KILLED for whoever lists the runs", async () => {
  await using space = Workspace.make();
  const path = space.notebook("sweep.ipynb", [
    { source: "let k = 1;", tags: ["parameters"] },
    BUSY,
  ]);
  const args = [path, "--track", "lost", "--grid", "k=1,2", "--jobs", "1"];
  const { runner } = await running(space, args);
  runner.kill("SIGKILL");
  await runner.status;
  const [sweep, child] = space.runs();
  await until(
    "the child's end",
    () => space.journal.runs.get(child?.run_id ?? "")?.end_time,
  );
  assertEquals(space.journal.runs.get(sweep?.run_id ?? "")?.status, "RUNNING");
  const statuses = (await runsOf(space)).map(({ status }) => status);
  assertEquals(statuses, ["KILLED", "KILLED"]);
});

Deno.test("a run whose runner, kernel and recorder were killed is KILLED for whoever shows it", async () => {
  await using space = Workspace.make();
  const path = space.notebook("all.ipynb", [BUSY]);
  const { runner, session } = await running(space, [path, "--track", "all"]);
  const [recorder] = space.recorders;
  assert(recorder !== undefined);
  Deno.kill(recorder.pid, "SIGKILL");
  runner.kill("SIGKILL");
  Deno.kill(session.pid, "SIGKILL");
  await runner.status;
  await until("the kernel's end", () => identify(session.pid) === null);
  await until("the recorder's end", () => identify(recorder.pid) === null);
  const { stdout } = await space.nbtrack(["show", "last", "--json"]);
  assertEquals(JSON.parse(stdout).status, "KILLED");
  await space.finished();
  const folder = session.connection_file?.replace(/[^/]*$/, "") ?? "";
  assertMatch(folder, /nbtrack-kernel-\w+\/$/);
  assertEquals(ifThere(() => Deno.statSync(folder)), null);
});

Deno.test("a session without runs whose kernel and recorder were killed has ended for whoever lists the sessions", async () => {
  await using space = Workspace.make();
  {
    await using front = await FrontEnd.start(space);
    await front.execute("const k = 5;");
    const [session] = space.journal.sessions.unended();
    const { recorder_pid } = session ?? {};
    assert(session !== undefined && typeof recorder_pid === "number");
    Deno.kill(recorder_pid, "SIGKILL");
    Deno.kill(front.child.pid, "SIGKILL");
    Deno.kill(session.pid, "SIGKILL");
    for (const pid of [recorder_pid, session.pid]) {
      await until("the end of both", () => identify(pid) === null);
    }
  }
  assertEquals(space.journal.sessions.unended().length, 1);
  const { stdout } = await space.nbtrack(["sessions", "--json"]);
  const [listed] = JSON.parse(stdout).sessions;
  assertEquals([typeof listed.end_time, listed.runs], ["number", []]);
});

Deno.test("an open run of a process that lives, or of another machine, is left as it is by whoever reads of it", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const machine = thisMachine();
  const lives = identify(Deno.pid)?.started ?? "";
  const none = { pid: Deno.pid, process_started: "another process" };
  const open = (part: Parameters<typeof session>[0]) =>
    journal.runs.create({
      session_id: journal.sessions.open(session(part)).session_id,
      experiment: "e",
      name: "n",
      options: "{}",
    }).run_id;
  const left = [
    open({ pid: Deno.pid, process_started: lives, machine }),
    open({ ...none, process_started: "a", machine: `${machine} but another` }),
    open({ ...none, process_started: "b" }), // recorded before that was noted
    open({ ...none, process_started: "", machine }), // could not be looked at
  ];
  await closeLostSessions(journal);
  for (const id of left) {
    const { status, session_id = "" } = journal.runs.get(id) ?? {};
    const session = journal.sessions.get(session_id);
    assertEquals([status, session?.recorder_pid], ["RUNNING", null]);
  }
});
