import { assert, assertEquals, assertRejects } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { isThrottledError, isTrackingError } from "../../src/gitlab/errors.ts";
import { retryAfter } from "../../src/gitlab/retry.ts";
import { json, run, token, tracking, withServer } from "./scripted_server.ts";

function clientOf(url: string) {
  const waits: number[] = [];
  const client = createClient({
    tracking_uri: tracking(url),
    token: token(),
    delay: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { client, waits };
}

const metric = { key: "k", value: 1, timestamp: 1, step: 0 };

Deno.test("a throttled request waits at least as long as the server asks, and succeeds", async () => {
  await withServer(
    (_, count) =>
      count === 1
        ? new Response("Retry later", {
          status: 429,
          headers: { "retry-after": "7", "content-type": "text/plain" },
        })
        : json({}),
    async ({ url, seen }) => {
      const { client, waits } = clientOf(url);
      await client.logBatch({ run_id: "r", metrics: [metric] });
      assertEquals(seen.length, 2);
      assertEquals(seen[0]?.body, seen[1]?.body);
      assert(waits.length === 1 && (waits[0] ?? 0) >= 7000);
    },
  );
});

Deno.test("a server that asks to wait long is left alone and its wish is told", async () => {
  await withServer(
    () =>
      new Response("Retry later", {
        status: 429,
        headers: { "retry-after": "900" },
      }),
    async ({ url, seen }) => {
      const { client, waits } = clientOf(url);
      const error = await assertRejects(() => client.getRun("r"));
      assert(isThrottledError(error));
      assertEquals(error.retry_after_ms, 900_000);
      assertEquals([seen.length, waits.length], [1, 0]);
    },
  );
});

Deno.test("metrics are not sent again on GitLab after a failure that may have carried them out", async () => {
  await withServer(() => json({}, 500), async ({ url, seen }) => {
    const { client } = clientOf(url);
    const error = await assertRejects(() =>
      client.logBatch({ run_id: "r", metrics: [metric] })
    );
    assert(isTrackingError(error));
    assertEquals(error.retry, "unsure");
    assertEquals(seen.length, 1);
  });
});

Deno.test("params and tags are sent again, because GitLab ignores what it has", async () => {
  await withServer(
    (_, count) => count < 3 ? json({}, 503) : json({}),
    async ({ url, seen }) => {
      const { client, waits } = clientOf(url);
      await client.logBatch({
        run_id: "r",
        params: [{ key: "k", value: "5" }],
      });
      assertEquals(seen.length, 3);
      assert((waits[1] ?? 0) > (waits[0] ?? 0) * 1.3);
    },
  );
});

Deno.test("requests are given up after two repeats", async () => {
  await withServer(() => json({}, 503), async ({ url, seen }) => {
    const { client } = clientOf(url);
    await assertRejects(() => client.getRun("r"));
    assertEquals(seen.length, 3);
  });
});

Deno.test("the creation of a run is never repeated, not even when throttled", async () => {
  for (const status of [429, 500, 503]) {
    await withServer(
      () => json({}, status, { "retry-after": "0" }),
      async ({ url, seen }) => {
        const { client } = clientOf(url);
        await assertRejects(() =>
          client.createRun({ experiment_id: "3", run_name: "n", start_time: 1 })
        );
        assertEquals(seen.length, 1);
      },
    );
  }
});

Deno.test("a plain server keeps equal points once, so metrics are sent again there", async () => {
  await withServer(
    (seen, count) =>
      seen.path === "/version"
        ? new Response("3.17.2")
        : count < 3
        ? json({}, 500)
        : json({}),
    async ({ url, seen }) => {
      const client = createClient({
        tracking_uri: url,
        delay: () => Promise.resolve(),
      });
      await client.logBatch({ run_id: "r", metrics: [metric] });
      assertEquals(seen.length, 3);
      assertEquals(seen[1]?.headers.get("authorization"), null);
    },
  );
});

Deno.test("an artifact is not sent twice by itself to GitLab, which would keep both", async () => {
  await withServer(() => json({}, 502), async ({ url, seen }) => {
    const { client } = clientOf(url);
    const { info } = run() as { info: never };
    await assertRejects(() =>
      client.uploadArtifact({ run: info, path: "a", body: new Uint8Array(1) })
    );
    assertEquals(seen.length, 1);
  });
});

Deno.test("Retry-After is read as seconds, as a date of the server's clock, and from RateLimit-Reset", () => {
  const now = Date.UTC(2026, 10, 23);
  const read = (headers: Record<string, string>) =>
    retryAfter(new Headers(headers), now);
  assertEquals(read({ "retry-after": "3" }), 3000);
  assertEquals(read({ "retry-after": "soon" }), null);
  assertEquals(read({}), null);
  // The server's clock is two days behind ours.
  assertEquals(
    read({
      date: "Sat, 21 Nov 2026 00:00:00 GMT",
      "retry-after": "Sat, 21 Nov 2026 00:00:30 GMT",
    }),
    30_000,
  );
  assertEquals(read({ "ratelimit-reset": String(now / 1000 + 9) }), 9000);
  assertEquals(read({ "ratelimit-reset": "9" }), 9000);
  assertEquals(read({ "retry-after": "1", "ratelimit-reset": "9" }), 1000);
});

Deno.test("the clock of a server that is two days off is noticed", async () => {
  await withServer(
    () =>
      json({ run: run() }, 200, {
        date: new Date(Date.now() - 2 * 86_400_000).toUTCString(),
      }),
    async ({ url }) => {
      const { client } = clientOf(url);
      assertEquals(client.clock_skew_ms, null);
      await client.getRun("r");
      assertEquals(Math.round((client.clock_skew_ms ?? 0) / 86_400_000), -2);
    },
  );
});

Deno.test("a request that waits to be sent again is sent after the wait, and ends with the caller's reason when it is aborted", async () => {
  const stop = new AbortController();
  await withServer(
    (_, count) => {
      if (count === 2) return json({ run: run() });
      // The second call would wait for a quarter of an hour.
      if (count > 2) setTimeout(() => stop.abort(new Error("enough")), 0);
      return json({}, 503);
    },
    async ({ url, seen }) => {
      const client = (options: object) =>
        createClient({
          tracking_uri: tracking(url),
          token: token(),
          ...options,
        });
      const found = await client({ retry: { first_wait_ms: 1 } }).getRun("r");
      assertEquals([found.info.run_id, seen.length], [
        (run() as { info: { run_id: string } }).info.run_id,
        2,
      ]);
      const waiting = client({
        signal: stop.signal,
        retry: { first_wait_ms: 900_000 },
      }).getRun("r");
      await assertRejects(() => waiting, Error, "enough");
      assertEquals(seen.length, 3);
    },
  );
});
