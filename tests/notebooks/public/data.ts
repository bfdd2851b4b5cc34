import type { Kind } from "../kinds.ts";

const COFFEE =
  "day,shop,drink,cups,price\n2024-03-01,North,espresso,41,2.2\n2024-03-01,South,latte,18,3.9\n2024-03-02,North,latte,22,3.8\n2024-03-02,South,espresso,35,2.1\n2024-03-03,North,mocha,7,4.4\n2024-03-03,South,latte,,3.9\n";
const OBJECTS =
  'id,title,year,medium\n1,"Sunday, ""late""",1894,oil\n2,Boats,1901,print\n3,Untitled,,oil\n4,"A\nB",1880,drawing\n';
const ARTISTS = "object,artist,nation\n1,Cassatt,US\n2,Munch,NO\n4,Sand,FR\n";

/**
 * Tables, figures and databases.
 *
 * After bhb603/jupyter-deno-demo (coffee, bench), raisercostin/jupyter-deno-gallery (gallery), manzt/deno-jupyter-blog
 * (post), rgbkrk/denotebooks ("Observable Plot", "Arrow Usage", "Polar DataFrames"), oscar6echo/deno-jupyter-examples
 * (demo-bar-chart, demo-simpson-paradox), and notebooks on Arquero, sql.js and node:sqlite.
 */
export const DATA: readonly Kind[] = [
  {
    about: "groups, joins and pivots a table of coffee sales",
    files: { "coffee.csv": COFFEE },
    data: '"coffee.csv"',
    cells: [
      `import * as aq from "npm:arquero@8.0.1";
const { op } = aq;
const sales = aq.fromCSV(await Deno.readTextFile("coffee.csv"));
console.log(sales.numRows(), sales.columnNames());
sales.print();`,
      `const byDrink = sales.derive({ sold: (d) => d.cups * d.price }).groupby("drink").rollup({ cups: op.sum("cups"), mean: op.mean("sold"), n: op.count() }).orderby(aq.desc("cups"));
Deno.jupyter.html([byDrink.toHTML()] as unknown as TemplateStringsArray)`,
      `sales.impute({ cups: () => op.median("cups") }).groupby("shop").pivot("drink", { cups: (d) => op.sum(d.cups) }).objects()`,
      `const shops = aq.table({ shop: ["North", "South", "East"], city: ["Bergen", "Nice", "Kyiv"] });
shops.join_left(sales.groupby("shop").count(), "shop").objects()`,
      `sales.orderby("shop", "day").groupby("shop").derive({ growth: aq.escape((d: { cups: number }) => d.cups > 20), rank: op.row_number() }).select("day", "shop", "growth", "rank").toMarkdown()`,
      `run.logMetric("cups", byDrink.array("cups").reduce((a, b) => a + b, 0));
byDrink`,
    ],
  },
  {
    about: "draws a bar chart and a histogram with D3's parts",
    cells: [
      `import { bin, extent, max, quantileSorted, rollups, sum } from "npm:d3-array@3.2.5";
import { scaleBand, scaleLinear } from "npm:d3-scale@4.0.2";
import { area, curveBasis, line } from "npm:d3-shape@3.2.0";
const admitted = [["A", "men", 512, 825], ["A", "women", 89, 108], ["B", "men", 353, 560], ["B", "women", 17, 25], ["C", "men", 120, 325], ["C", "women", 202, 593]] as const;`,
      `const rate = (rows: readonly (typeof admitted)[number][]) => sum(rows, (r) => r[2]) / sum(rows, (r) => r[3]);
const overall = rollups(admitted, rate, (r) => r[1]);
const inside = rollups(admitted, rate, (r) => r[0], (r) => r[1]);
console.log(overall.map(([who, r]) => who + " " + (100 * r).toFixed(1) + " %").join(", "));
inside`,
      `const [width, height] = [320, 160];
const x = scaleBand(inside.map(([d]) => d), [30, width]).padding(0.2), y = scaleLinear([0, max(inside, ([, both]) => max(both, (b) => b[1]))!], [height - 20, 10]).nice();
const bars = inside.flatMap(([d, both]) => both.map(([who, r], i) => \`<rect x="\${x(d)! + i * x.bandwidth() / 2}" y="\${y(r)}" width="\${x.bandwidth() / 2}" height="\${y(0) - y(r)}" fill="\${who === "men" ? "#9ad" : "#d9a"}"/>\`));
Deno.jupyter.svg\`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \${width} \${height}">\${bars.join("")}\${y.ticks(4).map((t) => \`<text x="2" y="\${y(t)}">\${y.tickFormat(4)(t)}</text>\`).join("")}</svg>\``,
      `let state = 12345;
const lcg = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
const heights = Array.from({ length: 400 }, () => 150 + 40 * (lcg() + lcg() + lcg()) / 3).sort((a, b) => a - b);
const bins = bin().thresholds(12)(heights);
bins.map((b) => [b.x0, b.length])`,
      `const across = scaleLinear(extent(heights) as [number, number], [0, width]);
const curve = area<(typeof bins)[number]>().x((b) => across((b.x0! + b.x1!) / 2)).y0(height).y1((b) => height - b.length).curve(curveBasis)(bins);
await run.logArtifact("heights.svg", \`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \${width} \${height}"><path d="\${curve}"/></svg>\`);
[quantileSorted(heights, 0.5), line()([[0, 0], [1, 1]])]`,
    ],
  },
  {
    about: "plots requests with Observable Plot and a document of its own",
    files: {
      "bench.tsv": "latency\tstatus\tsize\n" +
        Array.from(
          { length: 60 },
          (_, i) =>
            `${1400 + (i * 977) % 2600}\t${i % 17 === 0 ? 503 : 200}\t${
              i % 17 === 0 ? 0 : 139310
            }`,
        ).join("\n") + "\n",
    },
    data: '"bench.tsv"',
    cells: [
      `import * as Plot from "npm:@observablehq/plot@0.6.17";
import { DOMParser } from "npm:linkedom@0.18.15";
const document = new DOMParser().parseFromString("<!DOCTYPE html><html lang='en'></html>", "text/html") as any;`,
      `const [head, ...lines] = (await Deno.readTextFile("bench.tsv")).trim().split("\\n").map((l) => l.split("\\t"));
const requests = lines.map((l) => Object.fromEntries(l.map((v, i) => [head![i]!, Number(v)])));
requests.slice(0, 3)`,
      `Plot.plot({ document, y: { grid: true }, marks: [Plot.rectY(requests, Plot.binX({ y: "count" }, { x: "latency" })), Plot.ruleY([0])] })`,
      `const percentiles = [1, 0.99, 0.95, 0.9, 0.5, 0].map((p) => ({ p, ms: requests.map((r) => r.latency!).sort((a, b) => a - b)[Math.round(p * (requests.length - 1))] }));
console.table(percentiles);`,
      `const dots = Plot.plot({ document, color: { legend: true, type: "categorical" }, marks: [Plot.dot(requests, { x: "latency", y: "size", stroke: "status", tip: false }), Plot.linearRegressionY(requests, { x: "latency", y: "size" })] });
Deno.jupyter.html([dots.outerHTML] as unknown as TemplateStringsArray)`,
    ],
  },
  {
    about: "queries SQLite that runs as WebAssembly",
    cells: [
      `import initSqlJs from "npm:sql.js@1.17.0";
const SQL = await initSqlJs();
const db = new SQL.Database();
db.run("CREATE TABLE flights (id INTEGER PRIMARY KEY, origin TEXT, miles REAL); CREATE TABLE airports (code TEXT PRIMARY KEY, city TEXT)");
Object.keys(SQL).length > 3`,
      `const insert = db.prepare("INSERT INTO flights (origin, miles) VALUES (?, ?)");
for (const [origin, miles] of [["OSL", 320.5], ["BGO", 210], ["OSL", 1180], ["TOS", 700.25], ["XXX", 1]] as const) insert.run([origin, miles]);
insert.free();
db.run("INSERT INTO airports VALUES ('OSL','Oslo'),('BGO','Bergen'),('TOS','Tromsø')");
db.getRowsModified()`,
      `const table = (sql: string, values: Record<string, string | number> = {}) => {
  const [found] = db.exec(sql, values);
  return found === undefined ? [] : found.values.map((row) => Object.fromEntries(row.map((value, i) => [found.columns[i], value])));
};
console.table(table("SELECT city, count(*) n, total(miles) miles FROM flights LEFT JOIN airports ON code = origin GROUP BY origin ORDER BY miles DESC"));`,
      `table("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n * :by FROM c WHERE n < 500) SELECT group_concat(n, ' ') AS powers, sqlite_version() AS v FROM c", { ":by": 3 })`,
      `db.run("INSERT INTO airports VALUES ('OSL', 'twice')");`,
      `const file = db.export();
await run.logArtifact("flights.sqlite", file);
[file.length, new TextDecoder().decode(file.subarray(0, 15))]`,
    ],
    failing: 1,
  },
  {
    about: "keeps its notes in SQLite of Node's own",
    cells: [
      `import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync("notes.db");
db.exec("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, stars INTEGER DEFAULT 0)");`,
      `const add = db.prepare("INSERT INTO notes (body, stars) VALUES (?, ?) RETURNING id");
["buy paper", "read Ælfric", "water plants"].map((body, i) => ({ ...add.get(body, i * 2) }))`,
      `db.function("shout", (text: string) => text.toUpperCase() + "!");
db.prepare("SELECT shout(body) AS loud, stars FROM notes WHERE stars >= :least ORDER BY stars DESC").all({ least: 2 })`,
      `db.exec("BEGIN"); db.exec("DELETE FROM notes"); db.exec("ROLLBACK");
const memory = new DatabaseSync(":memory:");
memory.exec("CREATE VIRTUAL TABLE words USING fts5(text)");
memory.prepare("INSERT INTO words VALUES (?), (?)").run("a penguin swims", "a puffin flies");
[{ ...db.prepare("SELECT count(*) AS n FROM notes").get() }, memory.prepare("SELECT text FROM words WHERE words MATCH ?").all("puffin OR owl")]`,
      `db.exec("INSERT INTO notes (body) VALUES (NULL)");`,
      `memory.close(); db.close();
[...Deno.readDirSync(".")].filter(({ name }) => name.startsWith("notes")).map(({ name, isFile }) => [name, isFile])`,
    ],
    failing: 1,
  },
  {
    about: "makes Arrow tables and reads them back",
    cells: [
      `import { Float64, makeVector, tableFromArrays, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from "npm:apache-arrow@21.2.0";
const t = tableFromArrays({ n: Int32Array.from({ length: 6 }, (_, i) => i * i), half: Float64Array.from({ length: 6 }, (_, i) => i / 2), word: ["a", "b", null, "d", "e", "f"] });
[t.numRows, t.schema.toString()]`,
      `console.log(t.toString());
t.select(["n", "word"]).slice(2, 4).toArray().map((row) => row.toJSON())`,
      `const bytes = tableToIPC(t, "file");
const back = tableFromIPC(bytes);
[bytes.length, back.getChild("half")!.toArray(), back.get(3)!.word]`,
      `const v = vectorFromArray(["x", "y", "x", null], new Utf8());
[v.nullCount, [...v], makeVector(new Float64Array([1.5, 2.5])).toString(), new Float64().toString()]`,
      `back`,
    ],
  },
  {
    about: "streams CSV files through parsers and joins them",
    files: { "objects.csv": OBJECTS, "artists.csv": ARTISTS },
    data: '{ objects: "objects.csv", artists: "artists.csv" }',
    cells: [
      `class CsvRows extends TransformStream<string, Record<string, string>> {
  constructor() {
    let cell = "", row: string[] = [], quoted = false, head: string[] | undefined, before = "";
    const end = (out: TransformStreamDefaultController) => { row.push(cell); cell = ""; if (head === undefined) head = row; else if (row.length > 1) out.enqueue(Object.fromEntries(head.map((key, i) => [key, row[i] ?? ""]))); row = []; };
    super({
      transform(text, out) {
        for (const c of text) {
          if (c === '"') { if (!quoted && before === '"') cell += c; quoted = !quoted; }
          else if (c === "," && !quoted) { row.push(cell); cell = ""; }
          else if (c === "\\n" && !quoted) end(out);
          else cell += c;
          before = c;
        }
      },
      flush(out) { if (cell !== "" || row.length > 0) end(out); },
    });
  }
}`,
      `const rows = async (path: string) => {
  using file = await Deno.open(path);
  return await Array.fromAsync(file.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new CsvRows()));
};
const objects = await rows("objects.csv");
objects`,
      `const artists = new Map((await rows("artists.csv")).map((row) => [row.object, row]));
const joined = objects.map(({ id, title, year, medium }) => ({ title, medium, year: year === "" ? null : Number(year), artist: artists.get(id)?.artist ?? "unknown" }));
joined.toSorted((a, b) => (a.year ?? Infinity) - (b.year ?? Infinity))`,
      `const media = Object.entries(Object.groupBy(joined, (o) => o.medium!)).map(([medium, list]) => [medium, list!.length]);
await run.logDataset("joined", joined);
run.logParams({ media: media.length, oldest: Math.min(...joined.map((o) => o.year ?? Infinity)) });
Object.fromEntries(media)`,
      `const lines = joined.map((o) => JSON.stringify(o)).join("\\n") + "\\n";
await new Blob([lines]).stream().pipeThrough(new CompressionStream("gzip")).pipeTo((await Deno.create("joined.jsonl.gz")).writable);
using packed = await Deno.open("joined.jsonl.gz");
(await new Response(packed.readable.pipeThrough(new DecompressionStream("gzip"))).text()) === lines`,
    ],
  },
];
