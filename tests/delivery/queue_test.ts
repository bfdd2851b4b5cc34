import { assertEquals } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import type { Session } from "../../src/journal/sessions.ts";
import { storeCredential } from "../../src/gitlab/credentials.ts";
import {
  DeliveryQueue,
  type DeliveryQueueOptions,
} from "../../src/delivery/queue.ts";
import { RecorderLog } from "../../src/base/log.ts";
import { withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import { end, log, record, runThere, upTo, valuesThere } from "./support.ts";
import { until } from "../until.ts";

/** The queue of a run's session. */
function queueOf(
  journal: Journal,
  run_id: string,
  options: DeliveryQueueOptions = {},
): DeliveryQueue {
  const run = journal.runs.get(run_id);
  const session = journal.sessions.get(run?.session_id ?? "") as Session;
  return new DeliveryQueue(
    journal,
    session,
    new RecorderLog(journal.home, "test"),
    {
      ...options,
      delivery: {
        in_flight_ms: 0,
        client: { delay: () => Promise.resolve() },
        ...options.delivery,
      },
    },
  );
}

function whereOf(place: { tracking_uri: string; token: string }) {
  const { tracking_uri, token } = place;
  return { options: { trackingUri: tracking_uri, token }, env: {} };
}

/** Lets the queue poll, as the recorder does ten times a second, until something is so. */
function pollUntil(
  queue: DeliveryQueue,
  holds: () => boolean,
): Promise<boolean> {
  return until("what the queue should do", () => {
    if (holds()) return true;
    queue.poll();
    return false;
  });
}

Deno.test("a run is sent as it grows, and the rest when its session has ended", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { metrics: { loss: [0, 1] }, open: true });
    const queue = queueOf(journal, run_id);
    const { tracking_uri } = server;
    await queue.decide(run_id, whereOf({ tracking_uri, token }));
    const { deliveries } = journal;
    await pollUntil(queue, () => deliveries.get(run_id).delivered_seq === 2);
    assertEquals(deliveries.get(run_id).state, "pending");
    log(journal, run_id, { loss: [2] });
    // Nobody says that there is a new point.
    await pollUntil(queue, () => deliveries.get(run_id).delivered_seq === 3);
    log(journal, run_id, { loss: [3] });
    end(journal, run_id);
    await queue.drain();
    assertEquals(deliveries.get(run_id).state, "delivered");
    const { info } = await runThere(client, run_id);
    assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(4));
  });
});

Deno.test("what comes after a run counted as delivered is sent before the recorder ends", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal);
    const queue = queueOf(journal, run_id);
    const { tracking_uri } = server;
    await queue.decide(run_id, whereOf({ tracking_uri, token }));
    await queue.drain();
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
    journal.artifacts.put(run_id, "bundle.zip", new Uint8Array(3), {
      content_type: "application/zip",
      origin: "record",
    });
    queue.changed(run_id);
    await queue.drain();
    const { info } = await runThere(client, run_id);
    const files = await client.listArtifacts(info);
    assertEquals(files.map((f) => f.path), ["bundle.zip"]);
  });
});

Deno.test("a server that never answers does not keep the recorder from ending", async () => {
  await withServer({}, async ({ token }, journal) => {
    const run_id = record(journal, { metrics: { loss: [1] } });
    const silence = Promise.withResolvers<Response>();
    const asked = Promise.withResolvers<void>();
    const silent = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => {
        asked.resolve();
        return silence.promise;
      },
    );
    const queue = queueOf(journal, run_id, {
      drain_ms: 200,
      delivery: { client: { retry: { retries: 0 } } },
    });
    const tracking_uri =
      `http://127.0.0.1:${silent.addr.port}/api/v4/projects/7/ml/mlflow`;
    await queue.decide(run_id, whereOf({ tracking_uri, token }));
    await queue.drain();
    await asked.promise;
    assertEquals(journal.deliveries.get(run_id).state, "pending");
    // Its process would end here; the test lets what is under way come to its end.
    silence.resolve(new Response("{", { status: 200 }));
    await until(
      "the end of what was under way",
      () => journal.deliveries.get(run_id).lease_holder === null,
    );
    await silent.shutdown();
  });
});

Deno.test("a recorder that takes over delivers the runs of the one that died", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const { tracking_uri, url } = server;
    await storeCredential({
      url,
      project: null,
      project_id: null,
      token,
      username: null,
      stored: 1,
    }, journal.home);
    const run_id = record(journal, {
      options: { trackingUri: tracking_uri },
      metrics: { loss: upTo(5) },
      open: true,
    });
    journal.deliveries.set(run_id, { state: "pending", target: tracking_uri });
    const queue = queueOf(journal, run_id, { adopt_ms: 0 });
    await pollUntil(
      queue,
      () => journal.deliveries.get(run_id).delivered_seq === 5,
    );
    const { info } = await runThere(client, run_id);
    assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(5));
  });
});

Deno.test("a refused run is tried again when something is added to it", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = record(journal, { open: true });
    let mended = false;
    await withFaults(
      server.tracking_uri,
      () =>
        mended
          ? "pass"
          : Response.json({ message: "401 Unauthorized" }, { status: 401 }),
      async ({ tracking_uri }) => {
        const queue = queueOf(journal, run_id);
        const { deliveries } = journal;
        await queue.decide(run_id, whereOf({ tracking_uri, token }));
        await pollUntil(
          queue,
          () => deliveries.get(run_id).state === "refused",
        );
        mended = true;
        end(journal, run_id);
        queue.changed(run_id);
        await queue.drain();
        assertEquals(deliveries.get(run_id).state, "delivered");
        assertEquals(deliveries.get(run_id).error, null);
      },
    );
  });
});

Deno.test("a next try that another clock put days ahead is not waited for", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = record(journal);
    const queue = queueOf(journal, run_id);
    const { tracking_uri } = server;
    await queue.decide(run_id, whereOf({ tracking_uri, token }));
    const days = 2 * 24 * 3_600_000;
    journal.deliveries.set(run_id, { next_try: Date.now() + days });
    await queue.drain();
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
  });
});
