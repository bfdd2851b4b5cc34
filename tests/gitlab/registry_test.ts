import { assert, assertEquals, assertRejects } from "@std/assert";
import { isUnsupportedError } from "../../src/gitlab/errors.ts";
import { json } from "./scripted_server.ts";
import { MISSING, onGitLab, onMlflow, queryOf } from "./two_servers.ts";

Deno.test("models and versions are made, found when another writer was first, and their files sent to the version", async () => {
  const model = { name: "m", description: "", latest_versions: [] };
  const version = {
    name: "m",
    version: "9",
    run_id: "r9",
    source: "https://web.example/g/p/-/ml/models/1/versions/9",
    aliases: ["1.0.0"],
  };
  await onGitLab({
    "/registered-models/get": (_, count) =>
      count === 1
        ? MISSING()
        : json({ registered_model: { ...model, latest_versions: [version] } }),
    "/registered-models/create": () =>
      json({ error_code: "RESOURCE_ALREADY_EXISTS" }, 400),
    "/model-versions/create": () => json({ model_version: version }),
    "/model-versions/get": () => json({ model_version: version }),
    "/api/v4/projects/42/packages/ml_models/9/files/knn.json": () =>
      json({ message: "201 Created" }, 201),
  }, async (client, { seen }) => {
    assertEquals((await client.findOrCreateModel({ name: "m" })).name, "m");
    const made = await client.createModelVersion({ name: "m", source: "s" });
    assertEquals(JSON.parse(seen.at(-1)?.body ?? ""), { name: "m" });
    assertEquals(made.aliases, ["1.0.0"]);
    await client.createModelVersion({
      name: "m",
      description: "d".repeat(10_001),
    });
    const { description } = JSON.parse(seen.at(-1)?.body ?? "");
    assertEquals([...description].length, 10_000);
    assertEquals((await client.getModelVersion("m", "9")).run_id, "r9");
    await client.uploadModelFile({
      version: made,
      path: "knn.json",
      body: new Uint8Array([1]),
    });
    assertEquals(await client.listModelVersions("m"), {
      versions: [made],
      complete: false,
    });
  });
});

Deno.test("a plain server lists all versions and keeps a version's files under its run", async () => {
  const version = {
    name: "it's",
    version: "2",
    source: "mlflow-artifacts:/1/abc/artifacts/model",
  };
  await onMlflow({
    "/model-versions/create": () => json({ model_version: version }),
    "/model-versions/search": (seen) => {
      const next = queryOf(seen.path).get("page_token");
      return json({
        model_versions: [version],
        ...(next === null && { next_page_token: "x" }),
      });
    },
    "/api/2.0/mlflow-artifacts/artifacts/1/abc/artifacts/model/two%20words.txt":
      () => json({}),
  }, async (client, { seen }) => {
    const made = await client.createModelVersion({
      name: "it's",
      run_id: "abc",
      source: version.source,
    });
    assertEquals(JSON.parse(seen.at(-1)?.body ?? "").source, version.source);
    await client.uploadModelFile({
      version: made,
      path: "two words.txt",
      body: new Uint8Array(),
    });
    assertEquals(seen.at(-1)?.headers.get("content-length"), "0");
    const { versions, complete } = await client.listModelVersions("it's");
    assertEquals([versions.length, complete], [2, true]);
  });
});

Deno.test("datasets are MLflow's inputs on a plain server, with a digest it takes; GitLab has none", async () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const datasets = [{
    name: "penguins.csv",
    digest,
    uri: "data/penguins.csv",
    context: "training",
    columns: [
      { name: "mass", type: "number" },
      { name: "year", type: "integer" },
      { name: "notes", type: "mixed" },
    ],
    rows: 344,
  }];
  await onMlflow(
    { "/runs/log-inputs": () => json({}) },
    async (client, { seen }) => {
      await client.logInputs({ run_id: "r", datasets });
      const [input] = JSON.parse(seen[1]?.body ?? "").datasets;
      assertEquals(input.dataset.digest, "0123456789abcdef".repeat(2));
      assertEquals(input.tags, [
        { key: "mlflow.data.context", value: "training" },
        { key: "nbtrack.digest", value: digest },
      ]);
      assertEquals(JSON.parse(input.dataset.profile), { num_rows: 344 });
      assertEquals(JSON.parse(input.dataset.schema).mlflow_colspec, [
        { name: "mass", type: "double", required: false },
        { name: "year", type: "long", required: false },
        { name: "notes", type: "string", required: false },
      ]);
    },
  );
  await onGitLab({}, async (client, { seen }) => {
    const error = await assertRejects(() =>
      client.logInputs({ run_id: "r", datasets })
    );
    assert(isUnsupportedError(error));
    assertEquals(seen.length, 0);
  });
});
