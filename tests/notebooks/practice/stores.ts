/**
 * Databases, files that are written and read back, caches, streams. All data is made up for these notebooks.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const STORES: readonly Kind[] = [
  {
    about: "asks SQLite with window functions and as WebAssembly",
    seed: 1,
    failing: 1,
    files: {
      "readings.csv": [
        "sensor,minute,value",
        ...Array.from(
          { length: 60 },
          (_, i) => `${"abc"[i % 3]},${i},${(i * 37) % 23 + i / 10}`,
        ),
      ].join("\n"),
    },
    data: `"readings.csv"`,
    cells: [
      `import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync("readings.db");
db.exec("create table reading(sensor text, minute integer, value real) strict");
const insert = db.prepare("insert into reading values (?, ?, ?)");
db.exec("begin");
for (const line of Deno.readTextFileSync("readings.csv").split("\\n").slice(1)) {
  const [sensor, minute, value] = line.split(",");
  insert.run(sensor, Number(minute), Number(value));
}
db.exec("commit");
db.prepare("select count(*) n, min(value) low, max(value) high from reading").get()`,
      `const moved = db.prepare(\`
  select sensor, minute, value - lag(value) over (partition by sensor order by minute) as step
  from reading\`).all().filter(({ step }) => step !== null);
console.log(moved.length, moved[0]);`,
      `db.function("squared", { deterministic: true }, (x) => x * x);
const spread = db.prepare("select sensor, avg(squared(value)) - squared(avg(value)) variance from reading group by sensor").all();
for (const { sensor, variance } of spread) run.logMetric("sd." + sensor, Math.sqrt(variance));
console.table(spread.map((row) => ({ ...row })));`,
      `try {
  db.exec("insert into reading values ('a', 'late', 1)");
} catch (error) {
  console.error(error.code, error.message);
}
db.close();
Deno.statSync("readings.db").isFile`,
      `import initSqlJs from "npm:sql.js@1.17.0";
const SQL = await initSqlJs();
const db = new SQL.Database();
db.run("create table item(id integer primary key, name, cents); create table sold(item, at, n)");
for (const [name, cents] of [["pen", 120], ["ink", 480], ["pad", 260]]) db.run("insert into item(name, cents) values (?, ?)", [name, cents]);
for (let day = 1; day <= 28; day++) db.run("insert into sold values (?, ?, ?)", [day % 3 + 1, "2025-02-" + String(day).padStart(2, "0"), day % 5]);
db.getRowsModified()`,
      `const [result] = db.exec(\`select name, strftime('%W', at) week, sum(n * cents) / 100.0 as euros
  from sold join item on item.id = sold.item group by name, week order by name, week\`);
console.log(result.columns.join(" | "));
for (const row of result.values) console.log(row.join(" | "));`,
      `const file = db.export();
Deno.writeFileSync("shop.sqlite", file);
const second = new SQL.Database(Deno.readFileSync("shop.sqlite"));
const [[total]] = second.exec("select sum(n * cents) from sold join item on item.id = sold.item")[0].values;
run.logMetric("cents", total);
await run.logArtifact("shop.sqlite");`,
      `second.exec("select * from nowhere")`,
    ],
  },
  {
    about:
      "sends lines through streams and keeps slow results in a temporary folder",
    cells: [
      `async function* lines(n: number): AsyncGenerator<string> {
  for (let i = 0; i < n; i++) {
    if (i % 500 === 0) await Promise.resolve();
    yield i + "," + (i * 2654435761 % 1000) + "\\n";
  }
}
class Count extends TransformStream<string, string> {
  n = 0;
  constructor() {
    super({ transform: (chunk, out) => { this.n++; out.enqueue(chunk); } });
  }
}
const count = new Count();`,
      `const file = await Deno.open("lines.csv.gz", { create: true, write: true });
await ReadableStream.from(lines(5000)).pipeThrough(count).pipeThrough(new TextEncoderStream())
  .pipeThrough(new CompressionStream("gzip")).pipeTo(file.writable);
console.log(count.n, "lines");`,
      `import { createReadStream } from "node:fs";
import { createGunzip, brotliCompressSync, constants } from "node:zlib";
import { createInterface } from "node:readline";
const histogram = new Uint32Array(10);
for await (const line of createInterface({ input: createReadStream("lines.csv.gz").pipe(createGunzip()) })) {
  histogram[Math.floor(Number(line.split(",")[1]) / 100)]++;
}
histogram`,
      `const plain = new TextEncoder().encode((await Array.fromAsync(lines(5000))).join(""));
const squeezed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
run.logMetrics({ plain: plain.length, brotli: squeezed.length, ratio: plain.length / squeezed.length });
const [left, right] = new Blob([plain]).stream().tee();
const sizes = await Promise.all([left, right].map(async (half) => (await new Response(half).arrayBuffer()).byteLength));
sizes`,
      `const cache = Deno.makeTempDirSync({ prefix: "primes-" });
console.log("cache in", cache);
let computed = 0;
function primesBelow(n: number): number[] {
  const path = cache + "/" + n + ".json";
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  computed++;
  const sieve = new Uint8Array(n).fill(1, 2);
  for (let i = 2; i * i < n; i++) if (sieve[i]) for (let j = i * i; j < n; j += i) sieve[j] = 0;
  const found = [...sieve.keys()].filter((i) => sieve[i]);
  Deno.writeTextFileSync(path, JSON.stringify(found));
  return found;
}`,
      `for (const n of [1000, 50_000, 1000]) run.logMetric("primes", primesBelow(n).length, { step: n });
computed`,
      `const before = computed;
const twins = primesBelow(50_000).filter((p, i, all) => all[i + 1] - p === 2);
({ twins: twins.length, last: twins.at(-1), again: computed - before })`,
      `using log = Deno.openSync(Deno.makeTempFileSync({ dir: cache, suffix: ".log" }), { append: true, read: true });
log.writeSync(new TextEncoder().encode("twins " + twins.length + "\\n"));
log.seekSync(0, Deno.SeekMode.Start);
const kept = new Uint8Array(64);
console.log(new TextDecoder().decode(kept.subarray(0, log.readSync(kept))));
Deno.removeSync(cache, { recursive: true });`,
    ],
  },
  {
    about:
      "keeps counts in a store that has to be switched on and in the browser's",
    files: { "deno.json": `{ "unstable": ["kv"] }` },
    cells: [
      `const kv = await Deno.openKv("counts.kv");
for (const [word, n] of [["kiwi", 3], ["plum", 5], ["pear", 2]]) await kv.set(["count", word], n);
console.log("kept");`,
      `const all = [];
for await (const { key, value } of kv.list({ prefix: ["count"] })) all.push([key[1], value]);
console.log(all);`,
      `const old = await kv.get(["count", "plum"]);
const { ok } = await kv.atomic().check(old).set(["count", "plum"], old.value + 1).commit();
run.logMetric("plum", (await kv.get(["count", "plum"])).value);
kv.close();
ok`,
      `const visits = Number(localStorage.getItem("visits") ?? 0) + 1;
localStorage.setItem("visits", String(visits));
sessionStorage.setItem("last", "cell 2");
console.log("visit", visits, "of", localStorage.length);`,
      `const { port1, port2 } = new MessageChannel();
const heard = new Promise((done) => port2.onmessage = ({ data }) => done(data));
port1.postMessage({ list: [1, new Map([[1, 2]])] });
const answer = await heard;
port1.close(); port2.close();
answer`,
      `const target = new EventTarget();
target.addEventListener("metric", (e: CustomEvent) => run.logMetric(e.detail.key, e.detail.value));
target.dispatchEvent(new CustomEvent("metric", { detail: { key: "visits", value: visits } }));
sessionStorage.getItem("last")`,
    ],
  },
];
