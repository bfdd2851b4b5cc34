import { assertEquals } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { mlflow, newExperiment, newRun, PROJECT, start } from "./fixtures.ts";

/** Reads every page; gives the names in order. */
async function pages(
  server: PracticeServer,
  endpoint: "runs" | "experiments",
  query: Record<string, unknown>,
): Promise<string[]> {
  const names: string[] = [];
  let page_token: string | null = null;
  do {
    const { body, status, text } = await mlflow(server, `${endpoint}/search`, {
      max_results: 2,
      ...query,
      ...(page_token === null ? {} : { page_token }),
    });
    assertEquals(status, 200, text);
    for (const one of body[endpoint]) names.push(one.name ?? one.info.run_name);
    page_token = body.next_page_token;
  } while (page_token !== null);
  return names;
}

Deno.test("runs are ordered and paged as GitLab does", async () => {
  const server = await start();
  const experiment = await newExperiment(server);
  for (
    const [name, loss] of [
      ["b", 2],
      ["A", 1],
      ["c", null],
      ["a", 2],
      ["d", null],
    ] as const
  ) {
    const { run_id } = await newRun(server, { experiment, name });
    if (loss !== null) {
      for (const value of [9, loss]) {
        await mlflow(server, "runs/log-metric", {
          run_id,
          key: "loss",
          value,
          timestamp: 1,
        });
      }
    }
  }
  const runs = (order_by?: unknown) =>
    pages(server, "runs", {
      experiment_ids: [experiment],
      ...(order_by === undefined ? {} : { order_by }),
    }).then((names) => names.join(""));
  assertEquals(await runs(), "dacAb");
  assertEquals(await runs(null), "dacAb");
  assertEquals(await runs("created_at asc"), "bAcad");
  assertEquals(await runs("name"), "dcbaA");
  assertEquals(await runs("name ASC"), "aAbcd");
  assertEquals(await runs("Name asc"), "aAbcd");
  assertEquals(await runs("id ASC"), "bAcad");
  assertEquals(await runs("nothing ASC"), "bAcad");
  assertEquals(await runs("params.x"), "dacAb");
  assertEquals(await runs("metrics.loss"), "abA");
  assertEquals(await runs("metrics.loss ASC"), "Aab");
  assertEquals(await runs("metrics.loss.more ASC"), "Aab");
  assertEquals(await runs("metrics.none"), "");
  await server.close();
});

Deno.test("runs whose metric is infinite are paged like the others", async () => {
  const server = await start();
  const experiment = await newExperiment(server);
  for (
    const [name, loss] of [
      ["a", "1e400"],
      ["b", "1e400"],
      ["c", "1"],
      ["d", "-1e400"],
      ["e", "1e400"],
    ] as const
  ) {
    const { run_id } = await newRun(server, { experiment, name });
    await mlflow(server, "runs/log-metric", {}, {
      body:
        `{"run_id": "${run_id}", "key": "loss", "value": ${loss}, "timestamp": 1}`,
    });
  }
  const runs = (order_by: string) =>
    pages(server, "runs", { experiment_ids: [experiment], order_by });
  assertEquals(await runs("metrics.loss"), ["e", "b", "a", "c", "d"]);
  assertEquals(await runs("metrics.loss ASC"), ["d", "c", "e", "b", "a"]);
  await server.close();
});

Deno.test("experiments are ordered and paged as GitLab does", async () => {
  const server = await start();
  for (const name of ["b", "A", "c", "a"]) await newExperiment(server, name);
  const search = (order_by?: string | null) =>
    pages(
      server,
      "experiments",
      order_by === undefined ? {} : { order_by },
    ).then((names) => names.join(""));
  assertEquals(await search(), "acAb");
  assertEquals(await search(null), "acAb");
  assertEquals(await search(""), "aAbc");
  assertEquals(await search("NAME"), "aAbc");
  assertEquals(await search("name sideways"), "cbaA");
  assertEquals(await search(" name  ASC"), "aAbc");
  assertEquals(await search("last_updated_timestamp ASC"), "bAca");
  assertEquals(await search("nothing"), "bAca");
  await server.close();
});

Deno.test("a page token that is none is an error of the server", async () => {
  const server = await start();
  const experiment_id = await newExperiment(server);
  for (const page_token of ["%%%", "bm8", "e30"]) {
    const answer = await mlflow(server, "runs/search", {
      experiment_ids: [experiment_id],
      page_token,
    });
    assertEquals([answer.status, answer.body], [500, {
      message: "500 Internal Server Error",
    }]);
  }
  await server.close();
});

Deno.test("runs and experiments belong to their project", async () => {
  const server = await start();
  const { run_id, experiment_id } = await newRun(server);
  const other = { project: PROJECT.empty };
  const missing = { error_code: "RESOURCE_DOES_NOT_EXIST" };
  assertEquals(
    (await mlflow(server, `runs/get?run_id=${run_id}`, undefined, other)).body,
    missing,
  );
  assertEquals(
    (await mlflow(server, "runs/create", { experiment_id }, other)).body,
    missing,
  );
  assertEquals(
    (await mlflow(server, "runs/search", { experiment_ids: [] })).body,
    missing,
  );
  await server.close();
});

Deno.test("a metric's history is by step, time, and newest first among equals, in pages", async () => {
  const server = await start();
  const { run_id } = await newRun(server);
  const points: [number | null, number | null, number][] = [
    [2, 5, 0],
    [1, 9, 1],
    [null, 3, 2],
    [1, 9, 3],
    [1, null, 4],
    [-4, 1, 5],
    [1, 2, 6],
    [null, null, 7],
  ];
  for (const [step, timestamp, value] of points) {
    await mlflow(server, "runs/log-metric", {
      run_id,
      key: "m",
      value,
      timestamp,
      step,
    });
  }
  const read = async (key: string, max_results: number) => {
    const values: number[] = [];
    let token: string | null = "";
    while (token !== null) {
      const { body } = await mlflow(
        server,
        `metrics/get-history?${new URLSearchParams({
          run_id,
          metric_key: key,
          max_results: String(max_results),
          page_token: token,
        })}`,
      );
      values.push(...body.metrics.map((m: { value: number }) => m.value));
      token = body.next_page_token;
    }
    return values;
  };
  const expected = [5, 6, 3, 1, 4, 0, 2, 7];
  for (const size of [1, 3, 8, 1000]) {
    assertEquals(await read("m", size), expected);
  }
  await mlflow(server, "runs/log-batch", {
    run_id,
    metrics: Array.from({ length: 2500 }, (_, step) => ({
      key: "many",
      value: step,
      timestamp: 1,
      step,
    })),
  });
  assertEquals(
    await read("many", 5000),
    Array.from({ length: 2500 }, (_, step) => step),
  );
  const latest = await mlflow(server, `runs/get?run_id=${run_id}`);
  assertEquals(
    latest.body.run.data.metrics.map((m: { value: number }) => m.value),
    [7, 2499],
  );
  await server.close();
});

Deno.test("deleting an experiment deletes its runs, and numbers are never given again", async () => {
  const server = await start();
  const first = await newRun(server);
  await mlflow(server, "experiments/delete", {
    experiment_id: first.experiment_id,
  });
  assertEquals(
    (await mlflow(server, `runs/get?run_id=${first.run_id}`)).status,
    404,
  );
  const second = await newRun(server);
  assertEquals([second.experiment_id, second.iid], ["2", 2]);
  await mlflow(server, "runs/delete", { run_id: second.run_id });
  const third = await newRun(server, { experiment: second.experiment_id });
  assertEquals(third.iid, 3);
  await server.close();
});
