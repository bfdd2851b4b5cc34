/**
 * Tables: read, cleaned, joined, grouped, written. All data is made up for these notebooks.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

const SALES = `date,shop,article,pieces,price
2025-01-03,S1,tea,12,3.20
2025-01-03,S2,tea,5,3.40
2025-01-04,S1,coffee,,7.90
2025-01-04,S2,coffee,9,8.10
2025-01-09,S3,"tea, green",4,4.5
2025-02-01,S1,tea,20,3.20
2025-02-02,S9,coffee,1,n/a
2025-02-11,S2,"tea, green",7,4.75
2025-02-11,S2,"tea, green",7,4.75
2025-03-05,S3,coffee,11,7.50
`;
const SHOPS = `id\ttown\tarea
S1\tGraz\t120
S2\tLinz\t85
S3\tWels\t40
`;

export const TABLES: readonly Kind[] = [
  {
    about: "joins sales with shops by arquero and logs the turnover of towns",
    files: { "sales.csv": SALES, "shops.tsv": SHOPS },
    data: `{ sales: "sales.csv", shops: "shops.tsv" }`,
    cells: [
      `import * as aq from "npm:arquero@8.0.1";
const raw = aq.fromCSV(Deno.readTextFileSync("sales.csv"));
const shops = aq.fromCSV(Deno.readTextFileSync("shops.tsv"), { delimiter: "\\t" });
console.log(raw.numRows(), "sales of", shops.numRows(), "shops");`,
      `const clean = raw
  .dedupe()
  .derive({ price: aq.escape((d) => Number(d.price)), pieces: aq.escape((d) => d.pieces ?? 0) })
  .filter(aq.escape((d) => Number.isFinite(d.price)));
run.logParams({ dropped: raw.numRows() - clean.numRows(), dedupe: true });
clean.print();`,
      `const joined = clean.join_left(shops, ["shop", "id"]);
const towns = joined
  .derive({ turnover: (d) => d.pieces * d.price })
  .groupby("town")
  .rollup({ turnover: aq.op.sum("turnover"), sales: aq.op.count() })
  .orderby(aq.desc("turnover"));
towns.objects()`,
      `for (const { town, turnover } of towns.objects()) run.logMetric("turnover." + town, turnover);
await run.logArtifact("towns.csv", towns.toCSV());
towns.toHTML()`,
    ],
  },
  {
    about:
      "reads a folder of months by modules of its own, some by computed names",
    files: {
      "months/jan.csv": "day,kwh\n1,8.2\n2,7.9\n3,9.4\n",
      "months/feb.csv": "day,kwh\n1,8.8\n2,\n3,9.1\n",
      "months/mar.csv": "day,kwh\n1,6.5\n2,6.1\n3,5.9\n4,6.0\n",
      "config.json": `{ "fill": "mean", "limit": 9 }`,
      "clean.ts": `import config from "./config.json" with { type: "json" };
export interface Day { month: string; day: number; kwh: number | null }
export function parse(month: string, text: string): Day[] {
  return text.trim().split("\\n").slice(1).map((line) => {
    const [day, kwh] = line.split(",");
    return { month, day: Number(day), kwh: kwh === "" ? null : Number(kwh) };
  });
}
export function fill(days: Day[]): Day[] {
  if (config.fill !== "mean") return days;
  const known = days.flatMap(({ kwh }) => kwh ?? []);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return days.map((d) => ({ ...d, kwh: d.kwh ?? Math.round(mean * 100) / 100 }));
}
`,
      "steps/one.ts": `export default (x: number) => x + 1;\n`,
      "steps/two.ts":
        `import one from "./one.ts";\nexport default (x: number) => one(x) * 2;\n`,
      "data/part-0.json": `[1,2]`,
      "data/part-1.json": `[3,4,5]`,
      "data/readme.txt": "two parts\n",
    },
    cells: [
      `import { fill, parse } from "./clean.ts";
import config from "./config.json" with { type: "json" };
run.logParams(config);
const names = [];
for await (const entry of Deno.readDir("months")) if (entry.name.endsWith(".csv")) names.push(entry.name);
names.sort();`,
      `const days = names.flatMap((name) =>
  fill(parse(name.replace(".csv", ""), Deno.readTextFileSync("months/" + name)))
);
console.table(days);`,
      `const byMonth = Object.fromEntries(
  Object.entries(Object.groupBy(days, (d) => d.month))
    .map(([month, of]) => [month, of.reduce((sum, d) => sum + d.kwh, 0)]),
);
Deno.mkdirSync("out", { recursive: true });
Deno.writeTextFileSync("out/months.json", JSON.stringify(byMonth, null, 2));
await run.logDataset("months", days, { context: "cleaned" });`,
      `const back = JSON.parse(Deno.readTextFileSync("out/months.json"));
run.logMetrics(back);
run.logMetric("over", days.filter((d) => d.kwh > config.limit).length);
await run.logArtifact("out/months.json");
back`,
      `const steps = {};
for (const name of ["one", "two"]) steps[name] = (await import("./steps/" + name + ".ts")).default;
Object.keys(steps)`,
      `const parts = [];
for (let i = 0; i < 2; i++) parts.push(JSON.parse(Deno.readTextFileSync("data/part-" + i + ".json")));
const { default: readme } = await import("./data/readme.txt", { with: { type: "text" } });
console.log(readme.trim(), parts);`,
      `import { readFile } from "node:fs/promises";
import { join, resolve, relative } from "node:path";
const file = resolve(join("data", "part-1.json"));
console.log(relative(Deno.cwd(), file), (await readFile(file, "utf8")).length, file);
run.logMetric("last", parts.flat().map(steps.two).at(-1));`,
      `const url = new URL("data/part-0.json", "file://" + Deno.cwd() + "/");
await (await fetch(url)).json()`,
    ],
  },
  {
    about:
      "writes Parquet, Arrow and a workbook for the office and reads them again",
    cells: [
      `import { parquetWriteBuffer } from "npm:hyparquet-writer@0.17.0";
import { parquetMetadata, parquetReadObjects } from "npm:hyparquet@1.33.0";
const n = 2000;
const id = Array.from({ length: n }, (_, i) => i);
const level = id.map((i) => Math.round(1000 * Math.sin(i / 40)) / 10);
const station = id.map((i) => "st-" + (i % 4));
const buffer = parquetWriteBuffer({
  columnData: [
    { name: "id", data: id, type: "INT32" },
    { name: "level", data: level, type: "DOUBLE" },
    { name: "station", data: station, type: "STRING" },
  ],
});
Deno.writeFileSync("levels.parquet", new Uint8Array(buffer));`,
      `const bytes = Deno.readFileSync("levels.parquet");
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const { row_groups, schema } = parquetMetadata(file);
console.log(row_groups.length, schema.map((s) => s.name + ":" + (s.type ?? "group")).join(" "));
const high = await parquetReadObjects({ file, columns: ["id", "level", "station"], filter: { level: { $gt: 99.5 } } });
high.slice(0, 3)`,
      `import { tableFromArrays, tableFromIPC, tableToIPC } from "npm:@uwdata/flechette@2.4.0";
const table = tableFromArrays({ level: Float64Array.from(level), station });
Deno.writeFileSync("levels.arrow", tableToIPC(table, { format: "file" }));
const again = tableFromIPC(Deno.readFileSync("levels.arrow"));
console.log(again.numRows, again.schema.fields.map((f) => f.name));
const means = Map.groupBy(again.toArray(), (r) => r.station);
for (const [name, rows] of means) {
  run.logMetric("mean." + name, rows.reduce((s, r) => s + r.level, 0) / rows.length);
}`,
      `await run.logDataset("levels", table);
await run.logArtifact("levels.parquet");
run.logMetric("bytes", bytes.length);`,
      `import * as XLSX from "npm:xlsx@0.18.5";
const book = XLSX.utils.book_new();
const marks = [
  { pupil: "Ilse", maths: 1, music: 2 }, { pupil: "Otto", maths: 3, music: 1 }, { pupil: "Umay", maths: 2, music: 2 },
];
const sheet = XLSX.utils.json_to_sheet(marks);
XLSX.utils.sheet_add_aoa(sheet, [["mean", { t: "n", f: "AVERAGE(B2:B4)", v: 2 }, { t: "n", f: "AVERAGE(C2:C4)" }]], { origin: -1 });
XLSX.utils.book_append_sheet(book, sheet, "marks");
XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([["term", "weeks"], ["winter", 18]]), "terms");
Deno.writeFileSync("marks.xlsx", XLSX.write(book, { type: "buffer", bookType: "xlsx" }));`,
      `const read = XLSX.read(Deno.readFileSync("marks.xlsx"));
for (const name of read.SheetNames) {
  console.log(name, read.Sheets[name]["!ref"]);
  console.log(XLSX.utils.sheet_to_csv(read.Sheets[name]));
}`,
      `const rows = XLSX.utils.sheet_to_json(read.Sheets.marks, { defval: null });
const html = XLSX.utils.sheet_to_html(read.Sheets.marks, { header: "", footer: "" });
run.logMetric("pupils", rows.length - 1);
await Deno.jupyter.display({ "text/html": html, "text/plain": JSON.stringify(rows) }, { raw: true });`,
    ],
  },
];
