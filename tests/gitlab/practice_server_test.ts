import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  artifactName,
  NAMES_FILE,
  namesManifest,
} from "../../src/gitlab/artifact_names.ts";
import { splitBatches } from "../../src/gitlab/batches.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { isNotFoundError } from "../../src/gitlab/errors.ts";
import {
  fitMetricKey,
  fitParam,
  GITLAB_LIMITS,
} from "../../src/gitlab/limits.ts";
import { newRun, tokenOf, withGitLab } from "./practice_gitlab.ts";
import { token } from "./scripted_server.ts";

const PROFILES = ["16.4", "17.9", "newest"] as const;

for (const profile of PROFILES) {
  Deno.test(`GitLab ${profile}: a run is made, filled, read back, found and ended`, async () => {
    await withGitLab({ profile }, async (client, { url }) => {
      const info = await client.detect();
      assertEquals([info.kind, info.project?.id], ["gitlab", 7]);
      assertEquals(info.features.history, profile === "newest");
      const { id, experiment_id, run_id, run } = await newRun(client);
      assertEquals(
        await client.findOrCreateExperiment("penguins"),
        experiment_id,
      );
      const metrics = Array.from({ length: 2500 }, (_, step) => ({
        key: step % 2 === 0 ? "loss" : fitMetricKey("../x", GITLAB_LIMITS),
        value: step / 3,
        timestamp: 1000 + step,
        step,
      }));
      const long = fitParam("text", "x".repeat(100_000), GITLAB_LIMITS);
      const params = [{ key: "k", value: "5" }, {
        key: long.key,
        value: long.value,
      }];
      const tags = [{ key: "t", value: "ü🐧".repeat(2500) }];
      for (
        const batch of splitBatches({ metrics, params, tags }, info.limits)
      ) {
        await client.logBatch({ run_id, ...batch });
      }
      await client.logBatch({ run_id, params, tags });
      const loss = await client.storedPoints(run_id, "loss");
      assertEquals(loss.complete, true);
      assertEquals(
        loss.points,
        metrics.filter((m) => m.key === "loss")
          .map(({ step, timestamp, value }) => ({ step, timestamp, value })),
      );
      assertEquals((await client.storedPoints(run_id, "none")).points, []);
      const { data } = await client.getRun(run_id);
      assertEquals(
        new Map(data.params.map((p) => [p.key, p.value])).get("text"),
        long.value,
      );
      assertEquals(data.tags.find((t) => t.key === "t")?.value, tags[0]?.value);
      const found = await client.findRunByTag({
        experiment_id,
        key: "nbtrack.run_id",
        value: id,
      });
      assertEquals(found?.info.run_id, run_id);
      const ended = await client.updateRun({
        run_id,
        status: "FINISHED",
        end_time: 1_700_000_001_000,
      });
      assertEquals([ended.status, ended.end_time], [
        "FINISHED",
        1_700_000_001_000,
      ]);
      assertEquals(
        await client.runUrl(run.info),
        `${url}/g/p/-/ml/candidates/1`,
      );
    });
  });

  Deno.test(`GitLab ${profile}: artifacts of any name are sent, listed and read back`, async () => {
    await withGitLab({ profile }, async (client) => {
      const { run_id } = await newRun(client);
      const paths = [
        "confusion.svg",
        "figures/loss.svg",
        "two words.txt",
        "größe/🐧.csv",
        ".hidden",
        "../up.txt",
        "x".repeat(500),
        "empty",
      ];
      const names = [];
      const text = (path: string) => path === "empty" ? "" : `of ${path}`;
      for (const path of paths) {
        const { info } = await client.getRun(run_id); // its address changes with the first file
        const body = new TextEncoder().encode(text(path));
        names.push(await client.uploadArtifact({ run: info, path, body }));
      }
      const { info } = await client.getRun(run_id);
      const manifest = namesManifest(names);
      assert(manifest !== null);
      await client.uploadArtifact({
        run: info,
        path: NAMES_FILE,
        body: manifest,
      });
      const listed = await client.listArtifacts(info);
      assertEquals(
        listed.map((f) => f.path).sort(),
        [...paths, NAMES_FILE].sort(),
      );
      assertEquals(listed.find((f) => f.path === "empty")?.size, 0);
      for (const path of paths) {
        const stream = await client.downloadArtifact(info, path);
        assertEquals(await new Response(stream).text(), text(path));
      }
      const error = await assertRejects(() =>
        client.downloadArtifact(info, "no")
      );
      assert(isNotFoundError(error));
    });
  });
}

Deno.test("a run without artifacts lists none, in every profile", async () => {
  for (const profile of PROFILES) {
    await withGitLab({ profile }, async (client) => {
      const { run } = await newRun(client);
      assertEquals(await client.listArtifacts(run.info), []);
    });
  }
});

Deno.test("a search by tag goes through more runs than a page holds", async () => {
  await withGitLab({}, async (client) => {
    const first = await newRun(client);
    for (let i = 0; i < 120; i++) await newRun(client);
    const found = await client.findRunByTag({
      experiment_id: first.experiment_id,
      key: "nbtrack.run_id",
      value: first.id,
    });
    assertEquals(found?.info.run_id, first.run_id);
  });
});

Deno.test("a project given by its former path is written to by its number", async () => {
  const secret = token();
  await withGitLab({
    tokens: [tokenOf(secret, "developer", "api")],
  }, async (_, { url, tracking_uri }) => {
    const moved = createClient({
      tracking_uri: `${url}/api/v4/projects/g%2Fold/ml/mlflow`,
      token: secret,
    });
    assertEquals((await moved.detect()).tracking_uri, tracking_uri);
    assertEquals(await moved.findOrCreateExperiment("x"), "1");
  });
});

Deno.test("a model is registered with a version, its files and its metrics", async () => {
  await withGitLab({}, async (client) => {
    assertEquals(await client.getRegisteredModel("penguins-knn"), null);
    await client.findOrCreateModel({ name: "penguins-knn", description: "d" });
    await client.findOrCreateModel({ name: "penguins-knn" });
    const version = await client.createModelVersion({ name: "penguins-knn" });
    const { stored } = await client.uploadModelFile({
      version,
      path: "model/knn.json",
      body: new TextEncoder().encode("{}"),
    });
    assertEquals(stored, artifactName("model/knn.json").stored);
    const run_id = version.run_id ?? "";
    await client.logBatch({
      run_id,
      metrics: [{
        key: "acc",
        value: 0.9,
        timestamp: 1,
        step: 0,
      }],
    });
    const { info, data } = await client.getRun(run_id);
    assertEquals(data.metrics[0]?.value, 0.9);
    const stream = await client.downloadArtifact(info, "model/knn.json");
    assertEquals(await new Response(stream).text(), "{}");
    const { versions } = await client.listModelVersions("penguins-knn");
    assertEquals(versions.map((v) => v.version), [version.version]);
    assertEquals((await client.listExperiments()).length, 0);
  });
});

Deno.test("runs and experiments are deleted for good", async () => {
  await withGitLab({}, async (client) => {
    const { run_id, experiment_id } = await newRun(client);
    await client.deleteRun(run_id);
    assert(isNotFoundError(await assertRejects(() => client.getRun(run_id))));
    await client.deleteExperiment(experiment_id);
    assertEquals(await client.getExperimentByName("penguins"), null);
  });
});

Deno.test("faults of the server are ridden out where sending again is safe", async () => {
  await withGitLab({
    faults: { seed: 3, rate_429: 0.1, rate_500: 0.1, rate_reset: 0.1 },
  }, async (_, server) => {
    const client = createClient({
      tracking_uri: server.tracking_uri,
      token: server.token ?? "",
      delay: () => Promise.resolve(),
      retry: { retries: 30 },
    });
    const experiment_id = await client.findOrCreateExperiment("x");
    for (let i = 0; i < 20; i++) {
      assertEquals(await client.findOrCreateExperiment("x"), experiment_id);
    }
  });
});
