import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { identify } from "../../src/base/process_identity.ts";
import { RecorderLog } from "../../src/base/log.ts";
import { DeliveryQueue } from "../../src/delivery/queue.ts";
import { storeCredential } from "../../src/gitlab/credentials.ts";
import { Journal } from "../../src/journal/journal.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { nbtrack } from "../cli/nbtrack.ts";
import { CommandLine } from "../cli/command_line.ts";
import { newToken, type Practice, withServer } from "./practice.ts";
import { Home, log, record, runThere, upTo, valuesThere } from "./support.ts";
import { until } from "../until.ts";
import { session as newSession } from "../journal/support.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;

/** Runs a script that prints the id of its run; the run once its recorder has delivered it. */
async function deliveredRun(
  { server, token }: Pick<Practice, "server" | "token">,
  lines: string,
): Promise<string> {
  // Its end waits for the recorder.
  await using place = new CommandLine({
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: token,
  });
  const script = `${place.dir}/script.ts`;
  await Deno.writeTextFile(
    script,
    `import { track } from ${JSON.stringify(MOD)};
const run = await track("birds", { quiet: true });
${lines}
console.log(run.id);
Deno.exit();`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", script],
    env: place.env,
    clearEnv: true,
  }).output();
  const id = new TextDecoder().decode(stdout).trim();
  assert(id !== "", new TextDecoder().decode(stderr));
  using journal = Journal.open({
    redactor: standardRedaction,
    home: place.home,
  });
  await until(
    "the delivery",
    () => journal.deliveries.get(id).state === "delivered",
    180_000,
  );
  return id;
}

Deno.test("a script that ends right after track() has its run delivered without sync", async () => {
  await withServer({}, async ({ server, token, client }) => {
    const run_id = await deliveredRun(
      { server, token },
      `run.logMetric("loss", 1);`,
    );
    const { info } = await runThere(client, run_id);
    assertEquals(await valuesThere(client, info.run_id, "loss"), [1]);
    assert(info.status !== "RUNNING", info.status);
  });
});

Deno.test("a run that names a metric for each of 50,000 steps is delivered by its recorder", async () => {
  await withServer({}, async ({ server, token, client }) => {
    const run_id = await deliveredRun(
      { server, token },
      "for (let i = 0; i < 50_000; i++) run.logMetric(`loss at ${i}`, i);",
    );
    const { data, info } = await runThere(client, run_id);
    assertEquals(data.metrics.length, 50_000);
    const [last] = await valuesThere(client, info.run_id, "loss at 49999");
    assertEquals(last, 49_999);
  });
});

Deno.test("a token that expires in mid-run is replaced by a new login, without sync", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { metrics: { loss: [1] }, open: true });
    const session = journal.sessions.get(
      journal.runs.get(run_id)?.session_id ?? "",
    );
    assert(session !== undefined);
    const queue = new DeliveryQueue(
      journal,
      session,
      new RecorderLog(journal.home, "test"),
      { adopt_ms: 0, drain_ms: 500, delivery: { in_flight_ms: 0 } },
    );
    const polled = (holds: () => boolean, what: string) =>
      until(what, () => {
        if (holds()) return true;
        queue.poll();
        return false;
      });
    const state = () => journal.deliveries.get(run_id);
    await queue.decide(run_id, {
      options: {},
      env: {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: newToken(),
      },
    });
    await polled(() => state().state === "refused", "refused");
    await storeCredential({
      url: server.url,
      project: null,
      project_id: null,
      token,
      username: null,
      stored: Date.now(),
    }, journal.home);
    log(journal, run_id, { loss: upTo(3) });
    await polled(() => state().delivered_seq === 4, "delivered");
    await queue.drain();
    const { info } = await runThere(client, run_id);
    assertEquals((await valuesThere(client, info.run_id, "loss")).length, 4);
  });
});

Deno.test("a journal that was copied without its write-ahead log says so", async () => {
  using home = new Home();
  using journal = home.open();
  record(journal);
  using copy = new Home();
  await Deno.copyFile(`${home.path}/journal.db`, `${copy.path}/journal.db`);
  const { code, stderr } = await nbtrack(["runs"], { home: copy.path });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "copied without journal.db-wal");
  await Deno.copyFile(
    `${home.path}/journal.db-wal`,
    `${copy.path}/journal.db-wal`,
  );
  const whole = await nbtrack(["runs"], { home: copy.path });
  assertEquals(whole.code, 0, whole.stderr);
  assertStringIncludes(whole.stdout, "quiet-heron");
});

Deno.test("a journal with runs that was copied without its write-ahead log while a session was recorded says so", async () => {
  using home = new Home();
  {
    using journal = home.open();
    record(journal, { name: "old-heron" });
  }
  using journal = home.open();
  const { session_id } = journal.sessions.open(
    newSession({
      pid: Deno.pid,
      process_started: identify(Deno.pid)?.started ?? "",
      cwd: home.path,
    }),
  );
  journal.writeThrough(); // as a session's recorder does when it starts
  journal.runs.create({
    session_id,
    experiment: "birds",
    name: "new-heron",
    options: "{}",
  });
  // The journal itself has nothing to say.
  const own = await nbtrack(["runs"], { home: home.path });
  assertStringIncludes(own.stdout, "new-heron");
  assertEquals(own.stderr, "");

  using copy = new Home();
  await Deno.copyFile(`${home.path}/journal.db`, `${copy.path}/journal.db`);
  for (let time = 0; time < 2; time++) {
    const { code, stdout, stderr } = await nbtrack(["runs"], {
      home: copy.path,
    });
    assertEquals(code, 0);
    assertStringIncludes(stdout, "old-heron");
    assertStringIncludes(stderr, "was copied without journal.db-wal");
  }
  const doctor = await nbtrack(["doctor"], { home: copy.path });
  assertStringIncludes(doctor.stdout, "was copied without journal.db-wal");

  using whole = new Home();
  for (const end of ["", "-wal"]) {
    await Deno.copyFile(
      `${home.path}/journal.db${end}`,
      `${whole.path}/journal.db${end}`,
    );
  }
  const both = await nbtrack(["runs"], { home: whole.path });
  assertStringIncludes(both.stdout, "new-heron");
  assertEquals(both.stderr, "");
});

for (const end of ["kill", "close"]) {
  Deno.test(`a journal that a process left with an open session lacks nothing, nor does a copy of it: ${end}`, async () => {
    using home = new Home();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        new URL("./children/killed_session.ts", import.meta.url).pathname,
        home.path,
        end,
      ],
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const { signal } = await child.status;
    assertEquals(signal, end === "kill" ? "SIGKILL" : null);
    using copy = new Home();
    for (const { path } of [home, home, copy]) {
      if (path === copy.path) await copyFolder(home.path, path);
      const { stdout, stderr } = await nbtrack(["runs"], { home: path });
      assertStringIncludes(stdout, "lost-heron");
      assertEquals(stderr, "");
    }
  });
}

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test("a write-ahead log that was copied without its journal is kept, and the way on is said", async () => {
  using home = new Home();
  using journal = home.open();
  record(journal);
  using copy = new Home();
  const log = `${copy.path}/journal.db-wal`;
  await Deno.copyFile(`${home.path}/journal.db-wal`, log);
  const { size } = await Deno.stat(log);
  const { code, stderr } = await nbtrack(["runs"], { home: copy.path });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "only its journal.db-wal is there");
  assertEquals((await Deno.stat(log)).size, size);
  await Deno.copyFile(`${home.path}/journal.db`, `${copy.path}/journal.db`);
  const whole = await nbtrack(["runs"], { home: copy.path });
  assertEquals(whole.code, 0, whole.stderr);
  assertStringIncludes(whole.stdout, "quiet-heron");
});
