/** The names of files, packages and versions that the packages API takes. */
import { assert, assertEquals } from "@std/assert";
import type { PracticeServer } from "../../src/practice/server.ts";
import { call, newRun, PROJECT, start, TOKENS } from "./fixtures.ts";

const NAMES: readonly [name: string, stored: string | null][] = [
  ["model.bin", "model.bin"],
  ["a-b_c.1+2", "a-b_c.1%2B2"],
  ["a b.txt", "a%20b.txt"],
  ["dir/sub/f.txt", "dir%2Fsub%2Ff.txt"],
  ["dir (1)/f.txt", "dir%20%281%29%2Ff.txt"],
  ["dïr/f.txt", "d%C3%AFr%2Ff.txt"],
  ["f(1).txt", null],
  ["é.txt", null],
  ["a:b", null],
  ["a~b", null],
  ["../f.txt", null],
  ["a/../../f.txt", null],
  ["a/..", null],
  ["..", null],
  [".", null],
];

Deno.test("files of a run are stored and refused by their names", async (t) => {
  const server = await start();
  const { iid } = await newRun(server);
  const base = `/projects/${PROJECT.main}`;
  const files = `${base}/packages/ml_models/candidate:${iid}/files`;
  const listing =
    `${base}/ml/mlflow/api/2.0/mlflow-artifacts/artifacts?path=candidate:${iid}`;
  const address = (name: string) =>
    `${files}/${name.split("/").map(encodeURIComponent).join("/")}`;
  for (const [name, stored] of NAMES) {
    await t.step(name, async () => {
      const sent = await sendRaw(server, address(name));
      const { body } = await call(server, listing);
      const paths: string[] = (body.files ?? []).map((one: { path: string }) =>
        one.path
      );
      if (stored === null) {
        assertEquals(sent, 400);
        return;
      }
      assertEquals(sent, 201);
      assert(paths.includes(stored), `${stored} is not in ${paths}`);
      assertEquals((await call(server, address(name))).text, "a");
    });
  }
  await server.close();
});

const GENERIC: readonly [path: string, status: number][] = [
  ["n/1/f.txt", 201],
  ["n/1/f~1.txt", 201],
  ["n.b_c-d+e/1.0_a+b.c-d/f", 201],
  ["n/1/dir/f.txt", 201],
  ["n/1/f b.txt", 400],
  ["n/1/~f", 400],
  ["n/1/f~", 400],
  ["n/1/f(1)", 400],
  ["n/1/..", 400],
  ["n/1/dir/..", 400],
  ["n/1/../f", 400],
  ["n/1/a/../../f", 400],
  ["n/../f", 400],
  ["../1/f", 400],
  ["n/1..2/f", 400],
  ["n a/1/f", 400],
  ["n/1~2/f", 400],
];

Deno.test("generic packages take and refuse names, versions and files", async (t) => {
  const server = await start();
  for (const [path, status] of GENERIC) {
    await t.step(path, async () => {
      const [name = "", version = "", ...file] = path.split("/");
      const target = `/projects/${PROJECT.main}/packages/generic/${
        [name, version, file.join("/")].map(encodeURIComponent).join("/")
      }`;
      assertEquals(await sendRaw(server, target), status);
    });
  }
  await server.close();
});

/** Sends a file of one letter, without a client of HTTP that takes `..` out of the address; gives the status. */
async function sendRaw(server: PracticeServer, path: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode([
    `PUT /api/v4${path} HTTP/1.1`,
    "Host: practice",
    `Authorization: Bearer ${TOKENS.write}`,
    "Content-Length: 1",
    "Connection: close",
    "",
    "a",
  ].join("\r\n")));
  const answer = await new Response(connection.readable).text();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}
