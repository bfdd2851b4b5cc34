import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { isTrackOptionsError } from "../../src/track/errors.ts";
import { progress } from "../../src/track/progress.ts";

Deno.test("progress() goes through whatever can be gone through, a text by its characters and a number as often as asked", () => {
  assertEquals([...progress("hé😀", { quiet: true })], ["h", "é", "😀"]);
  assertEquals([...progress("", { quiet: true })], []);
  assertEquals([...progress(new Set([1, 2]), { quiet: true })], [1, 2]);
  assertEquals([...progress(0, { quiet: true })], []);
  const twice = progress(3, { quiet: true });
  assertEquals([...twice, ...twice], [0, 1, 2, 0, 1, 2]);
});

Deno.test("progress() refuses what it cannot go through, and options that it does not know or understand", () => {
  for (
    const [items, options, says] of [
      [-3, {}, "a whole number from 0 on; it was given -3"],
      [NaN, {}, "it was given NaN"],
      [2.5, {}, "it was given 2.5"],
      [Infinity, {}, "it was given Infinity"],
      [null, {}, "it was given null"],
      [{}, {}, "it was given a value of type object"],
      [10n, {}, "it was given 10"],
      [3, { total: -1 }, '"total": it takes a whole number from 0 on'],
      [3, { total: NaN }, '"total": it takes a whole number from 0 on'],
      [3, { nam: "x" }, 'Did you mean "name"?'],
      [3, { name: 5 }, '"name": it takes a text, and was given 5'],
      [3, { quiet: "no" }, '"quiet": it takes true or false'],
      [3, null, "it was given null"],
    ] as const
  ) {
    const error = assertThrows(
      () => progress(items as number, options as { total?: number }),
      Error,
    );
    assert(isTrackOptionsError(error), says);
    assertStringIncludes(error.message, says);
    assert(!error.stack?.includes("/src/"), error.stack);
  }
  const later = progress((async function* () {})(), { quiet: true });
  const error = assertThrows(() => [...later], Error);
  assert(isTrackOptionsError(error));
  assertStringIncludes(error.hint, "for await");
});
