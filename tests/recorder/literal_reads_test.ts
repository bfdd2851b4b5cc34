import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { fromFileUrl } from "../../src/base/file_urls.ts";
import {
  constantPaths,
  constantVariables,
} from "../../src/recorder/data/constant_texts.ts";
import type { Constants } from "../../src/recorder/data/constant_reader.ts";
import { isOfProject } from "../../src/recorder/data/may_be_data.ts";
import { statOf } from "../../src/base/files.ts";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "../reproduce/recorded.ts";
import { TRACKED } from "../test_kernel.ts";

Deno.test("files that cells name by literals and constants are data, those they write, import as code or comment on are not", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/deep/er`, { recursive: true });
  projectIn(folder, {
    "named.csv": "x\n1\n",
    "read.csv": "x\n2\n",
    "comment.csv": "x\n3\n",
    "conf.json": '{"k":1}',
    "deep/part.csv": "x\n4\n",
    "deep/er/more.csv": "x\n5\n",
    "helper.ts":
      'import t from "./table.json" with { type: "json" };\nexport const size = t.length;',
    "table.json": "[1, 2]",
    "old.csv": "x\n6\n",
    "shown.csv": "x\n7\n",
  });
  const cells = [
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true, data: "named.csv" });',
    `import conf from "./conf.json" with { type: "json" };
import { size } from "./helper.ts";
// comment.csv: Deno.readTextFile("comment.csv")
const a = await Deno.readTextFile("read.csv");
await Deno.writeTextFile("out.csv", a);
const b = await Deno.readTextFile('out.csv') + await Deno.readTextFile("named.csv");
await Deno.writeTextFile("old.csv", b);
const dir = "deep";
console.log(a.length, b.length, conf.k, size, "no-such-file.csv", "x");`,
    `const c = Deno.readTextFileSync(\`\${dir}/part.csv\`) + Deno.readTextFileSync(dir + "/er/" + "more.csv");
await run.logArtifact("shown.csv");`,
  ];
  const run_id = await record(cells, { home, folder });
  using journal = journalIn(home);
  assertEquals(journal.entries.missing(run_id), []);
  const datasets = journal.datasets.list(run_id);
  assertEquals(datasets.map(({ name, found }) => [name, found]).toSorted(), [
    ["conf.json", "detected"],
    ["deep/er/more.csv", "detected"],
    ["deep/part.csv", "detected"],
    ["named", "named"],
    ["read.csv", "detected"],
    ["shown.csv", "detected"],
    ["table.json", "detected"],
  ]);
  assert(datasets.every((d) => d.fingerprint !== null && d.changed === null));
  const written = JSON.parse(journal.entries.document(run_id, "written") ?? "");
  assertEquals(
    written.map(({ path }: { path: string }) => path).toSorted(),
    ["old.csv", "out.csv"],
  );
  const verdict = await verdictOf(await bundleBytes(home, run_id));
  assertEquals([verdict.verdict, verdict.causes], ["REPRODUCED", []]);
});

Deno.test("data that a cell reads in a folder to which it or one before it went goes with the run", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/deep/er`, { recursive: true });
  projectIn(folder, { "deep/part.csv": "x\n4\n", "deep/er/more.csv": "x\n" });
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
    'Deno.chdir("deep"); const part = Deno.readTextFileSync("part.csv"); process.chdir("./er");',
    'const more = Deno.readTextFileSync("more.csv"); Deno.chdir("../.."); more + part',
  ], { home, folder });
  for (const sandbox of [false, true]) {
    const bytes = await bundleBytes(home, run_id);
    const { verdict, causes } = await verdictOf(bytes, { sandbox });
    assertEquals([verdict, causes], ["REPRODUCED", []]);
  }
});

Deno.test("a notebook within nbtrack's own checkout has data as it has elsewhere, and nbtrack's code is none", async () => {
  const cache = new URL("../../.cache/", import.meta.url);
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({
    dir: fromFileUrl(cache),
    prefix: "notebooks-",
  });
  using place = temporary();
  const home = `${place.path}/home`;
  try {
    Deno.mkdirSync(`${folder}/data`);
    projectIn(folder, { "data/a.csv": "x\n1\n" });
    const run_id = await record([
      'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
      'Deno.readTextFileSync("data/a.csv") + Deno.readTextFileSync("../../src/web/assets/style.css").length * 0',
    ], { home, folder });
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name),
      ["data/a.csv"],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("data above the notebook's folder is found as cells and modules reach it, and goes with the run to where that folder is not", async () => {
  using place = temporary();
  const project = `${place.path}/project`;
  const folder = `${project}/nb`;
  const home = `${place.path}/home`;
  for (const name of ["nb", "data", "src"]) {
    Deno.mkdirSync(`${project}/${name}`, { recursive: true });
  }
  projectIn(folder, {
    "../data/x.json": '{"k":1}',
    "../data/y.json": '{"k":2}',
    "../data/z.csv": "z\n",
    "../data/cell.csv": "cell\n",
    "../data/whole.csv": "whole\n",
    "../src/m.ts": `import y from "../data/y.json" with { type: "json" };
export const k = y.k;
export const load = () => Deno.readTextFile(new URL("../data/z.csv", import.meta.url));
export const used = "../data/used.csv", x = 1;
export const unused = "../data/unused.csv";`,
    "../data/used.csv": "used\n",
    "../data/unused.csv": "unused\n",
  });
  const whole = `${project}/data/whole.csv`;
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
    `import x from "../data/x.json" with { type: "json" };
import { k, load, used } from "../src/m.ts";
console.log(x.k, k, await load(), Deno.readTextFileSync(used), Deno.readTextFileSync("../data/cell.csv"), Deno.readTextFileSync(${
      JSON.stringify(whole)
    }));`,
  ], { home, folder });
  {
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name).toSorted(),
      [
        "../data/cell.csv",
        "../data/used.csv",
        "../data/x.json",
        "../data/y.json",
        "../data/z.csv",
        whole,
      ],
    );
  }
  const bytes = await bundleBytes(home, run_id);
  Deno.removeSync(project, { recursive: true });
  for (const sandbox of [false, true]) {
    const { verdict, causes } = await verdictOf(bytes, { sandbox });
    assertEquals([verdict, causes], ["REPRODUCED", []]);
    assertEquals(statOf(project), null);
  }
});

Deno.test("a read by a path that is computed is said to be unknown, unless data of such a path is found or named", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/data/sub`, { recursive: true });
  projectIn(folder, { "data/sub/a.csv": "x\n1\n", "data/joined.csv": "x\n" });
  const cells = [
    "const load = (n: string) => Deno.readTextFile(`data/sub/${n}.csv`);",
    'const name = () => "a"; await load(name());',
    'Deno.readTextFileSync(["data", "joined.csv"].join("/"));',
    "const temporary = await Deno.makeTempFile(); await Deno.readTextFile(temporary); await Deno.remove(temporary);",
    'for (const n of [1]) { await Deno.writeTextFile(`out${n}.txt`, "x"); await Deno.readTextFile(`out${n}.txt`); }',
  ];
  const tracked = (options: string) =>
    `import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true${options} });`;
  const computed = (run_id: string) => {
    using journal = journalIn(home);
    return journal.entries.missing(run_id);
  };
  const [load = ""] = cells;
  const run_id = await record([tracked(""), load, ...cells], { home, folder });
  const missing = computed(run_id);
  // The tracked kernel sees which file it is.
  assertEquals(
    missing.map(({ what }) => what),
    TRACKED ? [] : ["data that cell [3] reads"],
  );
  if (!TRACKED) {
    assertStringIncludes(missing[0]?.why ?? "", "`data/sub/${n}.csv`");
    assertStringIncludes(missing[0]?.why ?? "", "data: in track()");
  }
  {
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name).toSorted(),
      [...TRACKED ? ["data/sub/a.csv"] : [], "data/joined.csv"].toSorted(),
    );
  }
  Deno.removeSync(`${folder}/out1.txt`); // of a file that was there before, a cell may have read what it held
  const named = await record(
    [tracked(', data: "data/sub"'), ...cells],
    { home, folder },
  );
  assertEquals(computed(named), []);
});

Deno.test("literals of comments, of other addresses and with computed parts are no paths; constants are put in", () => {
  const source = `// "a.csv"
/* 'b.csv' */ read("c.csv", 'd\\'s.csv', \`e.csv\`, \`\${x}.csv\`, "https://x.org/f.csv", "npm:g", "file:///h%20i.csv", "..", "")
const root = "data", other = await pick()
const sub = \`\${root}/sub\`
let late = root + "/" + name;
read(root + "/i.csv", path.join(sub, "j.csv"), \`\${Deno.cwd()}/k.csv\`, late + "/l.csv", obj.root + "/m.csv", Deno.cwd() + "/n.csv");
read(new URL("o.csv", "file:///base/"));`;
  assertEquals(
    [...constantPaths(source, new Map(), "/here")].toSorted(),
    [
      "/base/o.csv",
      "/here/k.csv",
      "/here/n.csv",
      "/h i.csv",
      "/l.csv",
      "/m.csv",
      "c.csv",
      "d's.csv",
      "data",
      "data/",
      "data/i.csv",
      "data/sub",
      "data/sub/j.csv",
      "e.csv",
    ].toSorted(),
  );
});

Deno.test("what a module imports is named from where it lies, and the parts of a path that is known are no paths", () => {
  const source = `import d from "../data/d.json" with { type: "json" };
export { e } from './e.json'; import "./f.json"; await import("../g.json", { with: { type: "json" } });
await import("./" + x + "/h.json"); Array.from("i.csv");
const here = import.meta.dirname!, text = read(here + "/../data/j.csv");
read(new URL("../data/k.csv", import.meta.url), path.join("data", "../l.csv"), join(import.meta.dirname!, "m.csv"), join("n.csv", "o.csv"));`;
  assertEquals(
    [...constantPaths(source, new Map(), "/p", "/p/lib/load.ts")].toSorted(),
    [
      "/p/data/d.json",
      "/p/data/k.csv",
      "/p/g.json",
      "/p/lib/../data/j.csv",
      "/p/lib/e.json",
      "/p/lib/f.json",
      "/p/lib/m.csv",
      "data/../l.csv",
      "i.csv",
      "json",
      "n.csv",
      "n.csv/o.csv",
      "o.csv",
    ],
  );
});

Deno.test("a constant names nothing before code does something with it, in its cell, a later one or anywhere that may", () => {
  const named = (...sources: string[]) => {
    const constants: Constants = new Map();
    return sources.map((source) => [...constantPaths(source, constants)]);
  };
  const A = 'const a = "a.csv";';
  for (
    const shown of ["a", "a;", "\na\n", "if (x) a;", "let b = 2; a", ""]
  ) assertEquals(named(`${A} ${shown}`, "b"), [[], []], shown);
  for (
    const use of [
      "read(a)",
      "read(a.trim())",
      "const b = a; read(b)",
      "`${a.trim()}`",
      "`${a}`",
      "x = a",
      "return a",
      "await a",
      "f = () => a",
      "({ a })",
      "[a]",
      "read(Deno.env.get(a))",
      '`${Deno.env.get("X") ?? a}`',
      "run.logArtifact(a)",
      "run.logArtifact(`x`, a)",
      "globalThis.a",
      "function f() { const a = ask(); }",
      'function f() { const a = "b.csv"; }',
    ]
  ) {
    const [first, second = []] = named(A, use);
    assertEquals(first, [], use);
    assert(second.includes("a.csv"), use);
    assert(
      named(`${use}; ${A}`)[0]?.includes("a.csv") || /const a/.test(use),
      use,
    );
  }
  for (
    const source of [
      'var a = "a.csv"',
      'export const a = "a.csv"',
      'const a: string = "a.csv"',
      'a = "a.csv"',
      'const o = { a: "a.csv" }',
      'const l = ["a.csv"]',
      'const f = (a = "a.csv") => read(a)',
    ]
  ) assert(named(source)[0]?.includes("a.csv"), source);
  assertEquals(
    named('run.logArtifact("a.csv", text); run.logArtifact("b.csv")'),
    [["b.csv"]],
  );
  assertEquals(named('const a = "a.csv" as const', "read(a)"), [
    [],
    ["a.csv"],
  ]);
  assertEquals(named(`${A} run.logArtifact(a, text)`, "read(a)"), [
    [],
    ["a.csv"],
  ]);
});

Deno.test("a constant of one cell is known to the next, until it is another", () => {
  const constants: Constants = new Map();
  constantPaths('const file = "a.csv";', constants);
  assertEquals([...constantPaths("read(file)", constants)], ["a.csv"]);
  constantPaths("let file = ask();", constants);
  assertEquals([...constantPaths("read(file)", constants)], []);
});

Deno.test("data that its run changes before it could be read is said to be, and data that is only read is not", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder, { "in.csv": "x\n1\n", "still.csv": "x\n1\n" });
  // In one cell: a process that reads the data has not even started by then.
  const run_id = await record([
    `import { track } from "@nbtrack/nbtrack";
const run = await track("s", { quiet: true, data: { a: "in.csv", b: "still.csv" } });
await Deno.writeTextFile("in.csv", "x\\n2\\n3\\n");`,
  ], { home, folder });
  using journal = journalIn(home);
  const missing = journal.entries.missing(run_id).filter(({ what }) =>
    what.startsWith("dataset ")
  );
  const digest = journal.datasets.list(run_id).map(({ fingerprint }) =>
    JSON.parse(fingerprint ?? "{}").digest
  );
  // On a busy machine a reader may be there first: what it has read is what was named.
  const before = sha256("x\n1\n");
  if (missing.length === 0 && digest[0] === before) {
    const [changed] = journal.datasets.list(run_id);
    return assertEquals(changed?.changed, sha256("x\n2\n3\n"));
  }
  assertEquals(
    missing.map(({ what }) => what),
    ['dataset "a"'],
    JSON.stringify(journal.datasets.list(run_id), null, 1),
  );
  assertStringIncludes(missing[0]?.why ?? "", "changed after the run named it");
});

Deno.test("a file that one cell reads and the next one writes, before anybody could look, is named", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder, { "state.json": '{"n":1}', "old.csv": "x\n1\n" });
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
    'const s = JSON.parse(Deno.readTextFileSync("state.json"));',
    's.n++; Deno.writeTextFileSync("state.json", JSON.stringify(s)); Deno.writeTextFileSync("old.csv", "y");',
  ], { home, folder });
  using journal = journalIn(home);
  const missing = journal.entries.missing(run_id).map(({ what }) => what);
  const changed = journal.datasets.list(run_id)
    .filter((d) => d.name === "state.json" && d.changed !== null);
  // Somebody may have looked between the two cells, or have seen that it was read and have been too late to read it.
  const said = missing.filter((what) => /^data(?:set)? /.test(what));
  assertEquals(
    said.length === 0 ? changed.map(({ name }) => name) : said,
    said.length === 0
      ? ["state.json"]
      : [`${said[0]?.split(" ")[0]} "state.json"`],
  );
});

Deno.test("what lies in a folder that a cell lists and is no dataset is named, what the run has or made is not", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  Deno.mkdirSync(`${folder}/images/sub`, { recursive: true });
  Deno.mkdirSync(`${folder}/other`);
  projectIn(folder, {
    "images/a.png": "a",
    "images/b.png": "b",
    "images/sub/c.png": "c",
    "other/d.png": "d",
  });
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true, data: "images/a.png" });\nconst pictures = "im" + "ages";',
    'await Deno.writeTextFile("images/made.txt", "x"); [...Deno.readDirSync(pictures)].length',
    'const other = "other";',
  ], { home, folder });
  using journal = journalIn(home);
  const missing = journal.entries.missing(run_id)
    .filter(({ what }) => what.startsWith("files of "));
  assertEquals(missing.map(({ what }) => what), ['files of folder "images"']);
  assertStringIncludes(missing[0]?.why ?? "", "does not travel: sub;");
});

Deno.test("of a folder that a cell lists nothing is taken where it is hidden or not of the project, and no name of it is said", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  using private_ = temporary();
  Deno.mkdirSync(`${folder}/images`, { recursive: true });
  Deno.mkdirSync(`${folder}/.secret`);
  projectIn(folder, {
    "images/a.png": "a",
    "images/.history": "b",
    ".secret/d.txt": "d",
  });
  Deno.writeTextFileSync(`${private_.path}/diary.txt`, "dear diary");
  Deno.writeTextFileSync(`${private_.path}/named.csv`, "x\n1\n");
  const elsewhere = JSON.stringify(private_.path);
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
    `for (const f of Deno.readDirSync(${elsewhere})) if (f.name.endsWith(".parquet")) console.log(f.name);`,
    `[...Deno.readDirSync("images"), ...Deno.readDirSync(".secret")].length`,
    `Deno.readTextFileSync(${elsewhere} + "/named.csv").length`,
  ], { home, folder });
  using journal = journalIn(home);
  assertEquals(
    journal.datasets.list(run_id).map(({ name }) => name).toSorted(),
    [`${private_.path}/named.csv`, "images/a.png"].toSorted(),
  );
  const missing = journal.entries.missing(run_id)
    .filter(({ what }) => what.startsWith("files of "));
  assertEquals(
    missing.map(({ what }) => what).toSorted(),
    [
      `files of folder "${private_.path}"`,
      'files of folder ".secret"',
      'files of folder "images"',
    ].toSorted(),
  );
  assertEquals(JSON.stringify(missing).includes("diary"), false);
});

Deno.test("a project is the notebook's folder and the one above, unless that holds the home or what is temporary", () => {
  const own = [
    { kind: "home", path: "/home/ana" },
    { kind: "temporary folder", path: "/tmp" },
  ] as const;
  const isOf = (folder: string, cwd: string) => isOfProject(folder, cwd, own);
  for (
    const [folder, cwd, expected] of [
      ["/home/ana/p/nb/data", "/home/ana/p/nb", true],
      ["/home/ana/p/data/x", "/home/ana/p/nb", true],
      ["/home/ana/other", "/home/ana/p/nb", false],
      ["/home/ana/data", "/home/ana/p", false],
      ["/home/ana/p/data", "/home/ana/p", true],
      ["/home/ana", "/home/ana/p", false],
      ["/home/ana/data", "/home/ana", true],
      ["/home/ana/.ssh", "/home/ana", false],
      ["/home/ana/p/.git/x", "/home/ana/p/nb", false],
      ["/home/ana/.work/p/data", "/home/ana/.work/p", true],
      ["/etc/x", "/", false],
      ["/tmp/x", "/tmp/p", false],
      ["/data/set", "/data/nb", true],
      ["/data/set", "/home/ana/nb", false],
    ] as const
  ) assertEquals(isOf(folder, cwd), expected, `${folder} in ${cwd}`);
});

Deno.test("variables are found by constant names where they are read, not where they are set, removed or computed", () => {
  const source = `// Deno.env.get("COMMENT")
const name = "RATE" + "_A";
const a = Deno.env.get("A") ?? Deno.env.get(name), b = process.env.B ?? process.env["C"];
if (Deno.env.has('D') && process.env.E === "1") console.log(\`\${Deno.env.get("F")} \${process.env.G}\`);
Deno.env.set("SET", a); process.env.ASSIGNED = "1"; delete process.env.REMOVED; Deno.env.delete("GONE");
Deno.env.get(name + pick()); process.env[pick()]; other.process.env.NOT; other.Deno.env.get("NOR");
path.join(Deno.env.get("H"), "x"); console.log("Deno.env.get(TEXT)", Deno.env.toObject());`;
  assertEquals(
    [...constantVariables(source)].toSorted(),
    ["A", "B", "C", "D", "E", "F", "G", "H", "RATE_A"],
  );
});

Deno.test("a variable that a cell reads in the plain kernel stands on its run, and what programs always read does not", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder);
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst name = "SITE";\nconst run = await track("s", { quiet: true });',
    'run.logMetric("n", `${Deno.env.get(name)}${process.env.UNIT}`.length + (Deno.env.get("HOME") ?? "").length * 0);',
  ], { home, folder, env: { SITE: "north", UNIT: "metre" } });
  using journal = journalIn(home);
  assertEquals(
    JSON.parse(journal.entries.document(run_id, "env_names") ?? "[]")
      .toSorted(),
    ["SITE", "UNIT"],
  );
});
