import { assertEquals } from "@std/assert";
import { printed, reproduceWritten } from "../safety/bundles.ts";

Deno.test("a time zone and a locale that are as here are set by the variables by which they are so here, in the sandbox too", async () => {
  const shown = ["TZ", "LC_ALL"].map((name) => Deno.env.get(name) ?? "none");
  const bundle = {
    cells: [{
      source:
        `console.log(["TZ", "LC_ALL"].map((name) => Deno.env.get(name) ?? "none").join());`,
      outputs: [printed(`${shown.join()}\n`)],
    }, {
      source: "console.log(new Date(2024, 6, 1).toISOString());",
      outputs: [printed(`${new Date(2024, 6, 1).toISOString()}\n`)],
    }],
  };
  for (const options of [{}, { sandbox: false, trust: true }]) {
    const { verdict } = await reproduceWritten(bundle, options);
    assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  }
});
