import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RUN_CARD } from "../../src/base/media_types.ts";
import { bucketsOf } from "../../src/view/charts.ts";
import { reportHtml } from "../../src/view/report.ts";
import { recordOf } from "../../src/record/journal_record.ts";
import { refreshedCard } from "../../src/view/refreshed_card.ts";
import { chartBundle } from "../../src/view/chart_view.ts";
import { cardBundle, runCard } from "../../src/view/run_card.ts";
import { compareInCell, runsInCell } from "../../src/view/runs_in_cell.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { assertSnapshot } from "../snapshot.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const HOSTILE =
  `"><script>alert(1)</script>'<img src=x onerror=alert(1)>|\n# *x* \u0000`;

/** Ids and times are other ones each time. */
function stable(text: string, run_id: string): string {
  return text.replaceAll(run_id.slice(0, 8), "RUN")
    .replaceAll(/after [\d.]+ m?s/g, "after N s")
    .replaceAll(/as of \d\d:\d\d:\d\d/g, "as of TIME");
}

/** A run with something of everything, and one before it. */
function fullRun(journal: ReturnType<typeof emptyJournal>["journal"]) {
  addRun(journal, {
    experiment: "penguins",
    name: "old-heron",
    params: { k: "3", lr: "0.01" },
    metrics: { loss: [4, 2] },
    end: "FINISHED",
  });
  const id = addRun(journal, {
    experiment: "penguins",
    name: "quiet-otter",
    seed: 7,
    params: { lr: "0.01", k: "5" },
    metrics: { loss: [3, 1, 0.5, 0.25, 0.3], plain: [1], acc: [NaN, 0.5] },
    cells: ["1", "2"],
    documents: {
      packages: [{ name: "d3-array" }],
      git: { commit: "0123456789abcdef", dirty: true },
      changed: [
        { dimension: "params", what: "k: 3 → 5" },
        { dimension: "code", what: "cell 4 changed" },
        { dimension: "packages", what: "d3-array 3.2.3 → 3.2.4" },
      ],
    },
    end: "FINISHED",
  });
  journal.entries.setMissing(id, "git", "the folder is no repository");
  return { id, name: "quiet-otter", experiment: "penguins" };
}

Deno.test("a card says state, params, metrics with curves, what was captured, missing and changed, and the next command", async () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const run = fullRun(journal);
  const card = runCard(journal, { ...run, status: "FINISHED" });
  for (
    const [name, text] of [
      ["card-html", card.html.replaceAll("><", ">\n<")],
      ["card-markdown", card.markdown],
      ["card-text", card.text],
    ] as const
  ) await assertSnapshot(SNAPSHOTS, name, stable(text, run.id));
  const open = runCard(journal, { ...run, status: "RUNNING" }, { live: true });
  assertStringIncludes(open.text, "RUNNING as of ");
  assertStringIncludes(open.html, "RUNNING</span>");
  await assertSnapshot(
    SNAPSHOTS,
    "card-running",
    stable(open.html.replaceAll("><", ">\n<"), run.id),
  );
});

Deno.test("data that was not found is not captured", () => {
  using opened = emptyJournal();
  const captured = (datasets: Record<string, unknown>) => {
    const id = addRun(opened.journal, { cells: ["1"], datasets });
    const run = { id, name: "r", experiment: "e", status: "FINISHED" as const };
    const { text } = runCard(opened.journal, run);
    return /captured (.*)/.exec(text)?.[1]?.trim();
  };
  const found = { rows: 3 };
  assertEquals(captured({ missing: null }), "1 cell");
  assertEquals(
    captured({ missing: null, there: found }),
    "1 cell, dataset there (3 rows)",
  );
  assertEquals(captured({ there: found, too: found }), "1 cell, 2 datasets");
});

Deno.test("names, keys and values of a run are escaped on its card, in HTML and in Markdown", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const id = addRun(journal, {
    experiment: HOSTILE,
    name: HOSTILE,
    params: { [HOSTILE]: HOSTILE },
    metrics: { [HOSTILE]: [1, 2] },
    documents: {
      changed: [{ dimension: "code", what: HOSTILE }],
      git: { commit: HOSTILE, dirty: true },
    },
    end: "FAILED",
  });
  journal.entries.setMissing(id, HOSTILE, HOSTILE);
  journal.deliveries.set(id, {
    state: "delivered",
    url: `javascript:alert(1)//${HOSTILE}`,
    error: HOSTILE,
  });
  const { html, markdown } = runCard(journal, {
    id,
    name: HOSTILE,
    experiment: HOSTILE,
    status: "FAILED",
  });
  assert(!/<script|<img|href="javascript/i.test(html), html);
  assert(!html.includes("\u0000"), html);
  assert(!/^\s*#|^[^`]*<(?!https)/m.test(markdown.split("\n")[0] ?? ""));
  for (const line of markdown.split("\n")) {
    const outside = line.replaceAll(/(`+)[\s\S]*?\1/g, "");
    assert(!/[<>]/.test(outside), line);
  }
});

Deno.test("what turns the direction of a text is made visible on a card, in tables, on a chart and in a report, as in a terminal", async () => {
  using opened = emptyJournal();
  const { journal, home } = opened;
  const turned = "good\u202ednim reve\u2066n";
  const ids = [1, 2].map((n) =>
    addRun(journal, {
      experiment: turned,
      name: `${turned}${n}`,
      params: { [turned]: `${turned}${n}` },
      metrics: { [turned]: [1, n] },
      end: "FAILED",
    })
  );
  journal.entries.setMissing(ids[0] ?? "", turned, turned);
  const { html, markdown, text } = runCard(journal, {
    id: ids[0] ?? "",
    name: turned,
    experiment: turned,
    status: "FAILED",
  });
  const shown = [html, markdown, text];
  for (
    const value of [
      await runsInCell(turned, { home }),
      await compareInCell(ids, { home }),
    ]
  ) {
    const bundle = await (value as unknown as Record<
      symbol,
      () => Promise<Record<string, string>>
    >)[Symbol.for("Jupyter.display")]?.() ?? {};
    for (const type of ["html", "markdown", "plain"]) {
      shown.push(bundle[`text/${type}`] ?? "");
    }
  }
  const chart = chartBundle({
    run_id: ids[0] ?? "",
    keys: [turned],
    series: [],
    options: {},
    caption: "FAILED",
    display_id: "chart",
  });
  shown.push(String(chart["text/markdown"]), String(chart["text/plain"]));
  const row = journal.runs.get(ids[0] ?? "");
  assert(row !== undefined);
  const report = reportHtml(recordOf(journal, row), new Map());
  shown.push(report.replaceAll(/ data-metric="[^"]*"/g, ""));
  for (const one of shown) {
    assert(!/[\u202e\u2066]/.test(one), one);
    assertStringIncludes(one, "good\\u202ednim reve\\u2066n");
  }
});

Deno.test("a card stays below 10 KB however much a run has, and says how much more there is", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const many = (n: number) =>
    Array.from({ length: n }, (_, i) => `${HOSTILE.repeat(3)} ${i}`);
  const id = addRun(journal, {
    experiment: HOSTILE.repeat(8),
    name: HOSTILE.repeat(8),
    params: Object.fromEntries(many(300).map((key) => [key, key.repeat(9)])),
    metrics: Object.fromEntries(many(1500).map((key) => [key, [1, 2, 3]])),
    documents: {
      changed: many(200).map((what) => ({ dimension: "code", what })),
    },
    end: "KILLED",
  });
  for (const text of many(100)) journal.entries.setMissing(id, text, text);
  journal.deliveries.set(id, { error: HOSTILE.repeat(500) });
  const card = runCard(journal, {
    id,
    name: HOSTILE.repeat(8),
    experiment: HOSTILE.repeat(8),
    status: "KILLED",
  });
  const { length } = new TextEncoder().encode(card.html);
  assert(length <= 10_000, `${length} bytes`);
  assertStringIncludes(card.text, "more");
  assert(card.text.length < 20_000, `${card.text.length} characters`);
});

Deno.test("a run without a journal, and one with nothing in it, have a card", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const id = addRun(journal, { end: null });
  const run = { id, name: "n", experiment: "e", status: "RUNNING" } as const;
  assertStringIncludes(runCard(null, run).text, "e: run n");
  const card = runCard(journal, run, { problems: ["Nothing is stored."] });
  assertStringIncludes(card.text, "missing   Nothing is stored.");
  assertEquals(card.text.includes("metric"), false);
});

Deno.test("a live card takes the courses that the process has, and says the same as one read from the journal", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const run = { ...fullRun(journal), status: "RUNNING" as const };
  const points = (values: number[]) =>
    bucketsOf(values.map((value, step) => ({ step, value })));
  const series = new Map([
    ["loss", points([3, 1, 0.5, 0.25, 0.3])],
    ["plain", points([1])],
    ["acc", points([NaN, 0.5])],
  ]);
  const read = runCard(journal, run, { now: 0 });
  const live = runCard(journal, run, { now: 0, series });
  assertEquals(live, read);
  assertEquals(
    runCard(journal, run, { now: 1000, series }).state,
    live.state,
    "another time of day is no other state",
  );
});

Deno.test("a card left behind by a run that has ended since is refreshed, and stays one that programs read", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const run = fullRun(journal);
  const before = runCard(journal, { ...run, status: "RUNNING" });
  const output = {
    output_type: "display_data" as const,
    data: cardBundle(before, "display-1"),
    metadata: {},
  };
  const after = refreshedCard(journal, output);
  const data = after?.data as Record<string, unknown>;
  assertEquals(
    (data[RUN_CARD] as Record<string, unknown>)["status"],
    "FINISHED",
  );
  assertEquals(
    (data[RUN_CARD] as Record<string, unknown>)["display_id"],
    "display-1",
  );
  for (const type of ["text/html", "text/markdown", "text/plain"]) {
    assertStringIncludes(String(data[type]), "FINISHED");
  }
});

Deno.test("a card that was shown at a run's end is refreshed once its record is complete, and no more after that", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const run = { ...fullRun(journal), status: "FINISHED" as const };
  const shownAt = (now: number) => ({
    output_type: "display_data" as const,
    data: cardBundle(runCard(journal, run, { now }), "display-1"),
    metadata: {},
  });
  journal.runs.setFinalised(run.id, 5000);
  assertEquals(refreshedCard(journal, shownAt(5000)), null);
  assertStringIncludes(
    JSON.stringify(refreshedCard(journal, shownAt(4999))),
    "1 package",
  );
});

Deno.test("a card says of several cells that failed the first with its error, how many more, and which", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const failing = (
    cells: readonly string[],
    failed: readonly number[],
    reason = "at 1",
  ) => {
    const id = addRun(journal, { cells, end: null });
    journal.runs.end(id, "FAILED", { reason });
    const session_id = journal.runs.get(id)?.session_id ?? "";
    for (const [i, cell] of journal.executions.list(session_id).entries()) {
      journal.executions.put({
        ...cell,
        status: failed.includes(i) ? "error" : "ok",
        end_time: Date.now() + 1000,
      });
      if (!failed.includes(i)) continue;
      journal.executions.putOutputs(session_id, cell.position, [
        JSON.stringify({
          output_type: "error",
          ename: "RangeError",
          evalue: `at ${i}`,
          traceback: [],
        }),
      ]);
    }
    const run = { id, name: "run", experiment: "penguins" };
    return runCard(journal, { ...run, status: "FAILED" });
  };
  const three = failing(["a", "b", "c", "d"], [1, 2, 3]);
  const said = "cell [2]: RangeError: at 1; 2 more failed: [3], [4]";
  assertStringIncludes(three.text, said);
  assertStringIncludes(three.html, `failed in ${said}`);
  assertEquals(three.html.split("at 1").length, 2, "it is said once");
  assertEquals(three.text.split("at 1").length, 2, "it is said once");
  assertStringIncludes(failing(["a"], [0], "told so").html, "told so");
  const many = failing([..."abcdefgh"], [0, 1, 2, 3, 4, 5, 6, 7]);
  assertStringIncludes(
    many.text,
    "; 7 more failed: [2], [3], [4], [5], [6], …",
  );
  assertEquals(failing(["a", "b"], [1]).text.includes("more failed"), false);
});
