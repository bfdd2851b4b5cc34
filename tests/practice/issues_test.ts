import { assertEquals } from "@std/assert";
import { call, PROJECT, start, TOKENS } from "./fixtures.ts";

const ISSUES = `/projects/${PROJECT.main}/issues`;
const json = { "content-type": "application/json" };

Deno.test("issues are opened, found, commented, closed and opened again", async () => {
  const server = await start();
  const post = (path: string, value: object, token = TOKENS.write) =>
    call(server, path, {
      method: "POST",
      headers: json,
      body: JSON.stringify(value),
      token,
    });
  const first = await post(ISSUES, {
    title: "Drifted",
    description: "<!-- marker -->",
    labels: "a,b",
  });
  assertEquals([first.status, first.body.iid, first.body.state], [
    201,
    1,
    "opened",
  ]);
  assertEquals(first.body.labels, ["a", "b"]);
  assertEquals(first.body.web_url, `${server.url}/lab/main/-/issues/1`);
  assertEquals((await post(ISSUES, { title: "Other" })).body.iid, 2);
  const find = async (query: string) =>
    (await call(server, `${ISSUES}?${query}`)).body.map((
      one: { iid: number },
    ) => one.iid);
  assertEquals(await find(""), [2, 1]);
  assertEquals(await find("search=drift"), [1]);
  assertEquals(await find("search=marker&state=opened"), [1]);
  assertEquals(await find("per_page=1&page=2"), [1]);
  const note = await post(`${ISSUES}/1/notes`, { body: "again" });
  assertEquals([note.status, note.body.author.username], [201, "dev"]);
  const { body } = await call(server, `${ISSUES}/1/notes`);
  assertEquals(body.map((one: { body: string }) => one.body), ["again"]);
  const set = (state_event: string) =>
    call(server, `${ISSUES}/1`, {
      method: "PUT",
      headers: json,
      body: JSON.stringify({ state_event }),
    });
  assertEquals((await set("close")).body.state, "closed");
  assertEquals(await find("state=opened"), [2]);
  assertEquals((await set("reopen")).body.state, "opened");
  assertEquals((await set("burn")).status, 400);
  await server.close();
});

Deno.test("issues need a token, a project, a title and a text", async () => {
  const server = await start();
  const post = (path: string, value: object, token: string | null) =>
    call(server, path, {
      method: "POST",
      headers: json,
      body: JSON.stringify(value),
      token,
    });
  assertEquals((await post(ISSUES, { title: "t" }, null)).status, 401);
  assertEquals((await post(ISSUES, { title: "t" }, TOKENS.read)).status, 403);
  assertEquals(
    (await post(ISSUES, { title: "t" }, TOKENS.outsider)).status,
    404,
  );
  assertEquals((await post(ISSUES, {}, TOKENS.write)).body, {
    error: "title is missing",
  });
  assertEquals((await post(ISSUES, { title: " " }, TOKENS.write)).status, 400);
  assertEquals(
    (await post(`${ISSUES}/9/notes`, { body: "b" }, TOKENS.write)).body,
    { message: "404 Not found" },
  );
  await server.close();
});
