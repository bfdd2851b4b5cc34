/** Texts, numbers and times as people read them. */
import { csvChunks } from "../../src/web/parts/answers.ts";
import { csvField } from "../../src/base/csv.ts";
import { assertEquals } from "@std/assert";
import { dateTimeText } from "../../src/base/clock_text.ts";
import { inColumns, oneLine, shortened } from "../../src/base/markup.ts";
import { numberText } from "../../src/base/numbers.ts";

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

Deno.test("columns stand below each other", () => {
  assertEquals(inColumns([["k", "value"], ["long", "1"], ["🦊", ""]]), [
    "k     value",
    "long  1",
    "🦊",
  ]);
});

Deno.test("values have at most six digits, whole numbers all of theirs, and zero its sign", () => {
  assertEquals(
    [0.1 + 0.2, 1e-12, 1234567890123, 2 ** 60, -0, "NaN" as const, null].map(
      numberText,
    ),
    ["0.3", "1e-12", "1234567890123", "1152920000000000000", "-0", "NaN", ""],
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
