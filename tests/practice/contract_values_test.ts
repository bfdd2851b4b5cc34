/** Values that are refused by their type, and what a run is named, timed and found by. */
import { assert, assertEquals } from "@std/assert";
import { mlflow, newExperiment, newRun, PROJECT, start } from "./fixtures.ts";

const text = (length: number) => "é".repeat(length);

type Sent = [
  name: string,
  endpoint: string,
  value: Record<string, unknown>,
  error: string,
];
const point = { key: "m", value: 1, timestamp: 1 };
const WRONG: readonly Sent[] = [
  ...["NaN", "Infinity", "-Infinity", "x", true, {}, []].map((value): Sent => [
    `value ${JSON.stringify(value)}`,
    "runs/log-metric",
    { ...point, value },
    "value is invalid",
  ]),
  ...["1.5", "abc", true, {}, []].flatMap((value) =>
    ["timestamp", "step"].map((name): Sent => [
      `${name} ${JSON.stringify(value)}`,
      "runs/log-metric",
      { ...point, [name]: value },
      `${name} is invalid`,
    ])
  ),
  ...["runs/log-parameter", "runs/set-tag"].flatMap((endpoint) =>
    [{}, [], { a: 1 }].flatMap((value) =>
      ["key", "value"].map((name): Sent => [
        `${endpoint} ${name} ${JSON.stringify(value)}`,
        endpoint,
        { key: "k", value: "v", [name]: value },
        `${name} is invalid`,
      ])
    )
  ),
  ...["metrics", "params", "tags"].flatMap((name) =>
    [{}, "x", 5, true].map((value): Sent => [
      `${name} ${JSON.stringify(value)}`,
      "runs/log-batch",
      { [name]: value },
      `${name} is invalid`,
    ])
  ),
  ...["x", 5, null].map((item): Sent => [
    `a metric ${JSON.stringify(item)}`,
    "runs/log-batch",
    { metrics: [item] },
    ["key", "value", "timestamp"].map((name) =>
      `metrics[0][${name}] is missing, metrics[0][${name}] is invalid`
    ).join(", "),
  ]),
  ...["finished", "Running", "DONE", ""].map((status): Sent => [
    `status ${JSON.stringify(status)}`,
    "runs/update",
    { status },
    "status does not have a valid value",
  ]),
  ...["abc", "1.5", true, {}].map((end_time): Sent => [
    `end_time ${JSON.stringify(end_time)}`,
    "runs/update",
    { end_time },
    "end_time is invalid",
  ]),
  ["a second metric without its value", "runs/log-batch", {
    metrics: [point, { key: "n", timestamp: 1 }],
  }, "metrics[1][value] is missing"],
  ["a param without its key", "runs/log-batch", {
    params: [{ value: "1" }],
  }, "params[0][key] is missing"],
  ["a param that is an object", "runs/log-batch", {
    params: [{ key: "k", value: {} }],
  }, "params[0][value] is invalid"],
  ["a metric value that is no number", "runs/log-batch", {
    metrics: [{ ...point, value: "NaN" }],
  }, "metrics[0][value] is invalid"],
];

Deno.test("values of another type are refused with their names", async (t) => {
  const server = await start();
  const { run_id } = await newRun(server);
  for (const [name, endpoint, value, error] of WRONG) {
    await t.step(`${endpoint}: ${name}`, async () => {
      const answer = await mlflow(server, endpoint, { run_id, ...value });
      assertEquals([answer.status, answer.body], [400, { error }]);
    });
  }
  const { run } = (await mlflow(server, `runs/get?run_id=${run_id}`)).body;
  assertEquals(run.data, { metrics: [], params: [], tags: [] });
  assertEquals(run.info.status, "RUNNING");
  await server.close();
});

Deno.test("runs are named, timed and found as the contract says", async (t) => {
  const server = await start();
  const experiment_id = await newExperiment(server);
  const create = (value: object) =>
    mlflow(server, "runs/create", { experiment_id, ...value });
  const info = async (value: object) => (await create(value)).body.run.info;
  const named = (name: string) => [{ key: "mlflow.runName", value: name }];
  await t.step("by run_name", async () => {
    assertEquals(
      (await info({ run_name: "a", tags: named("b") })).run_name,
      "a",
    );
  });
  await t.step("by the tag where run_name is blank", async () => {
    for (const run_name of ["", "  ", null]) {
      assertEquals((await info({ run_name, tags: named("b") })).run_name, "b");
    }
  });
  await t.step("at random where both are", async () => {
    for (const value of [{}, { run_name: "", tags: named(" ") }]) {
      const { run_name } = await info(value);
      assert(/^[a-z]+-[a-z]+-[a-z]+-\d+$/.test(run_name), run_name);
    }
  });
  await t.step("names need not be unique", async () => {
    assertEquals((await create({ run_name: "a" })).status, 200);
  });
  await t.step("a name of 255 characters, not of 256", async () => {
    assertEquals((await info({ run_name: text(255) })).run_name, text(255));
    const { status, body } = await create({ run_name: text(256) });
    assertEquals([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
  });
  await t.step("a start time that is absent or null is 0", async () => {
    assertEquals((await info({})).start_time, 0);
    assertEquals((await info({ start_time: null })).start_time, 0);
    assertEquals((await info({ start_time: "17" })).start_time, 17);
  });
  await t.step("a new run", async () => {
    const { run_id, run_uuid, run_name, artifact_uri, ...rest } = await info({
      user_id: "somebody",
      start_time: 5,
    });
    assert(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(run_id));
    assertEquals([run_uuid, typeof run_name, typeof artifact_uri], [
      run_id,
      "string",
      "string",
    ]);
    assertEquals(rest, {
      experiment_id,
      start_time: 5,
      status: "RUNNING",
      lifecycle_stage: "active",
      user_id: "5",
    });
  });
  await t.step("any status follows any other, and the name stays", async () => {
    const { run_id } = await info({ run_name: "stays" });
    for (
      const status of ["FINISHED", "RUNNING", "KILLED", "SCHEDULED", "FAILED"]
    ) {
      const { body } = await mlflow(server, "runs/update", {
        run_id,
        status,
        run_name: "other",
      });
      assertEquals(body.run_info.status, status);
      assertEquals(body.run_info.run_name, "stays");
      assertEquals("end_time" in body.run_info, false);
    }
    const ended = await mlflow(server, "runs/update", {
      run_id,
      end_time: "9",
    });
    assertEquals(ended.body.run_info.end_time, 9);
    const same = await mlflow(server, "runs/update", { run_id });
    assertEquals(same.body, ended.body);
  });
  await t.step(
    "a run of another project, or of no UUID, is not there",
    async () => {
      const elsewhere = await newExperiment(server);
      const { run_id } = await info({});
      for (
        const [id, project] of [
          [run_id, PROJECT.empty],
          ["7", PROJECT.main],
          ["", PROJECT.main],
          [crypto.randomUUID(), PROJECT.main],
        ] as const
      ) {
        const answer = await mlflow(
          server,
          `runs/get?run_id=${id}`,
          undefined,
          { project },
        );
        assertEquals([answer.status, answer.body], [404, {
          error_code: "RESOURCE_DOES_NOT_EXIST",
        }]);
      }
      const { status } = await mlflow(server, "runs/create", {
        experiment_id: elsewhere,
      }, { project: PROJECT.empty });
      assertEquals(status, 404);
    },
  );
  await t.step("only run_uuid is not enough", async () => {
    const { run_id } = await info({});
    const { body } = await mlflow(server, `runs/get?run_uuid=${run_id}`);
    assertEquals(body, { error: "run_id is missing" });
  });
  await server.close();
});
