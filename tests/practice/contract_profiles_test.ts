/** Which version of GitLab has which route, and what is answered where one is missing. */
import { assertEquals } from "@std/assert";
import { CONTRACT_ROUTES, LACKING } from "./contract_routes.ts";
import { call, mlflow, newRun, PROJECT, start } from "./fixtures.ts";

const UNKNOWN = { error: "404 Not Found" };
const BASE = `/projects/${PROJECT.main}/ml/mlflow/api/2.0`;

for (const profile of ["16.4", "17.9", "newest"] as const) {
  Deno.test(`profile ${profile} has the routes of its time and no others`, async (t) => {
    const server = await start({ profile });
    for (const { method, path, profiles } of CONTRACT_ROUTES) {
      const there = profiles.includes(profile);
      await t.step(
        `${method} ${path} is ${there ? "" : "not "}there`,
        async () => {
          const { status, body } = await call(server, `${BASE}/${path}`, {
            method,
            ...(method === "GET" ? {} : {
              headers: { "content-type": "application/json" },
              body: "{}",
            }),
          });
          if (there) assertEquals(body?.error === UNKNOWN.error, false);
          else assertEquals([status, body], [404, UNKNOWN]);
        },
      );
    }
    for (const [method, path] of LACKING) {
      await t.step(`${method} ${path} is not there`, async () => {
        const { status, body } = await call(server, `${BASE}/${path}`, {
          method,
          ...(method === "GET" ? {} : {
            headers: { "content-type": "application/json" },
            body: "{}",
          }),
        });
        assertEquals([status, body], [404, UNKNOWN]);
      });
    }
    for (
      const path of [
        "ml/mlflow/api/3.0/mlflow/server-info",
        "ml/mlflow/ajax-api/2.0/mlflow/experiments/list",
        "ml/mlflow/api/3.0/mlflow/traces",
        "ml/mlflow/version",
        "ml/mlflow/health",
      ]
    ) {
      await t.step(`GET ${path} is not there`, async () => {
        const { status, body } = await call(
          server,
          `/projects/${PROJECT.main}/${path}`,
        );
        assertEquals([status, body], [404, UNKNOWN]);
      });
    }
    for (const path of ["alias", "get-latest-versions"]) {
      if (profile === "16.4") continue;
      const method = path === "alias" ? "POST" : "GET";
      await t.step(`${method} registered-models/${path} is 405`, async () => {
        const { status } = await call(
          server,
          `${BASE}/mlflow/registered-models/${path}`,
          { method, ...(method === "POST" ? { body: "{}" } : {}) },
        );
        assertEquals(status, 405);
      });
    }
    await server.close();
  });

  Deno.test(`profile ${profile} shows a run with the artifacts' address and the metrics of its time`, async () => {
    const server = await start({ profile });
    const { run_id, experiment_id } = await newRun(server);
    for (const value of [1, 2]) {
      await mlflow(server, "runs/log-metric", {
        run_id,
        key: "m",
        value,
        timestamp: value,
        step: value,
      });
    }
    const { run } = (await mlflow(server, `runs/get?run_id=${run_id}`)).body;
    assertEquals(
      run.data.metrics.map((one: { value: number }) => one.value),
      profile === "newest" ? [2] : [1, 2],
    );
    const packages = `${server.url}/api/v4/projects/${PROJECT.main}/packages`;
    const uri = run.info.artifact_uri;
    assertEquals(
      uri,
      profile === "16.4"
        ? `${packages}/generic/ml_experiment_${experiment_id}/1/`
        : `${packages}/ml_models/candidate:1/files/`,
    );
    await call(server, `${uri.slice(uri.indexOf("/projects/"))}a.txt`, {
      method: "PUT",
      body: "a",
    });
    const after = (await mlflow(server, `runs/get?run_id=${run_id}`)).body;
    assertEquals(
      after.run.info.artifact_uri,
      profile === "16.4" ? uri : "mlflow-artifacts:/candidate:1",
    );
    await server.close();
  });
}
