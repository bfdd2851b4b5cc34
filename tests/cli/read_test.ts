import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import { compareRuns } from "../../src/record/compare.ts";
import { withStateNotes } from "../../src/record/state_notes.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import { runRecordSchema } from "../../src/record/schema/record.ts";
import { runSummarySchema } from "../../src/record/schema/summary.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { command, nbtrack, nbtrackJson } from "./nbtrack.ts";

const FIRST = "3f2a9c01-0000-4000-8000-000000000000";
const SECOND = "77777777-0000-4000-8000-000000000000";

function filled() {
  const made = emptyJournal();
  addRun(made.journal, {
    run_id: FIRST,
    name: "quiet-heron-417",
    params: { k: "5", split: "0.2" },
    metrics: { accuracy: [0.8, 0.9], loss: [NaN] },
    cells: ["const k = 5;\nload();", "train();"],
    artifacts: { "plot.svg": "<svg/>" },
  });
  addRun(made.journal, {
    run_id: SECOND,
    name: "brisk-auk-100",
    params: { k: "7", split: "0.2" },
    metrics: { accuracy: [0.95] },
    cells: ["const k = 7;\nload();", "train();"],
    tags: { note: "two\nlines \x1b[31mred" },
    end: "FAILED",
  });
  return made;
}

Deno.test("nbtrack runs --json prints summaries, filtered, sorted and limited", async () => {
  using made = filled();
  const schema = z.object({ runs: z.array(runSummarySchema.strict()) })
    .strict();
  const [all, best, few] = await Promise.all([
    nbtrackJson(["runs"], made),
    nbtrackJson([
      "runs",
      "--filter",
      "metrics.accuracy > 0.85 and params.k = '5'",
    ], made),
    nbtrackJson(
      ["runs", "--sort", "metrics.accuracy DESC", "--limit", "1"],
      made,
    ),
  ].map(async (document) => schema.parse(await document).runs));
  assertEquals(all?.map((run) => run.run_id).toSorted(), [FIRST, SECOND]);
  assertEquals(best?.map((run) => run.run_id), [FIRST]);
  assertEquals(best?.[0]?.metrics, { accuracy: 0.9, loss: "NaN" });
  assertEquals(few?.map((run) => run.run_id), [SECOND]);
});

Deno.test("nbtrack runs shows people a table", async () => {
  using made = filled();
  const { code, stdout, stderr } = await nbtrack(
    ["runs", "--sort", "params.k"],
    made,
  );
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.map((line) => line.split(/\s+/)[0]), [
    "RUN",
    "3f2a9c01",
    "77777777",
    "split",
  ]);
  assertEquals(lines.at(-1)?.endsWith(" in all"), true);
  assertStringIncludes(lines[0] ?? "", "accuracy");
  assert(
    !lines[0]?.includes("split"),
    "a param that is the same everywhere needs no column",
  );
});

Deno.test("nbtrack show --json prints the record of a run by id, beginning, name and last", async () => {
  using made = filled();
  const recorded = await new JournalReader(made.journal).get(FIRST);
  const expected = await withStateNotes(recorded, null);
  assert(expected.hidden_state?.length, "its cells read names of other cells");
  const ways = [[FIRST], ["3f2a"], [
    "quiet-heron-417",
    "--experiment",
    "penguins",
  ]];
  const documents = await Promise.all(
    ways.map((way) => nbtrackJson(["show", ...way], made)),
  );
  for (const document of documents) {
    assertEquals(runRecordSchema.strict().parse(document), expected);
  }
});

Deno.test("nbtrack show --metric prints every point, not only the last", async () => {
  using made = filled();
  assertEquals(
    await nbtrackJson(["show", "3f2a", "--metric", "accuracy"], made),
    {
      key: "accuracy",
      points: [
        { step: 0, timestamp: 1_700_000_000_000, value: 0.8 },
        { step: 1, timestamp: 1_700_000_000_001, value: 0.9 },
      ],
    },
  );
  const nan = await nbtrackJson(["show", "3f2a", "--metric", "loss"], made) as {
    points: { value: unknown }[];
  };
  assertEquals(nan.points[0]?.value, "NaN");
});

Deno.test("nbtrack show --artifact prints the artifact as it is, writes it, or gives it as JSON", async () => {
  using made = filled();
  const plain = await nbtrack(["show", "3f2a", "--artifact", "plot.svg"], made);
  assertEquals([plain.code, plain.stdout], [0, "<svg/>"]);
  const written = await nbtrack([
    "show",
    "3f2a",
    "--artifact",
    "plot.svg",
    "--output",
    "here.svg",
  ], made);
  assertEquals([written.code, written.stdout], [0, ""]);
  assertEquals(await Deno.readTextFile(`${made.home}/here.svg`), "<svg/>");
  assertEquals(
    await nbtrackJson(["show", "3f2a", "--artifact", "plot.svg"], made),
    {
      path: "plot.svg",
      size: 6,
      encoding: "utf-8",
      content: "<svg/>",
    },
  );
});

Deno.test("nbtrack show shows people all parts, and nothing in a run controls their terminal", async () => {
  using made = filled();
  const { stdout } = await nbtrack(["show", SECOND], made);
  for (
    const part of [
      "brisk-auk-100",
      "FAILED",
      "Params",
      "Metrics",
      "Cells (2)",
      "Missing",
      "packages",
    ]
  ) {
    assertStringIncludes(stdout, part);
  }
  assertStringIncludes(stdout, "two lines \\u001b[31mred");
  assert(!stdout.includes("\x1b"));
});

Deno.test("nbtrack compare --json prints what differs, and all with --all", async () => {
  using made = filled();
  const reader = new JournalReader(made.journal);
  const records = [await reader.get(FIRST), await reader.get(SECOND)];
  assertEquals(
    await nbtrackJson(["compare", "3f2a", "7777"], made),
    compareRuns(records),
  );
  assertEquals(
    await nbtrackJson(["compare", "3f2a", "7777", "--all"], made),
    compareRuns(records, { all: true }),
  );
  const { stdout } = await nbtrack(["compare", "3f2a", "7777"], made);
  assertStringIncludes(stdout, "-const k = 5;");
  assertStringIncludes(stdout, "+const k = 7;");
  const same = await nbtrack(["compare", "3f2a", "3f2a"], made);
  assertStringIncludes(same.stdout, "Nothing differs.");
});

Deno.test("output that nobody reads to its end is no error", async () => {
  using made = emptyJournal();
  addRun(made.journal, {
    run_id: FIRST,
    metrics: { loss: Array.from({ length: 50_000 }, (_, i) => i) },
  });
  const child = command(["show", FIRST, "--metric", "loss", "--json"], made)
    .spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [status, stderr] = await Promise.all([
    child.status,
    new Response(child.stderr).text(),
  ]);
  assertEquals([status.code, stderr], [0, ""]);
});
