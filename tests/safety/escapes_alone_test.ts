/** Compares what the whole machine shares, so it runs when no other test does. */
import { assert, assertEquals } from "@std/assert";
import { temporary } from "../reproduce/recorded.ts";
import { reproduceWritten } from "./bundles.ts";
import { ESCAPES, type Place } from "./escapes.ts";
import { digestOf, machineFolders } from "./digest.ts";

Deno.test("no way out leads out of the sandbox, and nothing outside of its folder is changed", async (t) => {
  using place = temporary();
  const outside = `${place.path}/outside`;
  Deno.mkdirSync(outside);
  Deno.writeTextFileSync(`${outside}/secret.txt`, "the secret");
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => (asked++, new Response("answered")),
  );
  let asked = 0;
  const where: Place = {
    outside,
    url: `http://127.0.0.1:${server.addr.port}/`,
  };
  const names = Object.keys(ESCAPES);
  const folders = [outside, ...await machineFolders()];
  const before = folders.map((folder) => digestOf(folder));
  Deno.env.set("NBTRACK_TEST_OF_THE_USER", "of the user");
  const found = new Map<string, { status: string; outputs: unknown }>();
  // A probe may end the process: those behind it are tried in another one.
  for (let left = names; left.length > 0;) {
    const { outcome: { replay }, verdict } = await reproduceWritten({
      cells: left.map((name) => ({
        source: ESCAPES[name]?.(where) ?? "",
        status: "error" as const,
      })),
    });
    const cells = replay?.cells ?? [];
    assert(cells.length > 0, JSON.stringify(verdict));
    for (const [i, cell] of cells.entries()) found.set(left[i] ?? "", cell);
    left = left.slice(cells.length);
  }
  Deno.env.delete("NBTRACK_TEST_OF_THE_USER");
  await server.shutdown();
  for (const [name, { status, outputs }] of found) {
    await t.step(name, () => {
      assert(status !== "ok", `it gave ${JSON.stringify(outputs)}`);
    });
  }
  await t.step("nothing was asked of a server", () => assertEquals(asked, 0));
  for (const [i, folder] of folders.entries()) {
    await t.step(
      `${i === 0 ? "the folder beside it" : folder} is as before`,
      () => assertEquals(digestOf(folder), before[i]),
    );
  }
});

Deno.test("what cells tell V8 and SQLite writes no file beside the sandbox's folder", async () => {
  using place = temporary();
  const hot =
    "function hot(a) { let s = 0; for (let i = 0; i < 1000; i++) s += a * i; return s } for (let i = 0; i < 20_000; i++) hot(i); null";
  const flags = [
    "--trace-turbo",
    `--trace-turbo-path=${place.path}`,
    `--trace-turbo-cfg-file=${place.path}/cfg`,
    `--redirect-code-traces-to=${place.path}/code`,
    "--log-all",
    "--prof",
    `--logfile=${place.path}/v8.log`,
    `--perf-basic-prof-path=${place.path}`,
  ];
  const { outcome } = await reproduceWritten({
    cells: [
      `{ const v8 = await import("node:v8"); for (const flag of ${
        JSON.stringify(flags)
      }) v8.setFlagsFromString(flag); process.env.DENO_V8_FLAGS = ${
        JSON.stringify(flags.join(","))
      }; process.env.NODE_V8_COVERAGE = ${JSON.stringify(place.path)} } null`,
      hot,
      `new Worker("data:text/javascript," + encodeURIComponent(${
        JSON.stringify(hot)
      }), { type: "module" }); await new Promise((done) => setTimeout(done, 500)); null`,
      `{ process.env.SQLITE_TMPDIR = ${
        JSON.stringify(place.path)
      }; const db = new (await import("node:sqlite")).DatabaseSync(":memory:"); db.exec("PRAGMA temp_store = 1; PRAGMA cache_size = 10; CREATE TEMP TABLE t AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 5000) SELECT x, randomblob(200) AS b FROM c; CREATE INDEX i ON t(b)"); globalThis.db = db } null`,
    ],
  });
  assertEquals(outcome.replay?.failure ?? null, null);
  assertEquals([...Deno.readDirSync(place.path)], []);
});
