import { assert, assertEquals } from "@std/assert";
import { compareRuns } from "../../src/record/compare.ts";
import { JournalReader } from "../../src/record/journal_reader.ts";
import {
  comparisonMarkdown,
  reportMarkdown,
} from "../../src/record/report_markdown.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

/** What GitLab would act on, each as somebody may call a run, a param or a metric. */
const ODD = [
  "@all",
  "a @root b",
  "/close",
  "x\n/close\n/assign @root",
  "x\r/merge",
  "x\u2028/close",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "</details><h1>x",
  "-->\n<h1>x</h1>\n<!--",
  "![x](https://h.example/x.png)",
  "[x](javascript:alert(1))",
  "| a | b |",
  "` @all `",
  "``` @all",
  "\\` @all",
  "#1 !1 ~bug %1 &1 $1",
  "$`x`$ @all",
  "# heading",
  "---",
];

/** What of a note stands outside of code spans. */
function outside(note: string): string {
  return note.replaceAll(/<!-- nbtrack [\w ]+ -->/g, "").replaceAll(
    /(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g,
    "§",
  );
}

Deno.test("nothing that a run is called or holds is more than text in a note on GitLab", async () => {
  for (const text of ODD) {
    using made = emptyJournal();
    const ids = [1, 2].map((n) =>
      addRun(made.journal, {
        experiment: text,
        name: text,
        params: { [text]: text, same: `${text}${n}` },
        metrics: { [text]: [n] },
        tags: { [text]: text },
        cells: [text, `${text}${n}`],
        artifacts: { "a.txt": text },
      })
    );
    const reader = new JournalReader(made.journal);
    const records = await Promise.all(ids.map((id) => reader.get(id)));
    const comparison = compareRuns(records);
    const [baseline = null] = comparison.runs;
    const notes = [
      comparisonMarkdown(comparison),
      reportMarkdown([{
        experiment: text,
        runs: [...comparison.runs],
        baseline,
        comparison,
        remarks: [text],
      }], { branch: text, best: text }),
      reportMarkdown([{
        experiment: text,
        runs: [...comparison.runs],
        baseline: null,
        comparison: null,
        remarks: [],
      }], { branch: null }),
    ];
    for (const note of notes) {
      const left = outside(note);
      assert(note.length > 100, note);
      for (const line of note.split(/[\n\r\u2028\u2029]/)) {
        assert(!/^\s*\//.test(line), `${JSON.stringify(text)}: ${note}`);
      }
      const markup = left.replaceAll(/<\/?(?:details|summary)>/g, "");
      assert(
        !/[@<]|!\[|\]\(javascript/.test(markup),
        `${JSON.stringify(text)}: ${left}`,
      );
      const lines = note.split("\n");
      for (const [i, line] of lines.entries()) {
        const before = lines[i - 1] ?? "";
        if (!line.startsWith("|") || !before.startsWith("|")) continue;
        const [was, is] = [before, line].map((row) =>
          row.split(/(?<!\\)\|/).length
        );
        assertEquals(is, was, note);
      }
    }
  }
});
