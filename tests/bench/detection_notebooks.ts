/**
 * Thirty small notebooks that read and write files in the ways that notebooks do: what of it is found is compared with
 * what the operating system saw.
 *
 * @module
 */

/** One notebook. */
export interface ReadingNotebook {
  about: string;
  cells: readonly string[];
}

/** Files that lie in the folder of each notebook: texts, and one that is copied. */
export const FILES: Readonly<Record<string, string | URL>> = {
  "a.csv": "x,y\n1,2\n3,4\n",
  "b.tsv": "x\ty\n1\t2\n",
  "c.json": '{"k": [1, 2, 3]}',
  "d.txt": "some text\n",
  "e.jsonl": '{"a":1}\n{"a":2}\n',
  "f.bin": "\x00\x01\x02",
  "unread.csv": "never,read\n",
  "readme.md": "# about\n",
  "state.json": '{"n": 1}',
  "deep/er/g.csv": "x\n1\n",
  "deep/h.csv": "x\n2\n",
  "set/1.txt": "1",
  "set/2.txt": "2",
  "set/3.txt": "3",
  "helper.ts":
    'export const read = (path: string) => Deno.readTextFileSync(path);\nexport const other = "deep/h.csv";\n',
  "worker.ts":
    "self.onmessage = (e) => self.postMessage(Deno.readTextFileSync(e.data).length);\n",
  "table.parquet": new URL("../fixtures/data/time.parquet", import.meta.url),
};

const fs = 'import fs from "node:fs";\n';

/** The notebooks. */
export const NOTEBOOKS: readonly ReadingNotebook[] = [
  { about: "readTextFile", cells: ['await Deno.readTextFile("a.csv")'] },
  { about: "readTextFileSync", cells: ['Deno.readTextFileSync("./d.txt")'] },
  { about: "readFile", cells: ['(await Deno.readFile("f.bin")).length'] },
  {
    about: "open and read",
    cells: [
      'using file = await Deno.open("a.csv"); await file.read(new Uint8Array(3))',
    ],
  },
  {
    about: "a file's stream",
    cells: [
      'const opened = await Deno.open("d.txt"); await new Response(opened.readable).text()',
    ],
  },
  { about: "node:fs sync", cells: [`${fs}fs.readFileSync("b.tsv", "utf8")`] },
  {
    about: "node:fs promises",
    cells: [
      'import { readFile } from "node:fs/promises";\nawait readFile("c.json", "utf8")',
    ],
  },
  {
    about: "node:fs callbacks",
    cells: [
      `${fs}await new Promise((done) => fs.readFile("d.txt", (_, data) => done(String(data))))`,
    ],
  },
  {
    about: "node:fs streams",
    cells: [
      `${fs}let n = 0; for await (const piece of fs.createReadStream("e.jsonl")) n += piece.length; n`,
    ],
  },
  {
    about: "node:readline",
    cells: [
      `${fs}import readline from "node:readline";\nlet lines = 0; for await (const _ of readline.createInterface({ input: fs.createReadStream("e.jsonl") })) lines++; lines`,
    ],
  },
  {
    about: "JSON import",
    cells: [
      'import data from "./c.json" with { type: "json" };\ndata.k.length',
    ],
  },
  {
    about: "dynamic JSON import",
    cells: [
      'const { default: data } = await import("./c.json", { with: { type: "json" } }); data.k.length',
    ],
  },
  {
    about: "fetch of a file URL",
    cells: [
      'await (await fetch(new URL("a.csv", `file://${Deno.cwd()}/`))).text()',
    ],
  },
  {
    about: "papaparse",
    cells: [
      'import Papa from "npm:papaparse@5.7.1";\nPapa.parse(Deno.readTextFileSync("a.csv"), { header: true }).data.length',
    ],
  },
  {
    about: "arquero",
    cells: [
      'import { fromCSV } from "npm:arquero@8.0.1";\nfromCSV(await Deno.readTextFile("a.csv")).numRows()',
    ],
  },
  {
    about: "hyparquet",
    cells: [
      'import { asyncBufferFromFile, parquetMetadataAsync } from "npm:hyparquet@1.33.0";\nNumber((await parquetMetadataAsync(await asyncBufferFromFile("table.parquet"))).num_rows)',
    ],
  },
  {
    about: "node:sqlite",
    cells: [
      'import { DatabaseSync } from "node:sqlite";\nconst db = new DatabaseSync("made.db"); db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)"); db.close();',
      'const again = new DatabaseSync("made.db", { readOnly: true }); again.prepare("SELECT * FROM t").all().length',
    ],
  },
  {
    about: "a Worker",
    cells: [
      'const worker = new Worker(new URL("worker.ts", `file://${Deno.cwd()}/`), { type: "module" });\nconst size = await new Promise((done) => { worker.onmessage = (e) => done(e.data); worker.postMessage("d.txt"); });\nworker.terminate(); size',
    ],
  },
  {
    about: "a folder that is listed, and its files",
    cells: [
      'for await (const { name } of Deno.readDir("set")) await Deno.readTextFile("set/" + name);',
    ],
  },
  {
    about: "a folder that is walked",
    cells: [
      `${fs}const texts = []; const walk = (dir: string) => { for (const e of fs.readdirSync(dir, { withFileTypes: true })) e.isDirectory() ? walk(dir + "/" + e.name) : texts.push(fs.readFileSync(dir + "/" + e.name, "utf8")); }; walk("deep"); texts.length`,
    ],
  },
  {
    about: "a glob of node:fs",
    cells: [
      `${fs}for (const path of fs.globSync("set/*.txt")) fs.readFileSync(path);`,
    ],
  },
  {
    about: "a symbolic link",
    cells: [
      'Deno.symlinkSync("a.csv", "link.csv");',
      'await Deno.readTextFile("link.csv")',
    ],
  },
  {
    about: "another working directory",
    cells: [
      'Deno.chdir("deep"); Deno.readTextFileSync("h.csv");',
      'Deno.readTextFileSync("er/g.csv"); Deno.chdir(".."); Deno.readTextFileSync("a.csv")',
    ],
  },
  {
    about: "absolute paths and detours",
    cells: [
      'Deno.readTextFileSync(Deno.cwd() + "/set/../a.csv"); Deno.readTextFileSync(new URL(`file://${Deno.cwd()}/d.txt`))',
    ],
  },
  {
    about: "a module that reads",
    cells: [
      'import { other, read } from "./helper.ts";\nread("b.tsv"); read(other).length',
    ],
  },
  {
    about: "what was written before it is read",
    cells: [
      'await Deno.writeTextFile("out.csv", "x\\n1\\n"); await Deno.readTextFile("out.csv")',
      'await Deno.readTextFile("out.csv")',
    ],
  },
  {
    about: "a file that is read, and then written",
    cells: [
      'const state = JSON.parse(Deno.readTextFileSync("state.json"));',
      'state.n++; Deno.writeTextFileSync("state.json", JSON.stringify(state));',
    ],
  },
  {
    about: "a copy, and reading it",
    cells: [
      'await Deno.copyFile("a.csv", "copy.csv");',
      'await Deno.readTextFile("copy.csv")',
    ],
  },
  {
    about: "a program that reads",
    cells: [
      'const { stdout } = await new Deno.Command("cat", { args: ["d.txt"] }).output(); stdout.length',
    ],
  },
  {
    about: "reads that fail, and names that are only spoken of",
    cells: [
      'try { Deno.readTextFileSync("no.csv"); } catch { /* as it should be */ }\nconst about = "unread.csv, readme.md"; about.length',
      'Deno.readTextFileSync("a.csv")',
    ],
  },
];
