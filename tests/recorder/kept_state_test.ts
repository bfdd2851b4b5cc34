import { assertEquals, assertStringIncludes } from "@std/assert";
import { IMPORT, Workspace } from "./support.ts";

Deno.test("what a run takes from where Deno keeps it between sessions is named as missing, what it only stores there is not", async () => {
  await using workspace = Workspace.make();
  await using kernel = await workspace.kernel();
  for (
    const cell of [
      `${IMPORT} const run = await track("kept", { quiet: true });`,
      '// localStorage.length\nlocalStorage.setItem("theme", "dark");',
      'const visits = Number(localStorage.getItem("visits") ?? 0) + 1;',
      'const pages = await (await caches.open("pages")).match("https://example.org/");',
      'if (visits < 0) await Deno.openKv(); else await Deno.openKv?.(":memory:").catch(() => {});',
      "await run.end();",
    ]
  ) {
    const reply = await kernel.execute(cell);
    assertEquals(reply.evalue ?? reply.status, "ok", cell);
  }
  await kernel.shutdown();
  const { missing } = await workspace.finalised();
  const named = missing.filter(({ what }) => what.startsWith("state of"));
  assertEquals(
    named.map(({ what, why }) => `${what}: ${why.split(":")[0]}`),
    [
      "state of cell [3]: localStorage",
      "state of cell [4]: caches",
      "state of cell [5]: Deno.openKv",
    ],
  );
  for (const { why } of named) assertStringIncludes(why, "earlier sessions");
});
