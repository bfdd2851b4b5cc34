/**
 * `deno task demo`: the whole main job on this machine. The practice server is started, a lesson runs in a real
 * kernel and records itself, its run is read back from the server and reproduced.
 *
 * @module
 */
import { z } from "../../src/base/zod.ts";
import { numberText } from "../../src/cli/format.ts";

const ROOT = new URL("../../", import.meta.url);
const CLI = new URL("src/cli/main.ts", ROOT).href;
const LESSON = "notebooks/01-first-run.ipynb";

const readySchema = z.looseObject({
  url: z.url(),
  tracking_uri: z.url(),
  token: z.string(),
});
const ranSchema = z.looseObject({
  status: z.string(),
  runs: z.array(z.string()),
  seconds: z.number(),
});
const shownSchema = z.looseObject({
  run_id: z.string(),
  name: z.string(),
  experiment: z.string(),
  params: z.record(z.string(), z.string()),
  cells: z.array(z.unknown()),
  datasets: z.array(
    z.looseObject({
      name: z.string(),
      digest: z.string(),
      rows: z.number().nullable(),
    }),
  ),
  packages: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      direct: z.boolean(),
    }),
  ),
  artifacts: z.array(z.looseObject({ path: z.string() })),
  missing: z.array(z.looseObject({ what: z.string(), why: z.string() })),
  delivery: z.looseObject({
    state: z.string(),
    url: z.string().nullable(),
    error: z.string().nullable(),
  }),
});
const remoteSchema = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({
      run_id: z.string(),
      status: z.string(),
      run_name: z.string(),
    }),
    data: z.looseObject({
      params: z.array(z.looseObject({ key: z.string(), value: z.string() })),
      metrics: z.array(
        z.looseObject({ key: z.string(), value: z.number().nullable() }),
      ),
    }),
  }),
});
const verdictSchema = z.looseObject({
  verdict: z.string(),
  metrics: z.array(z.looseObject({ key: z.string(), same: z.boolean() })),
  outputs: z.array(z.looseObject({ same: z.boolean() })),
  artifacts: z.array(z.looseObject({ same: z.boolean() })),
  warnings: z.array(z.string()),
});

/** Runs a command of nbtrack and parses the one JSON document it prints. */
async function nbtrack<T>(
  schema: z.ZodType<T>,
  args: string[],
  env: Record<string, string>,
): Promise<T> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, ...args, "--json"],
    cwd: ROOT,
    env,
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`nbtrack ${args[0]} answered ${text.slice(0, 400)}`, {
      cause,
    });
  }
}

function say(title: string, lines: readonly string[] = []): void {
  console.log(`\n${title}`);
  for (const line of lines) console.log(`  ${line}`);
}

// The journal is the user's own: the run can be looked at afterwards, when the server is gone.
const data = await Deno.makeTempDir({ prefix: "nbtrack-demo-" });
const serve = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", CLI, "serve", "--json", "--data", data],
  cwd: ROOT,
  stdout: "piped",
  stderr: "inherit",
}).spawn();
try {
  const reader = serve.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the practice server ended before it was ready");
    line += value;
  }
  const server = readySchema.parse(
    JSON.parse(line.slice(0, line.indexOf("\n"))),
  );
  const env = {
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: server.token,
  };
  say("1. A practice server stands in for GitLab", [server.tracking_uri]);

  const ran = await nbtrack(ranSchema, ["run", LESSON], env);
  const run_id = ran.runs[0];
  if (ran.status !== "ok" || run_id === undefined) {
    throw new Error(`${LESSON} did not run: ${JSON.stringify(ran)}`);
  }
  say(
    `2. ${LESSON} ran in a Deno kernel and recorded itself (${
      ran.seconds.toFixed(1)
    } s)`,
  );

  const shown = await nbtrack(shownSchema, ["show", run_id], env);
  say(`3. What was captured of run ${shown.name}`, [
    `experiment ${shown.experiment}`,
    `${shown.cells.length} cell executions`,
    ...shown.datasets.map((d) =>
      `dataset ${d.name}: ${d.rows ?? "?"} rows, ${d.digest.slice(0, 19)}…`
    ),
    `packages ${
      shown.packages.filter((p) => p.direct).map((p) =>
        `${p.name} ${p.version}`
      ).join(", ")
    }, ` +
    `${shown.packages.length} with what they need`,
    `params ${
      Object.entries(shown.params).map(([k, v]) => `${k} = ${v}`).join(", ")
    }`,
    `artifacts ${shown.artifacts.map((a) => a.path).join(", ")}`,
    ...shown.missing.map((m) => `missing: ${m.what}: ${m.why}`),
  ]);
  if (shown.delivery.state !== "delivered") {
    throw new Error(
      `the run was not delivered: ${JSON.stringify(shown.delivery)}`,
    );
  }

  const list = await fetch(
    `${server.tracking_uri}/api/2.0/mlflow/runs/search`,
    {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ experiment_ids: ["1"] }),
    },
  );
  const found = z.looseObject({ runs: z.array(remoteSchema.shape.run) }).parse(
    await list.json(),
  ).runs[0];
  if (found === undefined) throw new Error("the server has no run");
  say("4. Read back through GitLab's API", [
    `run ${found.info.run_name} is ${found.info.status}`,
    ...found.data.params.map((p) => `param ${p.key} = ${p.value}`),
    ...[...new Set(found.data.metrics.map((m) => m.key))].map((key) => {
      const points = found.data.metrics.filter((m) => m.key === key);
      return `metric ${key} = ${numberText(points.at(-1)?.value)}`;
    }),
    `on GitLab its page would be ${shown.delivery.url}`,
  ]);

  const verdict = await nbtrack(verdictSchema, ["reproduce", run_id], env);
  const count = (list: readonly { same: boolean }[]) =>
    `${list.filter((x) => x.same).length} of ${list.length} the same`;
  say(
    `5. Run again from what was logged, in an empty folder: ${verdict.verdict}`,
    [
      `metrics ${count(verdict.metrics)}`,
      `outputs ${count(verdict.outputs)}`,
      `artifacts ${count(verdict.artifacts)}`,
      ...verdict.warnings.map((w) => `warning: ${w}`),
    ],
  );
  if (verdict.verdict !== "REPRODUCED") Deno.exitCode = 1;

  say("Try next", [
    `npx -y deno task nbtrack show ${run_id.slice(0, 8)}`,
    `npx -y deno task nbtrack run ${LESSON} -p k=25`,
    `npx -y deno task nbtrack runs --experiment ${shown.experiment}`,
    "npx -y deno task nbtrack init ~/my-notebooks",
    `${LESSON} in JupyterLab or VS Code, with the kernel Deno`,
  ]);
} finally {
  serve.kill("SIGTERM");
  await serve.status;
  await Deno.remove(data, { recursive: true });
}
