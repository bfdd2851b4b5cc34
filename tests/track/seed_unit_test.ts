import { assert, assertEquals } from "@std/assert";
import { seedMathRandom } from "../../src/track/seed.ts";

const DRAWS = 1000;

/** The first two values for each of many neighbouring seeds. */
function firstValues(): [first: number[], second: number[]] {
  const random = Math.random;
  try {
    const pairs = Array.from({ length: DRAWS }, (_, seed) => {
      seedMathRandom(seed);
      return [Math.random(), Math.random()] as const;
    });
    return [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  } finally {
    Math.random = random;
  }
}

Deno.test("Math.random repeats for a seed", () => {
  assertEquals(firstValues(), firstValues());
});

Deno.test("the first values of neighbouring seeds are spread like any others", () => {
  for (const values of firstValues()) {
    const tenths = new Set(values.map((value) => Math.floor(value * 10)));
    assertEquals(tenths.size, 10);
    const mean = values.reduce((sum, value) => sum + value) / DRAWS;
    assert(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
    const rising = values.filter((value, i) => value > (values[i - 1] ?? 0));
    assert(Math.abs(rising.length / DRAWS - 0.5) < 0.1, `${rising.length}`);
  }
});
