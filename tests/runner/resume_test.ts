/** Completing a sweep: with its own notebook alone, and nothing is written where nothing is to go. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { continueSweep, runSweep } from "../../src/runner/sweep.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";

const CELLS = (experiment: string) => [
  { source: "let k = 1;", tags: ["parameters"] },
  `// track("an earlier one")\n${IMPORT}\nconst run = await track("${experiment}", { params: { k }, quiet: true });`,
  `run.logMetric("a", k);`,
];

const GRID = {
  grid: { k: ["1", "2"] },
  random: null,
  ranges: {},
  repeat: 1,
  seed: null,
};

Deno.test("a sweep is completed with the notebook that it was begun with alone, also where that has moved", async () => {
  await using space = Workspace.make();
  const path = space.notebook("own.ipynb", CELLS("own"));
  const { home } = space;
  const { sweep } = await runSweep(path, GRID, { home });
  const before = space.journal.runs.get(sweep);
  const other = space.notebook("other.ipynb", CELLS("own"));
  Deno.mkdirSync(`${space.work}/there`);
  const named = space.notebook("there/own.ipynb", CELLS("another"));
  for (
    const [wrong, says] of [
      [other, "it was begun with"],
      [named, 'its runs are of experiment "own", and that notebook tracks'],
    ] as const
  ) {
    const { code, stdout } = await space.nbtrack([
      "run",
      wrong,
      "--resume",
      sweep,
      "--json",
    ]);
    assertEquals(code, 2, stdout);
    assertStringIncludes(JSON.parse(stdout).error.message, says);
    assertEquals(
      JSON.parse(stdout).error.hint,
      "Give the notebook that it was begun with.",
    );
  }
  assertEquals(space.journal.runs.get(sweep), before);
  const moved = space.notebook("there/own.ipynb", CELLS("own"));
  const { children } = await continueSweep(moved, sweep, { home });
  assertEquals(children.map(({ status }) => status), ["ok", "ok"]);
});

Deno.test("a sweep of which nothing is to go stays as it is, and its children are counted as when they ran", async () => {
  await using space = Workspace.make();
  const path = space.notebook("whole.ipynb", CELLS("whole"));
  const { home } = space;
  const begun = await runSweep(path, GRID, { home });
  await space.finished();
  const rows = () =>
    [begun.sweep, ...begun.runs].map((run_id) =>
      space.journal.runs.get(run_id)
    );
  const before = rows();
  // Killed before the result was noted: the child is restored from its session.
  const db = new DatabaseSync(`${home}/journal.db`);
  const { changes } = db.prepare(
    "DELETE FROM documents WHERE name = 'trial_result'",
  ).run();
  db.close();
  assert(changes === 2);
  const again = await continueSweep(path, begun.sweep, { home });
  assertEquals(
    again.children.map(({ cells }) => cells),
    begun.children.map(({ cells }) => cells),
  );
  assertEquals([again.cells, again.status], [6, "ok"]);
  assertEquals(again.runs, begun.runs);
  assertEquals(rows(), before);
  assertEquals(space.journal.sessions.unended(), []);
});
