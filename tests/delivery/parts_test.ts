import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { type Fate, withFaults } from "./fault_proxy.ts";
import { type PlainMlflowOptions, startPlainMlflow } from "./plain_mlflow.ts";
import { withServer } from "./practice.ts";
import {
  deliver,
  end,
  Home,
  log,
  record,
  runsThere,
  runThere,
  upTo,
  valuesThere,
} from "./support.ts";

/** Delivers a run to a plain server and gives what is there, with the names of what is not. */
async function onMlflow(
  options: PlainMlflowOptions,
  fill: (journal: Journal) => string,
) {
  using home = new Home();
  using journal = home.open();
  await using server = startPlainMlflow(options);
  const run_id = fill(journal);
  const done = await deliver(journal, run_id, server);
  const { state, error } = journal.deliveries.get(run_id);
  const parts = journal.deliveries.leftOut(run_id);
  const [run, ...others] = server.runs;
  assert(run !== undefined && others.length === 0, error ?? "no run");
  return { done, state, error, parts, run };
}

Deno.test("a plain server that keeps its files itself gets the run without them, FINISHED", async () => {
  const { done, state, parts, run } = await onMlflow(
    { serveArtifacts: false },
    (journal) =>
      record(journal, {
        params: { k: "5" },
        metrics: { loss: [1, 2] },
        artifacts: { "a.txt": "a", "b.txt": "b" },
      }),
  );
  assertEquals([done, state, run.info.status], [true, "delivered", "FINISHED"]);
  assertEquals(parts.map((part) => part.what), ["artifacts"]);
  assertStringIncludes(parts[0]?.why ?? "", "--serve-artifacts");
  assertEquals([run.params.get("k"), run.metrics.length], ["5", 2]);
});

Deno.test("times before 1970 are sent as 1970 to a plain server, which refuses them, and are named", async () => {
  using home = new Home();
  using journal = home.open();
  await using server = startPlainMlflow();
  const run_id = record(journal, { open: true });
  const writer = journal.metricWriter(run_id);
  writer.log("loss", 1, 0, -5);
  writer.log("loss", 2, 1, 7);
  writer.close();
  end(journal, run_id);
  assert(await deliver(journal, run_id, server));
  assertEquals(server.runs[0]?.metrics.map((m) => [m.value, m.timestamp]), [
    [1, 0],
    [2, 7],
  ]);
  assert(
    journal.entries.missing(run_id).some((m) => m.what.includes('"loss"')),
  );
});

Deno.test("an MLflow of before 2.17 gets tags of 5,000 characters and keys without colons, whole texts as files", async () => {
  const long = "x".repeat(6000);
  const { done, parts, run } = await onMlflow(
    { version: "2.10.0", tagValue: 5000, colonKeys: false },
    (journal) =>
      record(journal, {
        params: { "a:b": "1" },
        tags: { long, "c:d": "2" },
        metrics: { "e:f": [3] },
      }),
  );
  assertEquals([done, parts], [true, []]);
  assertEquals([...run.tags.get("long") ?? ""].length, 5000);
  assertEquals(run.files.get("nbtrack/tags/long.txt"), long);
  assertEquals([...run.params.values()], ["1"]);
  assertEquals(run.metrics.map((m) => m.value), [3]);
});

for (const kind of ["params", "tags", "metrics"] as const) {
  Deno.test(`of many ${kind} the one that a server refuses is left out and named, the others arrive`, async () => {
    const keys = upTo(30).map((i) => `k${i}`);
    const { done, parts, run } = await onMlflow(
      { refusedKey: "k17" },
      (journal) =>
        record(journal, {
          [kind]: Object.fromEntries(
            keys.map((key) => [key, kind === "metrics" ? [1, 2] : "v"]),
          ),
        }),
    );
    assertEquals([done, run.info.status], [true, "FINISHED"]);
    const there = kind === "metrics"
      ? new Set(run.metrics.map((m) => m.key))
      : run[kind];
    assertEquals(keys.filter((key) => !there.has(key)), ["k17"]);
    assert(parts.every(({ what }) => what.includes('"k17"')), parts[0]?.what);
    assertStringIncludes(parts[0]?.why ?? "", "bad key k17");
    if (kind === "metrics") assertEquals(run.metrics.length, 58);
  });
}

Deno.test("100 long tags that are too much for one request go in smaller ones", async () => {
  const tags = Object.fromEntries(
    upTo(100).map((i) => [`t${i}`, "ü".repeat(4900)]),
  );
  const { done, parts, run } = await onMlflow(
    { bodyBytes: 50_000 },
    (journal) => record(journal, { tags }),
  );
  assertEquals([done, parts], [true, []]);
  assertEquals(Object.keys(tags).filter((key) => !run.tags.has(key)), []);
});

Deno.test("the summary of a run names the parts that alone could not be delivered", async () => {
  await withServer(
    { limits: { artifact_bytes: 10 } },
    async ({ server, token }, journal) => {
      const run_id = record(journal, {
        artifacts: { "big.bin": "more than ten bytes", "small.txt": "a" },
      });
      const env = {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      };
      const { home } = journal;
      await nbtrackJson(["sync"], { home, env });
      const { delivery } = await nbtrackJson(["show", run_id], {
        home,
        env,
      }) as { delivery: { state: string; parts: { what: string }[] } };
      assertEquals(delivery.state, "delivered");
      assertEquals(delivery.parts.map((part) => part.what), [
        'artifact "big.bin"',
      ]);
    },
  );
});

for (const profile of ["newest", "17.9", "16.4"] as const) {
  Deno.test(`a model registered long before the run's end is delivered on GitLab ${profile}, or left out where there is no registry`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const place = { tracking_uri: server.tracking_uri, token };
        const run_id = record(journal, {
          metrics: { loss: [1] },
          artifacts: { "w.bin": "weights" },
          open: true,
        });
        const file = journal.artifacts.get(run_id, "w.bin");
        assert(file !== undefined);
        journal.models.put(run_id, { name: "knn", files: [file] });
        await deliver(journal, run_id, place);
        log(journal, run_id, { loss: [2] });
        await deliver(journal, run_id, place);
        end(journal, run_id);
        assert(
          await deliver(journal, run_id, place),
          journal.deliveries.get(run_id).error ?? "",
        );
        const { info } = await runThere(client, run_id);
        assertEquals(info.status, "FINISHED");
        assertEquals(await valuesThere(client, info.run_id, "loss"), [1, 2]);
        const parts = journal.deliveries.leftOut(run_id).map((p) => p.what);
        assertEquals(parts, profile === "16.4" ? ['model "knn"'] : []);
        if (profile === "16.4") return;
        const version = await client.findModelVersion("knn", "1.0.0");
        assert(version !== null);
      },
    );
  });
}

Deno.test("a child that is delivered in one pass with its parent names it by its id on the server", async () => {
  await withServer(
    { faults: { delay_ms: 5 } },
    async ({ server, token, client }, journal) => {
      const parent = record(journal, { name: "sweep" });
      const children = upTo(11).map((i) =>
        record(journal, {
          name: `child-${i}`,
          tags: { "mlflow.parentRunId": parent },
        })
      );
      const env = {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      };
      await nbtrackJson(["sync"], { home: journal.home, env });
      const { info } = await runThere(client, parent);
      for (const child of children) {
        const { data } = await runThere(client, child);
        const tag = data.tags.find((t) => t.key === "mlflow.parentRunId");
        assertEquals(tag?.value, info.run_id);
      }
    },
  );
});

Deno.test("a child finds its parent that was sent to the same project under its other name", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const parent = record(journal, { name: "sweep" });
    const child = record(journal, { tags: { "mlflow.parentRunId": parent } });
    const { home } = journal;
    const env = (MLFLOW_TRACKING_URI: string) => ({
      MLFLOW_TRACKING_URI,
      MLFLOW_TRACKING_TOKEN: token,
    });
    const { tracking_uri } = server;
    const named = tracking_uri.replace("/projects/7/", "/projects/g%2Fp/");
    await nbtrackJson(["sync", parent], { home, env: env(named) });
    await nbtrackJson(["sync", child], { home, env: env(tracking_uri) });
    const { target } = journal.deliveries.get(parent);
    assert(target !== journal.deliveries.get(child).target, target ?? "");
    const { data } = await runThere(client, child);
    assertEquals(
      data.tags.find((t) => t.key === "mlflow.parentRunId")?.value,
      (await runThere(client, parent)).info.run_id,
    );
    assertEquals(journal.deliveries.leftOut(child), []);
  });
});

Deno.test("a child without its parent waits for it with that tag alone, which sync sends later", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const parent = record(journal, { name: "sweep" });
    const child = record(journal, { tags: { "mlflow.parentRunId": parent } });
    const env = {
      MLFLOW_TRACKING_URI: server.tracking_uri,
      MLFLOW_TRACKING_TOKEN: token,
    };
    const tagThere = async () =>
      (await runThere(client, child)).data.tags.find((t) =>
        t.key === "mlflow.parentRunId"
      )?.value;
    const { home } = journal;
    await nbtrackJson(["sync", child], { home, env });
    assertEquals(await tagThere(), undefined);
    assertEquals(journal.deliveries.leftOut(child).map((p) => p.what), [
      'tag "mlflow.parentRunId"',
    ]);
    await nbtrackJson(["sync"], { home, env });
    assertEquals(
      await tagThere(),
      (await runThere(client, parent)).info.run_id,
    );
    assertEquals(journal.deliveries.leftOut(child), []);
  });
});

Deno.test("a copy of nbtrack's folder that is synced too makes no run twice, and no point and file", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const run_id = record(journal, {
      params: { k: "5" },
      metrics: { loss: upTo(20), long: upTo(700) },
      artifacts: { "a.txt": "a" },
    });
    const file = journal.artifacts.get(run_id, "a.txt");
    assert(file !== undefined);
    journal.models.put(run_id, { name: "knn", files: [file] });
    using copy = new Home();
    await copyFolder(journal.home, copy.path);
    using second = copy.open();
    assert(await deliver(journal, run_id, place));
    const before = await runThere(client, run_id);
    const long = await valuesThere(client, before.info.run_id, "long");
    assert(await deliver(second, run_id, place));
    assertEquals(second.deliveries.get(run_id).points_mode, "whole");
    const [run, ...others] = await runsThere(client, run_id);
    assertEquals(others, []);
    const remote = run?.info.run_id ?? "";
    assertEquals(await valuesThere(client, remote, "loss"), upTo(20));
    assertEquals(await valuesThere(client, remote, "long"), long);
    const sent = await (await fetch(
      `${server.url}/api/v4/projects/7/packages`,
      { headers: { authorization: `Bearer ${token}` } },
    )).json() as { id: number }[];
    for (const { id } of sent) {
      const files = await (await fetch(
        `${server.url}/api/v4/projects/7/packages/${id}/package_files`,
        { headers: { authorization: `Bearer ${token}` } },
      )).json() as { file_name: string }[];
      const names = files.map((f) => f.file_name);
      assertEquals(new Set(names).size, names.length, names.join(" "));
    }
    assertEquals(await client.findModelVersion("knn", "2.0.0"), null);
  });
});

Deno.test("what a copy has sent in part is completed by the other, with no point twice", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const run_id = record(journal, {
      metrics: { a: upTo(40), b: upTo(700) },
      open: true,
    });
    using copy = new Home();
    end(journal, run_id);
    await copyFolder(journal.home, copy.path);
    using second = copy.open();
    let batches = 0;
    await withFaults(
      server.tracking_uri,
      ({ path, body }) =>
        path.endsWith("/log-batch") && body.includes('"metrics"') &&
          ++batches === 1
          ? "lose"
          : batches > 0 && path.endsWith("/log-batch")
          ? new Response("Retry later", { status: 429 })
          : "pass",
      async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token });
      },
    );
    assert(await deliver(second, run_id, place));
    const { info } = await runThere(client, run_id);
    assertEquals(await valuesThere(client, info.run_id, "a"), upTo(40));
    const there = await client.storedPoints(info.run_id, "b");
    const steps = there.points.map((p) => p.step);
    assertEquals(new Set(steps).size, steps.length, "none twice");
    assert(steps.length <= 500, `${steps.length}`);
    assertEquals(steps.at(-1), 699);
  });
});

const HTML = (status: number) => ({
  status,
  headers: { "content-type": "text/html" },
});

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const entry of Deno.readDir(from)) {
    const [a, b] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory) {
      await Deno.mkdir(b);
      await copyFolder(a, b);
    } else await Deno.copyFile(a, b);
  }
}

for (
  const { status, type, says } of [
    { status: 403, type: "text/html", says: "a web page came" },
    { status: 406, type: "text/html", says: "a web page came" },
    { status: 451, type: "text/html", says: "a web page came" },
    { status: 418, type: "application/json", says: "418" },
  ]
) {
  Deno.test(`a firewall that refuses one param and one artifact with ${status} keeps no other from arriving`, async () => {
    await withServer({}, async ({ server, token, client }, journal) => {
      const run_id = record(journal, {
        params: { a: "1", b: "<script>", c: "3" },
        artifacts: { "a.txt": "a", "b.txt": "b", "c.txt": "c" },
      });
      await withFaults(
        server.tracking_uri,
        ({ body, path }) =>
          body.includes("<script>") || path.endsWith("b.txt")
            ? new Response(
              type === "text/html" ? "<html>Request blocked</html>" : "{}",
              { status, headers: { "content-type": type } },
            )
            : "pass",
        async ({ tracking_uri }) => {
          assert(await deliver(journal, run_id, { tracking_uri, token }));
        },
      );
      const { info, data } = await runThere(client, run_id);
      assertEquals(info.status, "FINISHED");
      assertEquals(data.params.map((p) => p.key), ["a", "c"]);
      const names = (await client.listArtifacts(info)).map((f) => f.stored);
      assertEquals(names.sort(), ["a.txt", "c.txt"]);
      const parts = journal.deliveries.leftOut(run_id);
      assertEquals(parts.map((p) => p.what), ['param "b"', 'artifact "b.txt"']);
      for (const { why } of parts) assertStringIncludes(why, says);
    });
  });
}

Deno.test("a firewall that refuses a run by its name gets it by its id, and the name is named", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { name: "<script>", params: { a: "1" } });
    await withFaults(
      server.tracking_uri,
      ({ body }) =>
        body.includes("<script>")
          ? new Response("<html>Request blocked</html>", { status: 403 })
          : "pass",
      async ({ tracking_uri }) => {
        assert(await deliver(journal, run_id, { tracking_uri, token }));
      },
    );
    const { info, data } = await runThere(client, run_id);
    assertEquals([info.status, info.run_name], [
      "FINISHED",
      run_id.slice(0, 8),
    ]);
    assertEquals(data.params, [{ key: "a", value: "1" }]);
    const missing = journal.entries.missing(run_id);
    assertEquals(missing.map((m) => m.what), ['name "<script>" on the server']);
    assertStringIncludes(missing[0]?.why ?? "", "a web page came");
  });
});

for (
  const [what, page] of [
    ["a page with 403", () => new Response("<html>Blocked</html>", HTML(403))],
    ["a page with 400", () => new Response("<html>Blocked</html>", HTML(400))],
    [
      "GitLab's own refusal of it",
      () =>
        Response.json(
          { error_code: "INVALID_PARAMETER_VALUE", message: "no" },
          {
            status: 400,
          },
        ),
    ],
  ] as [string, () => Response][]
) {
  Deno.test(`an experiment whose name is answered by ${what}: the run waits for another name, and arrives with it`, async () => {
    await withServer({}, async ({ server, token, client }, journal) => {
      const run_id = record(journal, {
        experiment: "drop table",
        params: { a: "1" },
      });
      const other = record(journal);
      const { home } = journal;
      await withFaults(
        server.tracking_uri,
        ({ body, search }) =>
          /drop(%20|\+| )table/.test(body + search) ? page() : "pass",
        async ({ tracking_uri }) => {
          const env = {
            MLFLOW_TRACKING_URI: tracking_uri,
            MLFLOW_TRACKING_TOKEN: token,
          };
          const sync = (code: number, ...args: string[]) =>
            nbtrackJson(["sync", ...args], { home, env, code }) as Promise<
              { runs: { state: string; error: string; run_id: string }[] }
            >;
          const { runs } = await sync(1);
          const of = (id: string) => runs.find((r) => r.run_id === id);
          assertEquals(of(other)?.state, "delivered");
          assertEquals(of(run_id)?.state, "refused");
          assertStringIncludes(
            of(run_id)?.error ?? "",
            `nbtrack sync ${run_id.slice(0, 8)} --experiment NAME`,
          );
          const renamed = await sync(0, run_id, "--experiment", "tables");
          assertEquals(renamed.runs[0]?.state, "delivered");
        },
      );
      const { info, data } = await runThere(client, run_id, "tables");
      assertEquals(info.status, "FINISHED");
      assertEquals(data.params, [{ key: "a", value: "1" }]);
      assertEquals(journal.runs.get(run_id)?.experiment, "drop table");
      const { code, stderr } = await nbtrack(
        ["sync", run_id, "--experiment", "again"],
        { home },
      );
      assertEquals(code, 2);
      assertStringIncludes(stderr, "in another one");
    });
  });
}

for (const profile of ["newest", "16.4"] as const) {
  Deno.test(`two copies of nbtrack's folder that deliver at the same moment make one run between them, on GitLab ${profile}`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const run_id = record(journal, {
          params: { k: "5" },
          metrics: { loss: upTo(30) },
          artifacts: { "a.txt": "a" },
        });
        await client.findOrCreateExperiment("birds");
        using copy = new Home();
        await copyFolder(journal.home, copy.path);
        using second = copy.open();
        // Both have looked for the run, and found none, before either makes it.
        const both = Promise.withResolvers<void>();
        let creating = 0;
        await withFaults(
          server.tracking_uri,
          async ({ path }): Promise<Fate> => {
            if (!path.endsWith("/runs/create")) return "pass";
            if (++creating === 2) both.resolve();
            await both.promise;
            return "pass";
          },
          async ({ tracking_uri }) => {
            const place = { tracking_uri, token };
            const options = { tries: 20, in_flight_ms: 50 };
            const sent = await Promise.all([
              deliver(journal, run_id, place, options),
              deliver(second, run_id, place, options),
            ]);
            assertEquals(sent, [true, true]);
          },
        );
        assertEquals(creating, 2);
        const runs = await runsThere(client, run_id);
        const filled = runs.filter(({ data }) => data.params.length > 0);
        assertEquals(filled.length, 1);
        assertEquals(runs.length, profile === "newest" ? 1 : 2);
        const remote = filled[0]?.info.run_id ?? "";
        for (const one of [journal, second]) {
          assertEquals(one.deliveries.get(run_id).remote_run_id, remote);
        }
        assertEquals(await valuesThere(client, remote, "loss"), upTo(30));
        for (const { info, data } of runs) {
          if (info.run_id === remote) continue;
          assertEquals([info.status, data.metrics], ["KILLED", []]);
        }
      },
    );
  });
}

Deno.test("a firewall that refuses every upload is tried so often, and the rest is left out together", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const artifacts = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`f${i}.txt`, `${i}`]),
    );
    const run_id = record(journal, { artifacts });
    let uploads = 0;
    await withFaults(
      server.tracking_uri,
      ({ method }) => {
        if (method !== "PUT") return "pass";
        uploads++;
        return new Response("<html>Request blocked</html>", { status: 403 });
      },
      async ({ tracking_uri }) => {
        assert(await deliver(journal, run_id, { tracking_uri, token }));
      },
    );
    assertEquals((await runThere(client, run_id)).info.status, "FINISHED");
    assert(uploads >= 21 && uploads < 30, `${uploads} uploads`);
    const parts = journal.deliveries.leftOut(run_id).map((p) => p.what);
    assert(parts.includes("artifacts"), parts.join());
  });
});
