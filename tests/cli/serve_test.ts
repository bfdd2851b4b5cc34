import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { parseServerConfig } from "../../src/practice/settings/config.ts";
import {
  command,
  nbtrack,
  nbtrackJson,
  type NbtrackOptions,
} from "./nbtrack.ts";

interface Ready {
  url: string;
  tracking_uri: string;
  token: string;
  pid: number;
}

async function newHome() {
  const home = await Deno.makeTempDir({ prefix: "nbtrack-serve-" });
  const options: NbtrackOptions = { home };
  return {
    home,
    options,
    async [Symbol.asyncDispose]() {
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Starts the server and waits for its line; ends it by a signal. */
async function serve(args: readonly string[], options: NbtrackOptions) {
  const child = command(["serve", "--json", ...args], options).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  assertMatch(value, /^\{.*\}\n$/);
  return {
    ready: JSON.parse(value) as Ready,
    pid: child.pid,
    async end(signal: Deno.Signal) {
      child.kill(signal);
      const [status, rest, stderr] = await Promise.all([
        child.status,
        reader.read(),
        new Response(child.stderr).text(),
      ]);
      return { code: status.code, rest: rest.value, stderr };
    },
  };
}

Deno.test("nbtrack serve says in one line when it is ready, takes a run, and keeps it over a restart", async () => {
  await using at = await newHome();
  const first = await serve([], at.options);
  assertEquals(first.ready.pid, first.pid);
  assertMatch(
    first.ready.tracking_uri,
    /^http:\/\/127\.0\.0\.1:\d+\/api\/v4\/projects\/1\/ml\/mlflow$/,
  );
  const client = createClient(first.ready);
  const experiment_id = await client.findOrCreateExperiment("penguins");
  const { info } = await client.createRun({
    experiment_id,
    run_name: "kept",
    start_time: 1,
  });
  const ended = await first.end("SIGTERM");
  assertEquals(ended, { code: 0, rest: undefined, stderr: "" });
  const second = await serve([], at.options);
  const kept = await createClient({ ...second.ready, token: first.ready.token })
    .getRun(info.run_id);
  assertEquals(kept.info.run_name, "kept");
  assertEquals((await second.end("SIGINT")).code, 0);
});

Deno.test("nbtrack serve --memory --config takes projects and tokens from a file and leaves nothing behind", async () => {
  await using at = await newHome();
  const token = ["glpat", "from", "file"].join("-");
  await Deno.writeTextFile(
    `${at.home}/config.json`,
    JSON.stringify({
      profile: "17.9",
      projects: [{ id: 42, path: "birds/penguins" }],
      tokens: [{
        token,
        user: { id: 5, username: "ana", name: "Ana" },
        scopes: ["api"],
        roles: { "birds/penguins": "developer" },
      }],
    }),
  );
  const server = await serve(
    ["--memory", "--config", "config.json"],
    at.options,
  );
  assertEquals(server.ready.token, token);
  assertMatch(server.ready.tracking_uri, /\/projects\/42\//);
  assertEquals(
    (await createClient(server.ready).whoami()).user?.username,
    "ana",
  );
  assertEquals((await server.end("SIGTERM")).code, 0);
  assertEquals(
    (await Array.fromAsync(Deno.readDir(at.home))).map((entry) => entry.name),
    ["config.json"],
  );
});

Deno.test("nbtrack serve refuses a wrong configuration and a folder that is being served, with 2", async () => {
  await using at = await newHome();
  await Deno.writeTextFile(
    `${at.home}/config.json`,
    '{"profile": "3.11", "projects": [], "tokens": []}',
  );
  const wrong = await nbtrackJson(["serve", "--config", "config.json"], {
    ...at.options,
    code: 2,
  });
  assert(JSON.stringify(wrong).includes("profile"));
  const server = await serve(["--data", "data"], at.options);
  const taken = await nbtrackJson(["serve", "--data", "data"], {
    ...at.options,
    code: 2,
  });
  assert(
    JSON.stringify(taken).includes(String(server.pid)),
    JSON.stringify(taken),
  );
  assertEquals((await server.end("SIGTERM")).code, 0);
});

Deno.test("of a host and a port that cannot be listened on the one that is wrong is named", async () => {
  await using at = await newHome();
  const host = await nbtrack(
    ["serve", "--host", "300.1.1.1", "--memory"],
    at.options,
  );
  assertEquals(host.code, 2, host.stderr);
  assertMatch(host.stderr, /an address of this machine with --host/);
  assertEquals(host.stderr.includes("--port"), false, host.stderr);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = await nbtrack(
    ["serve", "--port", String(taken.addr.port), "--memory"],
    at.options,
  );
  assertMatch(port.stderr, /another port with --port/);
});

Deno.test("a run on the practice server is listed and shown by its page", async () => {
  await using at = await newHome();
  const server = await serve(["--memory"], at.options);
  const client = createClient(server.ready);
  const experiment_id = await client.findOrCreateExperiment("penguins");
  const { info } = await client.createRun({
    experiment_id,
    run_name: "by-hand",
    start_time: 1,
  });
  await client.logBatch({
    run_id: info.run_id,
    metrics: [{
      key: "loss",
      value: 0.5,
      step: 0,
      timestamp: 1,
    }],
  });
  const env = {
    MLFLOW_TRACKING_URI: server.ready.tracking_uri,
    MLFLOW_TRACKING_TOKEN: server.ready.token,
  };
  const page = await client.runUrl(info) ?? "";
  const run = await nbtrackJson(["show", page], { ...at.options, env }) as {
    name: string;
    metrics: unknown;
  };
  assertEquals([run.name, run.metrics], ["by-hand", { loss: 0.5 }]);
  const address = await client.experimentUrl(experiment_id);
  const { runs } = await nbtrackJson(["runs", "--experiment", address ?? ""], {
    ...at.options,
    env,
  }) as { runs: { run_id: string }[] };
  assertEquals(runs.map((r) => r.run_id), [info.run_id]);
  await server.end("SIGTERM");
});

Deno.test("nbtrack serve --help shows a configuration that can be copied, with every member there is", async () => {
  await using at = await newHome();
  const { stdout } = await nbtrack(["serve", "--help"], at.options);
  const example = /^\{\n.*?^\}$/ms.exec(stdout)?.[0] ?? "";
  await Deno.writeTextFile(`${at.home}/config.json`, example);
  const server = await serve(
    ["--memory", "--config", "config.json"],
    at.options,
  );
  assertEquals((await server.end("SIGTERM")).code, 0);
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : typeof value === "object" && value !== null
      ? Object.fromEntries(
        Object.entries(value).sort().map((
          [name, member],
        ) => [name, shape(member)]),
      )
      : null;
  const written = JSON.parse(example);
  assertEquals(shape(parseServerConfig(written)), shape(written));
});
