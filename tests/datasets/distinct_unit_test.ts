import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  DistinctCounter,
  EXACT_DISTINCT,
  exactDistinct,
  hashNumber,
  hashText,
} from "../../src/datasets/distinct.ts";

function counted(hashes: Iterable<number>): DistinctCounter {
  const counter = new DistinctCounter(() => EXACT_DISTINCT);
  for (const hash of hashes) counter.add(hash);
  return counter;
}

Deno.test("distinct values are counted exactly up to the bound, repeated or not", () => {
  const numbers = Array.from(
    { length: EXACT_DISTINCT },
    (_, i) => hashNumber(i),
  );
  const counter = counted([...numbers, ...numbers]);
  assert(counter.exact);
  assertEquals(counter.count, EXACT_DISTINCT);
});

Deno.test("beyond the bound distinct values are estimated within a few percent", () => {
  const many = 300_000;
  const kinds = [
    (i: number) => hashNumber(i),
    (i: number) => hashNumber(i / 1000),
    (i: number) => hashNumber(-i * 1e9),
    (i: number) => hashText(`user-${i}`),
    (i: number) => hashText(String(i)),
  ];
  for (const hash of kinds) {
    const counter = counted(Array.from({ length: many }, (_, i) => hash(i)));
    assert(!counter.exact);
    assertAlmostEquals(counter.count / many, 1, 0.05);
  }
});

Deno.test("wide tables share the memory for distinct values", () => {
  assertEquals(exactDistinct(1), EXACT_DISTINCT);
  assertEquals(exactDistinct(1000), 1000);
  assertEquals(exactDistinct(1_000_000), 256);
});

Deno.test("zero and minus zero are one value, and texts of other order are two", () => {
  assertEquals(hashNumber(0), hashNumber(-0));
  assert(hashText("ab") !== hashText("ba"));
});
