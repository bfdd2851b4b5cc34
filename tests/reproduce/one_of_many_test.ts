import { assert, assertEquals } from "@std/assert";
import { explain } from "../../src/reproduce/explain.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { runNotebook } from "../../src/runner/headless.ts";
import { notebookJson } from "../notebook_file.ts";
import { journalIn, projectIn, temporary } from "./recorded.ts";

const TRACKED_RUN =
  'import { track } from "@nbtrack/nbtrack";\nconst run = await track("one of many", { quiet: true });';

/** The run of a notebook, whose files are still there to be edited. */
async function ran(
  cells: readonly string[],
  files: Record<string, string> = {},
) {
  const place = temporary();
  const folder = `${place.path}/project`;
  const notebook = `${folder}/n.ipynb`;
  projectIn(folder, { ...files, "n.ipynb": notebookJson(cells) });
  const home = `${place.path}/home`;
  const { runs: [run_id = ""] } = await runNotebook(notebook, { home });
  const journal = journalIn(home);
  return {
    run_id,
    options: { journal, cwd: folder },
    edit(name: string, ...changes: [was: string, is: string][]) {
      let text = Deno.readTextFileSync(`${folder}/${name}`);
      for (const [was, is] of changes) {
        assert(text.includes(was), `${name} has no ${was}`);
        text = text.replaceAll(was, is);
      }
      Deno.writeTextFileSync(`${folder}/${name}`, text);
    },
    [Symbol.dispose]() {
      journal.close();
      place[Symbol.dispose]();
    },
  };
}

function blamed({ causes }: Verdict): string[] {
  return causes.map(({ dimension, what }) => `${dimension}: ${what}`);
}

Deno.test("of two cells that were edited the one that changes a result is the cause, and the rename beside it is none", async () => {
  using run = await ran([
    TRACKED_RUN,
    'const title = "Results";',
    "const total = 1 + 2;\nconsole.log(total);",
    "await run.end();",
  ]);
  run.edit("n.ipynb", ["const title", "const heading"], ["1 + 2", "1 + 3"]);
  const verdict = await explain(run.run_id, { ...run.options, vary: "code" });
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(verdict.verdict, "DRIFTED", shown);
  assertEquals(blamed(verdict), ["code: cell [3] changed"], shown);
  assert(
    verdict.warnings.includes(
      "code: cell [2] changed, without changing a result",
    ),
    shown,
  );
  assertEquals(
    verdict.explained.filter(({ dimension }) => dimension === "code"),
    [
      { dimension: "code", what: "cell [2] changed", changes: false },
      { dimension: "code", what: "cell [3] changed", changes: true },
    ],
    shown,
  );
});

Deno.test("cells that were edited and do not run without one another belong together, and what does nothing beside them does not", async () => {
  using run = await ran([
    TRACKED_RUN,
    "const first = 1;",
    "console.log(first + 1);",
    'const title = "Results";',
    "await run.end();",
  ]);
  run.edit(
    "n.ipynb",
    ["first", "start"],
    ["start + 1", "start + 2"],
    ["const title", "const heading"],
  );
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  assertEquals(blamed(verdict), [
    "code: cell [2] changed",
    "code: cell [3] changed",
  ], JSON.stringify(verdict, null, 1));
});

Deno.test("cells of which none alone changes a result, and all together do, are all the cause", async () => {
  using run = await ran([
    TRACKED_RUN,
    "const doubles = false;",
    "const factor = 1;",
    "console.log(doubles ? factor : 1);",
    'const title = "Results";',
    "await run.end();",
  ]);
  run.edit(
    "n.ipynb",
    ["doubles = false", "doubles = true"],
    ["factor = 1", "factor = 2"],
    ["const title", "const heading"],
  );
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  assertEquals(blamed(verdict), [
    "code: cell [2] changed",
    "code: cell [3] changed",
  ], JSON.stringify(verdict, null, 1));
});

Deno.test("of many cells that were edited the one that changes a result is found", async () => {
  const many = Array.from({ length: 8 }, (_, i) => `const name${i} = 'was';`);
  using run = await ran([
    TRACKED_RUN,
    ...many,
    "console.log([...name5, 1].length);",
    "await run.end();",
  ]);
  run.edit("n.ipynb", ["'was'", "'now'"], [
    "name5 = 'now'",
    "name5 = 'later'",
  ]);
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  assertEquals(
    blamed(verdict),
    ["code: cell [7] changed"],
    JSON.stringify(verdict, null, 1),
  );
});

Deno.test("of two modules that were edited the one that changes a result is the cause, with what it imports anew", async () => {
  using run = await ran([
    TRACKED_RUN,
    'import { one } from "./one.ts"; import { two } from "./two.ts"; console.log(one, two);',
    "await run.end();",
  ], {
    "one.ts": "export const one = 1;\n",
    "two.ts": "export const two = 2;\n",
  });
  run.edit("one.ts", ["export", "// the first\nexport"]);
  run.edit("two.ts", ["export const two = 2;", 'export * from "./new.ts";']);
  Deno.writeTextFileSync(
    `${run.options.cwd}/new.ts`,
    "export const two = 22;\n",
  );
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  assertEquals(blamed(verdict), [
    "code: module two.ts changed",
    "code: module new.ts is new",
  ], JSON.stringify(verdict, null, 1));
});

Deno.test("of two cells that were edited the one that fails is why it failed", async () => {
  using run = await ran([
    TRACKED_RUN,
    'const title = "Results";',
    "console.log(3);",
    "await run.end();",
  ]);
  run.edit("n.ipynb", ["const title", "const heading"], [
    "console.log(3)",
    "throw new RangeError(String(3))",
  ]);
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(verdict.verdict, "FAILED", shown);
  assertEquals(blamed(verdict), ["code: cell [3] changed"], shown);
});

Deno.test("of two datasets that changed the one that changes a result is the cause", async () => {
  using run = await ran([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("data", { data: { a: "a.txt", b: "b.txt" }, quiet: true });',
    'console.log(Deno.readTextFileSync("a.txt").length);',
    'console.log(Deno.readTextFileSync("b.txt"));',
    "await run.end();",
  ], { "a.txt": "12", "b.txt": "5" });
  run.edit("a.txt", ["12", "13"]);
  run.edit("b.txt", ["5", "6"]);
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "data" });
  const shown = JSON.stringify(verdict, null, 1);
  assertEquals(verdict.verdict, "DRIFTED", shown);
  assertEquals(verdict.causes.length, 1, shown);
  assert(blamed(verdict)[0]?.startsWith("data: b: "), shown);
  assert(
    verdict.warnings.some((text) =>
      text.startsWith("data: a: ") &&
      text.endsWith(", without changing a result")
    ),
    shown,
  );
});

for (
  const [how, cells, status] of [
    ["stand below its end", [
      TRACKED_RUN,
      'console.log("first");',
      "await run.end();",
      'console.log("below");',
    ], "FINISHED"],
    ["stand behind its failure", [
      TRACKED_RUN,
      'throw new RangeError("on purpose");',
      'console.log("below");',
      "await run.end();",
    ], "FAILED"],
  ] as const
) {
  Deno.test(`cells that ${how} are no part of a run in any order, and no code that changed`, async () => {
    using run = await ran(cells);
    assertEquals(run.options.journal.runs.get(run.run_id)?.status, status);
    const ordered = await reproduce(run.run_id, {
      ...run.options,
      vary: "order",
    });
    const shown = JSON.stringify(ordered, null, 1);
    assertEquals(ordered.verdict, "REPRODUCED", shown);
    assertEquals(ordered.differences, [], shown);
    const explained = await explain(run.run_id, run.options);
    assertEquals(explained.verdict, "REPRODUCED");
    assertEquals(
      explained.explained.filter(({ dimension }) =>
        dimension === "code" || dimension === "order"
      ),
      [],
    );
  });
}
