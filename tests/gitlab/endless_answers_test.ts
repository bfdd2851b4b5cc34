import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { isAnswerError, isTrackingError } from "../../src/gitlab/errors.ts";
import { PageWalk } from "../../src/gitlab/page_walk.ts";
import {
  type Answer,
  json,
  run,
  token,
  tracking,
  withServer,
} from "./scripted_server.ts";
import { onGitLab, onMlflow } from "./two_servers.ts";

async function refusal(asking: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => asking);
  assert(isAnswerError(error), String(error));
  assertEquals(error.retry, "never");
  return error.message;
}

const always = (page: Record<string, unknown>, next = "p"): Answer => () =>
  json({ ...page, next_page_token: next });

Deno.test("a list whose next page is always the same is left in a sentence", async () => {
  const runs = { runs: [run()] };
  for (const on of [onGitLab, onMlflow]) {
    await on({ "/runs/search": always(runs) }, async (client, { seen }) => {
      const message = await refusal(
        Array.fromAsync(client.searchRuns({ experiment_id: "3" })),
      );
      assertStringIncludes(message, "Cannot search the runs of experiment 3");
      assertStringIncludes(message, "does not end: it names the same page");
      assert(seen.length < 10, String(seen.length));
    });
  }
});

Deno.test("a list that goes on with nothing new is left, one that grows meanwhile is not", async () => {
  await onGitLab({
    "/runs/search": (_, count) =>
      json({ runs: [run()], next_page_token: `p${count}` }),
  }, async (client) => {
    assertStringIncludes(
      await refusal(Array.fromAsync(client.searchRuns({ experiment_id: "3" }))),
      "page after page with nothing new",
    );
  });
  await onGitLab({
    "/runs/search": (_, count) =>
      json({
        // Each run comes twice, as where another one was made meanwhile.
        runs: [run({ run_id: `r${Math.floor(count / 2)}` })],
        next_page_token: count < 60 ? `p${count}` : null,
      }),
  }, async (client) => {
    const found = await Array.fromAsync(
      client.searchRuns({ experiment_id: "3" }),
    );
    assertEquals(new Set(found.map(({ info }) => info.run_id)).size, 31);
  });
});

Deno.test("pages are followed up to a number, whether or not their members have ids", () => {
  for (const ids of [null, (i: number) => [`${i}`]]) {
    const walk = new PageWalk("list", "http://127.0.0.1/a?b", 50);
    for (let i = 1; i < 50; i++) walk.next(`p${i}`, ids?.(i) ?? null);
    let message = "";
    try {
      walk.next("p50", ids?.(50) ?? null);
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
    assertStringIncludes(message, "Cannot list: the list of 127.0.0.1");
    assertStringIncludes(message, "has more than 50 pages");
  }
});

Deno.test("an answer that comes a byte now and then is left", async () => {
  let ended = false;
  await withServer(
    () => {
      let timer: ReturnType<typeof setInterval> | undefined;
      return new Response(
        new ReadableStream({
          start(controller) {
            timer = setInterval(
              () => controller.enqueue(new Uint8Array([0x20])),
              10,
            );
          },
          cancel() {
            ended = true;
            clearInterval(timer);
          },
        }),
        { headers: { "content-type": "application/json" } },
      );
    },
    async ({ url }) => {
      const client = createClient({
        tracking_uri: tracking(url),
        token: token(),
        delay: () => Promise.resolve(),
        timeout_ms: 300,
        retry: { retries: 0 },
      });
      const error = await assertRejects(() => client.getRun("r"));
      assert(isTrackingError(error), String(error));
      assertEquals([error.name, error.retry], ["NetworkError", "later"]);
      assert(
        /comes too slowly|stopped for/.test(error.message),
        error.message,
      );
    },
  );
  assert(ended);
});
