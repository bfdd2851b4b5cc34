import { assertEquals, assertStringIncludes } from "@std/assert";
import { literalsOf } from "../../src/recorder/unnamed_data.ts";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "../reproduce/recorded.ts";

Deno.test("files that cells name and that are no dataset are missing, those they write, import or comment on are not", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  projectIn(folder, {
    "named.csv": "x\n1\n",
    "read.csv": "x\n2\n",
    "comment.csv": "x\n3\n",
    "conf.json": '{"k":1}',
    "part.csv": "x\n4\n",
  });
  const cells = [
    'import { track } from "@nbtrack/nbtrack";\nconst run = await track("s", { quiet: true, data: "named.csv" });',
    `import conf from "./conf.json" with { type: "json" };
// comment.csv: Deno.readTextFile("comment.csv")
const a = await Deno.readTextFile("read.csv");
await Deno.writeTextFile("out.csv", a);
const b = await Deno.readTextFile('out.csv') + await Deno.readTextFile("named.csv");
console.log(a.length, b.length, conf.k, "no-such-file.csv", "x");`,
    'await run.logArtifact("part.csv", await Deno.readTextFile(`part.csv`));',
  ];
  const run_id = await record(cells, { home, folder });
  using journal = journalIn(home);
  const missing = journal.entries.missing(run_id)
    .filter(({ what }) => what.startsWith("data "));
  assertEquals(missing.map(({ what }) => what), ['data "read.csv"']);
  assertStringIncludes(missing[0]?.why ?? "", "name it with data:");
  const verdict = await verdictOf(await bundleBytes(home, run_id));
  assertEquals(verdict.verdict, "FAILED");
  assertStringIncludes(verdict.warnings.join("\n"), "name it with data:");
});

Deno.test("literals of comments, of other addresses and with computed parts are no paths", () => {
  const source = `// "a.csv"
/* 'b.csv' */ read("c.csv", 'd\\'s.csv', \`e.csv\`, \`\${x}.csv\`, "https://x.org/f.csv", "npm:g", "file:///h%20i.csv", "..", "")`;
  assertEquals([...literalsOf(source)], [
    "c.csv",
    "d's.csv",
    "e.csv",
    "/h i.csv",
  ]);
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
  assertStringIncludes(missing[0]?.why ?? "", "does not travel: b.png, sub;");
});
