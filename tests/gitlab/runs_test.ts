import { assertEquals } from "@std/assert";
import type { TrackingClient } from "../../src/gitlab/client.ts";
import { json, run, type Scripted } from "./scripted_server.ts";
import { onGitLab, onMlflow } from "./two_servers.ts";

Deno.test("a run is created with its name, its start and the tag that finds it", async () => {
  await onGitLab({
    "/runs/create": () => json({ run: run() }),
  }, async (client, { seen }) => {
    const made = await client.createRun({
      experiment_id: "3",
      run_name: "n".repeat(300),
      start_time: 1000.7,
      tags: [{ key: "nbtrack.run_id", value: "x" }],
    });
    assertEquals(made.info.end_time, null);
    const body = JSON.parse(seen[0]?.body ?? "");
    assertEquals(body.start_time, 1000);
    assertEquals(body.run_name.length, 255);
    assertEquals(body.tags, [{ key: "nbtrack.run_id", value: "x" }]);
  });
});

const KEY = { experiment_id: "3", key: "nbtrack.run_id", value: "mine" };

Deno.test("a run is found by its tag on a later page, and the search stops there", async () => {
  const page = (n: number, tag: string) => ({
    runs: [run({ run_id: `r${n}` }, { tags: [{ key: KEY.key, value: tag }] })],
    next_page_token: `p${n}`,
  });
  await onGitLab({
    "/runs/search": (_, count) =>
      json(page(count, count === 3 ? "mine" : "other")),
  }, async (client, { seen }) => {
    const found = await client.findRunByTag(KEY);
    assertEquals(found?.info.run_id, "r3");
    assertEquals(
      seen.map((s) => JSON.parse(s.body).page_token),
      [undefined, "p1", "p2"],
    );
    assertEquals(JSON.parse(seen[0]?.body ?? "").experiment_ids, ["3"]);
  });
});

Deno.test("a run that lost its tags is found by name and start, one with another run's tag is not", async () => {
  const info = { run_name: "n", start_time: 5 };
  const other = run(
    { ...info, run_id: "other" },
    { tags: [{ key: KEY.key, value: "else" }] },
  );
  const bare = run({ ...info, run_id: "bare" });
  await onGitLab({
    "/runs/search": () => json({ runs: [other, bare], next_page_token: null }),
  }, async (client) => {
    const also = { run_name: "n", start_time: 5 };
    assertEquals(
      (await client.findRunByTag({ ...KEY, also }))?.info.run_id,
      "bare",
    );
    assertEquals(await client.findRunByTag(KEY), null);
    assertEquals(
      await client.findRunByTag({ ...KEY, also: { ...also, start_time: 6 } }),
      null,
    );
  });
});

Deno.test("a search whose pages are too long asks for smaller ones and misses none", async () => {
  const huge = "x".repeat(3_000_000);
  const all = Array.from(
    { length: 10 },
    (_, i) => run({ run_id: `r${i}` }, { tags: [{ key: "t", value: huge }] }),
  );
  await onGitLab({
    "/runs/search": (seen) => {
      const { max_results, page_token = "0" } = JSON.parse(seen.body);
      const from = Number(page_token);
      const to = from + max_results;
      return json({
        runs: all.slice(from, to),
        next_page_token: to < all.length ? String(to) : null,
      });
    },
  }, async (client) => {
    const ids: string[] = [];
    for await (const { info } of client.searchRuns({ experiment_id: "3" })) {
      ids.push(info.run_id);
    }
    assertEquals(ids, all.map((_, i) => `r${i}`));
  });
});

Deno.test("order_by is a text for GitLab and a list for a plain server", async () => {
  const search = {
    "/runs/search": () => json({ runs: [], next_page_token: null }),
  };
  const test = async (client: TrackingClient, { seen }: Scripted) => {
    const order_by = "created_at DESC";
    const filter = "metrics.a > 1";
    const found = client.searchRuns({ experiment_id: "3", order_by, filter });
    assertEquals((await found.next()).done, true);
    const body = JSON.parse(seen.at(-1)?.body ?? "");
    const plain = seen.length === 2;
    assertEquals(body.order_by, plain ? [order_by] : order_by);
    assertEquals(body.filter, plain ? filter : undefined);
  };
  await onGitLab(search, test);
  await onMlflow(search, test);
});

Deno.test("a deletion whose answer is lost is asked for again, and that nothing is there any more is its end", async () => {
  await onGitLab({
    "/runs/delete": (_, count) =>
      count === 1
        ? new Response("lost", { status: 502 })
        : json({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "" }, 404),
  }, async (client, { seen }) => {
    await client.takeBackRun("r1", 5);
    assertEquals(seen.map(({ body }) => JSON.parse(body)), [
      { run_id: "r1" },
      { run_id: "r1" },
    ]);
  });
});
