import { assert, assertEquals, assertRejects } from "@std/assert";
import { isRefusedError } from "../../src/gitlab/errors.ts";
import { json, run } from "./scripted_server.ts";
import { MISSING, onGitLab, onMlflow, queryOf } from "./two_servers.ts";

Deno.test("NaN is not sent to GitLab, where it would become null, and is sent to a plain server as a text", async () => {
  const batch = {
    run_id: "r",
    metrics: [NaN, Infinity, -Infinity, 1].map((value, step) => ({
      key: "k",
      value,
      timestamp: 1,
      step,
    })),
  };
  await onGitLab({}, async (client, { seen }) => {
    const error = await assertRejects(() => client.logBatch(batch));
    assert(isRefusedError(error));
    assertEquals([error.retry, seen.length], ["never", 0]);
  });
  await onMlflow(
    { "/runs/log-batch": () => json({}) },
    async (client, { seen }) => {
      await client.logBatch(batch);
      assertEquals(
        JSON.parse(seen[1]?.body ?? "").metrics.map((m: { value: unknown }) =>
          m.value
        ),
        ["NaN", "Infinity", "-Infinity", 1],
      );
    },
  );
});

Deno.test("minus zero is sent as a number with its sign", async () => {
  const point = { key: "k", value: -0, timestamp: 1, step: 0 };
  for (const on of [onGitLab, onMlflow]) {
    await on(
      { "/runs/log-batch": () => json({}) },
      async (client, { seen }) => {
        await client.logBatch({ run_id: "r", metrics: [point] });
        const { metrics } = JSON.parse(seen.at(-1)?.body ?? "");
        assertEquals(metrics, [point]);
      },
    );
  }
});

Deno.test("single params, tags and metrics go as batches, so that sending them again does no harm", async () => {
  await onGitLab(
    { "/runs/log-batch": () => json({}) },
    async (client, { seen }) => {
      await client.logBatch({
        run_id: "r",
        params: [{ key: "k", value: "5" }],
      });
      await client.setTag("r", { key: "t", value: "v" });
      await client.logBatch({
        run_id: "r",
        metrics: [{
          key: "m",
          value: 1,
          timestamp: 2,
          step: 3,
        }],
      });
      assertEquals(seen.map((s) => JSON.parse(s.body)), [
        { run_id: "r", params: [{ key: "k", value: "5" }] },
        { run_id: "r", tags: [{ key: "t", value: "v" }] },
        {
          run_id: "r",
          metrics: [{ key: "m", value: 1, timestamp: 2, step: 3 }],
        },
      ]);
    },
  );
});

Deno.test("the points of a metric are read by pages where the server has a history", async () => {
  await onGitLab({
    "/metrics/get-history": (seen) => {
      const query = queryOf(seen.path);
      if (query.get("run_id")?.startsWith("0000")) return MISSING();
      const next = query.get("page_token") === null;
      return json({
        metrics: [{
          key: "k",
          value: next ? 1 : null,
          timestamp: 5,
          ...(next ? { step: 1 } : {}),
        }],
        next_page_token: next ? "more" : null,
      });
    },
  }, async (client, { seen }) => {
    assertEquals(await client.storedPoints("r", "k"), {
      points: [{ step: 1, timestamp: 5, value: 1 }, {
        step: null,
        timestamp: 5,
        value: null,
      }],
      complete: true,
    });
    await client.storedPoints("r", "k");
    assertEquals(seen.length, 5); // whether there is a history is asked once
  });
});

Deno.test("without a history the points come from the run, and one point a key is not known to be all", async () => {
  const point = (key: string, value: number, step: number) => ({
    key,
    value,
    step,
    timestamp: 1,
  });
  await onGitLab({
    "/runs/get": (seen) =>
      json({
        run: run({}, {
          metrics: seen.path.includes("many")
            ? [point("a", 2, 2), point("b", 9, 1), point("a", 1, 1)]
            : [point("a", 2, 2), point("b", 9, 1)],
        }),
      }),
  }, async (client) => {
    const many = await client.storedPoints("many", "a");
    assertEquals(many.points.map((p) => p.value), [1, 2]);
    assertEquals(many.complete, true);
    const few = await client.storedPoints("few", "a");
    assertEquals([few.points.length, few.complete], [1, false]);
  });
});

Deno.test("a plain server answers {} for a metric it does not know", async () => {
  await onMlflow({ "/metrics/get-history": () => json({}) }, async (client) => {
    assertEquals(await client.storedPoints("r", "k"), {
      points: [],
      complete: true,
    });
  });
});

Deno.test("values that MLflow writes as texts are numbers", async () => {
  await onMlflow({
    "/runs/get": () =>
      json({
        run: run({ start_time: "1000", end_time: "2000" }, {
          metrics: [
            { key: "a", value: "NaN", timestamp: "5", step: "7" },
            { key: "b", value: -1.7976931348623157e308, timestamp: 5 },
          ],
        }),
      }),
  }, async (client) => {
    const { info, data } = await client.getRun("r");
    assertEquals([info.start_time, info.end_time], [1000, 2000]);
    assertEquals(data.metrics[0], {
      key: "a",
      value: NaN,
      timestamp: 5,
      step: 7,
    });
    assertEquals(data.metrics[1]?.step, null);
  });
});
