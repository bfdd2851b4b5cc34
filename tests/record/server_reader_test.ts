import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createClient, type TrackingClient } from "../../src/gitlab/client.ts";
import { AddressError } from "../../src/gitlab/errors.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import {
  fitMetricKey,
  fitParam,
  fitTag,
  GITLAB_LIMITS,
} from "../../src/gitlab/limits.ts";
import { recordArtifacts } from "../../src/record/record_bundle.ts";
import { RunNotFoundError, UnknownNameError } from "../../src/record/errors.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import { runRecordSchema } from "../../src/record/schema/record.ts";
import { findOnServer, listOnServer } from "../../src/record/server_runs.ts";
import { startServer } from "../../src/practice/server.ts";
import { addRun, emptyJournal } from "./filled.ts";

const PROFILES = ["16.4", "17.9", "newest"] as const;
const TOKEN = ["glpat", "runs", "reader"].join("-");

/** A practice server with one project, a client of it, and an empty journal. */
async function served(
  profile: (typeof PROFILES)[number],
  external_url?: string,
) {
  const server = await startServer({
    data: "memory",
    config: {
      profile,
      ...(external_url === undefined ? {} : { external_url }),
      projects: [{ id: 7, path: "birds/south/penguins" }],
      tokens: [{
        token: TOKEN,
        user: { id: 1, username: "ana" },
        scopes: ["api"],
        roles: { "birds/south/penguins": "developer" },
      }],
    },
  });
  const made = emptyJournal();
  const client = createClient({
    tracking_uri: server.tracking_uri,
    token: TOKEN,
  });
  return {
    server,
    client,
    ...made,
    env: { GITLAB_URL: server.url, GITLAB_TOKEN: TOKEN },
    async [Symbol.asyncDispose]() {
      made[Symbol.dispose]();
      await server.close();
    },
  };
}

/** Logs a run as Python's mlflow does. */
async function logRun(
  client: TrackingClient,
  given: { experiment: string; name: string; loss: number[] },
) {
  const experiment_id = await client.findOrCreateExperiment(given.experiment);
  const { info } = await client.createRun({
    experiment_id,
    run_name: given.name,
    start_time: 1_700_000_000_000,
    tags: [{ key: "mlflow.source.name", value: "train.py" }],
  });
  const { run_id } = info;
  await client.logBatch({
    run_id,
    metrics: given.loss.map((value, step) => ({
      key: "loss",
      value,
      step,
      timestamp: 1_700_000_000_000 + step,
    })),
    params: [],
    tags: [],
  });
  await client.logBatch({ run_id, params: [{ key: "alpha", value: "0.5" }] });
  await client.updateRun({
    run_id,
    status: "FINISHED",
    end_time: 1_700_000_009_000,
  });
  return info;
}

for (const profile of PROFILES) {
  Deno.test(`a run that somebody else logged to GitLab ${profile} is read by its addresses, with what is missing named`, async () => {
    await using s = await served(profile);
    await logRun(s.client, {
      experiment: "other",
      name: "elsewhere",
      loss: [9],
    });
    const info = await logRun(s.client, {
      experiment: "penguins",
      name: "by-hand",
      loss: [0.5, 0.4, 0.3],
    });
    await s.client.uploadArtifact({
      run: info,
      path: "model.txt",
      body: new TextEncoder().encode("weights"),
    });
    const page =
      await s.client.runUrl((await s.client.getRun(info.run_id)).info) ?? "";
    assertStringIncludes(page, "/-/ml/candidates/");
    const addresses = [
      page,
      `${page}?tab=details#top`,
      `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${info.run_id}`,
      `${s.server.tracking_uri}#/experiments/${info.experiment_id}/runs/${info.run_id}`,
    ];
    for (const address of addresses) {
      const { run_id, reader } = await findOnServer(address, s.journal, {
        env: s.env,
      });
      assertEquals(run_id, info.run_id, address);
      const record = await reader.get(run_id);
      runRecordSchema.strict().parse(record);
      assertEquals([record.name, record.experiment, record.status], [
        "by-hand",
        "penguins",
        "FINISHED",
      ]);
      assertEquals(record.params, { alpha: "0.5" });
      assertEquals(record.metrics, { loss: 0.3 });
      assertEquals(record.notebook, "train.py");
      assertEquals([record.delivery.state, record.delivery.url], [
        "delivered",
        page,
      ]);
      assertStringIncludes(record.delivery.target ?? "", "/ml/mlflow");
      assertEquals(record.artifacts, [{
        path: "model.txt",
        origin: "user",
        size: 7,
        digest: null,
      }]);
      assertEquals(record.cells, []);
      assertEquals(record.missing.map((gap) => gap.what), [
        "cells",
        "datasets",
        "packages",
        "seed",
        "environment",
        "git",
      ]);
    }
    const { reader } = await findOnServer(page, s.journal, { env: s.env });
    const points = await reader.points(info.run_id, "loss");
    assertEquals(points.map((p) => [p.step, p.value]), [[0, 0.5], [1, 0.4], [
      2,
      0.3,
    ]]);
    const stream = await reader.artifact(
      info.run_id,
      "model.txt",
    ) as ReadableStream<Uint8Array<ArrayBuffer>>;
    assertEquals(await new Response(stream).text(), "weights");
    const metric = await assertRejects(
      () => reader.points(info.run_id, "los"),
      UnknownNameError,
    );
    assertEquals(metric.hint, 'Did you mean "loss"?');
    await assertRejects(
      () => reader.artifact(info.run_id, "modle.txt"),
      UnknownNameError,
    );
  });

  Deno.test(`a run that nbtrack logged to GitLab ${profile} is read as from the journal`, async () => {
    await using s = await served(profile);
    const long = "x".repeat(400);
    const local = addRun(s.journal, {
      seed: 7,
      params: { k: "5", long },
      metrics: { loss: [0.5, 0.25], broken: [1, NaN] },
      cells: ["const k = 5;", "console.log(k);\nconsole.log('done');"],
      documents: {
        packages: [{
          name: "ml-knn",
          version: "3.0.0",
          registry: "npm",
          integrity: "sha512-x",
          direct: true,
        }],
        modules: [],
        environment: {
          deno: "2.9.6",
          v8: "14",
          typescript: "6",
          os: "linux",
          arch: "x86_64",
        },
        git: null,
      },
    });
    s.journal.runs.setLastExecution(local, 1_000_001);
    s.journal.runs.setFinalised(local, Date.now());
    await recordArtifacts(s.journal, local);
    const info = await logRun(s.client, {
      experiment: "penguins",
      name: "tracked",
      loss: [0.5, 0.25],
    });
    for (const { path, digest } of s.journal.artifacts.list(local)) {
      await s.client.uploadArtifact({
        run: info,
        path,
        body: s.journal.artifacts.file(digest),
      });
    }
    const address =
      `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${info.run_id}`;
    const { reader } = await findOnServer(address, s.journal, { env: s.env });
    const there = await reader.get(info.run_id);
    const here = await new JournalReader(s.journal).get(local);
    runRecordSchema.strict().parse(there);
    assertEquals(there.cells, here.cells);
    assertEquals(there.packages, here.packages);
    assertEquals(there.environment, here.environment);
    assertEquals(there.seed, 7);
    assertEquals(there.params, { alpha: "0.5", k: "5", long });
    assertEquals(there.metrics, { loss: 0.25, broken: "NaN" });
    assertEquals(there.missing, here.missing);
    assertEquals(
      (await reader.points(info.run_id, "broken")).map((p) => p.value),
      [1, "NaN"],
    );
  });
}

Deno.test("what was made to fit the server, and values it has no place for, are read whole", async () => {
  await using s = await served("newest");
  const key = "k".repeat(300);
  const text = "x".repeat(6000);
  const metrics = { broken: [1, NaN, Infinity], [key]: [1, 2], late: [4, -0] };
  const local = addRun(s.journal, {
    params: { [key]: text },
    tags: { [key]: text, short: "logged" },
    metrics,
    cells: ["1"],
  });
  s.journal.runs.setLastExecution(local, 1_000_000);
  s.journal.runs.setFinalised(local, Date.now());
  await recordArtifacts(s.journal, local);
  const param = fitParam(key, text, GITLAB_LIMITS);
  const tag = fitTag(key, text, GITLAB_LIMITS);
  const { info } = await s.client.createRun({
    experiment_id: await s.client.findOrCreateExperiment("penguins"),
    run_name: "fitted",
    start_time: 1_700_000_000_000,
    tags: [{ key: TAG.runId, value: local }, tag, {
      key: "short",
      value: "set on the server",
    }],
  });
  const { run_id } = info;
  await s.client.logBatch({
    run_id,
    params: [param],
    metrics: Object.entries(metrics).flatMap(([key, values]) =>
      values.filter(Number.isFinite).map((value, step) => ({
        key: fitMetricKey(key, GITLAB_LIMITS),
        value,
        step,
        timestamp: 1_700_000_000_000 + step,
      }))
      // GitLab takes what comes last for the last value, whatever its step.
    ).toReversed(),
  });
  for (const { path, digest } of s.journal.artifacts.list(local)) {
    await s.client.uploadArtifact({
      run: info,
      path,
      body: s.journal.artifacts.file(digest),
    });
  }
  const { reader } = await findOnServer(
    `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${run_id}`,
    s.journal,
    { env: s.env },
  );
  const there = await reader.get(run_id);
  assertEquals(there.params, { [key]: text });
  assertEquals(there.metrics, { broken: "Infinity", [key]: 2, late: -0 });
  const { [TAG.runId]: _, ...tags } = there.tags;
  assertEquals(tags, { [key]: text, short: "set on the server" });
  assertEquals(
    (await reader.points(run_id, "broken")).map((p) => p.value),
    [1, "NaN", "Infinity"],
  );
});

Deno.test("a logged notebook that does not fit its manifest is said to have been changed", async () => {
  await using s = await served("newest");
  const local = addRun(s.journal, { cells: ["const k = 5;"] });
  s.journal.runs.setFinalised(local, Date.now());
  await recordArtifacts(s.journal, local);
  const info = await logRun(s.client, {
    experiment: "penguins",
    name: "tracked",
    loss: [1],
  });
  for (const { path, digest } of s.journal.artifacts.list(local)) {
    const text = await Deno.readTextFile(s.journal.artifacts.file(digest));
    if (path !== "session.ipynb" && path !== "manifest.json") continue;
    await s.client.uploadArtifact({
      run: info,
      path,
      body: new TextEncoder().encode(
        path === "session.ipynb" ? text.replace("k = 5", "k = 6") : text,
      ),
    });
  }
  const address =
    `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${info.run_id}`;
  const { reader } = await findOnServer(address, s.journal, { env: s.env });
  const gap = (await reader.get(info.run_id)).missing.find((g) =>
    g.what === "cell sources as executed"
  );
  assertStringIncludes(gap?.why ?? "", "cell [1]");
});

Deno.test("an experiment's runs are listed by its address, filtered and sorted here", async () => {
  await using s = await served("newest");
  for (const [i, loss] of [0.3, 0.1, 0.2].entries()) {
    await logRun(s.client, {
      experiment: "penguins",
      name: `r${i}`,
      loss: [loss],
    });
  }
  await logRun(s.client, { experiment: "seals", name: "other", loss: [0.01] });
  const experiment = await s.client.getExperimentByName("penguins");
  const address = await s.client.experimentUrl(experiment?.experiment_id ?? "");
  const listed = async (
    options: { filter?: string; sort?: string; limit?: number },
  ) =>
    (await listOnServer({ experiment: address ?? "", ...options }, s.journal, {
      env: s.env,
    })).map((run) => run.name);
  assertEquals((await listed({})).toSorted(), ["r0", "r1", "r2"]);
  assertEquals(
    await listed({ filter: "metrics.loss < 0.25", sort: "metrics.loss" }),
    ["r1", "r2"],
  );
  assertEquals(await listed({ sort: "metrics.loss DESC", limit: 1 }), ["r0"]);
});

Deno.test("the page of a run under a relative root is found by trying its path", async () => {
  await using s = await served("newest");
  const port = s.server.addr.port;
  await using rooted = await served(
    "newest",
    `http://127.0.0.1:${port}/gitlab`,
  );
  const info = await logRun(rooted.client, {
    experiment: "penguins",
    name: "rooted",
    loss: [1],
  });
  const page = await rooted.client.runUrl(
    (await rooted.client.getRun(info.run_id)).info,
  ) ?? "";
  const here = page.replace(
    /^http:\/\/[^/]+/,
    `http://127.0.0.1:${rooted.server.addr.port}`,
  );
  assertStringIncludes(here, "/gitlab/birds/south/penguins/-/ml/candidates/");
  const origin = `http://127.0.0.1:${rooted.server.addr.port}`;
  const env = { GITLAB_URL: origin, GITLAB_TOKEN: TOKEN };
  const { run_id } = await findOnServer(here, rooted.journal, { env });
  assertEquals(run_id, info.run_id);
});

Deno.test("an address for which there is no token says so, not that there is no run", async () => {
  await using s = await served("newest");
  const info = await logRun(s.client, {
    experiment: "penguins",
    name: "only",
    loss: [1],
  });
  const page =
    await s.client.runUrl((await s.client.getRun(info.run_id)).info) ?? "";
  const rest =
    `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${info.run_id}`;
  const env = { MLFLOW_TRACKING_TOKEN: TOKEN };
  for (const address of [page, rest]) {
    const { host } = new URL(address);
    await assertRejects(
      () => findOnServer(address, s.journal, { env }),
      AddressError,
      `Cannot read from ${host}: there is no token for it.`,
    );
  }
});

Deno.test("an address that names no run is refused with what to give", async () => {
  await using s = await served("newest");
  const info = await logRun(s.client, {
    experiment: "penguins",
    name: "only",
    loss: [1],
  });
  const page =
    await s.client.runUrl((await s.client.getRun(info.run_id)).info) ?? "";
  const find = (address: string) =>
    findOnServer(address, s.journal, { env: s.env });
  await assertRejects(() => find(s.server.url), AddressError);
  await assertRejects(
    () => find(page.replace(/candidates\/\d+/, "experiments/1")),
    AddressError,
  );
  await assertRejects(
    () => find(page.replace(/\d+$/, "999")),
    RunNotFoundError,
  );
  await assertRejects(
    () =>
      find(
        `${s.server.tracking_uri}/api/2.0/mlflow/runs/get?run_id=${crypto.randomUUID()}`,
      )
        .then(({ run_id, reader }) => reader.get(run_id)),
    RunNotFoundError,
  );
  await assertRejects(
    () => listOnServer({ experiment: page }, s.journal, { env: s.env }),
    AddressError,
  );
});
