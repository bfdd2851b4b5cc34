import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ReproduceError,
  UntrustedError,
} from "../../src/reproduce/replay/errors.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import type { Verdict } from "../../src/reproduce/replay/types.ts";
import type { Manifest } from "../../src/record/bundle/manifest.ts";
import { BundleError } from "../../src/record/bundle/errors.ts";
import {
  assertCause,
  bundleBytes,
  changed,
  edit,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";
import { session as newSession } from "../journal/support.ts";
import { removeFolder } from "../remove_folder.ts";

const TRACK = 'import { track } from "@nbtrack/nbtrack";\n';
const MEAN =
  `${TRACK}const run = await track("wrong-input", { data: "penguins.csv" });
const rows = (await Deno.readTextFile("penguins.csv")).trim().split("\\n").length;`;

/** A bundle of cells, recorded in a project of its own, which is gone when the test begins. */
async function bundleOf(
  cells: readonly string[],
  work: (folder: string) => void = () => {},
): Promise<Uint8Array> {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  work(folder);
  const home = `${place.path}/home`;
  return await bundleBytes(home, await record(cells, { home, folder }));
}

/** A bundle whose cells were replaced, as by someone who tampers with it. */
async function tampered(sources: readonly string[]): Promise<Uint8Array> {
  const bundle = await bundleOf([
    `${TRACK}await track("tampered", { quiet: true });`,
    ...sources.map((_, i) => `${i}`),
  ]);
  return await changed(
    bundle,
    (files) =>
      edit(files, "session.ipynb", ({ cells }) => {
        sources.forEach((source, i) => {
          const cell = cells[i + 1];
          if (cell !== undefined) cell.source = [source];
        });
      }),
  );
}

function assertFailed(verdict: Verdict, text: string): void {
  assertEquals(verdict.verdict, "FAILED", JSON.stringify(verdict, null, 1));
  const said = [...verdict.causes.map((c) => c.what), ...verdict.warnings].join(
    "\n",
  );
  assertStringIncludes(said, text);
}

Deno.test("data that is nowhere to be found is named before anything runs", async () => {
  const bundle = await bundleOf([MEAN, 'run.logMetric("rows", rows)']);
  const without = await changed(bundle, (files) => {
    for (const path of [...files.keys()]) {
      if (path.startsWith("data/")) files.delete(path);
    }
  });
  const verdict = await verdictOf(without);
  assertFailed(verdict, "penguins.csv was not found");
  assertEquals(verdict.causes.map((c) => c.dimension), ["data"]);
  assertEquals(verdict.run_id, null);
});

Deno.test("a row that is gone is named with its count and its line", async () => {
  const bundle = await bundleOf([MEAN, 'run.logMetric("rows", rows)']);
  using place = temporary();
  const other = `${place.path}/other.csv`;
  projectIn(place.path);
  const lines = (await Deno.readTextFile(`${place.path}/penguins.csv`)).split(
    "\n",
  );
  lines.splice(11, 1);
  await Deno.writeTextFile(other, lines.join("\n"));
  const verdict = await verdictOf(bundle, { data: { penguins: other } });
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.causes, [{
    dimension: "data",
    what: "penguins: row count 344 → 343, first differing line 12",
  }]);
});

Deno.test("other data that changes no result is only a warning", async () => {
  const bundle = await bundleOf([MEAN, 'run.logMetric("rows", rows)']);
  using place = temporary();
  projectIn(place.path);
  const text = await Deno.readTextFile(`${place.path}/penguins.csv`);
  await Deno.writeTextFile(
    `${place.path}/other.csv`,
    text.replace("39.1", "39.2"),
  );
  const verdict = await verdictOf(bundle, {
    data: { penguins: `${place.path}/other.csv` },
  });
  assertEquals(verdict.verdict, "REPRODUCED");
  assertEquals(verdict.causes, []);
  assert(
    verdict.warnings.some((w) => w.includes("first differing line 2")),
    String(verdict.warnings),
  );
});

Deno.test("data that cannot be read is named", async () => {
  const bundle = await bundleOf([MEAN]);
  using place = temporary();
  const verdict = await verdictOf(bundle, { data: { penguins: place.path } });
  assertFailed(verdict, "cannot be read");
});

Deno.test("a package that no longer exists is named, and nothing runs", async () => {
  const bundle = await bundleOf([
    MEAN,
    'import { max } from "npm:d3-array@3"; max([1, rows])',
  ]);
  const other = await changed(
    bundle,
    (files) =>
      edit(files, "deno.lock", (lock) => {
        const id = Object.keys(lock.npm).find((key) =>
          key.startsWith("d3-array@")
        ) ?? "";
        lock.npm["d3-array@3.99.99"] = lock.npm[id];
        delete lock.npm[id];
        lock.specifiers["npm:d3-array@3"] = "3.99.99";
      }),
  );
  const verdict = await verdictOf(other);
  assertFailed(verdict, "d3-array");
  assertCause(verdict, "packages");
  assertEquals(verdict.run_id, null);
});

Deno.test("a lock that lacks what a cell imports is a contradiction, and nothing runs", async () => {
  const bundle = await bundleOf([
    MEAN,
    'import { max } from "npm:d3-array@3"; max([1, rows])',
  ]);
  const other = await changed(
    bundle,
    (files) =>
      edit(files, "deno.lock", (lock) => {
        lock.specifiers = {};
        lock.npm = {};
      }),
  );
  assertFailed(
    await verdictOf(other),
    "the lock has no npm:d3-array@3, which cell [2] imports",
  );
});

Deno.test("a cell that never ends is interrupted", async () => {
  const verdict = await verdictOf(await tampered(["while (true) {}"]), {
    timeout_ms: 8000,
  });
  assertFailed(verdict, "cell [2] did not end within");
});

Deno.test("a cell that ends the process is named with its exit code", async () => {
  const verdict = await verdictOf(await tampered(["Deno.exit(7)"]));
  assertFailed(verdict, "cell [2] ended the process");
});

Deno.test("a cell that floods its output is ended", async () => {
  const verdict = await verdictOf(
    await tampered([
      'const line = "x".repeat(1 << 20); for (let i = 0; i < 1024; i++) { console.log(line); await new Promise((r) => setTimeout(r, 1)); }',
    ]),
  );
  assertFailed(verdict, "put out more than");
});

Deno.test("a cell that asks for input gets none and is told apart by what follows", async () => {
  const bundle = await bundleOf([
    `${TRACK}await track("asks", { quiet: true });`,
    'const name = prompt("Your name?"); console.log(`hello ${name}`);',
  ]);
  const answered = await changed(
    bundle,
    (files) =>
      edit(files, "session.ipynb", ({ cells }) => {
        for (const output of cells[1]?.outputs ?? []) {
          output["text"] = ["hello you\n"];
        }
      }),
  );
  const verdict = await verdictOf(answered);
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals((await verdictOf(bundle)).verdict, "REPRODUCED");
});

Deno.test("outputs that were edited to fit are never called reproduced", async () => {
  const bundle = await bundleOf([
    `${TRACK}const run = await track("edited", { quiet: true });`,
    "console.log(Math.random() < 2);",
  ]);
  const other = await changed(
    bundle,
    (files) =>
      edit(files, "session.ipynb", ({ cells }) => {
        const cell = cells[1];
        if (cell === undefined) throw new Error("no cell");
        cell.source = ["console.log(true, 1);"];
        cell.outputs = [{
          output_type: "stream",
          name: "stdout",
          text: ["true 1\n"],
        }];
      }),
  );
  const verdict = await verdictOf(other);
  assertEquals(verdict.verdict, "DRIFTED");
  assertEquals(verdict.outputs.every((o) => o.same), true);
  assertEquals([...new Set(verdict.causes.map((c) => c.dimension))], ["code"]);
});

Deno.test("a run whose first cells nobody saw says which cannot be repeated", async () => {
  const bundle = await bundleOf([MEAN, "rows"]);
  const other = await changed(
    bundle,
    (files) =>
      edit(files, "manifest.json", (manifest) => {
        for (const cell of manifest.cells.slice(0, 1)) cell.source = null;
      }),
  );
  const verdict = await verdictOf(other);
  assertFailed(verdict, "cell [1] ran before the recording began");
  assertEquals(verdict.run_id, null);
});

Deno.test("a run that is still open is not reproduced", async () => {
  using place = temporary();
  using journal = journalIn(place.path);
  const session = journal.sessions.open(
    newSession({ pid: 1, process_started: "now", cwd: place.path }),
  );
  const run = journal.runs.create({
    session_id: session.session_id,
    experiment: "open",
    name: "open",
    options: "{}",
  });
  const error = await assertRejects(() =>
    reproduce(run.run_id, { journal, cwd: place.path })
  );
  assert(error instanceof ReproduceError, String(error));
  assertStringIncludes(error.message, "still RUNNING");
});

Deno.test("a stranger's bundle is refused where nobody can be asked, and runs when the user says so", async () => {
  const bundle = await bundleOf([
    `${TRACK}await track("stranger", { quiet: true });`,
    "1 + 1",
  ]);
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const file = `${place.path}/bundle.zip`;
  await Deno.writeFile(file, bundle);
  const options = { journal, cwd: place.path };
  const error = await assertRejects(() => reproduce(file, options));
  assert(error instanceof UntrustedError, String(error));
  assertStringIncludes(error.hint, "--sandbox");
  assertEquals(journal.runs.list(), []);
  assert(
    (await assertRejects(() =>
      reproduce(file, {
        ...options,
        confirm: () => Promise.resolve(false),
      })
    )) instanceof UntrustedError,
  );
  const asked: string[] = [];
  const verdict = await reproduce(file, {
    ...options,
    confirm: (question) => (asked.push(question), Promise.resolve(true)),
  });
  assertEquals(verdict.verdict, "REPRODUCED");
  assertEquals(asked.length, 1);
});

Deno.test("a bundle with a known run id but other contents is a stranger's", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  projectIn(folder);
  const home = `${place.path}/home`;
  const run_id = await record([
    `${TRACK}await track("mine", { quiet: true });`,
    "1 + 1",
  ], { home, folder });
  const bundle = await bundleBytes(home, run_id);
  using journal = journalIn(home);
  await Deno.writeFile(`${place.path}/mine.zip`, bundle);
  const own = await reproduce(`${place.path}/mine.zip`, {
    journal,
    cwd: folder,
  });
  assertEquals(own.verdict, "REPRODUCED");
  await Deno.writeFile(
    `${place.path}/other.zip`,
    await changed(
      bundle,
      (files) => edit(files, "session.ipynb", ({ cells }) => cells.reverse()),
    ),
  );
  const error = await assertRejects(() =>
    reproduce(`${place.path}/other.zip`, { journal, cwd: folder })
  );
  assert(error instanceof UntrustedError, String(error));
});

Deno.test("paths of a manifest cannot write outside of the new folder", async () => {
  const bundle = await bundleOf([MEAN, "rows"]);
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const dir = `${place.path}/a/b/work`;
  for (
    const path of [
      "../../escaped.csv",
      `${place.path}/escaped.csv`,
    ]
  ) {
    const other = await changed(
      bundle,
      (files) =>
        edit(files, "manifest.json", ({ datasets }) => {
          for (const file of datasets[0]?.files ?? []) file.path = path;
        }),
    );
    const verdict = await verdictOf(other, { journal, dir });
    assertEquals(verdict.verdict, "FAILED", path);
    const left = [...Deno.readDirSync(place.path)].map((e) => e.name).sort();
    assertEquals(left, ["a", "home"], path);
    assertEquals(
      [...Deno.readDirSync(`${place.path}/a/b`)].map((e) => e.name),
      ["work"],
    );
    await removeFolder(dir);
  }
});

Deno.test("a bundle with broken JSON, or a name beside one of its own, is refused before anything is written", async () => {
  const bundle = await bundleOf([MEAN]);
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const dir = `${place.path}/work`;
  const text = (content: string) => new TextEncoder().encode(content);
  for (
    const [path, content, message] of [
      ["deno.lock", "{", "Cannot read deno.lock"],
      ["deno.lock", "[]", "it is no JSON object"],
      ["deno.json", "no", "Cannot read deno.json"],
      ["deno.json", '{"imports":5}', "deno.json at imports"],
      ["Manifest.json", "{}", "one file on some systems"],
    ] as const
  ) {
    const other = await changed(
      bundle,
      (files) => void files.set(path, text(content)),
    );
    const error = await assertRejects(() => verdictOf(other, { journal, dir }));
    assert(
      error instanceof BundleError || error instanceof ReproduceError,
      String(error),
    );
    assertStringIncludes(error.message, message);
    assertEquals([...Deno.readDirSync(place.path)].map((e) => e.name), [
      "home",
    ]);
  }
});

Deno.test("a manifest with a path that names no file, or half a seed, is refused", async () => {
  const bundle = await bundleOf([MEAN]);
  const refused = async (work: (manifest: Manifest) => void) => {
    const other = await changed(
      bundle,
      (files) => edit(files, "manifest.json", work),
    );
    const error = await assertRejects(() => verdictOf(other));
    assert(error instanceof BundleError, String(error));
    return error.message;
  };
  for (
    const path of [
      "",
      ".",
      "..",
      "../..",
      "a/",
      "a\0b",
      "x".repeat(300),
      "x/../../../../escaped.csv",
      "../x/../y.csv",
      "a//b.csv",
      "./a.csv",
      "a\\b.csv",
      "C:a.csv",
      "C:\\a.csv",
      "/etc/../a.csv",
      "a\nb.csv",
    ]
  ) {
    assertStringIncludes(
      await refused(({ datasets }) => {
        for (const file of datasets[0]?.files ?? []) file.path = path;
      }),
      "it names no file",
    );
  }
  const half = await refused((manifest) => void (manifest.seed = 1.5));
  assertStringIncludes(half, "seed");
});

Deno.test("a time zone and a locale that no process can be given are left out", async () => {
  const bundle = await bundleOf([
    `${TRACK}await track("zone", { quiet: true });`,
    "1 + 1",
  ]);
  const other = await changed(
    bundle,
    (files) =>
      edit(files, "manifest.json", ({ environment }) => {
        environment["timezone"] = "a\0b";
        environment["lang"] = "c\nd";
      }),
  );
  const verdict = await verdictOf(other);
  assertCause(verdict, "environment");
  assert(verdict.outputs.every((output) => output.same));
});

Deno.test("a file that the record does not name is missed as data, a right that the sandbox withholds as environment", async () => {
  const bundle = await bundleOf([
    `${TRACK}await track("unnamed", { quiet: true });`,
    "Deno.readTextFileSync(`penguins${String.fromCharCode(46)}csv`).length",
    "1 + 1",
  ]);
  const missing = await verdictOf(bundle);
  assertFailed(missing, "cell [2] failed: NotFound");
  assertFailed(missing, "name it with data: in track()");
  assertCause(missing, "data");
  const here = await bundleOf([
    `${TRACK}await track("unnamed", { quiet: true });`,
    "Deno.hostname().length > 0",
  ]);
  assertEquals((await verdictOf(here)).verdict, "REPRODUCED");
  const withheld = await verdictOf(here, { sandbox: true });
  assertFailed(withheld, "cell [2] failed: NotCapable");
  assertCause(withheld, "environment");
});

Deno.test("data that is not where --data says is named with that place", async () => {
  const bundle = await bundleOf([MEAN]);
  const verdict = await verdictOf(bundle, { data: { penguins: "/none.csv" } });
  assertFailed(verdict, "was not found at /none.csv, where --data says it is");
});

Deno.test("a folder that is not empty is not worked in", async () => {
  const bundle = await bundleOf([MEAN]);
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const error = await assertRejects(() =>
    verdictOf(bundle, { journal, dir: place.path })
  );
  assert(error instanceof ReproduceError, String(error));
});

Deno.test("an ordinary notebook is told apart from a logged one", async () => {
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const file = `${place.path}/plain.ipynb`;
  await Deno.writeTextFile(
    file,
    '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
  );
  const error = await assertRejects(() =>
    reproduce(file, { journal, cwd: place.path })
  );
  assert(error instanceof BundleError, String(error));
  assertStringIncludes(error.hint, "session.ipynb");
});

Deno.test("an address that does not answer, or has no bundle, gets one clear sentence", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) =>
      new URL(request.url).pathname === "/none.zip"
        ? new Response("gone", { status: 404 })
        : new Response("no zip"),
  );
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const options = { journal, cwd: place.path };
  const url = `http://127.0.0.1:${server.addr.port}`;
  const gone = await assertRejects(() => reproduce(`${url}/none.zip`, options));
  assertStringIncludes((gone as Error).message, "status 404");
  const wrong = await assertRejects(() =>
    reproduce(`${url}/wrong.zip`, options)
  );
  assert(wrong instanceof BundleError, String(wrong));
});
