/** Texts, numbers and times as people read them. */
import { csvChunks } from "../../src/web/parts/answers.ts";
import { csvField } from "../../src/base/csv.ts";
import { assertEquals } from "@std/assert";
import { dateTimeText } from "../../src/base/clock_text.ts";
import {
  inColumns,
  nameText,
  oneLine,
  shortened,
} from "../../src/base/markup.ts";
import { numberText, spreadText } from "../../src/base/numbers.ts";

Deno.test("a text is shortened by whole characters, however many units each has", () => {
  assertEquals(shortened("abc", 3), "abc");
  assertEquals(shortened("abcd", 3), "ab…");
  assertEquals(shortened("🦊".repeat(3), 3), "🦊🦊🦊");
  assertEquals(shortened("🦊".repeat(4), 3), "🦊🦊…");
  assertEquals(shortened("🦊".repeat(9) + "ab", 3), "🦊🦊…");
});

Deno.test("a text in one line has no line breaks and nothing that controls a terminal", () => {
  assertEquals(oneLine("a\n\tb\u001b[31mc"), "a b\ufffd[31mc");
});

Deno.test("a name of which nothing is seen is shown by the numbers of its characters, any other as it is", () => {
  assertEquals(
    ["\u200b\u200b", " ", "\u3164", "\u{e0041}", "\u202e", ""].map(nameText),
    [
      "\\u{200b}\\u{200b}",
      "\\u{20}",
      "\\u{3164}",
      "\\u{e0041}",
      "\\u{202e}",
      "",
    ],
  );
  for (const name of ["a", "zero\u200bwidth", "הריצה", "👩‍🔬", "́e", "."]) {
    assertEquals(nameText(name), name);
  }
});

Deno.test("columns stand below each other", () => {
  assertEquals(inColumns([["k", "value"], ["long", "1"], ["🦊", ""]]), [
    "k     value",
    "long  1",
    "🦊",
  ]);
});

Deno.test("values have at most six digits, and no zeros where digits were left out; whole numbers have all of theirs, and zero its sign", () => {
  assertEquals(
    [0.1 + 0.2, 1e-12, 1234567890123, 2 ** 60, -0, "NaN" as const, null].map(
      numberText,
    ),
    ["0.3", "1e-12", "1234567890123", "1.15292e+18", "-0", "NaN", ""],
  );
  assertEquals(
    [63544123456.78, -2.5e9 - 0.1, 1e300, 999999.5, 123456.7].map(numberText),
    ["6.35441e+10", "-2.5e+9", "1e+300", "1e+6", "123457"],
  );
});

Deno.test("a mean and its deviation have the digits that mean something, and no zeros where others were left out", () => {
  assertEquals(
    [
      spreadText(0.867, 0.003),
      spreadText(12345.6, 230.1),
      spreadText(7060123456.7, 21180000000.1),
      spreadText(3e9, null),
      spreadText(5, 0),
    ],
    [
      "0.8670 ± 0.0030",
      "12350 ± 230.1",
      "7.06e+9 ± 2.118e+10",
      "3e+9",
      "5 ± 0",
    ],
  );
});

Deno.test("a time is written with two digits for each part", () => {
  assertEquals(
    dateTimeText(new Date(2026, 0, 2, 3, 4, 5).getTime()),
    "2026-01-02 03:04:05",
  );
});

Deno.test("a field of CSV is quoted where a reader would take it for another one", () => {
  assertEquals(
    ["a", 'a "b"', "a,b", "a\r\nb", " a", "", null, -0, NaN, 1e21].map(
      csvField,
    ),
    [
      "a",
      '"a ""b"""',
      '"a,b"',
      '"a\r\nb"',
      '" a"',
      '""',
      "",
      "-0",
      "NaN",
      "1e+21",
    ],
  );
});

Deno.test("points that a page gives as CSV keep the sign of zero, and what has no step has none", () => {
  const points = [
    { step: 1, timestamp: 2, value: -0 },
    { step: null, timestamp: null, value: "NaN" as const },
    { step: 3, timestamp: 4, value: null },
  ];
  assertEquals(
    [...csvChunks([{ run_id: "r", points }])].join(""),
    "step,timestamp,value\n1,2,-0\n,,NaN\n3,4,\n",
  );
});
