import { assert, assertEquals } from "@std/assert";
import type { Fate } from "./fault_proxy.ts";
import { withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import {
  deliver,
  log,
  record,
  runsThere,
  runThere,
  upTo,
  valuesThere,
} from "./support.ts";

const PROFILES = ["16.4", "17.9", "newest"] as const;
const FATES = ["lose", "drop", "lose with 502", "drop with 502"] as const;

/** Does this to the first so many requests of an endpoint, and lets the others pass. */
function first(
  n: number,
  endpoint: string,
  fate: Fate,
  carries = "",
): (passing: { path: string; body: string }) => Fate {
  let left = n;
  return ({ path, body }) =>
    path.endsWith(endpoint) && body.includes(carries) && left-- > 0
      ? fate
      : "pass";
}

for (const profile of PROFILES) {
  for (const fate of FATES) {
    Deno.test(`points are there once on GitLab ${profile} after three answers to: ${fate}`, async () => {
      await withServer(
        { profile },
        async ({ server, token, client }, journal) => {
          const run_id = record(journal, {
            metrics: { loss: upTo(30), accuracy: upTo(30) },
            open: true,
          });
          const place = { tracking_uri: server.tracking_uri, token };
          await deliver(journal, run_id, place);
          log(journal, run_id, { loss: upTo(7), fresh: [1] });
          await withFaults(
            server.tracking_uri,
            first(3, "/log-batch", fate, `"metrics"`),
            async ({ tracking_uri }) => {
              await deliver(journal, run_id, { tracking_uri, token }, {
                tries: 4,
              });
            },
          );
          const { info } = await runThere(client, run_id);
          assertEquals(
            await valuesThere(client, info.run_id, "loss"),
            [...upTo(30), ...upTo(7)],
          );
          assertEquals(
            await valuesThere(client, info.run_id, "accuracy"),
            upTo(30),
          );
          assertEquals(await valuesThere(client, info.run_id, "fresh"), [1]);
          assertEquals(journal.deliveries.get(run_id).unsure_to, null);
          assertEquals(journal.deliveries.get(run_id).delivered_seq, 68);
        },
      );
    });
  }

  Deno.test(`the same point logged twice is there twice on GitLab ${profile} although an answer was lost`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const run_id = record(journal, { open: true });
        const same = { value: 0.5, step: 3, time: 1_700_000_000_000 };
        const logSame = () => {
          const writer = journal.metricWriter(run_id);
          writer.log("loss", same.value, same.step, same.time);
          writer.close();
        };
        logSame();
        await deliver(journal, run_id, {
          tracking_uri: server.tracking_uri,
          token,
        });
        logSame();
        log(journal, run_id, { other: [1] });
        await withFaults(
          server.tracking_uri,
          first(1, "/log-batch", "lose", `"metrics"`),
          async ({ tracking_uri }) => {
            await deliver(journal, run_id, { tracking_uri, token }, {
              tries: 2,
            });
          },
        );
        const { info } = await runThere(client, run_id);
        assertEquals(await valuesThere(client, info.run_id, "loss"), [
          0.5,
          0.5,
        ]);
      },
    );
  });

  Deno.test(`a batch of which only a part was stored is completed on GitLab ${profile}`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const run_id = record(journal, {
          metrics: { loss: upTo(3) },
          open: true,
        });
        await deliver(journal, run_id, {
          tracking_uri: server.tracking_uri,
          token,
        });
        log(journal, run_id, { loss: upTo(6), accuracy: upTo(6) });
        let left = 1;
        await withFaults(
          server.tracking_uri,
          ({ path, body }) => {
            if (!path.endsWith("/log-batch") || !body.includes(`"metrics"`)) {
              return "pass";
            }
            if (left-- <= 0) return "pass";
            const batch = JSON.parse(body);
            // The first point of each metric twice as far as the rest.
            const metrics = batch.metrics.filter((m: { step: number }) =>
              m.step % 2 === 1
            );
            return { body: JSON.stringify({ ...batch, metrics }) };
          },
          async ({ tracking_uri }) => {
            await deliver(journal, run_id, { tracking_uri, token }, {
              tries: 3,
            });
          },
        );
        const { info } = await runThere(client, run_id);
        assertEquals(
          (await valuesThere(client, info.run_id, "loss")).toSorted(),
          [...upTo(3), ...upTo(6)].toSorted(),
        );
        assertEquals(
          (await valuesThere(client, info.run_id, "accuracy")).toSorted(),
          upTo(6),
        );
      },
    );
  });

  for (const fate of FATES) {
    Deno.test(`one run is made on GitLab ${profile} after three answers to: ${fate}`, async () => {
      await withServer(
        { profile },
        async ({ server, token, client }, journal) => {
          const run_id = record(journal, { params: { k: "5" } });
          await withFaults(
            server.tracking_uri,
            first(3, "/runs/create", fate),
            async ({ tracking_uri }) => {
              assertEquals(
                await deliver(journal, run_id, { tracking_uri, token }, {
                  tries: 4,
                }),
                true,
              );
            },
          );
          assertEquals((await runsThere(client, run_id)).length, 1);
          const experiment = await client.getExperimentByName("birds");
          const all = client.searchRuns({
            experiment_id: experiment?.experiment_id ?? "",
          });
          assertEquals((await Array.fromAsync(all)).length, 1);
        },
      );
    });
  }
}

Deno.test("a run that a killed server left without its tags is found again and gets them", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { name: "lone-heron" });
    await withFaults(
      server.tracking_uri,
      ({ path, body, n }) => {
        if (!path.endsWith("/runs/create") || n > 20) return "pass";
        return { body: JSON.stringify({ ...JSON.parse(body), tags: [] }) };
      },
      async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token }, { tries: 2 });
      },
    );
    const { info } = await runThere(client, run_id);
    assertEquals(info.run_name, "lone-heron");
    assertEquals(info.status, "FINISHED");
  });
});

Deno.test("what was sent to one run is not taken for another's of the same name", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const a = record(journal, { metrics: { loss: [1] } });
    const b = record(journal, { metrics: { loss: [2, 3] } });
    assertEquals(await deliver(journal, a, place), true);
    await withFaults(
      server.tracking_uri,
      first(1, "/runs/create", "drop"),
      async ({ tracking_uri }) => {
        await deliver(journal, b, { tracking_uri, token }, { tries: 2 });
      },
    );
    const { info } = await runThere(client, b);
    assertEquals(await valuesThere(client, info.run_id, "loss"), [2, 3]);
  });
});

Deno.test("points that a server stores long after the connection broke are waited for", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { metrics: { loss: [1] }, open: true });
    const place = { tracking_uri: server.tracking_uri, token };
    await deliver(journal, run_id, place);
    log(journal, run_id, { loss: [2, 3] });
    const in_flight_ms = 5000;
    const bodies: string[] = [];
    const broken = (tracking_uri: string) =>
      deliver(journal, run_id, { tracking_uri, token }, { in_flight_ms });
    await withFaults(
      server.tracking_uri,
      ({ path, body }) => {
        if (!path.endsWith("/log-batch")) return "pass";
        bodies.push(body);
        return "drop";
      },
      ({ tracking_uri }) => broken(tracking_uri).then(() => {}),
    );
    const [body = ""] = bodies;
    const late = new Promise((resolve) => setTimeout(resolve, 800)).then(() =>
      client.logBatch(JSON.parse(body))
    );
    await deliver(journal, run_id, place, { in_flight_ms });
    await late;
    const { info } = await runThere(client, run_id);
    assertEquals(await valuesThere(client, info.run_id, "loss"), [1, 2, 3]);
  });
});

Deno.test("a proxy that gave up on a busy server gives it time before the points are asked for", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = record(journal, { metrics: { loss: [1] } });
    await withFaults(
      server.tracking_uri,
      ({ path }) =>
        path.endsWith("/log-batch")
          ? new Response("<html>504 Gateway Time-out</html>", { status: 504 })
          : "pass",
      async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token });
      },
    );
    const { next_try } = journal.deliveries.get(run_id);
    assert((next_try ?? 0) > Date.now() + 20_000);
  });
});
