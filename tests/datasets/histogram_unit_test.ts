/** How a column's numbers are spread. */
import { assert, assertEquals } from "@std/assert";
import {
  type Histogram,
  HistogramCounter,
  mergedHistogram,
} from "../../src/datasets/histogram.ts";
import { fingerprintMemory, withoutValues } from "../../src/datasets/memory.ts";

function spread(values: Iterable<number>): Histogram | null {
  const counter = new HistogramCounter();
  for (const value of values) counter.add(value);
  return counter.result();
}

/** Numbers that look like chance and are the same each time. */
function numbers(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = state * 48271 % 2147483647;
    return (state / 2147483647) ** 2 * 100 - 20;
  });
}

Deno.test("numbers are counted in ranges of one width that hold all of them", () => {
  assertEquals(spread([-3, -2.5, 8, 8]), {
    from: -3,
    width: 0.5,
    counts: [1, 1, ...Array(20).fill(0), 2],
  });
  assertEquals(spread([5, 5, 5]), { from: 5, width: 0, counts: [3] });
  assertEquals(spread([]), null);
  assertEquals(spread([NaN, Infinity, -Infinity]), null);
});

Deno.test("neither the order of numbers nor how they are split changes how they are spread", () => {
  const all = numbers(3000);
  const whole = spread(all);
  assertEquals(spread(all.toReversed()), whole);
  assertEquals(spread(all.toSorted()), whole);
  assertEquals(
    mergedHistogram([
      spread(all.slice(0, 10)),
      spread(all.slice(10, 11)),
      spread(all.slice(11, 2000)),
      spread(all.slice(2000)),
    ]),
    whole,
  );
  assertEquals(whole?.counts.reduce((sum, n) => sum + n), 3000);
  assert((whole?.counts.length ?? 0) <= 24);
});

Deno.test("the smallest and the largest numbers there are have a range", () => {
  for (
    const values of [
      [1e308, -1e308, 0],
      [Number.MAX_VALUE, -Number.MAX_VALUE],
      [5e-324, 0],
      [1e15, 1e15 + 1],
      [0, -0, 1e-300],
    ]
  ) {
    const found = spread(values);
    assertEquals(
      found?.counts.reduce((sum, n) => sum + n),
      values.length,
      String(values),
    );
    assert(
      found !== null && found !== undefined && Number.isFinite(found.from) &&
        Number.isFinite(found.width),
    );
  }
});

Deno.test("what is known of some parts alone is not shown of the whole", () => {
  assertEquals(mergedHistogram([spread([1, 2]), undefined]), null);
  assertEquals(mergedHistogram([]), null);
});

Deno.test("data that must not travel says nothing of how its numbers are spread", () => {
  const found = fingerprintMemory([{ mass: 3750, name: "a" }, {
    mass: 5000,
    name: "b",
  }]);
  assertEquals(found.profile?.map(({ histogram }) => histogram?.counts), [
    [1, ...Array(19).fill(0), 1],
    undefined,
  ]);
  assert(!JSON.stringify(withoutValues(found)).includes("histogram"));
});
