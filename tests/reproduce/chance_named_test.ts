import { assert, assertEquals } from "@std/assert";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { printed, reproduceWritten } from "../safety/bundles.ts";

Deno.test("an id that is drawn anew each time is named as such, wherever it comes from", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `for await (const one of [crypto["random" + "UUID"]()]) console.log("run", one, 5)`,
      outputs: [printed("run 5e1c1c3e-58a7-4d1c-9d0a-0f2d8b1f6a77 5\n")],
    }, {
      source: `console.log(crypto["random" + "UUID"](), 6)`,
      outputs: [printed("5e1c1c3e-58a7-4d1c-9d0a-0f2d8b1f6a77 5\n")],
    }],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, []);
  assertEquals(chanceIn(verdict), [
    "cell [1] shows ids that are drawn anew each time",
  ]);
});

Deno.test("a digest is no random number, and a seed is recommended only where a cell that differs draws one", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(2))); console.log(digest[0])`,
      outputs: [printed("1\n")],
    }, "const drawn = Math.random();"],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assert(!verdict.warnings.some((text) => /random|seed/.test(text)));
});

Deno.test("packages that draw ids are named as a source of chance", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `const ulid = () => "01J" + Date.now().toString(36); console.log(ulid().length > 3, ulid() + "!")`,
      outputs: [printed("true 01Jabc!\n")],
    }],
  });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(chanceIn(verdict).slice(0, 1), [
    "cell [1] depends on the time, random numbers",
  ]);
});

/** The warnings but for the one that says of a written bundle that it has no second digests. */
function chanceIn({ warnings }: Verdict): string[] {
  return warnings.filter((text) => !text.includes("second digests"));
}
