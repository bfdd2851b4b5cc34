/** What newcomers do wrong, and that each is answered by a sentence with the next step. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { z } from "../../src/base/zod.ts";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { TRACKED } from "../test_kernel.ts";
import { nbtrack, type NbtrackOptions } from "../cli/nbtrack.ts";

const TRACK = `import { track } from "@nbtrack/nbtrack";`;

/** In one cell: what is written, and what the cell then says. Each cell stands for itself. */
const IN_A_CELL: readonly (readonly [string, string, RegExp])[] = [
  [
    "track() is not awaited",
    `${TRACK}\nconst forgotten = track("m");\nforgotten.logMetric("x", 1);`,
    /track\(\) is awaited: write `const run = await track\(…\)`/,
  ],
  [
    "no experiment is named",
    `await track({ params: { k: 1 } });`,
    /takes the experiment's name first, a text of 1 to 255 characters; it was given object/,
  ],
  [
    "an option is mistyped",
    `await track("m", { param: { k: 1 } });`,
    /has no option "param".* Did you mean "params"\?/,
  ],
  [
    "a seed is no whole number",
    `await track("m", { seed: 1.5 });`,
    /"seed": it takes a whole number from 0 to 4294967295, and was given 1\.5/,
  ],
  [
    "a path of data is mistyped",
    `const run = await track("m", { data: "first-run.ipyn", params: { k: 1 } });`,
    /there is no "first-run\.ipyn" in .*; did you mean "first-run\.ipynb"\?/,
  ],
  [
    "a metric is a text",
    `run.logMetric("accuracy", "0.9");`,
    /A metric is a number; it was given string: write Number\(value\)/,
  ],
  [
    "an option of a metric is mistyped",
    `run.logMetric("accuracy", 0.9, { stp: 3 });`,
    /has no option "stp".*Did you mean "step"\?/,
  ],
  [
    "a param is logged twice",
    `run.logParam("k", 2);`,
    /A param is written once.*Log what changes as a metric or a tag/,
  ],
  [
    "an artifact is not there",
    `await run.logArtifact("plot.png");`,
    /There is no file plot\.png; nothing was stored/,
  ],
  [
    "a second track(), and the first run is used on",
    `const second = await track("m", { params: { k: 2 } });\nrun.logMetric("accuracy", 0.5);\nawait second.end();`,
    /metric "accuracy" after the end: The run has ended; start a new one/,
  ],
  [
    "a state of the end is unknown",
    `await run.end("DONE");`,
    /A run ends as FINISHED, FAILED, KILLED; it was given DONE/,
  ],
  [
    "something is logged after the end",
    `await run.end();\nrun.logMetric("late", 1);`,
    /The run has ended; start a new one/,
  ],
];

/** On the command line: what is typed, and what is said. */
const TYPED: readonly (readonly [string, string[], RegExp])[] = [
  ["show without a run", ["show"], /nbtrack show --help/],
  ["a run that is not there", ["show", "zzzz"], /nbtrack runs lists them/],
  ["a command is mistyped", ["rnus"], /Did you mean runs\?/],
  [
    "an experiment is mistyped",
    ["runs", "--experiment", "n"],
    /There is no experiment "n"\.\s+.*\bm\b/,
  ],
  ["a notebook that is not there", ["run", "no.ipynb"], /Give the path/],
  ["a file that is no notebook", ["run", "deno.json"], /no nbformat/],
  [
    "a notebook for another kernel",
    ["run", "python.ipynb"],
    /choose the kernel Deno, and save it/,
  ],
  [
    "a grid without values",
    ["run", "first-run.ipynb", "--grid", "k"],
    /Write it like --grid k=1,3,5/,
  ],
  ["one run to compare", ["compare", "last"], /two or more runs/],
  ["a bundle that is not there", ["reproduce", "b.zip"], /There is no file/],
  ["no server is set", ["sync"], /Run `nbtrack login`, or set/],
  [
    "no server is named to log in to",
    ["login"],
    /nbtrack login --url https:\/\/gitlab\.com --project GROUP\/NAME/,
  ],
];

/** A new folder as `init` makes it, with its first notebook. */
async function newcomer() {
  const folder = await Deno.makeTempDir({ prefix: "nbtrack-newcomer-" });
  for (const name of ["home", "work", "bare", "jupyter"]) {
    await Deno.mkdir(`${folder}/${name}`);
  }
  const options: NbtrackOptions = {
    home: `${folder}/home`,
    cwd: `${folder}/work`,
    env: { JUPYTER_DATA_DIR: `${folder}/jupyter` },
  };
  assertEquals((await nbtrack(["init"], options)).code, 0);
  return {
    folder,
    options,
    async write(name: string, sources: string[], kernel?: string) {
      const notebook = newNotebook(
        sources.map((source, i) => newCodeCell(source, { id: `cell-${i}` })),
      );
      if (kernel !== undefined) {
        const language = { name: "python" };
        const spec = { name: kernel, display_name: kernel, language: "python" };
        notebook.metadata = { kernelspec: spec, language_info: language };
      }
      await Deno.writeTextFile(
        `${folder}/${name}`,
        formatNotebook(notebook),
      );
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const executedSchema = z.looseObject({
  cells: z.array(z.looseObject({ outputs: z.array(z.unknown()) })),
});

Deno.test("what newcomers do wrong is answered by a sentence that names the next step", async (t) => {
  await using at = await newcomer();
  await at.write("work/mistakes.ipynb", IN_A_CELL.map(([, cell]) => cell));
  await at.write("work/python.ipynb", ["print(1)"], "python3");
  await at.write("bare/first.ipynb", [`${TRACK}\nawait track("m");`]);
  const { code, stderr } = await nbtrack(
    ["run", "mistakes.ipynb", "--allow-errors", "--output", "out.ipynb"],
    at.options,
  );
  assertEquals(code, 0, stderr);
  const { cells } = executedSchema.parse(
    JSON.parse(await Deno.readTextFile(`${at.folder}/work/out.ipynb`)),
  );
  for (const [i, [what, , answer]] of IN_A_CELL.entries()) {
    await t.step(what, () => {
      assertMatch(textsOf(cells[i]?.outputs), answer);
    });
  }
  for (const [what, args, answer] of TYPED) {
    await t.step(what, async () => {
      const { code, stderr } = await nbtrack(args, at.options);
      assertEquals(code, 2, stderr);
      assertMatch(stderr, answer);
      assert(stderr.trimEnd().split("\n").length <= 3, stderr);
    });
  }
  await t.step("a param of the command line is mistyped", async () => {
    await at.write("work/param.ipynb", [
      `${TRACK}\nconst run = await track("m", { params: { rate: 1 } });\nawait run.end();`,
    ]);
    await nbtrack(
      ["run", "param.ipynb", "-p", "rat=2", "--output", "out.ipynb"],
      at.options,
    );
    const { cells: [cell] } = executedSchema.parse(
      JSON.parse(await Deno.readTextFile(`${at.folder}/work/out.ipynb`)),
    );
    assertMatch(textsOf(cell?.outputs), /Did you mean \\?"rate\\?"\?/);
  });
  await t.step(
    "cells in the wrong order, or a kernel started anew",
    async () => {
      await at.write("work/order.ipynb", [
        TRACK,
        `run.logMetric("x", 1);`,
        `const run = await track("m");`,
      ]);
      const { code, stdout } = await nbtrack(
        ["run", "order.ipynb", "--output", "out.ipynb"],
        at.options,
      );
      assertEquals(code, 1);
      assertMatch(
        stdout,
        /No cell above it defines run.*Move the cell that defines it above/,
      );
    },
  );
  await t.step("a server is set after Lab was started", async () => {
    const { stdout } = await nbtrack(["doctor"], at.options);
    assertMatch(
      stdout,
      /\d+ runs are kept on this machine alone: no server was set/,
    );
    assertMatch(
      stdout,
      /variables that were set before Jupyter was started: start it again/,
    );
  });
  await t.step(
    "a notebook in a folder that init has not made ready",
    async () => {
      const { code, stdout } = await nbtrack(
        ["doctor", `${at.folder}/bare/first.ipynb`],
        at.options,
      );
      assertEquals(code, 1);
      assertMatch(stdout, /no deno\.json of its folder says what that is/);
      assertMatch(
        stdout,
        /Run `nbtrack init .*\/bare`, and restart the kernel/,
      );
    },
  );
  await t.step("a package.json beside it", async () => {
    await Deno.writeTextFile(`${at.folder}/bare/package.json`, "{}");
    const { stdout } = await nbtrack(
      ["doctor", `${at.folder}/bare/first.ipynb`],
      at.options,
    );
    assertMatch(stdout, /Add "nodeModulesDir": "none"/);
  });
  await t.step("an address of GitLab without a project", async () => {
    const { code, stdout } = await nbtrack(["doctor"], {
      ...at.options,
      env: {
        ...at.options.env,
        GITLAB_URL: "https://gitlab.example",
        GITLAB_TOKEN: "t".repeat(20),
      },
    });
    assertEquals(code, 1);
    assertMatch(stdout, /set GITLAB_PROJECT to its path/);
  });
});

Deno.test("cells that ran before track() in a notebook that was not saved are named on the run, with what to do", async () => {
  await using workspace = Workspace.make();
  const path = `${workspace.work}/untitled.ipynb`;
  await Deno.writeTextFile(path, formatNotebook(newNotebook([])));
  await using kernel = await workspace.kernel({ JPY_SESSION_NAME: path });
  await kernel.execute("const before = 1;");
  await kernel.execute(`${IMPORT}
const run = await track("unsaved", { quiet: true });
await run.end();`);
  await kernel.shutdown();
  const { missing } = await workspace.finalised();
  const gap = missing.find(({ what }) => what === "cell sources");
  if (TRACKED) assertEquals(gap, undefined);
  else {
    assertMatch(
      gap?.why ?? "",
      /ran before the recording began\. Save the notebook/,
    );
  }
});

/** Every text of some outputs. */
function textsOf(outputs: unknown): string {
  return JSON.stringify(outputs).replaceAll('\\"', '"').replaceAll('\\"', '"');
}
