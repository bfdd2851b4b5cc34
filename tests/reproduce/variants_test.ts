import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { explain } from "../../src/reproduce/explain.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import { twice } from "../../src/reproduce/twice.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import { runNotebook } from "../../src/runner/headless.ts";
import { TRACKED } from "../test_kernel.ts";
import {
  bundleBytes,
  cellsOfNotebook,
  changed,
  edit,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const TRACK = 'import { track } from "@nbtrack/nbtrack";\n';

/** A recorded run whose project is still there. */
async function recorded(
  cells: readonly string[],
  options: {
    notebook?: string;
    timeout_ms?: number;
    env?: Record<string, string>;
    prepare?: (folder: string) => Promise<void>;
  } = {},
) {
  const place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder);
  await options.prepare?.(folder);
  const { notebook } = options;
  const run_id = await record(cells, {
    home,
    folder,
    ...notebook === undefined ? {} : { notebook },
    ...options.env === undefined ? {} : { env: options.env },
    ...options.timeout_ms === undefined
      ? {}
      : { timeout_ms: options.timeout_ms },
  });
  const journal = journalIn(home);
  return {
    run_id,
    folder,
    journal,
    options: { journal, cwd: folder },
    [Symbol.dispose]() {
      journal.close();
      place[Symbol.dispose]();
    },
  };
}

function dimensions(verdict: Verdict): string[] {
  return [...new Set(verdict.causes.map((cause) => cause.dimension))];
}

Deno.test("data is varied to what lies where it came from", async () => {
  using run = await recorded([
    `${TRACK}const run = await track("vary", { data: "penguins.csv", quiet: true });`,
    'run.logMetric("bytes", (await Deno.readFile("penguins.csv")).length)',
  ]);
  await Deno.writeTextFile(
    `${run.folder}/penguins.csv`,
    "Adelie,Dream,1,1,1,1,MALE\n",
    { append: true },
  );
  const as = await reproduce(run.run_id, run.options);
  assertEquals(as.verdict, "REPRODUCED");
  const now = await reproduce(run.run_id, { ...run.options, vary: "data" });
  assertEquals([now.verdict, ...dimensions(now)], ["DRIFTED", "data"]);
  assertStringIncludes(now.causes[0]?.what ?? "", "row count 344 → 345");
});

Deno.test("order is varied to the saved notebook from top to bottom, whose hidden state is told from the beginning", async () => {
  const name = "09-out-of-order";
  using run = await recorded(await cellsOfNotebook(name), { notebook: name });
  const as = await reproduce(run.run_id, run.options);
  assertEquals(as.verdict, "REPRODUCED");
  assert(
    as.warnings.some((w) => w.startsWith("hidden state")),
    String(as.warnings),
  );
  for (const options of [{ vary: "order" as const }, { topToBottom: true }]) {
    const verdict = await reproduce(run.run_id, { ...run.options, ...options });
    assertEquals([verdict.verdict, ...dimensions(verdict)], [
      "DRIFTED",
      "order",
    ]);
    assertEquals(verdict.metrics.find((m) => m.key === "scaled")?.same, false);
  }
});

Deno.test("code is varied to what the notebook's file has now", async () => {
  const name = "10-run-twice";
  using run = await recorded(await cellsOfNotebook(name), { notebook: name });
  const file = `${run.folder}/${name}.ipynb`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("toFixed(4)", "toFixed(6)"));
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "code" });
  assertEquals([verdict.verdict, ...dimensions(verdict)], ["DRIFTED", "code"]);
  assertEquals(verdict.outputs.filter((o) => !o.same).map((o) => o.cell), [1]);
});

Deno.test("a seed is varied to another one", async () => {
  using run = await recorded([
    `${TRACK}const run = await track("vary", { seed: 7, quiet: true });`,
    'run.logMetric("drawn", Math.random())',
  ]);
  const verdict = await reproduce(run.run_id, { ...run.options, vary: "seed" });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{ dimension: "seed", what: "seed 7 → 8" }]);
});

Deno.test("an environment that is the same here changes nothing", async () => {
  using run = await recorded([
    `${TRACK}await track("vary", { quiet: true });`,
    "new Intl.NumberFormat().format(1234.5)",
  ]);
  const verdict = await reproduce(run.run_id, {
    ...run.options,
    vary: "environment",
  });
  assertEquals(verdict.verdict, "REPRODUCED");
  assertEquals(verdict.deno, Deno.version.deno);
});

Deno.test("another machine is blamed for what it changes, not for what a clock does", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record([
    `${TRACK}await track("elsewhere", { quiet: true });`,
    "Math.floor(Date.now() / 60_000)",
  ], { home, folder });
  const bundle = await changed(await bundleBytes(home, run_id), (files) => {
    edit(files, "manifest.json", (manifest) => {
      manifest.environment.arch = "z80";
      delete manifest.seals;
    });
    edit(files, "session.ipynb", ({ cells }) => {
      for (const output of cells.at(-1)?.outputs ?? []) {
        output["data"] = { "text/plain": "29000000" };
      }
    });
  });
  const verdict = await verdictOf(bundle);
  assertEquals(verdict.verdict, "DRIFTED");
  const blamed = verdict.causes.filter(({ dimension }) =>
    dimension === "environment"
  );
  assertEquals(blamed, [], JSON.stringify(verdict, null, 1));
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "processor z80",
  );
});

Deno.test("a recorded Deno that was edited to one too old for nbtrack is the cause, and the run is carried out with this one", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record([
    'import { max } from "npm:d3-array@3.2.4";',
    `${TRACK}await track("old", { quiet: true });`,
    "max([1, 2])",
  ], { home, folder });
  const bundle = await bundleBytes(home, run_id);
  for (const [version, why] of [["2.1.0", "no run was"], ["2.1", "released"]]) {
    const edited = await changed(bundle, (files) => {
      edit(files, "manifest.json", (manifest) => {
        manifest.environment.deno = version ?? "";
      });
    });
    const verdict = await verdictOf(edited);
    const shown = JSON.stringify(verdict, null, 1);
    assertEquals(
      [verdict.verdict, ...dimensions(verdict)],
      ["DRIFTED", "environment"],
      shown,
    );
    assertEquals(verdict.deno, Deno.version.deno);
    assert(verdict.outputs.every(({ same }) => same), shown);
    const [{ what } = { what: "" }] = verdict.causes;
    assertStringIncludes(
      what,
      `was changed afterwards: it says Deno ${version}`,
    );
    assertStringIncludes(
      verdict.warnings.join("\n"),
      `Deno ${version} cannot be had here: `,
    );
    assertStringIncludes(verdict.warnings.join("\n"), why ?? "");
  }
});

Deno.test("time zone and locale are those of the record", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const zone = "Pacific/Kiritimati";
  const run_id = await record(
    [
      `${TRACK}await track("zone", { quiet: true });`,
      "Intl.DateTimeFormat().resolvedOptions().timeZone",
    ],
    { home, folder, env: { TZ: zone } },
  );
  using journal = journalIn(home);
  journal.entries.setDocument(
    run_id,
    "environment",
    JSON.stringify({ deno: Deno.version.deno, timezone: zone }),
  );
  const options = { journal, cwd: folder };
  journal.artifacts.put(run_id, "bundle.zip", new Uint8Array(), {
    content_type: "application/zip",
    origin: "user",
  });
  const verdict = await reproduce(run_id, options);
  assertEquals(
    verdict.outputs.at(-1)?.same,
    true,
    JSON.stringify(verdict.outputs),
  );
});

/** A project whose lock holds older versions than the imports allow. */
async function olderPackages(folder: string): Promise<void> {
  await Deno.writeTextFile(
    `${folder}/older.ts`,
    'import "npm:ajv@8.18.0"; import "npm:d3-array@3.2.3";',
  );
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "older.ts"],
    cwd: folder,
    stderr: "null",
  }).output();
  assert(success);
  const file = `${folder}/deno.lock`;
  const lock = JSON.parse(await Deno.readTextFile(file));
  lock.specifiers = { "npm:ajv@8": "8.18.0", "npm:d3-array@3": "3.2.3" };
  delete lock.workspace;
  await Deno.writeTextFile(file, JSON.stringify(lock));
  await Deno.remove(`${folder}/older.ts`);
}

const WITH_PACKAGES = [
  `${TRACK}const run = await track("packages", { quiet: true });`,
  'import { max } from "npm:d3-array@3"; max([1, 2])',
  'import about from "npm:ajv@8/package.json" with { type: "json" }; about.version',
];

Deno.test("packages are kept at their recorded versions, and varied to the newest", async () => {
  using run = await recorded(WITH_PACKAGES, { prepare: olderPackages });
  const as = await reproduce(run.run_id, run.options);
  assertEquals(as.verdict, "REPRODUCED", JSON.stringify(as, null, 1));
  const now = await reproduce(run.run_id, { ...run.options, vary: "packages" });
  assertEquals([now.verdict, ...dimensions(now)], ["DRIFTED", "packages"]);
  const shown = JSON.stringify(now, null, 1);
  assertEquals(now.causes.length, 1, shown);
  assertStringIncludes(now.causes[0]?.what ?? "", "ajv 8.18.0 → ");
  assert(
    now.warnings.some((text) =>
      text.startsWith("packages: d3-array 3.2.3 → ") &&
      text.endsWith(", without changing a result")
    ),
    shown,
  );
});

Deno.test("explain finds the one package that makes the difference", async () => {
  using run = await recorded(WITH_PACKAGES, { prepare: olderPackages });
  const { explained, verdict } = await explain(run.run_id, run.options);
  assertEquals(verdict, "REPRODUCED");
  const guilty = explained.filter((item) => item.changes);
  assertEquals(guilty.length, 1, JSON.stringify(explained));
  assertStringIncludes(guilty[0]?.what ?? "", "ajv 8.18.0 → ");
  assert(
    explained.some((item) =>
      !item.changes && item.what.startsWith("d3-array 3.2.3 → ")
    ),
  );
});

Deno.test("two equal runs name the cells that chance changes, and what chance they use", async () => {
  using run = await recorded([
    `${TRACK}await track("chance", { quiet: true });`,
    "1 + 1",
    "Math.random()",
    "crypto.randomUUID()",
  ]);
  const result = await twice(run.run_id, run.options);
  assertEquals(result.verdict, "DRIFTED");
  assertEquals(result.unsteady, [
    { cell: 2, name: "[3]", chance: ["random numbers"] },
    { cell: 3, name: "[4]", chance: ["random numbers"] },
  ]);
  assert(
    result.warnings.some((w) => w.includes("no seed was recorded")),
    String(result.warnings),
  );
});

Deno.test("an interrupted cell is interrupted again, a failed one fails alike", async () => {
  using run = await recorded([
    `${TRACK}await track("failures", { quiet: true });`,
    'throw new RangeError("on purpose")',
    "1 +",
    'await import("./nowhere.ts")',
    'console.log("endless"); while (true) {}',
    '"after"',
  ], { timeout_ms: 5000 });
  const verdict = await reproduce(run.run_id, run.options);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
  assertEquals(verdict.outputs.map((o) => o.cell), [
    0,
    1,
    2,
    3,
    4,
    5,
  ]);
});

Deno.test("a reproduction is a run of its own that says what it repeats, and can be repeated itself", async () => {
  using run = await recorded([
    `${TRACK}const run = await track("again", { params: { k: 5 }, quiet: true });`,
    'run.logMetric("k", 5); await run.logArtifact("a.txt", "text");',
  ]);
  const first = await reproduce(run.run_id, run.options);
  const row = run.journal.runs.get(first.run_id ?? "");
  assertEquals(row?.reproduces, run.run_id);
  const tags = Object.fromEntries(
    run.journal.entries.tags(first.run_id ?? "").map((t) => [t.key, t.value]),
  );
  assertEquals(tags["nbtrack.verdict"], "REPRODUCED");
  assertEquals(tags["nbtrack.reproduces"], run.run_id);
  const second = await reproduce(first.run_id ?? "", run.options);
  assertEquals(second.verdict, "REPRODUCED");
});

Deno.test("a run whose params and seed were given by nbtrack run is repeated with them", async () => {
  using run = await recorded([
    `${TRACK}const run = await track("given", { params: { k: 5 }, seed: 7, quiet: true });`,
    'run.logMetric("k", run.params.k); run.logMetric("drawn", Math.random());',
  ], {
    env: { NBTRACK_PARAMS: '{"k":"9"}', NBTRACK_SEED: "8" },
  });
  const verdict = await reproduce(run.run_id, run.options);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
  assertEquals(verdict.metrics[0]?.recorded, 9);
});

Deno.test("a notebook without track() is repeated with the seed it was run with, in the sandbox too", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder, {
    "plain.ipynb": notebookJson(["const k = 2;", "Math.random() * k"]),
  });
  const home = `${place.path}/home`;
  const { runs: [run_id = ""] } = await runNotebook(`${folder}/plain.ipynb`, {
    home,
    track: "plain",
    seed: 4,
  });
  using journal = journalIn(home);
  const options = { journal, cwd: folder };
  for (const sandbox of [false, true]) {
    const as = await reproduce(run_id, { ...options, sandbox });
    assertEquals(as.verdict, "REPRODUCED", JSON.stringify(as, null, 1));
  }
  const varied = await reproduce(run_id, { ...options, vary: "seed" });
  assertEquals([varied.verdict, varied.causes], ["DRIFTED", [{
    dimension: "seed",
    what: "seed 4 → 5",
  }]]);
});

Deno.test("a value that fails to show itself fails alike", async () => {
  using run = await recorded([
    `${TRACK}await track("shows", { quiet: true });`,
    '({ [Symbol.for("Jupyter.display")]() { throw new Error("no") } })',
  ]);
  const verdict = await reproduce(run.run_id, run.options);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
});

Deno.test("data that must not be embedded is read from where it lies, and named when it is gone", async () => {
  using run = await recorded([
    `${TRACK}const run = await track("apart", { data: { sonnet: "sonnet.txt", embed: false }, quiet: true });`,
    'run.logMetric("bytes", (await Deno.readFile("sonnet.txt")).length);',
  ]);
  assertEquals(run.journal.datasets.list(run.run_id).map((d) => d.name), [
    "sonnet",
  ]);
  const there = await reproduce(run.run_id, run.options);
  assertEquals(there.verdict, "REPRODUCED", JSON.stringify(there, null, 1));
  await Deno.remove(`${run.folder}/sonnet.txt`);
  const gone = await reproduce(run.run_id, run.options);
  assertEquals([gone.verdict, ...dimensions(gone)], ["FAILED", "data"]);
});

async function git(folder: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", {
    args: ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
    cwd: folder,
    stdout: "null",
  }).output();
  assert(success, `git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

const COMMITTED = [
  `${TRACK}const run = await track("commit", { data: { sonnet: "sonnet.txt", embed: false }, quiet: true });`,
  'run.logMetric("bytes", (await Deno.readFile("sonnet.txt")).length);',
];

Deno.test("data that is gone is taken from the commit it was recorded at", async () => {
  using run = await recorded(COMMITTED, {
    prepare: async (folder) => {
      await git(folder, "init", "--quiet");
      await git(folder, "add", "sonnet.txt");
      await git(folder, "commit", "--quiet", "-m", "data");
    },
  });
  await Deno.writeTextFile(`${run.folder}/sonnet.txt`, "another text");
  const verdict = await reproduce(run.run_id, run.options);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
});

Deno.test("data that no repository here has is taken from the recorded commit of its remote, but not in the sandbox", async () => {
  using remote = temporary();
  await git(remote.path, "init", "--quiet", "--bare", ".");
  let bundle: Uint8Array;
  {
    using run = await recorded(COMMITTED, {
      prepare: async (folder) => {
        await git(folder, "init", "--quiet");
        await git(folder, "add", "sonnet.txt");
        await git(folder, "commit", "--quiet", "-m", "data");
        await git(folder, "remote", "add", "origin", remote.path);
        await git(folder, "push", "--quiet", "origin", "HEAD:main");
        await Deno.writeTextFile(`${folder}/later.txt`, "later");
        await git(folder, "add", "later.txt");
      },
    });
    bundle = await bundleBytes(run.journal.home, run.run_id);
  }
  const verdict = await verdictOf(bundle);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
  const boxed = await verdictOf(bundle, { sandbox: true });
  assertEquals([boxed.verdict, ...dimensions(boxed)], ["FAILED", "data"]);

  const elsewhere = (address: string) =>
    changed(
      bundle,
      (files) =>
        edit(files, "manifest.json", ({ git }) => {
          if (git !== null) git.remote = address;
        }),
    );
  for (
    const [address, why] of [
      [`${remote.path}/none`, "cannot be fetched from"],
      [`ext::sh -c touch% ${remote.path}/executed`, "is not asked"],
      ["--upload-pack=true", "is not asked"],
      ["../beside.git", "is not asked"],
    ] as const
  ) {
    const none = await verdictOf(await elsewhere(address));
    assertEquals([none.verdict, ...dimensions(none)], ["FAILED", "data"]);
    assertStringIncludes(none.causes[0]?.what ?? "", "was not found");
    assertStringIncludes(none.causes[0]?.what ?? "", why);
  }
  const left = [...Deno.readDirSync(remote.path)].map((entry) => entry.name);
  assertEquals(left.includes("executed"), false);
});

Deno.test("a cell that prints its folder is the same in a folder of that name", async () => {
  using place = temporary();
  const folder = `${place.path}/my penguins`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const cells = [
    'import { track } from "@nbtrack/nbtrack";\nawait track("where", { quiet: true });',
    'console.log(Deno.cwd()); Deno.cwd().split("/").at(-1)',
  ];
  const bundle = await bundleBytes(home, await record(cells, { home, folder }));
  const verdict = await verdictOf(bundle);
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict, null, 1));
  assertEquals(verdict.outputs.at(-1)?.cell, 1);
});

for (
  const [library, first, drawn] of [
    [
      "npm:lodash@4.17.21",
      'import _ from "npm:lodash@4.17.21";',
      "_.sum(_.times(50, () => _.random(0, 1, true)))", // numbers that do not come twice by chance
    ],
    [
      "npm:d3-random@3.0.1",
      'import { randomNormal } from "npm:d3-random@3.0.1"; const normal = randomNormal();',
      "normal()",
    ],
  ] as const
) {
  Deno.test(`a seed that did not reach ${library} is the cause, with the way out`, async () => {
    using run = await recorded([
      first,
      `${TRACK}const run = await track("early", { seed: 7, quiet: true });`,
      `run.logMetric("drawn", ${drawn});`,
      "Math.random()",
    ]);
    const verdict = await reproduce(run.run_id, run.options);
    const shown = JSON.stringify(verdict, null, 1);
    // The tracked kernel has the seed before the first cell, so that it reaches what is imported there.
    const expected = TRACKED ? ["REPRODUCED"] : ["DRIFTED", "seed"];
    const is = [verdict.verdict, ...dimensions(verdict)];
    assertEquals(is, expected, shown);
    if (TRACKED) return;
    const [{ what } = { what: "" }] = verdict.causes;
    assertStringIncludes(what, `seed 7 did not reach ${library}`);
    assertStringIncludes(what, "import it after track()");
    assertEquals(verdict.outputs.map(({ same }) => same), [true], shown);
    const shut = await reproduce(run.run_id, {
      ...run.options,
      sandbox: true,
    });
    assertEquals([shut.verdict, ...dimensions(shut)], ["DRIFTED", "seed"]);
  });
}
