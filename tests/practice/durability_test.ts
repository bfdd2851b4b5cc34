import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DataDirInUseError } from "../../src/practice/settings/errors.ts";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";
import { call, config, mlflow, newRun, PROJECT, TOKENS } from "./fixtures.ts";

const BATCH = 200;

/** A server in a process of its own that can be killed. */
async function spawnServer(dir: string) {
  const script = new URL("./serve_process.ts", import.meta.url);
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-lock",
      script.href,
      dir,
      JSON.stringify(config()),
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const ready = JSON.parse((await lines.read()).value as string);
  return {
    server: ready as PracticeServer,
    pid: ready.pid as number,
    async kill() {
      process.kill("SIGKILL");
      await process.status;
      await lines.cancel();
      await process.stdin.abort().catch(() => {});
    },
  };
}

Deno.test("after kill -9 in the middle of writes every acknowledged point is there exactly once", async () => {
  const dir = await Deno.makeTempDir();
  let state = 11;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const acknowledged = new Set<number>();
  const sent = new Set<number>();
  let run_id: string | undefined;
  let next = 0;
  for (let round = 0; round < 4; round++) {
    const { server, kill } = await spawnServer(dir);
    run_id ??= (await newRun(server)).run_id;
    const id = run_id;
    const enough = 2 + Math.floor(random() * 6);
    let answered = 0;
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const writers = [1, 2, 3].map(async () => {
      for (;;) {
        const batch = next++;
        sent.add(batch);
        try {
          const { status } = await mlflow(server, "runs/log-batch", {
            run_id: id,
            metrics: Array.from({ length: BATCH }, (_, at) => ({
              key: "m",
              value: batch,
              timestamp: 1,
              step: batch * BATCH + at,
            })),
          });
          assertEquals(status, 200);
        } catch (error) {
          if (error instanceof TypeError) return;
          throw error;
        }
        acknowledged.add(batch);
        if (++answered >= enough) resolve();
      }
    });
    await reached;
    await kill();
    await Promise.all(writers);
  }
  const server = await startServer({ data: { dir }, config: config() });
  const steps: number[] = [];
  let token: string | null = "";
  while (token !== null) {
    const { body } = await mlflow(
      server,
      `metrics/get-history?run_id=${run_id}&metric_key=m&page_token=${token}`,
    );
    for (const { step, value } of body.metrics) {
      assertEquals(value, Math.floor(step / BATCH));
      steps.push(step);
    }
    token = body.next_page_token;
  }
  assertEquals(new Set(steps).size, steps.length, "a point is there twice");
  const stored = new Map<number, number>();
  for (const step of steps) {
    const batch = Math.floor(step / BATCH);
    stored.set(batch, (stored.get(batch) ?? 0) + 1);
  }
  assert(acknowledged.size >= 8);
  for (const batch of acknowledged) assertEquals(stored.get(batch), BATCH);
  for (const [batch, count] of stored) {
    assert(sent.has(batch));
    assertEquals(count, BATCH, "a batch is there in part");
  }
  await server.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a restart loses nothing: runs, files, numbers, and tokens that were generated", async () => {
  const dir = await Deno.makeTempDir();
  const open = () => startServer({ data: { dir } });
  const first = await open();
  const as = (token: string | null) => ({ token, project: 1 });
  const experiment = await mlflow(
    first,
    "experiments/create",
    { name: "e" },
    as(first.token),
  );
  const { run: { info } } =
    (await mlflow(first, "runs/create", experiment.body, as(first.token))).body;
  const point = { run_id: info.run_id, key: "m", value: 1, timestamp: 1 };
  await mlflow(first, "runs/log-metric", point, as(first.token));
  const file = "/projects/1/packages/ml_models/candidate:1/files/a.txt";
  await call(first, file, {
    method: "PUT",
    body: "kept",
    token: first.token,
  });
  await first.close();
  await first.close();

  const second = await open();
  assert(second.token !== null && second.token !== first.token);
  const old = as(first.token);
  await mlflow(second, "runs/log-metric", { ...point, value: 2 }, old);
  const run = await mlflow(
    second,
    `runs/get?run_id=${info.run_id}`,
    undefined,
    old,
  );
  assertEquals(run.body.run.data.metrics, [{
    key: "m",
    value: 2,
    timestamp: 1,
  }]);
  assertEquals(
    (await call(second, file, { token: second.token })).text,
    "kept",
  );
  const next = await mlflow(
    second,
    "runs/create",
    experiment.body,
    as(second.token),
  );
  assertStringIncludes(next.body.run.info.artifact_uri, "candidate:2/");
  await second.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a run whose files are a generic package keeps their address in a newer profile", async () => {
  const dir = await Deno.makeTempDir();
  const old = await startServer({
    data: { dir },
    config: config({ profile: "16.4", external_url: "http://host.example" }),
  });
  const { run_id, iid, experiment_id } = await newRun(old);
  const without = await newRun(old, { experiment: experiment_id });
  const files =
    `/projects/${PROJECT.main}/packages/generic/ml_experiment_${experiment_id}/${iid}/`;
  await call(old, `${files}a.txt`, { method: "PUT", body: "a" });
  await old.close();
  const newer = await startServer({
    data: { dir },
    config: config({ external_url: "http://host.example" }),
  });
  const uri = async (run: string) =>
    (await mlflow(newer, `runs/get?run_id=${run}`)).body.run.info.artifact_uri;
  assertEquals(await uri(run_id), `http://host.example/api/v4${files}`);
  assertEquals(
    await uri(without.run_id),
    `http://host.example/api/v4/projects/${PROJECT.main}/packages/ml_models/candidate:${without.iid}/files/`,
  );
  await newer.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("tokens are nowhere on the disk, and a configuration's tokens end with it", async () => {
  const dir = await Deno.makeTempDir();
  const first = await startServer({ data: { dir }, config: config() });
  await newRun(first);
  const contents = await readAll(dir);
  await first.close();
  assert(contents.includes("lab/main"), "the database was not searched");
  for (const token of Object.values(TOKENS)) {
    assert(!contents.includes(token), `${token} is in the data folder`);
  }
  const [writer, ...others] = config().tokens;
  const second = await startServer({
    data: { dir },
    config: { ...config(), tokens: others },
  });
  assertEquals(
    (await mlflow(second, "experiments/list", undefined, {
      token: writer!.token,
    })).status,
    401,
  );
  await second.close();
  const generated = await startServer({ data: { dir } });
  assert(!(await readAll(dir)).includes(generated.token as string));
  await generated.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a project that the configuration renames is found under its old path by redirect", async () => {
  const dir = await Deno.makeTempDir();
  const first = await startServer({ data: { dir }, config: config() });
  await first.close();
  const renamed = JSON.parse(
    JSON.stringify(config()).replaceAll("lab/main", "lab/new"),
  );
  const second = await startServer({ data: { dir }, config: renamed });
  const path = (name: string) => `/projects/${encodeURIComponent(name)}`;
  assertEquals((await call(second, path("lab/new"))).body.id, PROJECT.main);
  assertEquals((await call(second, path("lab/main"))).status, 302);
  await second.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a second server on one data folder names the server that has it", async () => {
  const dir = await Deno.makeTempDir();
  const { pid, kill } = await spawnServer(dir);
  const refused = await assertRejects(
    () => startServer({ data: { dir } }),
    DataDirInUseError,
  );
  assert(refused instanceof DataDirInUseError);
  assertStringIncludes(refused.message, `process ${pid}`);
  await kill();
  const server = await startServer({ data: { dir } });
  await assertRejects(() => startServer({ data: { dir } }), DataDirInUseError);
  await server.close();
  const again = await startServer({ data: { dir } });
  await again.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a server ends with its signal, and is then reached no more", async () => {
  const controller = new AbortController();
  const server = await startServer({
    data: "memory",
    config: config(),
    signal: controller.signal,
  });
  await newRun(server);
  controller.abort();
  await server.close();
  await assertRejects(() => mlflow(server, "experiments/list"), TypeError);
});

/** Every byte of a folder's files, as Latin-1 text. */
async function readAll(dir: string): Promise<string> {
  let text = "";
  for await (const entry of Deno.readDir(dir)) {
    const path = `${dir}/${entry.name}`;
    text += entry.isDirectory
      ? await readAll(path)
      : new TextDecoder("latin1").decode(await Deno.readFile(path));
  }
  return text;
}
