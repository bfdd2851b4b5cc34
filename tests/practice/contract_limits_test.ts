/** Lengths, repeats and conversions of what is logged, one by one as the contract's tables list them. */
import { assertEquals } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { type Answer, mlflow, newRun, start } from "./fixtures.ts";

const text = (length: number) => "é".repeat(length);

/** Something that is logged with a key and a value, in one way. */
interface Way {
  readonly name: string;
  readonly key: number;
  readonly value: number | undefined;
  /** Whether blank keys and values are refused. */
  readonly blank: boolean;
  send(
    server: PracticeServer,
    ids: { run_id: string; experiment_id: string },
    pair: { key: string; value: string },
  ): Promise<Answer>;
}

const metricOf = ({ key }: { key: string }) => ({
  key,
  value: 1,
  timestamp: 1,
});
const WAYS: readonly Way[] = [
  {
    name: "log-metric",
    key: 250,
    value: undefined,
    blank: true,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/log-metric", { run_id, ...metricOf(pair) }),
  },
  {
    name: "log-parameter",
    key: 250,
    value: 250,
    blank: true,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/log-parameter", { run_id, ...pair }),
  },
  {
    name: "set-tag",
    key: 250,
    value: 5000,
    blank: true,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/set-tag", { run_id, ...pair }),
  },
  {
    name: "set-experiment-tag",
    key: 250,
    value: 5000,
    blank: true,
    send: (server, { experiment_id }, pair) =>
      mlflow(server, "experiments/set-experiment-tag", {
        experiment_id,
        ...pair,
      }),
  },
  {
    name: "log-batch's metrics",
    key: 250,
    value: undefined,
    blank: false,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/log-batch", { run_id, metrics: [metricOf(pair)] }),
  },
  {
    name: "log-batch's params",
    key: 250,
    value: 250,
    blank: false,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/log-batch", { run_id, params: [pair] }),
  },
  {
    name: "log-batch's tags",
    key: 255,
    value: 5000,
    blank: false,
    send: (server, { run_id }, pair) =>
      mlflow(server, "runs/log-batch", { run_id, tags: [pair] }),
  },
  {
    name: "runs/create's tags",
    key: 255,
    value: 5000,
    blank: false,
    send: (server, { experiment_id }, pair) =>
      mlflow(server, "runs/create", { experiment_id, tags: [pair] }),
  },
  {
    name: "experiments/create's tags",
    key: 255,
    value: 5000,
    blank: false,
    send: (server, _, pair) =>
      mlflow(server, "experiments/create", {
        name: crypto.randomUUID(),
        tags: [pair],
      }),
  },
];

for (const way of WAYS) {
  Deno.test(`${way.name} takes lengths in characters, and ${way.blank ? "nothing" : "something"} blank`, async (t) => {
    const server = await start();
    const ids = await newRun(server);
    const check = (
      name: string,
      pair: { key: string; value: string },
      taken: boolean,
    ) =>
      t.step(name, async () => {
        const { status, body } = await way.send(server, ids, pair);
        if (taken) assertEquals(status, 200);
        else {
          assertEquals([status, body.error_code], [
            400,
            "INVALID_PARAMETER_VALUE",
          ]);
          assertEquals(typeof body.message, "string");
        }
      });
    await check(
      `a key of ${way.key}`,
      { key: text(way.key), value: "v" },
      true,
    );
    await check(`a key of ${way.key + 1}`, {
      key: text(way.key + 1),
      value: "v",
    }, false);
    await check("an empty key", { key: "", value: "v" }, !way.blank);
    await check("a key of any characters", {
      key: "a/b:c d.e\n'\"\\é😀",
      value: "v",
    }, true);
    if (way.value !== undefined) {
      await check(`a value of ${way.value}`, {
        key: "b",
        value: text(way.value),
      }, true);
      await check(`a value of ${way.value + 1}`, {
        key: "c",
        value: text(way.value + 1),
      }, false);
      await check("an empty value", { key: "d", value: "" }, !way.blank);
      await check("a value of white space", {
        key: "e",
        value: " \n\t\u00a0\u3000",
      }, !way.blank);
      await check("a byte order mark, which is no white space", {
        key: "f",
        value: "\ufeff",
      }, true);
    }
    if (way.blank) {
      await check(
        "a key of white space",
        { key: " \u2003", value: "v" },
        false,
      );
    }
    await server.close();
  });
}

Deno.test("what is logged again is refused alone, passed over in a batch, and a point more for a metric", async (t) => {
  const server = await start();
  const { run_id, experiment_id } = await newRun(server);
  const data = async () =>
    (await mlflow(server, `runs/get?run_id=${run_id}`)).body.run.data;
  const refuses = async (endpoint: string, value: object, message: string) => {
    assertEquals((await mlflow(server, endpoint, value)).status, 200);
    const again = await mlflow(server, endpoint, value);
    assertEquals([again.status, again.body], [400, {
      error_code: "INVALID_PARAMETER_VALUE",
      message: `Validation failed: ${message}`,
    }]);
  };
  await t.step("log-parameter", () =>
    refuses(
      "runs/log-parameter",
      { run_id, key: "p", value: "1" },
      "Name has already been taken",
    ));
  await t.step("set-tag", () =>
    refuses(
      "runs/set-tag",
      { run_id, key: "t", value: "1" },
      "Name 't' already taken",
    ));
  await t.step("set-experiment-tag", () =>
    refuses(
      "experiments/set-experiment-tag",
      { experiment_id, key: "t", value: "1" },
      "Name 't' already taken",
    ));
  await t.step("params and tags of a batch keep what was first", async () => {
    const batch = (value: string) => ({
      run_id,
      params: [{ key: "p", value }, { key: "q", value }, {
        key: "q",
        value: "x",
      }],
      tags: [{ key: "t", value }, { key: "u", value }, {
        key: "u",
        value: "x",
      }],
    });
    for (const value of ["2", "3"]) {
      assertEquals(
        (await mlflow(server, "runs/log-batch", batch(value))).status,
        200,
      );
    }
    const { params, tags } = await data();
    assertEquals(params, [{ key: "p", value: "1" }, { key: "q", value: "2" }]);
    assertEquals(tags, [{ key: "t", value: "1" }, { key: "u", value: "2" }]);
  });
  await t.step("the same point is there twice", async () => {
    const point = { run_id, key: "m", value: 1, timestamp: 1, step: 1 };
    for (let time = 0; time < 2; time++) {
      await mlflow(server, "runs/log-metric", point);
    }
    const history = await mlflow(
      server,
      `metrics/get-history?run_id=${run_id}&metric_key=m`,
    );
    assertEquals(history.body.metrics.length, 2);
  });
  await server.close();
});

Deno.test("a batch is stored part by part: what comes before the part that is refused stays", async (t) => {
  const server = await start();
  const metrics = [{ key: "m", value: 1, timestamp: 1 }];
  const params = [{ key: "p", value: "1" }];
  const tags = [{ key: "t", value: "1" }];
  const long = text(5001);
  const cases: [string, object, number, [number, number, number]][] = [
    [
      "a wrong shape stores nothing",
      { metrics: [...metrics, { key: "n" }], params, tags },
      400,
      [0, 0, 0],
    ],
    [
      "a wrong shape of params stores nothing",
      { metrics, params: [{ key: "p" }], tags },
      400,
      [0, 0, 0],
    ],
    [
      "a long metric key stores nothing",
      {
        metrics: [...metrics, { ...metrics[0], key: text(251) }],
        params,
        tags,
      },
      400,
      [0, 0, 0],
    ],
    [
      "a long param stores metrics",
      { metrics, params: [...params, { key: "q", value: text(251) }], tags },
      400,
      [1, 0, 0],
    ],
    [
      "a null param stores metrics",
      { metrics, params: [...params, { key: "q", value: null }], tags },
      400,
      [1, 0, 0],
    ],
    [
      "a long tag stores metrics and params",
      { metrics, params, tags: [...tags, { key: "u", value: long }] },
      400,
      [1, 1, 0],
    ],
    [
      "a null tag stores metrics and params",
      { metrics, params, tags: [...tags, { key: "u", value: null }] },
      400,
      [1, 1, 0],
    ],
    [
      "a tag without a value stores metrics and params",
      { metrics, params, tags: [{ key: "u" }] },
      400,
      [1, 1, 0],
    ],
    [
      "an unknown job stores metrics and params",
      {
        metrics,
        params,
        tags: [{ key: "gitlab.CI_JOB_ID", value: "1" }, ...tags],
      },
      500,
      [1, 1, 0],
    ],
    ["everything is stored", { metrics, params, tags }, 200, [1, 1, 1]],
    ["nothing is stored of nothing", {}, 200, [0, 0, 0]],
    ["nulls are nothing", { metrics: null, params: null, tags: null }, 200, [
      0,
      0,
      0,
    ]],
  ];
  for (const [name, batch, status, stored] of cases) {
    await t.step(name, async () => {
      const { run_id } = await newRun(server);
      const answer = await mlflow(server, "runs/log-batch", {
        run_id,
        ...batch,
      });
      assertEquals(answer.status, status);
      const { run } = (await mlflow(server, `runs/get?run_id=${run_id}`)).body;
      const { metrics, params, tags } = run.data;
      assertEquals([metrics.length, params.length, tags.length], stored);
    });
  }
  await server.close();
});

Deno.test("a call that makes something keeps it although its tags are refused", async () => {
  const server = await start();
  const experiment = await mlflow(server, "experiments/create", {
    name: "kept",
    tags: [{ key: "t", value: text(5001) }],
  });
  assertEquals(experiment.body.error_code, "INVALID_PARAMETER_VALUE");
  const kept = await mlflow(
    server,
    "experiments/get-by-name?experiment_name=kept",
  );
  assertEquals(kept.body.experiment.tags, []);
  const { experiment_id } = kept.body.experiment;
  for (
    const tags of [
      [{ key: "t", value: null }],
      [{ key: text(256), value: "v" }],
      [{ key: "gitlab.CI_JOB_ID", value: "1" }],
    ]
  ) {
    const run = await mlflow(server, "runs/create", { experiment_id, tags });
    assertEquals(run.status, tags[0]?.value === "1" ? 500 : 400);
  }
  const { runs } = (await mlflow(server, "runs/search", {
    experiment_ids: [experiment_id],
  })).body;
  assertEquals(
    runs.map((run: { data: { tags: unknown[] } }) => run.data.tags),
    [[], [], []],
  );
  await server.close();
});
