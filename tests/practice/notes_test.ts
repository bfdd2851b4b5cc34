import { assertEquals } from "@std/assert";
import { startServer } from "../../src/practice/server.ts";
import { call, config, start, TOKENS } from "./fixtures.ts";

const NOTES = "/projects/42/merge_requests/3/notes";
const jobs = (config().jobs ?? []).map((job) => ({ ...job, merge_request: 3 }));

function write(
  server: Awaited<ReturnType<typeof start>>,
  body: unknown,
  options: Parameters<typeof call>[2] & { path?: string } = {},
) {
  const { path = NOTES, ...rest } = options;
  return call(server, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...rest,
  });
}

Deno.test("a note is written, listed with the newest first, and changed by who wrote it", async () => {
  const server = await start({ jobs });
  try {
    const first = await write(server, { body: "one" });
    const second = await write(server, { body: "two" });
    assertEquals([
      first.status,
      first.body.noteable_iid,
      first.body.author.username,
    ], [201, 3, "dev"]);
    const changed = await write(server, { body: "one, changed" }, {
      method: "PUT",
      path: `${NOTES}/${first.body.id}`,
    });
    assertEquals(changed.status, 200);
    const list = await call(server, NOTES);
    assertEquals(
      list.body.map((n: { id: number; body: string }) => [n.id, n.body]),
      [
        [second.body.id, "two"],
        [first.body.id, "one, changed"],
      ],
    );
    const page = await call(server, `${NOTES}?per_page=1&page=2`);
    assertEquals(page.body.map((n: { body: string }) => n.body), [
      "one, changed",
    ]);
    assertEquals(page.headers.get("x-total"), "2");
  } finally {
    await server.close();
  }
});

Deno.test("who may not see the merge request finds none, and who did not write a note may not change it", async () => {
  const server = await start({ jobs });
  try {
    const { body } = await write(server, { body: "one" });
    const status = async (answer: Promise<{ status: number }>) =>
      (await answer).status;
    const change = { method: "PUT", path: `${NOTES}/${body.id}` };
    assertEquals(
      [
        await status(write(server, { body: "x" }, { token: TOKENS.guest })),
        await status(write(server, { body: "x" }, { token: TOKENS.outsider })),
        await status(write(server, { body: "x" }, { token: null })),
        await status(write(server, { body: "x" }, { token: TOKENS.job })),
        await status(write(server, { body: "x" }, { token: TOKENS.read })),
        await status(
          write(server, { body: "x" }, {
            path: "/projects/42/merge_requests/4/notes",
          }),
        ),
        await status(
          write(server, { body: "x" }, { ...change, token: TOKENS.reporter }),
        ),
        await status(
          write(server, { body: "x" }, { ...change, token: TOKENS.owner }),
        ),
        await status(
          write(server, { body: "x" }, { method: "PUT", path: `${NOTES}/999` }),
        ),
      ],
      [404, 404, 401, 401, 403, 404, 403, 200, 404],
    );
  } finally {
    await server.close();
  }
});

Deno.test("a note without a text is refused", async () => {
  const server = await start({ jobs });
  try {
    const missing = await write(server, {});
    const blank = await write(server, { body: "  " });
    assertEquals([missing.status, missing.body.error], [
      400,
      "body is missing",
    ]);
    assertEquals([blank.status, blank.body.message], [
      400,
      `400 Bad request - Note {:note=>["can't be blank"]}`,
    ]);
  } finally {
    await server.close();
  }
});

Deno.test("a merge request that the configuration names takes notes, and one that it names no more does not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-notes-" });
  const served = (merge_requests: number[]) =>
    startServer({
      data: { dir: folder },
      config: config({
        projects: config().projects.map((project) => ({
          ...project,
          merge_requests,
        })),
      }),
    });
  const path = "/projects/42/merge_requests/8/notes";
  let server = await served([8, 8]);
  assertEquals((await write(server, { body: "one" }, { path })).status, 201);
  await server.close();
  server = await served([]);
  assertEquals((await write(server, { body: "two" }, { path })).status, 404);
  await server.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("without a configuration the practice project has merge request !1, in memory and in a folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-notes-" });
  for (const data of ["memory" as const, { dir: folder }]) {
    const server = await startServer({ data });
    const answer = await fetch(
      `${server.url}/api/v4/projects/1/merge_requests/1/notes`,
      { headers: { "private-token": server.token ?? "" } },
    );
    assertEquals([answer.status, await answer.json()], [200, []]);
    await server.close();
  }
  await Deno.remove(folder, { recursive: true });
});
