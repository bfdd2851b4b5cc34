import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { ENV } from "../../src/base/env.ts";
import { startKernel } from "../../src/jupyter/kernel.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { Recording } from "../../src/recorder/recording.ts";
import { nbtrack, nbtrackJson } from "../cli/nbtrack.ts";
import { journalIn, projectIn, temporary } from "../reproduce/recorded.ts";
import { until } from "../until.ts";

const OPEN = `import { track } from "@nbtrack/nbtrack";
globalThis["no" + "where"] = 1;
const run = await track("hidden", { quiet: true });`;
const USE = 'import { score } from "./metrics.ts";\nconst m = score(k);';
const PRINT = "console.log(gone + m);";
const LAST = "nowhere + score(2)";

function save(path: string, cells: readonly (readonly [string, string])[]) {
  Deno.writeTextFileSync(
    path,
    notebookJson(cells.map(([id, source]) => ({ id, source }))),
  );
}

Deno.test("a session's hidden state is flagged: stale, out of order, a cell that is gone, a name from nowhere, a module changed on disk", async () => {
  using home = temporary();
  using folder = temporary();
  const { path } = folder;
  projectIn(path, {
    "metrics.ts": 'export { score } from "./score.ts";\n',
    "score.ts": "export const score = (x: number) => x * 2;\n",
  });
  const notebook = `${path}/notebook.ipynb`;
  save(notebook, [
    ["a", OPEN],
    ["b", "const k = 1;"],
    ["c", USE],
    ["g", "const gone = 4;"],
    ["d", PRINT],
    ["e", LAST],
  ]);
  let run_id: string;
  {
    using journal = journalIn(home.path);
    const kernel = await startKernel({
      cwd: path,
      env: {
        [ENV.home]: home.path,
        [ENV.offline]: "1",
        [ENV.notebook]: notebook,
      },
    });
    let recording: Recording;
    try {
      recording = await Recording.open(journal, kernel, {
        cwd: path,
        notebook,
      });
      const execute = async (source: string) => {
        const reply = await kernel.execute(source);
        assertEquals(reply.status, "ok", source);
        await recording.reply(reply, null);
      };
      for (
        const source of [OPEN, "const k = 1;", USE, "const gone = 4;", PRINT]
      ) await execute(source);
      const { session_id } = recording.session;
      const ended = journal.executions.lastEnded(session_id)?.end_time ?? 0;
      // What is saved in the millisecond of an import could be what was imported.
      await until("a later millisecond", () => Date.now() > ended + 1);
      Deno.writeTextFileSync(
        `${path}/score.ts`,
        "export const score = (x: number) => x * 3;\n",
      );
      await execute("const k = 5;");
      await execute(LAST);
      save(notebook, [
        ["a", OPEN],
        ["b", "const k = 5;"],
        ["c", USE],
        ["d", PRINT],
        ["e", LAST],
      ]);
      await recording.finish();
    } finally {
      await kernel.shutdown();
    }
    await recording.complete(0);
    const [run] = journal.runs.list({
      session_id: recording.session.session_id,
    });
    run_id = run?.run_id ?? "";
  }
  const record = await nbtrackJson(["show", run_id], {
    home: home.path,
  }) as RunRecord;
  const flags = record.cells.map((cell) => cell.flags);
  assertEquals([flags[2], flags[3], flags[4], flags[5], flags[6]], [
    ["stale"],
    ["deleted"],
    [],
    ["out-of-order"],
    ["undefined", "old-module"],
  ]);
  const sentences = (record.hidden_state ?? []).map(({ what }) => what);
  assertEquals(sentences.slice(0, 3), [
    "cell [3] used k, which cell [6] changed afterwards",
    "cell [4], which defined gone, is gone from the notebook; cell [5] uses it",
    "cell [7] used nowhere, which no recorded cell defines",
  ]);
  assertMatch(
    sentences[3] ?? "",
    /^cell \[7\] still uses score\.ts of \d\d:\d\d(?::\d\d)?: it was changed at \d\d:\d\d/,
  );
  const { stdout } = await nbtrack(["show", run_id], { home: home.path });
  assertStringIncludes(stdout, "Hidden state\n  cell [3] used k");
});
