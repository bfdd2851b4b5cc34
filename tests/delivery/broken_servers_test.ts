import { assertEquals } from "@std/assert";
import { assertAllThere, assertSays, recordAll } from "./assertions.ts";
import { type Fate, withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import {
  deliver,
  end,
  record,
  runsThere,
  runThere,
  valuesThere,
} from "./support.ts";

const html = { "content-type": "text/html; charset=utf-8" };
/** What may stand before a server, and what becomes of a run. */
const BEFORE: [
  what: string,
  fate: (passing: { path: string; n: number }) => Fate,
  state: string,
  says: RegExp,
][] = [
  [
    "a sign-in page with status 200",
    () =>
      new Response("<!doctype html><title>Sign in</title>", { headers: html }),
    "refused",
    /answered with a web page.*asks to sign in/,
  ],
  [
    "a sign-in page in place of one answer",
    ({ path }) =>
      path.endsWith("/log-batch")
        ? new Response("<html>Sign in</html>", { headers: html })
        : "pass",
    "refused",
    /answered with a web page/,
  ],
  [
    "a proxy's 502 page",
    () => new Response("<h1>Bad Gateway</h1>", { status: 502, headers: html }),
    "pending",
    /proxy before it failed \(502\)/,
  ],
  [
    "answers that break off",
    ({ path }) => path.endsWith("/log-batch") ? "lose" : "pass",
    "pending",
    /is not complete JSON/,
  ],
  [
    "answers of 11 MB",
    ({ path }) =>
      path.endsWith("/get-by-name")
        ? new Response(`"${"x".repeat(11_000_000)}"`)
        : "pass",
    "refused",
    /longer than 10 MB/,
  ],
  [
    "a redirect of what is sent",
    ({ path }) =>
      path.endsWith("/runs/create")
        ? new Response(null, {
          status: 302,
          headers: { location: "https://sso.example/login?secret=1" },
        })
        : "pass",
    "refused",
    /sends requests on to https:\/\/sso\.example\/login\. Set/,
  ],
  [
    "a project that was moved",
    ({ path }) =>
      path.endsWith("/runs/create")
        ? Response.json({
          message: "Non GET methods are not allowed for moved projects",
        }, { status: 405 })
        : "pass",
    "refused",
    /renamed or moved.*new path or its numeric id/,
  ],
];

for (const [what, fate, state, says] of BEFORE) {
  Deno.test(`${what}: the run is ${state} with a sentence, and arrives whole once it is mended`, async () => {
    await withServer({}, async ({ server, token }, journal) => {
      const run_id = recordAll(journal);
      await withFaults(server.tracking_uri, fate, async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token });
      });
      assertSays(journal, run_id, { state, says });
      const place = { tracking_uri: server.tracking_uri, token };
      assertEquals(await deliver(journal, run_id, place), true);
      await assertAllThere(place, run_id);
    });
  });
}

for (
  const [what, uri, says] of [
    [
      "a host that does not exist",
      () => "https://nothing.invalid",
      /no host of that name/,
    ],
    [
      "a port where nothing listens",
      () => {
        const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        const { port } = listener.addr;
        listener.close();
        return `http://127.0.0.1:${port}`;
      },
      /cannot be reached/,
    ],
    [
      "https where http is spoken",
      (tracking_uri: string) => `https://${new URL(tracking_uri).host}`,
      /does not speak TLS.*http or https/,
    ],
  ] as const
) {
  Deno.test(`${what}: the run waits with a sentence, and arrives whole later`, async () => {
    await withServer({}, async ({ server, token }, journal) => {
      const run_id = recordAll(journal);
      await deliver(journal, run_id, {
        tracking_uri: `${uri(server.tracking_uri)}/api/v4/projects/7/ml/mlflow`,
        token,
      });
      assertSays(journal, run_id, { state: "pending", says });
      const place = { tracking_uri: server.tracking_uri, token };
      assertEquals(await deliver(journal, run_id, place), true);
      await assertAllThere(place, run_id);
    });
  });
}

Deno.test("a server that never answers: the run waits with a sentence, and arrives whole later", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = recordAll(journal);
    const silent = Promise.withResolvers<Response>();
    const listener = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => silent.promise,
    );
    await deliver(journal, run_id, {
      tracking_uri:
        `http://127.0.0.1:${listener.addr.port}/api/v4/projects/7/ml/mlflow`,
      token,
    }, { client: { timeout_ms: 50 } });
    assertSays(journal, run_id, {
      state: "pending",
      says: /no answer within 0\.05 s/,
    });
    silent.resolve(new Response());
    await listener.shutdown();
    const place = { tracking_uri: server.tracking_uri, token };
    assertEquals(await deliver(journal, run_id, place), true);
    await assertAllThere(place, run_id);
  });
});

Deno.test("a project that was renamed is found by its old path", async () => {
  const projects = [{ id: 7, path: "g/new", former_paths: ["g/p"] }];
  await withServer({ projects }, async ({ server, token }, journal) => {
    const run_id = recordAll(journal);
    const tracking_uri = server.tracking_uri.replace("/7/", "/g%2Fp/");
    assertEquals(await deliver(journal, run_id, { tracking_uri, token }), true);
    await assertAllThere({ tracking_uri: server.tracking_uri, token }, run_id);
  });
});

Deno.test("an experiment that was deleted on the server between two tries is made again", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = recordAll(journal);
    await withFaults(
      server.tracking_uri,
      ({ path }) => path.endsWith("/runs/create") ? "drop with 502" : "pass",
      async ({ tracking_uri }) => {
        await deliver(journal, run_id, { tracking_uri, token });
      },
    );
    const made = await client.getExperimentByName("birds");
    await client.deleteExperiment(made?.experiment_id ?? "");
    const place = { tracking_uri: server.tracking_uri, token };
    assertEquals(await deliver(journal, run_id, place), true);
    await assertAllThere(place, run_id);
  });
});

Deno.test("a run that was deleted on the server says so, and is sent anew only when that is asked for", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, { metrics: { loss: [1] }, open: true });
    const place = { tracking_uri: server.tracking_uri, token };
    await deliver(journal, run_id, place);
    const { info } = await runThere(client, run_id);
    await client.deleteRun(info.run_id);
    journal.entries.setParam(run_id, "k", "5");
    end(journal, run_id);
    await deliver(journal, run_id, place);
    assertSays(journal, run_id, {
      state: "refused",
      says: /was deleted on .*nbtrack sync --again/,
    });
    const env = {
      MLFLOW_TRACKING_URI: place.tracking_uri,
      MLFLOW_TRACKING_TOKEN: token,
    };
    const { home } = journal;
    await nbtrackJson(["sync"], { home, env, code: 1 });
    assertEquals(await runsThere(client, run_id), []);
    await nbtrackJson(["sync", "--again"], { home, env });
    const again = await runThere(client, run_id);
    assertEquals(again.info.status, "FINISHED");
    assertEquals(again.data.params, [{ key: "k", value: "5" }]);
    assertEquals(await valuesThere(client, again.info.run_id, "loss"), [1]);
  });
});

Deno.test("a deleted experiment: sync --again makes it anew; a run that is still there is not sent twice", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = recordAll(journal);
    const place = { tracking_uri: server.tracking_uri, token };
    await deliver(journal, run_id, place);
    const env = {
      MLFLOW_TRACKING_URI: place.tracking_uri,
      MLFLOW_TRACKING_TOKEN: token,
    };
    const { home } = journal;
    await nbtrackJson(["sync", "--again", run_id], { home, env });
    await assertAllThere(place, run_id);
    const made = await client.getExperimentByName("birds");
    await client.deleteExperiment(made?.experiment_id ?? "");
    await nbtrackJson(["sync", "--again", run_id], { home, env });
    await assertAllThere(place, run_id);
  });
});
