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
