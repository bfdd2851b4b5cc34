import { assertEquals } from "@std/assert";
import { goalOfTag, sweepTag } from "../../src/record/sweep/sweep_tag.ts";

Deno.test("the tag of a sweep counts its runs in plain words, and says its goal to whoever reads it", () => {
  const goal = { metric: "loss, of 2 runs", direction: "min" } as const;
  assertEquals(sweepTag(1, null), "1 run");
  assertEquals(sweepTag(1200, null), "1200 runs");
  assertEquals(sweepTag(1, goal), "1 run, min loss, of 2 runs");
  for (const runs of [1, 2, 1200]) {
    assertEquals(goalOfTag(sweepTag(runs, goal)), goal);
  }
  assertEquals(goalOfTag("1 runs, min loss, of 2 runs"), goal);
  assertEquals(goalOfTag(sweepTag(2, null)), null);
});
