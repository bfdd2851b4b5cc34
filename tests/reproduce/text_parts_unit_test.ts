import { assertEquals } from "@std/assert";
import { partsChanged } from "../../src/reproduce/text_parts.ts";

const CASES: readonly [
  about: string,
  steady: string[],
  changed: string[],
  found: boolean | null,
][] = [
  ["chance alone", ["a 0.1", "a 0.25"], ["a 0.75"], false],
  ["a part beside chance", ["cat 0.1", "cat 0.25"], ["dog 0.75"], true],
  [
    "a time beside one of the clock",
    [
      "took 12.25 ms for 5 ms",
      "took 9 ms for 5 ms",
    ],
    ["took 8.5 ms for 7 ms"],
    true,
  ],
  ["a time of the clock alone", ["12.25 ms, 5 ms", "9 ms, 5 ms"], [
    "8 ms, 5 ms",
  ], false],
  [
    "a date beside one of the clock",
    [
      "2026-11-28T08:57:43.502Z 2020-01-01",
      "2026-11-28T08:59:43Z 2020-01-01",
    ],
    ["2026-11-28T09:57:43.5Z 2020-01-02"],
    true,
  ],
  ["a number that came out the same by chance", ["a 3", "a 3", "a 4"], [
    "a 5",
    "a 6",
  ], false],
  ["what cannot be laid side by side", ["a b", "a b c"], ["a d"], null],
  ["a text of another length, where it is steady", ["a b", "a b"], [
    "a b c",
    "a b c",
  ], true],
];

for (const [about, steady, changed, found] of CASES) {
  Deno.test(`parts of a text that changed: ${about}`, () => {
    assertEquals(partsChanged(steady, changed), found);
  });
}
