import { spanText } from "../../src/base/quantities.ts";
import { assert, assertEquals } from "@std/assert";
import { ago, duration, numberText, sizeText } from "../../src/cli/format.ts";
import { fields, table } from "../../src/cli/table.ts";
import {
  fit,
  pad,
  plainLine,
  printable,
  widthOf,
  wrap,
} from "../../src/cli/text.ts";

Deno.test("texts are measured, shortened and filled by the columns they take", () => {
  assertEquals(["abc", "äöü", "日本", "a\u0301", "🐧"].map(widthOf), [
    3,
    3,
    4,
    1,
    2,
  ]);
  assertEquals(fit("penguins", 8), "penguins");
  assertEquals(fit("penguins", 5), "peng…");
  assertEquals(fit("日本語", 4), "日…");
  assertEquals(pad("日本", 6), "日本  ");
  assertEquals(pad("7", 3, true), "  7");
});

Deno.test("a sentence is broken between words, and nothing of it is lost", () => {
  assertEquals(wrap("Save the notebook: its file", 12), [
    "Save the",
    "notebook:",
    "its file",
  ]);
  assertEquals(wrap("short", 12), ["short"]);
  assertEquals(wrap("", 12), [""]);
  assertEquals(wrap("a unbreakable-word b", 8), [
    "a",
    "unbreakable-word",
    "b",
  ]);
});

Deno.test("a text cannot control the terminal", () => {
  assertEquals(
    printable("a\x1b[31mb\x07\u202ec\td\ne\r"),
    "a\\u001b[31mb\\u0007\\u202ec\td\ne",
  );
  assertEquals(plainLine("one\r\n  two\tthree"), "one two three");
  assertEquals(plainLine("one\u2028two \u2029 three"), "one two three");
});

Deno.test("what nobody sees in a text is made visible, and what belongs to a letter or a sign is not", () => {
  assertEquals(
    printable("a\u200bb\u2060c\u{e0041}d\u{e007f}e\u2028f\ufeffg"),
    "a\\u200bb\\u2060c\\u{e0041}d\\u{e007f}e\\u2028f\\ufeffg",
  );
  for (const text of ["👩‍🔬", "é", "日本", "می‌خواهم", "☂️"]) {
    assertEquals(printable(text), text);
  }
});

Deno.test("a table is aligned and never wider than the terminal", () => {
  const columns = [{ title: "RUN", whole: true }, { title: "NAME" }, {
    title: "loss",
    right: true,
  }];
  const rows = [["3f2a9c01", "quiet-heron-417", "0.5"], [
    "77777777",
    "日本",
    "12.25",
  ]];
  assertEquals(
    table(columns, rows, 80),
    "RUN       NAME              loss\n3f2a9c01  quiet-heron-417    0.5\n77777777  日本             12.25",
  );
  for (const width of [80, 40, 30, 26, 20, 12, 8]) {
    for (const line of table(columns, rows, width).split("\n")) {
      assert(widthOf(line) <= width, `${width}: ${line}`);
    }
  }
  assert(
    table(columns, rows, 26).includes("3f2a9c01"),
    "an id is not shortened",
  );
});

Deno.test("fields are aligned and empty ones left out", () => {
  assertEquals(
    fields([["Run", "a"], ["Note", ""], ["Experiment", "b\nc"]], 80),
    "Run         a\nExperiment  b c",
  );
});

Deno.test("times, sizes and numbers are said in short", () => {
  const now = Date.UTC(2026, 10, 23);
  assertEquals(
    [
      now - 20_000,
      now - 60_000,
      now - 7_200_000,
      now - 172_800_000,
      now - 40 * 86_400_000,
    ].map((t) => ago(t, now)),
    ["just now", "1 minute ago", "2 hours ago", "2 days ago", "1 month ago"],
  );
  assertEquals(
    [0, 999, 1000, 59_990, 60_000, 3_599_999, 3_600_000].map(duration),
    [
      "0 ms",
      "999 ms",
      "1.0 s",
      "59.9 s",
      "1 min 0 s",
      "59 min 59 s",
      "1 h 0 min",
    ],
  );
  assertEquals([0, 999, 1000, 1_234_567, 999_960_000, 5e12].map(sizeText), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 MB",
    "1.0 GB",
    "5.0 TB",
  ]);
  assertEquals(
    [0.1 + 0.2, 1e-12, 123456789, "NaN" as const, null].map(numberText),
    ["0.3", "1e-12", "123456789", "NaN", ""],
  );
});

Deno.test("a duration between times that are none is not said", () => {
  const day = Date.UTC(2026, 0, 1);
  assertEquals(spanText(day, day + 340), "340 ms");
  for (
    const [from, to] of [
      [day, null],
      [null, day],
      [0, 1e300],
      [-1e300, day],
      [day, Infinity],
      [NaN, day],
    ] as const
  ) assertEquals(spanText(from, to), null);
});
