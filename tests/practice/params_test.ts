import { assertEquals, assertMatch } from "@std/assert";
import {
  call,
  JOB,
  mlflow,
  newExperiment,
  newRun,
  PROJECT,
  start,
} from "./fixtures.ts";
import type { PracticeServer } from "../../src/practice/server.ts";

async function withRun(
  work: (
    server: PracticeServer,
    run_id: string,
    post: (endpoint: string, value: object | string) => Promise<unknown>,
  ) => Promise<void>,
  change: Parameters<typeof start>[0] = {},
): Promise<void> {
  const server = await start(change);
  const { run_id } = await newRun(server);
  await work(server, run_id, async (endpoint, value) => {
    const raw = typeof value === "string"
      ? value.replace("$", `"run_id":"${run_id}"`)
      : JSON.stringify({ run_id, ...value });
    const answer = await mlflow(server, `runs/${endpoint}`, {}, { body: raw });
    return answer.status === 200
      ? 200
      : [answer.status, answer.body.error ?? answer.body.message];
  });
  await server.close();
}

async function data(server: PracticeServer, run_id: string) {
  const { body } = await mlflow(server, `runs/get?run_id=${run_id}`);
  return body.run.data;
}

Deno.test("metric values, timestamps and steps are converted or refused as the contract says", () =>
  withRun(async (server, run_id, post) => {
    const log = (value: string, timestamp = "1", step = "0") =>
      post(
        "log-metric",
        `{$,"key":"m","value":${value},"timestamp":${timestamp},"step":${step}}`,
      );
    for (
      const value of [
        '"NaN"',
        '"Infinity"',
        '"-Infinity"',
        "true",
        "{}",
        "[]",
        '"x"',
      ]
    ) {
      assertEquals(await log(value), [400, "value is invalid"], value);
    }
    assertEquals((await log("NaN") as number[])[0], 400);
    for (const time of ['"1.5"', '"abc"', "true", "{}"]) {
      assertEquals(await log("1", time), [400, "timestamp is invalid"], time);
    }
    assertEquals(await log("1", "1", "2147483648"), [
      500,
      "500 Internal Server Error",
    ]);
    assertEquals(
      (await log("1", "9223372036854775808") as number[])[0],
      500,
    );
    for (
      const [key, value, timestamp, step] of [
        ["a", "null", "null", "null"],
        ["b", '""', '""', '""'],
        ["c", '"1e5"', "1.9", "-1.9"],
        ["d", "5", "9223372036854775807", "2147483647"],
        ["e", "1e400", '"7"', '"8"'],
      ]
    ) {
      const body =
        `{$,"key":"${key}","value":${value},"timestamp":${timestamp},"step":${step}}`;
      assertEquals(await post("log-metric", body), 200, body);
    }
    const answer = await mlflow(server, `runs/get?run_id=${run_id}`);
    assertMatch(answer.text, /"timestamp":9223372036854775807[,}]/);
    assertEquals(answer.body.run.data.metrics, [
      { key: "a", value: null, timestamp: null },
      { key: "b", value: null, timestamp: null },
      { key: "c", value: 100000, timestamp: 1, step: -1 },
      { key: "d", value: 5, timestamp: 2 ** 63, step: 2147483647 },
      { key: "e", value: null, timestamp: 7, step: 8 },
    ]);
  }));

Deno.test("numbers and booleans in params become the text they were written with", () =>
  withRun(async (server, run_id, post) => {
    const sent: [string, string][] = [
      ["5", "5"],
      ["5.0", "5.0"],
      ["true", "true"],
      ["1e20", "1.0e+20"],
      ["0.00001", "1.0e-05"],
      ["123456789012345678901", "123456789012345678901"],
      ['" x "', " x "],
    ];
    for (const [at, [literal]] of sent.entries()) {
      const body = `{$,"key":"p${at}","value":${literal}}`;
      assertEquals(await post("log-parameter", body), 200);
    }
    assertEquals(
      await post("log-parameter", { key: "o", value: {} }),
      [400, "value is invalid"],
    );
    assertEquals(
      (await data(server, run_id)).params.map((p: { value: string }) =>
        p.value
      ),
      sent.map(([, text]) => text),
    );
  }));

Deno.test("every problem of a call is reported, in the order of the declarations", () =>
  withRun(async (server, _run_id, post) => {
    const answer = await mlflow(server, "runs/log-metric", { value: "x" });
    assertEquals(answer.body, {
      error:
        "run_id is missing, key is missing, value is invalid, timestamp is missing",
    });
    assertEquals(
      await post("log-batch", {
        metrics: [{ key: "a", value: 1 }, { value: "x", timestamp: 1 }],
        params: [{ key: "k", value: [] }],
      }),
      [
        400,
        "metrics[1][key] is missing, metrics[1][value] is invalid, metrics[0][timestamp] is missing, params[0][value] is invalid",
      ],
    );
    assertEquals(
      (await post("log-batch", { metrics: [5] }) as unknown[])[0],
      400,
    );
    assertEquals(await post("log-batch", { metrics: null, params: null }), 200);
    assertEquals(await post("log-batch", { tags: { key: "a" } }), [
      400,
      "tags is invalid",
    ]);
    assertEquals(
      (await mlflow(server, "runs/search", {
        experiment_ids: ["1"],
        order_by: ["name"],
      })).body,
      { error: "order_by is invalid" },
    );
  }));

Deno.test("single calls refuse blanks, repeats and texts that are too long", () =>
  withRun(async (_server, _run_id, post) => {
    const failed = (text: string) => [400, `Validation failed: ${text}`];
    const param = (key: unknown, value: unknown) =>
      post("log-parameter", { key, value });
    assertEquals(await param("p", "1"), 200);
    assertEquals(await param("p", "1"), failed("Name has already been taken"));
    assertEquals(
      await param("q", "v".repeat(251)),
      failed("Value is too long (maximum is 250 characters)"),
    );
    assertEquals(await param("q", "é😀".repeat(125)), 200);
    assertEquals(await param("r", " \t"), failed("Value can't be blank"));
    assertEquals(await param("r", null), failed("Value can't be blank"));
    assertEquals(await param("", "1"), failed("Name can't be blank"));
    assertEquals(
      await param("k".repeat(251), "1"),
      failed("Name is too long (maximum is 250 characters)"),
    );
    const tag = (key: string, value: string) => post("set-tag", { key, value });
    assertEquals(await tag("t", "1"), 200);
    assertEquals(await tag("t", "2"), failed("Name 't' already taken"));
    assertEquals(
      await tag("u", "v".repeat(5001)),
      failed("Value is too long (maximum is 5000 characters)"),
    );
    assertEquals(
      await post("log-metric", { key: "", value: 1, timestamp: 1 }),
      failed("Name can't be blank"),
    );
  }));

Deno.test("a batch stores what comes before the part that is refused", () =>
  withRun(async (server, run_id, post) => {
    const batch = (part: object) =>
      post("log-batch", {
        metrics: [{ key: "m", value: 1, timestamp: 1 }],
        params: [{ key: "p", value: "1" }],
        tags: [{ key: "t", value: "1" }],
        ...part,
      }).then((answer) => (answer as number[])[0] ?? answer);
    assertEquals(
      await batch({
        metrics: [
          { key: "m", value: 1, timestamp: 1 },
          { key: "k".repeat(251), value: 1, timestamp: 1 },
        ],
      }),
      400,
    );
    assertEquals(await data(server, run_id), {
      metrics: [],
      params: [],
      tags: [],
    });
    assertEquals(await batch({ params: [{ key: "n", value: null }] }), 400);
    assertEquals((await data(server, run_id)).metrics.length, 1);
    assertEquals(
      await batch({ tags: [{ key: "gitlab.CI_JOB_ID", value: "1" }] }),
      500,
    );
    const after = await data(server, run_id);
    assertEquals(after.params, [{ key: "p", value: "1" }]);
    assertEquals(after.tags, []);
    assertEquals(
      await batch({
        tags: [
          { key: "gitlab.CI_JOB_ID", value: String(JOB) },
          { key: "k".repeat(255), value: "" },
        ],
      }),
      200,
    );
    assertEquals((await data(server, run_id)).tags.length, 2);
  }));

Deno.test("create leaves the run behind when its tags are refused", async () => {
  const server = await start();
  const experiment_id = await newExperiment(server);
  const create = (tags: unknown) =>
    mlflow(server, "runs/create", { experiment_id, tags }).then((a) =>
      a.status
    );
  assertEquals(await create([{ key: "a", value: "v".repeat(5001) }]), 400);
  assertEquals(await create([{ key: "gitlab.CI_JOB_ID", value: "1" }]), 500);
  const { body } = await mlflow(server, "runs/search", {
    experiment_ids: [experiment_id],
  });
  assertEquals(body.runs.length, 2);
  assertEquals(
    (await mlflow(server, "runs/create", {
      experiment_id,
      run_name: "n".repeat(256),
    })).body.error_code,
    "INVALID_PARAMETER_VALUE",
  );
  await server.close();
});

Deno.test("an empty text where a number has a default stands for the default", async () => {
  const server = await start();
  const run = await newRun(server);
  const created = await mlflow(server, "runs/create", {
    experiment_id: run.experiment_id,
    start_time: "",
  });
  assertEquals(created.body.run.info.start_time, 0);
  const found = await mlflow(server, "runs/search", {
    experiment_ids: [run.experiment_id],
    max_results: "",
  });
  assertEquals(found.body.runs.length, 2);
  await server.close();
});

Deno.test("bodies are JSON or a form, and nothing else", async () => {
  const server = await start();
  const post = (type: string, body: string) =>
    mlflow(server, "experiments/create", {}, {
      body,
      headers: { "content-type": type },
    });
  const form = await post(
    "application/x-www-form-urlencoded",
    "name=f&tags[][key]=a&tags[][value]=1&tags[][key]=b&tags[][value]=2",
  );
  const got = await mlflow(
    server,
    `experiments/get?experiment_id=${form.body.experiment_id}`,
  );
  assertEquals(got.body.experiment.tags, [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ]);
  const parts = new FormData();
  parts.set("name", "m");
  parts.set("tags[][key]", "a");
  parts.set("tags[][value]", "1");
  const multipart = await call(
    server,
    `/projects/${PROJECT.main}/ml/mlflow/api/2.0/mlflow/experiments/create`,
    { method: "POST", body: parts },
  );
  assertEquals(multipart.status, 200);
  const byName = await mlflow(
    server,
    "experiments/get-by-name?experiment_name=m",
  );
  assertEquals(byName.body.experiment.tags, [{ key: "a", value: "1" }]);
  const torn = await post("multipart/form-data; boundary=b", "--b\r\nodd");
  assertEquals(torn.status, 400);
  const text = await post("text/xml; charset=utf-8", "<a/>");
  assertEquals([text.status, text.body], [415, {
    error: "The provided content-type 'text/xml' is not supported.",
  }]);
  await server.close();
});

Deno.test("the newest profile limits JSON bodies, older ones do not", async () => {
  const points = (count: number) => ({
    metrics: Array.from({ length: count }, (_, step) => ({
      key: "m",
      value: 0.5,
      timestamp: 1,
      step,
    })),
  });
  const deep = (levels: number) =>
    `{$,"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  await withRun(async (_server, _run, post) => {
    assertEquals(await post("log-batch", points(11_110)), 200);
    assertEquals(await post("log-batch", points(11_111)), [
      400,
      "Too many total parameters",
    ]);
    assertEquals(
      await post("log-batch", { x: Array(50_001).fill(1) }),
      [400, "Array parameter too large"],
    );
    const wide = Object.fromEntries(
      Array.from({ length: 50_001 }, (_, at) => [`k${at}`, 1]),
    );
    const answer = await post("log-batch", { x: wide }) as unknown[];
    assertEquals(answer[0], 400);
    assertEquals(await post("log-batch", deep(32)), 200);
    assertEquals(await post("log-batch", deep(33)), [
      400,
      "Parameters nested too deeply",
    ]);
    assertEquals(await post("log-batch", "{"), [400, "Invalid JSON format"]);
    const digits = (count: number) => `{$,"x":${"9".repeat(count)}}`;
    assertEquals(await post("log-batch", digits(1000)), 200);
    assertEquals(await post("log-batch", digits(1001)), [
      400,
      "Invalid JSON format",
    ]);
  });
  await withRun(async (_server, _run, post) => {
    assertEquals(await post("log-batch", points(11_111)), 200);
    assertEquals(await post("log-batch", deep(33)), 200);
  }, { profile: "17.9" });
});
