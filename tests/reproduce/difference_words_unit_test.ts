import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { captureEnvironment } from "../../src/base/environment.ts";
import {
  type BundledDataset,
  manifestSchema,
} from "../../src/record/bundle/manifest.ts";
import { lineDigests } from "../../src/record/bundle/line_digests.ts";
import { environmentDigest } from "../../src/record/bundle/second_digests.ts";
import { editedEnvironment } from "../../src/reproduce/edited_environment.ts";
import { finderOfPaths } from "../../src/reproduce/compare/folders.ts";
import { Masks } from "../../src/reproduce/compare/masks.ts";
import {
  compareText,
  compareValue,
} from "../../src/reproduce/compare/values.ts";
import { describeChange } from "../../src/reproduce/data_change.ts";

/** Masks of runs whose inputs are equal or not. */
function maskOf(equalInputs: boolean) {
  const none = finderOfPaths([]);
  const span = { start: 0, end: 1 };
  return new Masks({
    identities: [],
    folders: { recorded: none, reproduced: none },
    equalInputs,
    spans: { recorded: span, reproduced: span },
  }).at({ cell: null, readsClock: false });
}

/** A chart in one line: a clip with a generated id, and a value at its end. */
function chart(id: string, value: number): string {
  const points = Array.from({ length: 200 }, (_, i) => `${i},${i % 7}`);
  return `<svg><clipPath id="clip-${id}"/><g clip-path="url(#clip-${id})"><path d="M${
    points.join("L")
  }"/></g><text>${value}</text></svg>`;
}

for (const equalInputs of [true, false]) {
  Deno.test(`the difference of a long line is shown from where it parts, not from a generated id that differs anyway, where inputs are ${equalInputs ? "" : "not "}equal`, () => {
    const diff = compareText(
      "image/svg+xml",
      [chart("3f9a0c", 8), chart("b71e44", 9)],
      maskOf(equalInputs),
    );
    const [, removed = "", added = ""] = diff?.split("\n") ?? [];
    assert(removed.startsWith("-…") && removed.length < 80, String(diff));
    assertStringIncludes(removed, "<text>8</text>");
    assertStringIncludes(added, "<text>9</text>");
  });
}

Deno.test("where nothing but a generated id of a long line differs, and may be a result, it is shown", () => {
  const diff = compareText(
    "image/svg+xml",
    [chart("3f9a0c", 8), chart("b71e44", 8)],
    maskOf(false),
  );
  assertStringIncludes(diff ?? "", "3f9a0c");
});

Deno.test("of lines that differ the long ones are shown in part, the others whole", async () => {
  const long = "x".repeat(1000);
  const diff = compareText(
    "text/plain",
    [`a\n${long}1\nz`, `b\n${long}2\nz`],
    maskOf(true),
  );
  const part = `…${"x".repeat(40)}`;
  assertEquals(
    diff,
    `@@ -1,3 +1,3 @@\n-a\n-${part}1\n+b\n+${part}2\n z`,
  );
  const value = await compareValue(
    "application/json",
    [{ text: `${long}1` }, { text: `${long}2` }],
    maskOf(true),
  );
  assertEquals(value, `$.text: ${part}1 → ${part}2`);
});

const ENVIRONMENT = manifestSchema.shape.environment.parse({
  ...captureEnvironment(),
  timezone: "Europe/Berlin",
  locale: "de-DE",
  lang: "de_DE.UTF-8",
});

Deno.test("of an environment that was edited afterwards it is said what was changed", () => {
  const digest = environmentDigest(ENVIRONMENT);
  for (
    const [edit, sentence] of [
      [
        { timezone: "Asia/Tokyo" },
        "the recorded time zone was changed afterwards: Europe/Berlin → Asia/Tokyo",
      ],
      [
        { locale: "fr-FR" },
        "the recorded locale was changed afterwards: de-DE → fr-FR",
      ],
      [
        { lang: "fr_FR.UTF-8" },
        "the recorded locale was changed afterwards: de_DE.UTF-8 → fr_FR.UTF-8",
      ],
    ] as const
  ) {
    assertEquals(
      editedEnvironment({ ...ENVIRONMENT, ...edit }, digest),
      sentence,
    );
  }
  const both = editedEnvironment(
    { ...ENVIRONMENT, deno: "2.1.0", timezone: "Asia/Tokyo" },
    digest,
  );
  assertStringIncludes(both, "was changed afterwards: it says Deno 2.1.0 on ");
  assertStringIncludes(both, "time zone Asia/Tokyo, locale de_DE.UTF-8");
});

Deno.test("the lines of a text are named where it changed, and of what has no lines only its size", async () => {
  const gzip = async (text: string) =>
    new Uint8Array(
      await new Response(
        new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
      ).arrayBuffer(),
    );
  const text = (value: string) => new TextEncoder().encode(value);
  const database = (value: string) => text(`SQLite format 3\0\n${value}\n`);
  for (
    const [then, now, expected] of [
      [text("a\nb\n"), text("a\nc\n"), "first differing line 2"],
      [text("é\n\x1b[1mb\n"), text("é\n\x1b[1mc\n"), "first differing line 2"],
      [database("a"), database("bc"), "contents changed, 19 → 20 bytes"],
      [await gzip("a".repeat(99)), await gzip("b"), "contents changed"],
    ] as const
  ) {
    const file = {
      path: "data",
      size: then.length,
      lines: lineDigests(then),
    } as BundledDataset["files"][number];
    const dataset = { rows: null, files: [file] } as unknown as BundledDataset;
    const said = describeChange("data", file, dataset, { bytes: now });
    assertStringIncludes(said, `data: ${expected}`);
  }
});
