/** The pages over a server's runs: other values than the last, and stars that are kept here. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { RunReader } from "../../src/record/reader.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { startServer } from "../../src/practice/server.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import { pagesApp } from "../../src/web/app.ts";
import { serverLinks } from "../../src/web/parts/links.ts";
import { ServerSource } from "../../src/web/server_source.ts";
import { emptyJournal } from "../record/filled.ts";
import { textIn } from "./support.ts";
import { ServerStars } from "../../src/journal/server_stars.ts";

const TOKEN = ["glpat", "server", "pages"].join("-");

/** Each run's loss, a value a step; the last is neither the best nor the one at step 1. */
const COURSES = { one: [9, 1, 5], two: [8, 3, 4], three: [7, 2, 6] };

/** Metrics that are the same in all runs: none has a column before the loss. */
const SAME = ["a", "b", "c", "d", "e", "f", "g"];

/** A practice server with three runs, and pages over them. */
async function served() {
  const server = await startServer({
    data: "memory",
    config: {
      projects: [{ id: 7, path: "birds/penguins" }],
      tokens: [{
        token: TOKEN,
        user: { id: 1, username: "ana" },
        scopes: ["api"],
        roles: { "birds/penguins": "developer" },
      }],
    },
  });
  const { tracking_uri } = server;
  const call = async (endpoint: string, body: unknown) => {
    const answer = await fetch(`${tracking_uri}/api/2.0/mlflow/${endpoint}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    assert(answer.ok, `${endpoint}: ${answer.status}`);
    return await answer.json();
  };
  const { experiment_id } = await call("experiments/create", { name: "knn" });
  const ids: Record<string, string> = {};
  let start_time = 1_700_000_000_000;
  for (const [run_name, values] of Object.entries(COURSES)) {
    start_time += 1000;
    const { run } = await call("runs/create", {
      experiment_id,
      run_name,
      start_time,
    });
    const { run_id } = run.info;
    await call("runs/log-batch", {
      run_id,
      metrics: [
        ...SAME.map((key) => ({ key, value: 1 })),
        ...values.map((value) => ({ key: "loss", value })),
      ].map((point, i) => ({
        ...point,
        step: Math.max(0, i - SAME.length),
        timestamp: start_time + i,
      })),
    });
    await call("runs/update", {
      run_id,
      status: "FINISHED",
      end_time: start_time + 10,
    });
    ids[run_name] = run_id;
  }
  const tag = (run: string, key: string, value: string) =>
    call("runs/set-tag", { run_id: ids[run], key, value });
  const made = emptyJournal();
  const serverStars = new ServerStars(made.journal);
  const app = pagesApp({
    source: new ServerSource(
      new ServerReader(createClient({ tracking_uri, token: TOKEN })),
      tracking_uri,
      {
        stars: {
          among: () => serverStars.of(tracking_uri),
          set: (id, on) => serverStars.set(tracking_uri, id, on),
        },
      },
    ),
    links: serverLinks("", { sessions: false, news: false }),
    report: (error) => {
      throw error;
    },
  });
  return {
    ids,
    tag,
    app,
    async page(path: string) {
      const answer = await app.request(path);
      return { status: answer.status, text: await answer.text() };
    },
    async [Symbol.asyncDispose]() {
      made[Symbol.dispose]();
      await server.close();
    },
  };
}

/** What the table shows of each run's loss, in the order of its rows. */
function losses(html: string): [string, string][] {
  return [...html.matchAll(/<tr data-run[^]*?<\/tr>/g)].map(([row]) => [
    textIn(row, "a"),
    (/<td class="number">([^]*?)<\/td>/.exec(row)?.[1] ?? "")
      .replaceAll(/<[^>]*>/g, "").replace(" (best here)", ""),
  ]);
}

Deno.test("runs of a server are shown and sorted by the last, best, lowest and highest value and the one at a step", async () => {
  await using at = await served();
  const shown = async (query: string) => {
    const { status, text } = await at.page(
      `/experiments/knn?sort=metrics.loss${query}`,
    );
    assertEquals(status, 200, text);
    return losses(text);
  };
  assertEquals(await shown(""), [["two", "4"], ["one", "5"], ["three", "6"]]);
  const best: [string, string][] = [["one", "1"], ["three", "2"], ["two", "3"]];
  assertEquals(await shown("&values=best"), best);
  assertEquals(await shown("&values=min"), best);
  assertEquals(
    await shown("&values=max"),
    [["three", "7"], ["two", "8"], ["one", "9"]],
  );
  assertEquals(await shown("&values=step&step=1"), best);
  assertEquals(
    await shown("&values=step&step=0"),
    [["three", "7"], ["two", "8"], ["one", "9"]],
  );
});

Deno.test("what takes longer to read from a server than it is kept is read once for all parts of a page", async () => {
  const reads: PromiseWithResolvers<RunRecord>[] = [];
  const reader = {
    get: () => {
      const read = Promise.withResolvers<RunRecord>();
      reads.push(read);
      return read.promise;
    },
  } as unknown as RunReader;
  const source = new ServerSource(reader, "a server", { kept_ms: 500 });
  const { now } = Date;
  try {
    let time = 0;
    Date.now = () => time;
    const first = source.record("a");
    time = 2000;
    const second = source.record("a");
    assertEquals(reads.length, 1);
    reads[0]?.resolve({ name: "heron", reproduces: null } as RunRecord);
    assertEquals([(await first).name, (await second).name], ["heron", "heron"]);
    time = 2400;
    await source.record("a");
    assertEquals(reads.length, 1);
    time = 2501;
    const failed = source.record("a");
    assertEquals(reads.length, 2);
    reads[1]?.reject(new Error("gone"));
    await assertRejects(() => failed, Error, "gone");
    source.record("a").catch(() => {}); // a failure is not kept
    assertEquals(reads.length, 3);
  } finally {
    Date.now = now;
  }
});

Deno.test("a star of a server's run is kept on this machine, and the table shows starred runs alone", async () => {
  await using at = await served();
  const star = async (starred: string) => {
    const answer = await at.app.request(`/runs/${at.ids["two"]}/star`, {
      method: "POST",
      body: new URLSearchParams({ starred, back: "/experiments/knn" }),
    });
    assertEquals(answer.status, 303);
  };
  const starred = async () =>
    losses((await at.page("/experiments/knn?starred=1")).text)
      .map(([name]) => name);
  assertEquals(await starred(), []);
  await star("true");
  assertEquals(await starred(), ["two"]);
  assertStringIncludes(
    (await at.page(`/runs/${at.ids["two"]}`)).text,
    'aria-pressed="true"',
  );
  await star("false");
  assertEquals(await starred(), []);
});

Deno.test("a server's reproduction is known by its original's tag: the original stays the best, and its page lists it", async () => {
  await using again = await served();
  const own = crypto.randomUUID();
  await again.tag("one", "nbtrack.run_id", own);
  await again.tag("two", "nbtrack.reproduces", own);
  await again.tag("two", "nbtrack.verdict", "REPRODUCED");
  const { text } = await again.page("/?metric=loss");
  assertStringIncludes(text, `href="/runs/${again.ids["one"]}"`);
  assertEquals(text.includes(`href="/runs/${again.ids["two"]}"`), false);
  const original = await again.page(`/runs/${again.ids["one"]}`);
  assertStringIncludes(original.text, "Reproductions of this run");
  const other = await again.page(`/runs/${again.ids["two"]}`);
  assertStringIncludes(other.text, `<a href="/runs/${again.ids["one"]}">`);
});
