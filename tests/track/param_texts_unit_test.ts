import { assertEquals, assertThrows } from "@std/assert";
import { paramText } from "../../src/track/params.ts";
import type { ParamValue } from "../../src/track/types.ts";

/** A text of a value as a cell may give it, whatever its type. */
function text(value: unknown): string {
  return paramText(value as ParamValue);
}

Deno.test("what JSON has no form for is written as what it holds, wherever it lies", () => {
  assertEquals(text(new Set(["a", "b"])), '["a","b"]');
  assertEquals(text(new Map([["a", 0.5], ["b", NaN]])), '{"a":0.5,"b":"NaN"}');
  assertEquals(text(new Map([[1, "one"]])), '[[1,"one"]]');
  assertEquals(
    text({ cut: [0.5, NaN, -Infinity, -0], deep: { of: new Set([1n]) } }),
    '{"cut":[0.5,"NaN","-Infinity",-0.0],"deep":{"of":["1"]}}',
  );
  assertEquals(text(Float32Array.of(1, 0.5)), "[1,0.5]");
  assertEquals(text(/a+/gi), '"/a+/gi"');
  assertEquals(text(new RangeError("too far")), '"RangeError: too far"');
  assertEquals(
    text({ when: new Date(0) }),
    '{"when":"1970-01-01T00:00:00.000Z"}',
  );
  assertEquals(text({}), "{}");
  assertEquals(text([]), "[]");
});

Deno.test("of a value that hides all it holds nothing is written", () => {
  class Hidden {
    readonly #weight = 2;
    get half(): number {
      return this.#weight / 2;
    }
  }
  assertEquals(new Hidden().half, 1);
  assertThrows(() => text(new Hidden()), TypeError, "Nothing of a Hidden");
  assertThrows(() => text({ a: [Promise.resolve(1)] }), TypeError, "await it");
});
