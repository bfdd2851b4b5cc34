import { assertEquals } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { call, mlflow, newRun, PROJECT, start, TOKENS } from "./fixtures.ts";

const MISSING = { error_code: "RESOURCE_DOES_NOT_EXIST" };

async function newVersion(server: PracticeServer, value: object) {
  const answer = await mlflow(server, "model-versions/create", value);
  return answer.body?.model_version ?? answer.body;
}

/** The id that addresses a version's files: the end of its page's address. */
function idIn(source: string): string {
  return /\/versions\/(\d+)$/.exec(source)?.[1] ?? "";
}

Deno.test("models are made, described, found and removed", async () => {
  const server = await start();
  const made = await mlflow(server, "registered-models/create", {
    name: "m",
    tags: [{ key: "a", value: "1" }],
  });
  assertEquals(made.body.registered_model.tags, [{ key: "a", value: "1" }]);
  assertEquals(made.body.registered_model.description, "");
  assertEquals(made.body.registered_model.user_id, "5");
  assertEquals(
    Math.abs(
      made.body.registered_model.creation_timestamp - Date.now() / 1000,
    ) <
      60,
    true,
  );
  assertEquals(
    (await mlflow(server, "registered-models/create", { name: "a b" })).body,
    { error_code: "RESOURCE_ALREADY_EXISTS" },
  );
  const update = await mlflow(server, "registered-models/update", {
    name: "m",
    description: "new",
  }, { method: "PATCH" });
  assertEquals(update.body.registered_model.description, "new");
  for (const name of ["n", "M"]) {
    await mlflow(server, "registered-models/create", { name });
  }
  const search = (query: Record<string, string>) =>
    mlflow(server, `registered-models/search?${new URLSearchParams(query)}`)
      .then(({ body }) =>
        body.registered_models?.map((m: { name: string }) => m.name) ??
          body.error_code
      );
  assertEquals(await search({}), ["M", "m", "n"]);
  assertEquals(await search({ filter: "name='m'" }), ["m"]);
  for (const name of ["Model", "model_2"]) {
    await mlflow(server, "registered-models/create", { name });
  }
  assertEquals(await search({ filter: "name='odel'" }), ["Model", "model_2"]);
  assertEquals(await search({ filter: 'name="odel_"' }), ["model_2"]);
  assertEquals(
    await search({
      filter: "name='m' AND tag.`mlflow.prompt.is_prompt` != 'true'",
    }),
    [],
  );
  for (
    const filter of [
      "",
      " ",
      "name = 'm'",
      " name='m'",
      "NAME='m'",
      "tag.`mlflow.prompt.is_prompt` != 'true'",
    ]
  ) {
    assertEquals(
      await search({ filter }),
      "INVALID_PARAMETER_VALUE",
      JSON.stringify(filter),
    );
  }
  assertEquals(
    await search({ filter: "name LIKE 'm%'" }),
    "INVALID_PARAMETER_VALUE",
  );
  assertEquals(
    await search({ filter: "tags.a = '1'" }),
    "INVALID_PARAMETER_VALUE",
  );
  assertEquals(await search({ max_results: "1", order_by: "name DESC" }), [
    "n",
  ]);
  assertEquals(
    (await mlflow(server, "registered-models/delete", { name: "m" }, {
      method: "DELETE",
    })).body,
    {},
  );
  assertEquals(
    (await mlflow(server, "registered-models/get?name=m")).body,
    MISSING,
  );
  assertEquals((await mlflow(server, "registered-models/get")).body, MISSING);
  await server.close();
});

Deno.test("versions are numbered by semantic version and found by alias", async () => {
  const server = await start();
  await mlflow(server, "registered-models/create", { name: "m" });
  const versionTag = (value: string) => ({
    name: "m",
    tags: [{ key: "gitlab.version", value }],
  });
  const first = await newVersion(server, { name: "m" });
  assertEquals(first.aliases, ["1.0.0"]);
  assertEquals(first.version, "1.0.0");
  assertEquals((await newVersion(server, { name: "m" })).version, "1.0.1");
  await newVersion(server, versionTag("1.4.9"));
  assertEquals((await newVersion(server, { name: "m" })).version, "1.4.10");
  await newVersion(server, versionTag("10.0.0-rc.1"));
  await newVersion(server, versionTag("9.5.0"));
  for (const bad of ["1.0.0", "1.0", "v2", "3.0.0-01", "3.0.0-a..b"]) {
    assertEquals(
      (await newVersion(server, versionTag(bad))).error_code,
      "INVALID_PARAMETER_VALUE",
    );
  }
  assertEquals(await newVersion(server, { name: "none" }), MISSING);
  const latest = await mlflow(server, "registered-models/get-latest-versions", {
    name: "m",
  });
  assertEquals(latest.body.model_versions[0].aliases, ["10.0.0-rc.1"]);
  assertEquals((await newVersion(server, { name: "m" })).version, "10.0.1");
  const alias = await mlflow(
    server,
    "registered-models/alias?name=m&alias=1.0.0",
  );
  assertEquals(alias.body.model_version, first);
  const get = (query: string) => mlflow(server, `model-versions/get?${query}`);
  assertEquals(
    (await get("name=m&version=1.0.0")).body.model_version,
    first,
  );
  for (
    const query of [
      "name=m&version=1",
      "name=m&version=7.0.0",
      "name=m",
      "name=none&version=1.0.0",
      "version=1.0.0",
      "",
    ]
  ) {
    const { status, body } = await get(query);
    assertEquals([status, body], [404, MISSING], query);
  }
  assertEquals(
    (await mlflow(server, "registered-models/alias?name=m&alias=7.0.0")).body,
    MISSING,
  );
  const update = (value: object) =>
    mlflow(server, "model-versions/update", value, { method: "PATCH" });
  const described = await update({
    name: "m",
    version: first.version,
    description: "d",
  });
  assertEquals(described.body.model_version.description, "d");
  assertEquals(
    (await update({ name: "m", version: first.version })).body.error_code,
    "INVALID_PARAMETER_VALUE",
  );
  assertEquals(
    (await update({
      name: "m",
      version: first.version,
      description: "d".repeat(10_001),
    })).body,
    { error_code: "UPDATE_FAILED" },
  );
  for (
    const unknown of [
      { name: "m", version: "7.0.0" },
      { name: "m", version: "1" },
      { name: "none", version: "1.0.0" },
    ]
  ) {
    const { status, body } = await update({ ...unknown, description: "d" });
    assertEquals([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
  }
  assertEquals(
    (await mlflow(server, "model-versions/get-download-uri?name=m&version=12"))
      .body,
    { artifact_uri: "mlflow-artifacts:/12" },
  );
  await server.close();
});

Deno.test("a version's files are its package's, and its run and experiment cannot be deleted", async () => {
  const server = await start();
  await mlflow(server, "registered-models/create", { name: "m" });
  const { run_id, source } = await newVersion(server, { name: "m" });
  const version = idIn(source);
  assertEquals(source.startsWith(`${server.url}/lab/main/-/ml/models/`), true);
  const files = `/projects/${PROJECT.main}/packages/ml_models/${version}/files`;
  const run = await mlflow(server, `runs/get?run_id=${run_id}`);
  assertEquals(
    run.body.run.info.artifact_uri,
    `${server.url}/api/v4${files}/`,
  );
  await call(server, `${files}/model/weights.bin`, {
    method: "PUT",
    body: "abc",
  });
  const artifacts =
    `/projects/${PROJECT.main}/ml/mlflow/api/2.0/mlflow-artifacts/artifacts`;
  assertEquals((await call(server, `${artifacts}?path=${version}`)).body, {
    files: [{ path: "model%2Fweights.bin", file_size: 3, is_dir: false }],
  });
  assertEquals(
    (await call(server, `${artifacts}/${version}/model/weights.bin`)).text,
    "abc",
  );
  assertEquals((await mlflow(server, "runs/delete", { run_id })).body, {
    message: "Cannot delete a candidate associated to a model version",
  });
  const { experiment_id } = run.body.run.info;
  assertEquals(
    (await mlflow(server, "experiments/delete", { experiment_id })).body,
    { message: "Cannot delete an experiment associated to a model" },
  );
  await server.close();
});

Deno.test("a run of the model's own experiment is promoted with its files", async () => {
  const server = await start();
  await mlflow(server, "registered-models/create", { name: "m" });
  const own = (await mlflow(
    server,
    `experiments/get-by-name?${new URLSearchParams({
      experiment_name: "[model]m",
    })}`,
  )).body.experiment.experiment_id;
  const { run_id, iid } = await newRun(server, { experiment: own });
  const candidate =
    `/projects/${PROJECT.main}/packages/ml_models/candidate:${iid}/files/f`;
  await call(server, candidate, { method: "PUT", body: "x" });
  const stranger = await newRun(server);
  assertEquals(
    (await newVersion(server, { name: "m", run_id: stranger.run_id }))
      .error_code,
    "INVALID_PARAMETER_VALUE",
  );
  const version = await newVersion(server, { name: "m", run_id });
  assertEquals(version.run_id, run_id);
  assertEquals(
    (await call(
      server,
      `/projects/${PROJECT.main}/packages/ml_models/${
        idIn(version.source)
      }/files/f`,
    )).text,
    "x",
  );
  assertEquals(
    (await newVersion(server, { name: "m", run_id })).error_code,
    "INVALID_PARAMETER_VALUE",
  );
  await server.close();
});

Deno.test("a new model or version with a tag that is blank, too long or there twice is refused, and nothing is kept", async () => {
  const server = await start();
  const bad = [
    [{ key: "a", value: "1" }, { key: "a", value: "2" }],
    [{ key: "", value: "1" }],
    [{ key: " \t", value: "1" }],
    [{ value: "1" }],
    [{ key: "a", value: "" }],
    [{ key: "a" }],
    [{ key: "k".repeat(256), value: "1" }],
    [{ key: "a", value: "v".repeat(5001) }],
  ];
  for (const tags of bad) {
    const { status, body } = await mlflow(server, "registered-models/create", {
      name: "m",
      tags,
    });
    assertEquals([status, body], [400, {
      error_code: "RESOURCE_ALREADY_EXISTS",
    }]);
    assertEquals(
      (await mlflow(server, "registered-models/get?name=m")).status,
      404,
    );
  }
  assertEquals((await mlflow(server, "experiments/list")).body, {
    experiments: [],
  });
  await mlflow(server, "registered-models/create", { name: "m" });
  for (const tags of bad) {
    const { status, body } = await mlflow(server, "model-versions/create", {
      name: "m",
      tags,
    });
    assertEquals([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
  }
  const model = await mlflow(server, "registered-models/get?name=m");
  assertEquals(model.body.registered_model.latest_versions, []);
  assertEquals(
    (await newVersion(server, {
      name: "m",
      tags: [{ key: "a", value: "1" }, { key: "b", value: "1" }],
    })).version,
    "1.0.0",
  );
  await server.close();
});

Deno.test("the registry needs its feature and its rights, except for the latest versions", async () => {
  const server = await start();
  await mlflow(server, "registered-models/create", { name: "m" });
  const asReporter = { token: TOKENS.reporter };
  assertEquals(
    (await mlflow(
      server,
      "registered-models/create",
      { name: "x" },
      asReporter,
    ))
      .status,
    401,
  );
  assertEquals(
    (await mlflow(
      server,
      "registered-models/get-latest-versions",
      { name: "m" },
      asReporter,
    )).body,
    { model_versions: [] },
  );
  assertEquals(
    (await mlflow(server, "registered-models/get?name=m", undefined, {
      project: PROJECT.registryOff,
    })).body,
    { message: "404 Not Found" },
  );
  await server.close();
  const old = await start({ profile: "16.4" });
  assertEquals(
    (await mlflow(old, "registered-models/create", { name: "m" })).body,
    { error: "404 Not Found" },
  );
  await old.close();
});
