import { assert, assertEquals } from "@std/assert";
import { storeCredential } from "../../src/gitlab/credentials.ts";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { assertAllThere, recordAll } from "./assertions.ts";
import { newToken, withServer } from "./practice.ts";
import { deliver, record, runsThere } from "./support.ts";

/** What `nbtrack sync --json` answers. */
interface Answer {
  delivered: number;
  pending: number;
  refused: number;
  runs: {
    run_id: string;
    state: string;
    error: string | null;
    parts: unknown[];
  }[];
}

async function sync(
  home: string,
  env: Record<string, string>,
  code = 0,
): Promise<Answer> {
  return await nbtrackJson(["sync"], { home, env, code }) as Answer;
}

/** Variables that name a server. */
function envOf(place: { tracking_uri: string; token: string }) {
  return {
    MLFLOW_TRACKING_URI: place.tracking_uri,
    MLFLOW_TRACKING_TOKEN: place.token,
  };
}

Deno.test("sync delivers runs that were recorded when no server was set", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = recordAll(journal);
    const none = await nbtrack(["sync"], { home: journal.home });
    assertEquals(none.code, 2);
    assert(/no server is set/.test(none.stderr), none.stderr);
    assert(!/Delivering/.test(none.stderr), none.stderr);
    assertEquals(journal.deliveries.get(run_id).state, "local");
    const place = { tracking_uri: server.tracking_uri, token };
    assertEquals(await sync(journal.home, envOf(place)), {
      delivered: 1,
      pending: 0,
      refused: 0,
      runs: [{ run_id, state: "delivered", error: null, parts: [] }],
    });
    await assertAllThere(place, run_id);
    assertEquals((await sync(journal.home, envOf(place))).runs, []);
  });
});

Deno.test("sync tries refused runs again and delivers what came after a run counted as delivered", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const refused = recordAll(journal);
    const { tracking_uri } = server;
    const wrong = envOf({ tracking_uri, token: newToken() });
    const first = await sync(journal.home, wrong, 1);
    assertEquals(first.refused, 1);
    assert(/token is not accepted/.test(first.runs[0]?.error ?? ""));
    const late = record(journal);
    assertEquals(await deliver(journal, late, { tracking_uri, token }), true);
    journal.entries.setTag(late, "late", "yes");
    const second = await sync(journal.home, envOf({ tracking_uri, token }));
    assertEquals(second.delivered, 2);
    await assertAllThere({ tracking_uri, token }, refused);
    const [run] = await runsThere(client, late);
    assert(run?.data.tags.some((t) => t.key === "late"));
  });
});

Deno.test("sync of a run that is delivered leaves it so, also when its server no longer lets us in", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const run_id = recordAll(journal);
    const { tracking_uri } = server;
    await sync(journal.home, envOf({ tracking_uri, token }));
    const env = envOf({ tracking_uri, token: newToken() });
    const { home } = journal;
    const again = await nbtrackJson(["sync", run_id], { home, env }) as Answer;
    assertEquals(again.runs, [{
      run_id,
      state: "delivered",
      error: null,
      parts: [],
    }]);
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
  });
});

Deno.test("sync with NBTRACK_OFFLINE delivers nothing and says so", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = recordAll(journal);
    const { tracking_uri } = server;
    const { runs } = await sync(journal.home, {
      ...envOf({ tracking_uri, token }),
      NBTRACK_OFFLINE: "1",
    });
    assertEquals(runs.map((r) => r.state), ["local"]);
    assert(/NBTRACK_OFFLINE is set/.test(runs[0]?.error ?? ""));
    assertEquals(await runsThere(client, run_id), []);
  });
});

Deno.test("a run goes on to the server where it began, and no other server's token is sent there", async () => {
  await withServer({}, async (began, journal) => {
    await withServer({}, async (other) => {
      const place = {
        tracking_uri: began.server.tracking_uri,
        token: began.token,
      };
      const run_id = record(journal, { open: true });
      await deliver(journal, run_id, place);
      journal.runs.end(run_id, "FINISHED");
      journal.runs.setFinalised(run_id, Date.now());
      const env = envOf({
        tracking_uri: other.server.tracking_uri,
        token: other.token,
      });
      const lost = await sync(journal.home, env, 1);
      assertEquals(lost.refused, 1);
      const error = lost.runs[0]?.error ?? "";
      assert(error.includes(began.server.tracking_uri), error);
      assert(
        /no token.*nbtrack login.*MLFLOW_TRACKING_TOKEN/.test(error),
        error,
      );
      await storeCredential({
        url: began.server.url,
        project: "g/p",
        project_id: 7,
        token: began.token,
        username: null,
        stored: 1,
      }, journal.home);
      assertEquals((await sync(journal.home, env)).delivered, 1);
      const [run] = await runsThere(began.client, run_id);
      assertEquals(run?.info.status, "FINISHED");
      assertEquals(await runsThere(other.client, run_id), []);
    });
  });
});

Deno.test("a token that only track() was given is not stored, and sync says what to set", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const { tracking_uri } = server;
    const run_id = record(journal, { options: { trackingUri: tracking_uri } });
    journal.deliveries.set(run_id, { state: "pending", target: tracking_uri });
    const { runs } = await sync(journal.home, {}, 1);
    const error = runs[0]?.error ?? "";
    assert(
      /no token for .*nbtrack login.*MLFLOW_TRACKING_TOKEN/.test(error),
      error,
    );
    const { delivered } = await sync(journal.home, {
      MLFLOW_TRACKING_TOKEN: token,
    });
    assertEquals(delivered, 1);
  });
});

Deno.test("two syncs at once deliver each run once", async () => {
  await withServer(
    { faults: { delay_ms: 5 } },
    async ({ server, token, client }, journal) => {
      const run_ids = [
        recordAll(journal),
        recordAll(journal),
        recordAll(journal),
      ];
      const place = { tracking_uri: server.tracking_uri, token };
      const answers = await Promise.all([
        sync(journal.home, envOf(place)),
        sync(journal.home, envOf(place)),
      ]);
      for (const answer of answers) {
        assertEquals([answer.pending, answer.refused], [0, 0]);
      }
      for (const run_id of run_ids) {
        assertEquals((await runsThere(client, run_id)).length, 1);
        await assertAllThere(place, run_id);
      }
    },
  );
});

Deno.test("a CI job's own token is refused before anything is sent, with what to set", async () => {
  const job = newToken();
  const change = {
    jobs: [{ id: 41, project: "g/p", token: job, user: 1 }],
  };
  await withServer(change, async ({ server, token, client }, journal) => {
    const run_id = recordAll(journal);
    const ci = {
      CI_API_V4_URL: `${server.url}/api/v4`,
      CI_PROJECT_ID: "7",
      CI_JOB_TOKEN: job,
    };
    const { runs } = await sync(journal.home, ci, 1);
    assertEquals(runs[0]?.state, "refused");
    assert(
      /CI_JOB_TOKEN cannot log runs: set GITLAB_TOKEN/.test(
        runs[0]?.error ?? "",
      ),
      runs[0]?.error ?? "",
    );
    assertEquals(await runsThere(client, run_id), []);
    const answer = await sync(journal.home, { ...ci, GITLAB_TOKEN: token });
    assertEquals(answer.delivered, 1);
  });
});

Deno.test("the tag of a CI job goes alone: one that the server does not know is no failure", async () => {
  const jobs = [{ id: 41, project: "g/p", token: newToken(), user: 1 }];
  await withServer({ jobs }, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    for (const [job, known] of [["41", true], ["42", false]] as const) {
      const run_id = record(journal, {
        tags: { "gitlab.CI_JOB_ID": job, team: "birds" },
      });
      assertEquals(await deliver(journal, run_id, place), true);
      const [run] = await runsThere(client, run_id);
      const tags = run?.data.tags.map((t) => t.key) ?? [];
      assert(tags.includes("team"));
      assertEquals(tags.includes("gitlab.CI_JOB_ID"), known);
      const missing = journal.entries.missing(run_id).map((m) => m.what);
      assertEquals(missing, known ? [] : ["CI job"]);
    }
  });
});

Deno.test("a run of a run names its parent by the server's id", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const parent = record(journal);
    await deliver(journal, parent, place);
    const child = record(journal, { tags: { "mlflow.parentRunId": parent } });
    await deliver(journal, child, place);
    const [there] = await runsThere(client, parent);
    const [run] = await runsThere(client, child);
    const tag = run?.data.tags.find((t) => t.key === "mlflow.parentRunId");
    assertEquals(tag?.value, there?.info.run_id);
  });
});
