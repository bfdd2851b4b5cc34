import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  assertReproduced,
  bundleOf,
  causesOf,
  TRACK,
  tracked,
  writeFiles,
} from "./data_cells.ts";
import {
  bundleBytes,
  changed,
  edit,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

const CHANGED = "first differing line 1";

Deno.test("data that was given is what the cells and their modules import", async () => {
  using other = temporary();
  writeFiles(other.path, { "e.json": '{"v":2}', "e.txt": "2" });
  const bundle = await bundleOf([
    tracked({ d: "data/d.json", t: "t.txt" }),
    'import one from "./data/d.json" with { type: "json" }; const { default: text } = await import("./t.txt", { with: { type: "text" } }); [one.v, text]',
    'const { v } = await import("./lib/load.ts"); v',
  ], {
    "data/d.json": '{"v":1}',
    "t.txt": "1",
    "lib/load.ts":
      'import c from "../data/d.json" with { type: "json" }; export const v = c.v;',
  });
  assertReproduced(await verdictOf(bundle));
  const data = { d: `${other.path}/e.json`, t: `${other.path}/e.txt` };
  for (const sandbox of [false, true]) {
    const verdict = await verdictOf(bundle, { sandbox, data });
    assertEquals(causesOf(verdict), [
      "DRIFTED",
      `data: d: ${CHANGED}`,
      `data: t: ${CHANGED}`,
    ]);
    assertEquals(verdict.outputs.map(({ same }) => same), [false, false]);
  }
});

Deno.test("code that is data too is the one that was given, and the verdict says so", async () => {
  using other = temporary();
  writeFiles(other.path, { "e.ts": "export const v = 2;" });
  const bundle = await bundleOf([
    tracked({ code: "lib.ts" }),
    'const { v } = await import("./lib.ts"); v',
  ], { "lib.ts": "export const v = 1;" });
  const verdict = await verdictOf(bundle, {
    data: { code: `${other.path}/e.ts` },
  });
  assertEquals(causesOf(verdict), ["DRIFTED", `data: code: ${CHANGED}`]);
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "module lib.ts is data of the run too",
  );
});

Deno.test("data that was given stands for every dataset of its path, and two that differ there are refused", async () => {
  using other = temporary();
  writeFiles(other.path, { "q/a.txt": "2", "e.txt": "3" });
  const bundle = await bundleOf([
    `${TRACK}const run = await track("s", { quiet: true, data: { all: "p", one: "p/a.txt", same: "./p/a.txt" } }); await run.logDataset("raw", "p/a.txt");`,
    'Deno.readTextFileSync("p/a.txt")',
  ], { "p/a.txt": "1" });
  const q = `${other.path}/q`;
  for (
    const data of [
      { all: q },
      { one: `${q}/a.txt` },
      { same: `${q}/a.txt`, raw: `${q}/a.txt` },
    ]
  ) {
    assertEquals(causesOf(await verdictOf(bundle, { data })), [
      "DRIFTED",
      ...Object.keys(data).map((name) => `data: ${name}: ${CHANGED}`),
    ]);
  }
  const error = await assertRejects(() =>
    verdictOf(bundle, { data: { all: q, raw: `${other.path}/e.txt` } })
  );
  assertStringIncludes(String(error), "the run read p/a.txt as both");
});

Deno.test("data that was given for a file is read by the links to it too", async () => {
  using other = temporary();
  writeFiles(other.path, { "e.csv": "x\n2\n" });
  const bundle = await bundleOf(
    [
      tracked({ d: "data/v2024.csv" }),
      'Deno.readTextFileSync("data/latest.csv")',
    ],
    { "data/v2024.csv": "x\n1\n" },
    (folder) => Deno.symlinkSync("v2024.csv", `${folder}/data/latest.csv`),
  );
  assertReproduced(await verdictOf(bundle));
  const data = { d: `${other.path}/e.csv` };
  assertEquals(causesOf(await verdictOf(bundle, { data })), [
    "DRIFTED",
    "data: d: first differing line 2",
  ]);
  const older = await changed(
    bundle,
    (files) =>
      edit(files, "manifest.json", ({ datasets }) => {
        for (const file of datasets.flatMap((one) => one.files)) {
          delete file.changed_time;
          delete file.linked;
        }
      }),
  );
  assertStringIncludes(
    (await verdictOf(older, { data })).warnings.join("\n"),
    "data/latest.csv held the same as data/v2024.csv",
  );
});

Deno.test("data that cells read by its whole path is the given one in the sandbox, and elsewhere the verdict says that it is not", async () => {
  using place = temporary();
  const [folder, home] = [`${place.path}/project`, `${place.path}/home`];
  projectIn(folder, { "d.json": '{"v":1}' });
  writeFiles(place.path, { "e.json": '{"v":2}' });
  const own = `${folder}/d.json`;
  const named = await bundleBytes(
    home,
    await record([
      tracked({ d: "d.json" }),
      `const { default: c } = await import(${
        JSON.stringify(own)
      }, { with: { type: "json" } }); c.v`,
    ], { home, folder }),
  );
  const data = { d: `${place.path}/e.json` };
  const boxed = await verdictOf(named, { data, sandbox: true });
  assertEquals(causesOf(boxed), ["DRIFTED", `data: d: ${CHANGED}`]);
  const refused = await verdictOf(named, { data });
  assertEquals(refused.verdict, "FAILED");
  assertStringIncludes(
    refused.causes[0]?.what ?? "",
    `the notebook reads it at ${own}, but ${own} holds something else`,
  );
});

Deno.test("where cells read the notebook's own file by a path that they compute, no verdict says what other data does not change", async () => {
  using place = temporary();
  const [folder, home] = [`${place.path}/project`, `${place.path}/home`];
  projectIn(folder, { "d.txt": "1" });
  writeFiles(place.path, { "e.txt": "2" });
  const own = `${folder}/d.txt`;
  const backwards = JSON.stringify([...own].reverse().join(""));
  const bundle = await bundleBytes(
    home,
    await record([
      tracked({ d: "d.txt" }),
      `Deno.readTextFileSync([...${backwards}].reverse().join(""))`,
    ], { home, folder }),
  );
  using journal = journalIn(home);
  assertReproduced(await verdictOf(bundle, { journal }));
  const elsewhere = `data: d: the cells read ${own}, which does not hold`;
  const given = await verdictOf(bundle, {
    journal,
    data: { d: `${place.path}/e.txt` },
  });
  assertEquals(given.verdict, "DRIFTED");
  assertStringIncludes(causesOf(given).join("\n"), elsewhere);
  assertEquals(
    given.warnings.filter((text) => text.includes("without changing a result")),
    [],
  );
  Deno.writeTextFileSync(own, "3");
  const edited = await verdictOf(bundle, { journal });
  assertEquals(edited.verdict, "DRIFTED");
  assertStringIncludes(causesOf(edited).join("\n"), elsewhere);
});

Deno.test("a notebook that reads its own file reads the one that was given for it", async () => {
  using other = temporary();
  const notebook = '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}';
  writeFiles(other.path, { "e.ipynb": `${notebook} ` });
  const bundle = await bundleOf([
    tracked({ nb: "notebook.ipynb" }),
    'Deno.readTextFileSync("notebook.ipynb").length',
  ], { "notebook.ipynb": notebook });
  const verdict = await verdictOf(bundle, {
    data: { nb: `${other.path}/e.ipynb` },
  });
  assertEquals(causesOf(verdict).slice(0, 1), ["DRIFTED"]);
});
