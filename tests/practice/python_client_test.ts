/** The requests that Python's client sends for each of its calls, in its order, with its members. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { call, mlflow, start, TOKENS } from "./fixtures.ts";

const get = (server: PracticeServer, endpoint: string, query: object) =>
  mlflow(server, `${endpoint}?${new URLSearchParams({ ...query })}`);

async function setExperiment(server: PracticeServer, name: string) {
  const known = await get(server, "experiments/get-by-name", {
    experiment_name: name,
  });
  if (known.status === 200) return known.body.experiment.experiment_id;
  assertEquals([known.status, known.body.error_code], [
    404,
    "RESOURCE_DOES_NOT_EXIST",
  ]);
  const made = await mlflow(server, "experiments/create", { name });
  const { experiment_id } = made.body;
  const read = await get(server, "experiments/get", { experiment_id });
  assertEquals(read.body.experiment.name, name);
  return experiment_id;
}

async function startRun(server: PracticeServer, experiment_id: string) {
  const { body } = await mlflow(server, "runs/create", {
    experiment_id,
    user_id: "somebody",
    run_name: "classy-bear-12",
    start_time: 1700000000000,
    tags: [
      { key: "mlflow.user", value: "somebody" },
      { key: "mlflow.source.name", value: "train.py" },
      { key: "mlflow.source.type", value: "LOCAL" },
      { key: "mlflow.runName", value: "classy-bear-12" },
    ],
  });
  assertEquals(body.run.info.run_name, "classy-bear-12");
  assertEquals(body.run.data.tags.length, 4);
  return body.run.info;
}

for (const profile of ["16.4", "17.9", "newest"] as const) {
  Deno.test(`profile ${profile} serves what Python's client logs and reads`, async (t) => {
    const server = await start({ profile });
    const experiment_id = await setExperiment(server, "penguins");
    assertEquals(await setExperiment(server, "penguins"), experiment_id);
    const info = await startRun(server, experiment_id);
    const { run_id } = info;
    const ids = { run_id, run_uuid: run_id };
    const post = async (endpoint: string, value: object) => {
      const answer = await mlflow(server, endpoint, value);
      assertEquals(answer.status, 200, answer.text);
      return answer.body;
    };

    await t.step("log_param, log_metric, set_tag", async () => {
      await post("runs/log-parameter", { ...ids, key: "k", value: "5" });
      await post("runs/log-metric", {
        ...ids,
        key: "acc",
        value: 0.9,
        timestamp: 1700000000001,
        step: 0,
      });
      await post("runs/set-tag", { ...ids, key: "team", value: "birds" });
      const nan = await mlflow(server, "runs/log-metric", {
        ...ids,
        key: "acc",
        value: "NaN",
        timestamp: 1,
        step: 0,
      });
      assertEquals(nan.body, { error: "value is invalid" });
    });

    await t.step("log_batch with everything", async () => {
      await post("runs/log-batch", {
        ...ids,
        metrics: [1, 2].map((step) => ({
          key: "acc",
          value: 0.9 + step / 100,
          timestamp: 1700000000001 + step,
          step,
        })),
        params: [{ key: "seed", value: "7" }],
        tags: [{ key: "note", value: "n" }],
      });
    });

    await t.step(
      "log_text puts below artifact_uri, download gets it back",
      async () => {
        const before = await get(server, "runs/get", ids);
        const uri: string = before.body.run.info.artifact_uri;
        assertMatch(uri, /^http.*\/$/);
        const headers = { authorization: `Bearer ${TOKENS.write}` };
        const upload = await fetch(`${uri}notes.json`, {
          method: "PUT",
          headers: { ...headers, "content-type": "application/json" },
          body: "{not json",
        });
        assertEquals([upload.status, await upload.json()], [201, {
          message: "201 Created",
        }]);
        const download = await fetch(`${uri}notes.json`, { headers });
        assertEquals(await download.text(), "{not json");
      },
    );

    await t.step(
      "calls that GitLab lacks are recognised by their 404",
      async () => {
        const lacking = { error: "404 Not Found" };
        const inputs = await mlflow(server, "runs/log-inputs", {
          ...ids,
          datasets: [],
        });
        assertEquals([inputs.status, inputs.body], [404, lacking]);
        const models = await mlflow(server, "logged-models/search", {});
        assertEquals([models.status, models.body], [404, lacking]);
        const info = await call(
          server,
          "/projects/42/ml/mlflow/api/3.0/mlflow/server-info",
        );
        assertEquals([info.status, info.body], [404, lacking]);
      },
    );

    await t.step("end_run", async () => {
      await get(server, "runs/get", ids);
      const { run_info } = await post("runs/update", {
        ...ids,
        status: "FINISHED",
        end_time: 1700000009000,
        run_name: "ignored",
      });
      assertEquals([run_info.status, run_info.run_name], [
        "FINISHED",
        "classy-bear-12",
      ]);
    });

    await t.step("search_runs, get_metric_history", async () => {
      const { runs } = await post("runs/search", {
        experiment_ids: [experiment_id],
        run_view_type: "ACTIVE_ONLY",
        filter: "",
        max_results: 10000,
      });
      assertEquals(runs[0].data.params, [
        { key: "k", value: "5" },
        { key: "seed", value: "7" },
      ]);
      assertEquals(
        runs[0].data.metrics.length,
        profile === "newest" ? 1 : 3,
      );
      const history = await get(server, "metrics/get-history", {
        ...ids,
        metric_key: "acc",
      });
      assertEquals(
        history.status === 200 ? history.body.metrics.length : history.body,
        profile === "newest" ? 3 : { error: "404 Not Found" },
      );
    });

    if (profile !== "16.4") {
      await t.step(
        "list_artifacts, registry, delete_run, search_experiments",
        async () => {
          const { body: { run } } = await get(server, "runs/get", ids);
          const path = run.info.artifact_uri.replace("mlflow-artifacts:/", "");
          const list = await call(
            server,
            `/projects/42/ml/mlflow/api/2.0/mlflow-artifacts/artifacts?path=${path}`,
          );
          assertEquals(list.body.files, [
            { path: "notes.json", file_size: 9, is_dir: false },
          ]);
          await post("registered-models/create", { name: "knn" });
          const { model_version } = await post("model-versions/create", {
            name: "knn",
            source: run.info.artifact_uri,
            run_id: "",
          });
          const version = await get(server, "model-versions/get", {
            name: "knn",
            version: model_version.version,
          });
          assertEquals(version.body.model_version, model_version);
          const model = await get(server, "registered-models/get", {
            name: "knn",
          });
          assertEquals(model.body.registered_model.latest_versions, [
            model_version,
          ]);
          const alias = await mlflow(server, "registered-models/alias", {
            name: "knn",
            alias: "best",
            version: model_version.version,
          });
          assertEquals(alias.status, 405);
          const search = (filter: string) =>
            get(server, "registered-models/search", {
              filter,
              max_results: "100",
            });
          const own = "tag.`mlflow.prompt.is_prompt` != 'true'";
          assertEquals((await search("name='knn'")).body.registered_models, [
            model.body.registered_model,
          ]);
          assertEquals((await search("name = 'knn'")).status, 400);
          assertEquals((await search(own)).status, 400);
          assertEquals((await search(`name='knn' AND ${own}`)).body, {
            registered_models: [],
            next_page_token: null,
          });
          assertEquals(
            (await mlflow(server, "logged-models/search", {})).body,
            { error: "404 Not Found" },
          );
          const { experiments } = await post("experiments/search", {
            max_results: 1000,
            view_type: "ACTIVE_ONLY",
          });
          assert(
            experiments.some((one: { name: string }) =>
              one.name === "penguins"
            ),
          );
          await post("runs/delete", ids);
          assertEquals((await get(server, "runs/get", ids)).status, 404);
        },
      );
    }
    await server.close();
  });
}
