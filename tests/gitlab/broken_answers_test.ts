import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import {
  isTrackingError,
  type TrackingError,
} from "../../src/gitlab/errors.ts";
import {
  json,
  token,
  tracking,
  withRawServer,
  withServer,
} from "./scripted_server.ts";

const noDelay = () => Promise.resolve();

async function failure(
  uri: string,
  options: { timeout_ms?: number; read?: boolean } = {},
): Promise<TrackingError> {
  const { timeout_ms, read = false } = options;
  const client = createClient({
    tracking_uri: tracking(uri),
    token: token(),
    delay: noDelay,
    timeout_ms,
  });
  const error = await assertRejects(() =>
    read ? client.getRun("r") : client.logBatch({
      run_id: "r",
      metrics: [{ key: "k", value: 1, timestamp: 1 }],
    })
  );
  assert(isTrackingError(error));
  return error;
}

Deno.test("a server that refuses connections can be asked again later, writing too", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const error = await failure(`http://127.0.0.1:${port}`);
  assertEquals([error.name, error.retry, error.status], [
    "NetworkError",
    "later",
    null,
  ]);
  assertStringIncludes(error.message, "cannot be reached");
});

Deno.test("a host that does not exist is named", async () => {
  const error = await failure("http://nbtrack-test.invalid");
  assertEquals([error.name, error.retry], ["NetworkError", "later"]);
  assertStringIncludes(error.message, "nbtrack-test.invalid");
});

Deno.test("https to a server that speaks http says so", async () => {
  await withServer(() => json({}), async ({ url }) => {
    const error = await failure(url.replace("http://", "https://"));
    assertEquals([error.name, error.retry], ["NetworkError", "later"]);
    assertStringIncludes(error.message, "TLS");
  });
});

Deno.test("a reset connection leaves a write unsure and a read for later", async () => {
  await withRawServer("", async (url) => {
    assertEquals((await failure(url)).retry, "unsure");
    assertEquals((await failure(url, { read: true })).retry, "later");
  });
});

Deno.test("a server that never answers is given up, unsure for a write", async () => {
  await withRawServer(null, async (url) => {
    const error = await failure(url, { timeout_ms: 50 });
    assertEquals([error.name, error.retry], ["NetworkError", "unsure"]);
    assertStringIncludes(error.message, "no answer within 0.05 s");
  });
});

Deno.test("a caller who aborts gets its own reason", async () => {
  await withRawServer(null, async (url) => {
    const controller = new AbortController();
    const client = createClient({
      tracking_uri: tracking(url),
      token: token(),
      signal: controller.signal,
    });
    const answer = client.getRun("r");
    controller.abort(new Error("enough"));
    const error = await assertRejects(() => answer);
    assertEquals((error as Error).message, "enough");
  });
});

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

Deno.test("an answer cut in the middle leaves a write unsure", async () => {
  await withRawServer(
    `${HEAD}content-length: 100\r\n\r\n{"a":`,
    async (url) => {
      const error = await failure(url);
      assertEquals([error.name, error.retry], ["AnswerError", "unsure"]);
      assertStringIncludes(error.message, "cut in the middle");
      assertEquals((await failure(url, { read: true })).retry, "later");
    },
  );
});

Deno.test("a chunked answer cut in the middle is no answer", async () => {
  await withRawServer(
    `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`,
    async (url) => {
      assertEquals((await failure(url)).name, "AnswerError");
    },
  );
});

Deno.test("an answer that stops in its middle is given up", async () => {
  await withServer(
    () =>
      new Response(
        new ReadableStream({
          start: (controller) =>
            controller.enqueue(new TextEncoder().encode('{"run":')),
        }),
        { headers: { "content-type": "application/json" } },
      ),
    async ({ url }) => {
      const error = await failure(url, { read: true, timeout_ms: 50 });
      assertEquals([error.name, error.retry], ["NetworkError", "later"]);
      assertStringIncludes(error.message, "stopped");
    },
  );
});

Deno.test("a sign-in page with status 200 is recognised, and nothing was carried out", async () => {
  await withServer(
    () =>
      new Response("<!DOCTYPE html><form>Sign in</form>", {
        headers: { "content-type": "text/html; charset=utf-8" },
      }),
    async ({ url }) => {
      const error = await failure(url);
      assertEquals([error.name, error.retry], ["AnswerError", "never"]);
      assertStringIncludes(error.message, "web page");
    },
  );
});

Deno.test("an answer of another shape names the place that is wrong", async () => {
  await withServer(
    () => json({ run: { info: { run_id: 5 } } }),
    async ({ url }) => {
      const error = await failure(url, { read: true });
      assertEquals([error.name, error.retry], ["AnswerError", "never"]);
      assertStringIncludes(error.message, "run.info.run_id");
    },
  );
});

Deno.test("an answer of more than 10 MB is not read to its end", async () => {
  let sent = 0;
  await withServer(
    () => {
      const piece = new TextEncoder().encode(`{"x":"${"a".repeat(100_000)}`);
      return new Response(
        new ReadableStream({
          pull(controller) {
            sent += piece.length;
            controller.enqueue(piece);
          },
        }),
        { headers: { "content-type": "application/json" } },
      );
    },
    async ({ url }) => {
      const error = await failure(url);
      assertEquals(error.name, "AnswerError");
      assertStringIncludes(error.message, "longer than 10 MB");
      assert(sent < 60_000_000);
    },
  );
});

Deno.test("an answer that is nested without end is refused in a sentence", async () => {
  const nested = "[".repeat(100_000) + "]".repeat(100_000);
  const answer = () =>
    new Response(`{"run":{"info":{},"more":${nested}}}`, {
      headers: { "content-type": "application/json" },
    });
  await withServer(answer, async ({ url }) => {
    const error = await failure(url, { read: true });
    assertEquals([error.name, error.retry], ["AnswerError", "never"]);
    assertStringIncludes(error.message, "nested more than 1000 levels deep");
  });
});
