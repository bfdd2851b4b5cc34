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
  [
    "beside a UUID that looks like a number with an exponent",
    [
      "3f1c9a52-7d1e-4b6a-9c0d-2e8f7a6b5c4d 1",
      "3f1c9a52-731e-4620-9c0d-2e8f7a6b5c4d 1",
    ],
    ["12345678-9abc-4def-8123-456789abcdef 2"],
    true,
  ],
  ["a sign that chance decides", ["-0.1", "0.25", "-2e-7"], ["0.5"], false],
  [
    "a part beside a sign that chance decides",
    ["loss: -0.1, rows: 5", "loss: 0.25, rows: 5"],
    ["loss: 0.5, rows: 6", "loss: -0.75, rows: 6"],
    true,
  ],
  [
    "a part beside a coloured sign that chance decides",
    ["\x1b[33m-0.1\x1b[39m 5", "\x1b[33m0.25\x1b[39m 5"],
    ["\x1b[33m0.5\x1b[39m 6"],
    true,
  ],
  [
    "a part beside Base64",
    ["q+8/Zm== 1", "abcdefgh 1"],
    ["x/9+2abc 2"],
    true,
  ],
  [
    "a member beside Base64",
    ['{"id":"q+8/Zm==","n":1}', '{"id":"abcdefgh","n":1}'],
    ['{"id":"x/9+2abc","n":2}'],
    true,
  ],
  [
    "Base64 that may have changed inside",
    ["q+8/Zm== 1", "abcdefgh 1"],
    ["x/9+2abc 1"],
    null,
  ],
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
