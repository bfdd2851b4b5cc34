import { assert, assertEquals } from "@std/assert";
import { withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import {
  deliver,
  log,
  record,
  runThere,
  upTo,
  valuesThere,
} from "./support.ts";

Deno.test("a param of 100 KB goes as a shortened value, and whole as an artifact", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const long = "äöü𝔘".repeat(25_000);
    const run_id = record(journal, { params: { prompt: long, k: "5" } });
    assert(
      await deliver(journal, run_id, {
        tracking_uri: server.tracking_uri,
        token,
      }),
    );
    const { info, data } = await runThere(client, run_id);
    const sent = data.params.find((p) => p.key === "prompt")?.value ?? "";
    assert([...sent].length <= 250);
    assert(/sha256:[0-9a-f]{16}/.test(sent), sent);
    const [file] = await client.listArtifacts(info);
    assertEquals(file?.path, "nbtrack/params/prompt.txt");
    const whole = await client.downloadArtifact(info, file?.path ?? "");
    assertEquals(await new Response(whole).text(), long);
  });
});

Deno.test("long values of keys that are alike, or no texts, each keep their own artifact", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const stem = "k".repeat(200);
    const params = Object.fromEntries(
      [`${stem}1`, `${stem}2`, "a/b", "a b", "\ud800"].map((key, i) => [
        key,
        `${i}`.repeat(300),
      ]),
    );
    const run_id = record(journal, { params });
    assert(
      await deliver(journal, run_id, {
        tracking_uri: server.tracking_uri,
        token,
      }),
    );
    const { info } = await runThere(client, run_id);
    const texts = await Promise.all(
      (await client.listArtifacts(info)).map(async ({ path }) =>
        await new Response(await client.downloadArtifact(info, path)).text()
      ),
    );
    assertEquals(texts.toSorted(), Object.values(params).toSorted());
  });
});

Deno.test("10,000 params and a run of 2,000 tags arrive whole", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const many = (n: number) =>
      Object.fromEntries(upTo(n).map((i) => [`p${i}`, String(i)]));
    const run_id = record(journal, { params: many(10_000), tags: many(2000) });
    assert(
      await deliver(journal, run_id, {
        tracking_uri: server.tracking_uri,
        token,
      }),
    );
    const { data } = await runThere(client, run_id);
    assertEquals(data.params.length, 10_000);
    assertEquals(new Set(data.params.map((p) => p.key)).size, 10_000);
    assertEquals(
      data.tags.filter((t) => t.key.startsWith("p")).length,
      2000,
    );
  });
});

Deno.test("NaN, infinities and steps beyond 32 bits stay exact in the journal and are named on the run", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      options: { points: "all" },
      open: true,
    });
    const writer = journal.metricWriter(run_id);
    for (const value of [1, NaN, Infinity, -Infinity, -0, 5e-324, 1e308]) {
      writer.log("loss", value);
    }
    writer.log("../x", 2);
    writer.log("far", 3, 2 ** 40);
    writer.log("far", 4, -(2 ** 31 - 1));
    writer.log("when", 5, 0, NaN);
    writer.log("when", 6, 1, 1e300);
    writer.log("when", 7, 2, -1.5);
    writer.close();
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token,
    });
    const { info } = await runThere(client, run_id);
    const there = (key: string) => client.storedPoints(info.run_id, key);
    assertEquals(
      (await there("loss")).points.map((p) => p.value),
      [1, 0, 5e-324, 1e308],
    );
    assertEquals((await there("../x")).points.map((p) => p.value), [2]);
    assertEquals(
      (await there("far")).points.map((p) => [p.value, p.step]),
      [[4, -(2 ** 31 - 1)], [3, null]],
    );
    assertEquals(
      (await there("when")).points.map((p) => p.timestamp),
      [0, 0, -1],
    );
    assertEquals(journal.deliveries.get(run_id).delivered_seq, 13);
    const missing = new Map(
      journal.entries.missing(run_id).map((m) => [m.what, m.why]),
    );
    assertEquals(
      [...missing.keys()].toSorted(),
      ["far", "loss", "when"].map((key) => `metric "${key}" on the server`),
    );
    assert(/NaN/.test(missing.get(`metric "loss" on the server`) ?? ""));
    assert(/2147483647/.test(missing.get(`metric "far" on the server`) ?? ""));
  });
});

Deno.test("texts with NUL and with half a surrogate pair are kept visibly, and the run is delivered", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      params: { nul: "a\0b", "k\0": "1", half: "\ud800x" },
      tags: { nul: "c\0d" },
      metrics: { "m\0n": [1] },
      artifacts: { "x\0y.txt": "z" },
    });
    assert(journal.entries.setParam(run_id, "nul", "a\0b"));
    assertEquals(
      await deliver(journal, run_id, {
        tracking_uri: server.tracking_uri,
        token,
      }),
      true,
    );
    const { info, data } = await runThere(client, run_id);
    assertEquals(
      new Map(data.params.map((p) => [p.key, p.value])),
      new Map([["half", "\ufffdx"], ["k\ufffd", "1"], ["nul", "a\ufffdb"]]),
    );
    assertEquals(data.tags.find((t) => t.key === "nul")?.value, "c\ufffdd");
    assertEquals(data.metrics.map((metric) => metric.key), ["m\ufffdn"]);
    const paths = (await client.listArtifacts(info)).map((f) => f.path);
    assert(paths.includes("x\ufffdy.txt"), paths.join("\n"));
  });
});

Deno.test("a run of nothing but NaN is delivered", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = record(journal, {
      metrics: { loss: upTo(50).map(() => NaN) },
    });
    assert(
      await deliver(journal, run_id, {
        tracking_uri: server.tracking_uri,
        token,
      }),
    );
  });
});

Deno.test("metric names of 250 characters make several requests, none of which is sent twice when the second fails", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const names = upTo(20).map((i) => `${i}`.padEnd(250, "ü"));
    const run_id = record(journal, {
      options: { points: "all" },
      open: true,
    });
    for (let i = 0; i < 1000; i++) {
      log(journal, run_id, Object.fromEntries(names.map((n) => [n, [i]])));
    }
    let batches = 0;
    await withFaults(
      server.tracking_uri,
      ({ path, body }) =>
        path.endsWith("/log-batch") && body.includes(`"metrics"`) &&
          ++batches === 2
          ? new Response("Retry later", {
            status: 429,
            headers: { "retry-after": "3600" },
          })
          : "pass",
      async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token });
        assertEquals(journal.deliveries.get(run_id).state, "pending");
      },
    );
    assert(batches === 2, `${batches} requests`);
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token,
    });
    const { info } = await runThere(client, run_id);
    for (const name of [names[0] ?? "", names[19] ?? ""]) {
      assertEquals(await valuesThere(client, info.run_id, name), upTo(1000));
    }
  });
});

for (
  const [who, refusal] of [
    [
      "a proxy that takes small requests only",
      { status: 413, text: "<h1>413 Request Entity Too Large</h1>" },
    ],
    [
      "a GitLab that takes few values at once",
      { status: 400, text: '{"error":"Too many total parameters"}' },
    ],
  ] as const
) {
  Deno.test(`${who} gets the points in smaller requests`, async () => {
    await withServer({}, async ({ server, token, client }, journal) => {
      const run_id = record(journal, {
        options: { points: "all" },
        metrics: { loss: upTo(3000) },
      });
      await withFaults(
        server.tracking_uri,
        ({ body }) =>
          body.length > 30_000
            ? new Response(refusal.text, { status: refusal.status })
            : "pass",
        async ({ tracking_uri }) => {
          assert(await deliver(journal, run_id, { tracking_uri, token }));
        },
      );
      const { info } = await runThere(client, run_id);
      assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(3000));
    });
  });
}
