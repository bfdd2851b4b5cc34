import { assertEquals } from "@std/assert";
import { temporary } from "../reproduce/recorded.ts";
import { printedBy, reproduceWritten } from "./bundles.ts";

Deno.test("a cell makes no link to a file that it cannot read, and links of its own are files in a kept folder", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  const outside = `${place.path}/outside.csv`;
  Deno.writeTextFileSync(outside, "mine");
  const reproduction = await reproduceWritten({
    cells: [
      `{ const fs = await import("node:fs"); Deno.writeTextFileSync("own.csv", "x");
       const outside = ${JSON.stringify(outside)};
       const ways = [() => Deno.linkSync(outside, "a.csv"), () => fs.linkSync(outside, "b.csv"), () => Deno.symlinkSync(outside, "c.csv"),
         () => Deno.linkSync("/proc/self/exe", "d.csv"), () => Deno.renameSync(outside, "e.csv"), () => Deno.linkSync("own.csv", outside + "2"), () => Deno.linkSync("own.csv", "again.csv")];
       for (const way of ways) { try { way(); console.log("done") } catch (error) { console.log(error.name) } } }`,
    ],
  }, { dir });
  assertEquals(
    printedBy(reproduction, 0),
    `${"NotCapable\n".repeat(6)}done\n`,
  );
  assertEquals(
    [...Deno.readDirSync(dir)].map(({ name }) => name).sort(),
    ["again.csv", "deno.json", "deno.lock", "own.csv"],
  );
  assertEquals(Deno.readTextFileSync(outside), "mine");
  assertEquals(Deno.statSync(outside).nlink, 1);
});
