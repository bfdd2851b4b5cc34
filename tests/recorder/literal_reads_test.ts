import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "../../src/base/file_urls.ts";
import {
  constantPaths,
  constantVariables,
} from "../../src/recorder/data/constant_texts.ts";
import { isOfProject } from "../../src/recorder/data/may_be_data.ts";
import { statOf } from "../../src/recorder/data/known_paths.ts";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "../reproduce/recorded.ts";

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
export const load = () => Deno.readTextFile(new URL("../data/z.csv", import.meta.url));`,
  });
  const whole = `${project}/data/whole.csv`;
  const run_id = await record([
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true });',
    `import x from "../data/x.json" with { type: "json" };
import { k, load } from "../src/m.ts";
console.log(x.k, k, await load(), Deno.readTextFileSync("../data/cell.csv"), Deno.readTextFileSync(${
      JSON.stringify(whole)
    }));`,
  ], { home, folder });
  {
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name).toSorted(),
      [
        "../data/cell.csv",
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
    'await load("a");',
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
  assertEquals(missing.map(({ what }) => what), ["data that cell [3] reads"]);
  assertStringIncludes(missing[0]?.why ?? "", "`data/sub/${n}.csv`");
  assertStringIncludes(missing[0]?.why ?? "", "data: in track()");
  {
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name),
      ["data/joined.csv"],
    );
  }
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
      "/base/",
      "/base/o.csv",
      "/here/k.csv",
      "/here/n.csv",
      "/h i.csv",
      "/i.csv",
      "/l.csv",
      "/m.csv",
      "/n.csv",
      "c.csv",
      "d's.csv",
      "data",
      "data/",
      "data/i.csv",
      "data/sub",
      "data/sub/j.csv",
      "e.csv",
      "j.csv",
      "o.csv",
    ].toSorted(),
  );
});

Deno.test("a constant of one cell is known to the next, until it is another", () => {
  const constants = new Map<string, string>();
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
  assertEquals(missing.map(({ what }) => what), ['dataset "a"']);
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
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true, data: "images/a.png" });',
    'await Deno.writeTextFile("images/made.txt", "x"); [...Deno.readDirSync("images")].length',
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
