/** The cells of a run's page: what their flags say, their sources against others, the slice behind a metric. */
import { notebookJson } from "../notebook_file.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { JournalSource } from "../../src/web/journal_source.ts";
import { writeSite } from "../../src/web/site.ts";
import { addRun, emptyJournal } from "../record/filled.ts";
import { attributes, decoded, pagesOf } from "./support.ts";

const SECRET = ["glpat", crypto.randomUUID().replaceAll("-", "")].join("-");

/** Gives executions the ids of cells, flags, and times. */
function setCells(
  journal: Journal,
  run_id: string,
  cells: readonly { id: string; flags?: string[]; times?: [number, number] }[],
): void {
  const session_id = journal.runs.get(run_id)?.session_id ?? "";
  for (const [i, execution] of journal.executions.list(session_id).entries()) {
    const { id, flags = [], times } = cells[i] ?? { id: "" };
    journal.executions.put({
      ...execution,
      cell_id: id,
      flags: flags as typeof execution.flags,
      ...times === undefined
        ? {}
        : { start_time: times[0], end_time: times[1] },
    });
  }
}

function cellOf(html: string, index: number): string {
  return new RegExp(
    `<section class="cell"[^>]*data-cell="${index}"[^]*?</section>`,
  )
    .exec(html)?.[0] ?? "";
}

/** A run of a saved notebook: the second cell was executed after the third, and edited since. */
function savedRun(home: string, journal: Journal) {
  const run_id = addRun(journal, {
    cwd: home,
    cells: ["const k = 3;", "show(k);", "const rows = load(k);"],
  });
  setCells(journal, run_id, [
    { id: "a" },
    { id: "c" },
    { id: "b", flags: ["out-of-order", "edited"] },
  ]);
  const saved = notebookJson([
    { id: "a", source: "const k = 3;" },
    { id: "b", source: "const rows = load(k + 1);" },
    { id: "c", source: "show(k);" },
  ]);
  journal.entries.setDocument(run_id, "notebook_file", saved);
  journal.entries.setDocument(
    run_id,
    "hidden_state",
    JSON.stringify([{
      cell: 1,
      flag: "stale",
      names: ["k"],
      by: 2,
      what: "cell [2] used k, which cell [3] changed afterwards",
    }, {
      cell: 0,
      flag: "deleted",
      names: ["k"],
      by: 1,
      what:
        "cell [1], which defined k, is gone from the notebook; cell [2] uses it",
    }]),
  );
  return run_id;
}

Deno.test("beside a cell stands what is stale, out of order or gone, as a sentence with a link to the other cell", async () => {
  using made = emptyJournal();
  const id = savedRun(made.home, made.journal);
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  assertStringIncludes(
    cellOf(text, 1),
    'data-flag="stale">cell [2] used k, which cell [3] changed afterwards <a href="#cell-2">',
  );
  assertStringIncludes(
    cellOf(text, 0),
    "cell [1], which defined k, is gone from the notebook; cell [2] uses it",
  );
  assertStringIncludes(
    cellOf(text, 2),
    "cell [3] ran after cell [2], which stands below it in the notebook",
  );
  assertStringIncludes(
    decoded(text),
    "<ins>+const rows = load(k);</ins>",
    "what the saved notebook has instead",
  );
});

Deno.test("what a notebook hides is looked for where no record of it is kept", async () => {
  using made = emptyJournal();
  const id = addRun(made.journal, {
    cells: ["let k = 1;", "const twice = k * 2;", "k = 5;"],
    end: null,
  });
  setCells(made.journal, id, [{ id: "a" }, { id: "b" }, { id: "c" }]);
  const { text } = await pagesOf(made.journal).get(`/runs/${id}`);
  assertStringIncludes(
    cellOf(text, 1),
    "cell [2] used k, which cell [3] changed afterwards",
  );
  const { text: part } = await pagesOf(made.journal).get(
    `/runs/${id}?parts=cells`,
  );
  assertStringIncludes(part, "cell [2] used k");
});

Deno.test("sources are shown against the notebook's file as it is now, without its excluded cells and secrets", async () => {
  using made = emptyJournal();
  const { home, journal } = made;
  const id = savedRun(home, journal);
  const pages = pagesOf(journal);
  const missing = await pages.get(`/runs/${id}?against=file`);
  assertEquals(missing.status, 404);
  Deno.writeTextFileSync(
    `${home}/lesson.ipynb`,
    notebookJson([
      { id: "a", source: "const k = 4;" },
      { id: "b", source: "const rows = load(k);" },
      { id: "d", source: `const token = "${SECRET}";` },
      { id: "e", source: "const mine = 1;", tags: ["nbtrack-exclude"] },
    ]),
  );
  const { text } = await pages.get(`/runs/${id}?against=file`);
  assertStringIncludes(cellOf(text, 0), "<del>-const k = 4;</del>");
  assertStringIncludes(cellOf(text, 0), "<ins>+const k = 3;</ins>");
  assertStringIncludes(
    cellOf(text, 0),
    '<pre class="source"><code>const k = 3;</code></pre>',
  );
  assertStringIncludes(cellOf(text, 2), "the same as in");
  assertStringIncludes(cellOf(text, 1), "not in");
  assertStringIncludes(text, "<del>-const token");
  assert(!text.includes(SECRET), "a secret of the file");
  assert(!text.includes("const mine"), "a cell that is kept out");
  const kept = await pages.get(`/runs/${id}?against=kept`);
  assertStringIncludes(cellOf(kept.text, 2), "<del>-const rows = load(k + 1);");
});

Deno.test("a cell that was executed twice is compared with its cell of the file both times", async () => {
  using made = emptyJournal();
  const { home, journal } = made;
  const id = addRun(journal, {
    cwd: home,
    cells: ["k = 1", "k = 2", "other()"],
  });
  setCells(journal, id, [{ id: "a" }, { id: "a" }, { id: "b" }]);
  Deno.writeTextFileSync(
    `${home}/lesson.ipynb`,
    notebookJson([{ id: "a", source: "k = 2" }, {
      id: "b",
      source: "other()",
    }]),
  );
  const { text } = await pagesOf(journal).get(`/runs/${id}?against=file`);
  assertStringIncludes(cellOf(text, 0), "<del>-k = 2</del>");
  assertStringIncludes(cellOf(text, 1), "the same as in");
});

Deno.test("the file of a run that another machine recorded is not read", async () => {
  using made = emptyJournal();
  const { home, journal } = made;
  Deno.writeTextFileSync(
    `${home}/lesson.ipynb`,
    notebookJson([{ id: "a", source: "my own" }]),
  );
  const id = addRun(journal, {
    cwd: home,
    cells: ["theirs"],
    provenance: "elsewhere",
  });
  const pages = pagesOf(journal);
  const { text } = await pages.get(`/runs/${id}`);
  assert(!text.includes("as it is now"), text);
  assertEquals((await pages.get(`/runs/${id}?against=file`)).status, 404);
});

Deno.test("sources are shown against another run: changed lines, what it has not, what it alone has", async () => {
  using made = emptyJournal();
  const { journal } = made;
  const first = addRun(journal, {
    name: "first",
    cells: ["load()", "const k = 1;\ntrain(k);\nlog(k);", "gone()"],
  });
  const second = addRun(journal, {
    name: "second",
    cells: ["load()", "const k = 2;\ntrain(k);\nlog(k);", "report(1)\nmore()"],
  });
  const pages = pagesOf(journal);
  const { text } = await pages.get(`/runs/${second}?against=${first}`);
  assertStringIncludes(cellOf(text, 0), "the same as in first");
  assertStringIncludes(cellOf(text, 1), "<ins>+const k = 2;</ins>");
  assertStringIncludes(cellOf(text, 1), "<del>-const k = 1;</del>");
  assertStringIncludes(text, "gone()");
  assertStringIncludes(
    text,
    "Against first: 1 cell changed, 1 cell in this run alone, 1 cell there alone.",
  );
  assertEquals(
    attributes(text, "value").filter((value) => value === first).length,
    1,
    "it is offered once",
  );
  assertEquals((await pages.get(`/runs/${second}?against=none`)).status, 404);
});

const LOGGED = 1_700_000_000_000;

/** A run whose loss is logged in the third of four cells, and needs the first. */
function slicedRun(journal: Journal): string {
  const id = addRun(journal, {
    cells: [
      "const k = 3;",
      "const unused = 1;",
      'run.logMetric("loss", k);',
      "console.log(unused);",
    ],
    metrics: { loss: [1, 0.5] },
  });
  setCells(journal, id, [
    { id: "a", times: [LOGGED - 4000, LOGGED - 3000] },
    { id: "b", times: [LOGGED - 2000, LOGGED - 1000] },
    { id: "c", times: [LOGGED, LOGGED + 10] },
    { id: "d", times: [LOGGED + 20, LOGGED + 30] },
  ]);
  return id;
}

Deno.test("the page of a metric has the cells that it depends on, and no others", async () => {
  using made = emptyJournal();
  const id = slicedRun(made.journal);
  const pages = pagesOf(made.journal);
  const { text } = await pages.get(`/runs/${id}`);
  const link = attributes(text, "href").find((href) =>
    href.includes("#behind")
  );
  assert(link !== undefined);
  const { text: behind } = await pages.get(link.replace("#behind", ""));
  assertEquals(attributes(behind, "data-cell"), ["0", "2"]);
  assertStringIncludes(behind, "2 of 4 executions");
  assertStringIncludes(behind, `nbtrack slice ${id.slice(0, 8)} --metric loss`);
  assertStringIncludes(behind, `href="/runs/${id}#cell-2"`);
});

Deno.test("a site names the cells behind a metric, and never what the notebook's file is now", async () => {
  using made = emptyJournal();
  const { home, journal } = made;
  slicedRun(journal);
  savedRun(home, journal);
  Deno.writeTextFileSync(
    `${home}/lesson.ipynb`,
    notebookJson([{ id: "a", source: "what I write today" }]),
  );
  await writeSite({
    source: new JournalSource(journal),
    dir: `${home}/site`,
    names: [],
  });
  const pages = journal.runs.list().map(({ run_id }) =>
    Deno.readTextFileSync(`${home}/site/runs/${run_id}/index.html`)
  );
  assert(
    pages.some((text) =>
      text.includes('<a href="#cell-0">[1]</a> <a href="#cell-2">[3]</a>')
    ),
  );
  for (const text of pages) assert(!text.includes("what I write today"));
});
