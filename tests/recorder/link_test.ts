import { assert, assertEquals, assertRejects } from "@std/assert";
import { identify, isAlive } from "../../src/base/process_identity.ts";
import { isRecorderError, RecorderError } from "../../src/recorder/errors.ts";
import { linkRecorder } from "../../src/recorder/link.ts";
import { jsonLine, jsonLines } from "../../src/recorder/protocol.ts";
import { IMPORT, Workspace } from "./support.ts";
import { until } from "../until.ts";
import { session as newSession } from "../journal/support.ts";

const LINK = new URL("../../src/recorder/line.ts", import.meta.url).href;

/** A process that does nothing until it is killed. */
function idle(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "setInterval(() => {}, 60_000)"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** A session of this process that says who its recorder is. */
function sessionOf(
  workspace: Workspace,
  recorder: { pid: number; port: number },
) {
  const { sessions } = workspace.journal;
  const { session_id } = sessions.open(
    newSession({
      pid: Deno.pid,
      process_started: identify(Deno.pid)?.started ?? "",
      cwd: workspace.work,
    }),
  );
  const started = identify(recorder.pid)?.started ?? "";
  sessions.claim(
    session_id,
    { ...recorder, started, key: "key" },
    () => false,
  );
  const session = sessions.get(session_id);
  assert(session !== undefined);
  return session;
}

/** Sends what is no request, until all of it is sent or the other side hangs up. */
async function flood(port: number, bytes: number): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const chunk = new Uint8Array(1 << 20).fill(120);
  try {
    for (let sent = 0; sent < bytes; sent += chunk.length) {
      for (let at = 0; at < chunk.length;) {
        at += await connection.write(chunk.subarray(at));
      }
    }
    while (await connection.read(chunk) !== null);
  } catch (error) {
    const ended = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionAborted;
    if (!ended) throw error;
  }
}

Deno.test("a stranger who sends a line without end to a recorder is hung up on, and the session is recorded on", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  await kernel.execute(`${IMPORT}\nconst run = await track("flood");`);
  const port = await until(
    "the recorder's port",
    () => workspace.journal.sessions.unended()[0]?.recorder_port,
  );
  await Promise.all([21, 64, 1].map((mb) => flood(port, mb * (1 << 20))));
  await kernel.execute(`run.logMetric("after", 1); await run.end();`);
  const recorders = workspace.recorders;
  await kernel.shutdown();
  const { cells, metrics } = await workspace.finalised();
  assertEquals([cells.length, metrics], [2, { after: 1 }]);
  assertEquals([workspace.recorders, workspace.log], [recorders, ""]);
});

/** A port that nobody listens at. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

Deno.test("a recorder that no longer listens and is gone a moment later is replaced", async () => {
  await using workspace = Workspace.make();
  const dying = idle();
  const session = sessionOf(workspace, { pid: dying.pid, port: closedPort() });
  const linking = linkRecorder(workspace.journal, session);
  dying.kill("SIGKILL");
  const link = await linking;
  await link.request({ type: "running" }, { hold: true });
  const row = workspace.journal.sessions.get(session.session_id);
  assert(row?.recorder_pid !== dying.pid);
  await dying.status;
  const recorder = {
    pid: row?.recorder_pid ?? 0,
    started: row?.recorder_started ?? "",
  };
  assert(isAlive(recorder));
  Deno.kill(recorder.pid, "SIGKILL");
  await until("the end of the recorder", () => !isAlive(recorder));
  workspace.journal.sessions.end(session.session_id, "exited", Date.now());
});

Deno.test("a recorder that lives and does not answer is named, and the session keeps it", async () => {
  await using workspace = Workspace.make();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const deaf = idle();
  const session = sessionOf(workspace, {
    pid: deaf.pid,
    port: (listener.addr as Deno.NetAddr).port,
  });
  await assertRejects(
    () => linkRecorder(workspace.journal, session),
    RecorderError,
    "did not answer within",
  );
  const row = workspace.journal.sessions.get(session.session_id);
  assertEquals(row?.recorder_pid, deaf.pid);
  deaf.kill("SIGKILL");
  await deaf.status;
  workspace.journal.sessions.end(session.session_id, "exited", Date.now());
});

Deno.test("a request that is waited for keeps the process until its answer, others do not", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const child = (hold: boolean) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { RecorderLink } from ${JSON.stringify(LINK)};
         const link = new RecorderLink(await Deno.connect({ hostname: "127.0.0.1", port: ${port} }));
         link.request({ type: "running" }, { hold: ${hold} }).then((answer) => console.log(answer.position));`,
      ],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const answerOne = async () => {
    using connection = await listener.accept();
    for await (const _ of jsonLines(connection.readable)) {
      // By now a process that nothing keeps has ended.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await connection.write(jsonLine({ n: 0, position: 7 }));
      return;
    }
  };
  const [held] = await Promise.all([child(true).output(), answerOne()]);
  assertEquals(new TextDecoder().decode(held.stdout), "7\n");
  const leaving = child(false);
  const kill = setTimeout(() => leaving.kill("SIGKILL"), 60_000);
  const unanswered = async () => {
    using connection = await listener.accept();
    for await (const _ of jsonLines(connection.readable));
  };
  const [left] = await Promise.all([leaving.output(), unanswered()]);
  clearTimeout(kill);
  assertEquals([left.success, left.stdout.length], [true, 0]);
});

Deno.test("a line that broke fails what waits on it and what is asked later", async () => {
  const { RecorderLink } = await import("../../src/recorder/line.ts");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const link = new RecorderLink(
    await Deno.connect({ hostname: "127.0.0.1", port }),
  );
  const asked = link.request({ type: "running" }, { hold: true });
  (await listener.accept()).close();
  const error = await assertRejects(() => asked);
  assert(isRecorderError(error));
  await link.closed;
  assertEquals(link.open, false);
  await assertRejects(
    () => link.request({ type: "running" }),
    RecorderError,
    "has gone",
  );
});
