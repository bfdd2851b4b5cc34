/**
 * Clocks, dates, digests, ids.
 *
 * @module
 */
import type { Kind } from "../kinds.ts";

export const TIME: readonly Kind[] = [
  {
    about: "prints how long its parts take and writes the day into its reports",
    cells: [
      `const started = performance.now();
const numbers = Float64Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 200_003);
console.time("sort");
numbers.sort();
console.timeEnd("sort");`,
      `const took = (performance.now() - started).toFixed(1);
console.log("sorted " + numbers.length + " numbers in " + took + " ms");
numbers[1000]`,
      `const at = new Date();
console.log("checked at", at.toISOString(), "–", at.toLocaleTimeString("de-AT"));
run.logMetric("middle", numbers[100_000]);`,
      `const report = { created: new Date().toISOString(), rows: [1, 2, 3] };
Deno.writeTextFileSync("report.json", JSON.stringify(report, null, 2));
await run.logArtifact("report.json");
report.rows.length`,
      `await run.logArtifact("notes.md", "# Notes of " + new Date().toLocaleDateString("en-GB") + "\\n\\nThree rows, as before.\\n");
console.log("file of", Deno.statSync("report.json").mtime.toISOString().slice(0, 10), "has", Deno.statSync("report.json").size, "bytes");`,
    ],
  },
  {
    about: "lets its speed and the time into its results",
    cells: [
      `const begin = performance.now();
let ones = 0;
for (let i = 0; i < 300_000; i++) ones += i.toString(2).length;
run.logMetric("ones", ones);`,
      `run.logMetric("seconds", (performance.now() - begin) / 1000);
console.log("ones:", ones);`,
      `const t0 = performance.now();
const rows = Array.from({ length: 50_000 }, (_, i) => ({ i, even: i % 2 === 0 }));
console.log(rows.length, "rows");`,
      `const seconds = (performance.now() - t0) / 1000;
console.log("took", seconds);`,
      `console.log(Math.round(rows.length / seconds) + " rows/s");`,
      `const weights = [0.25, 0.5];
const name = "model-" + Date.now() + ".json";
await run.logArtifact(name, JSON.stringify(weights));
weights`,
    ],
    verdict: "DRIFTED",
    chance: /^metric seconds depends on the time$/,
  },
  {
    about: "writes dates for many places, from Kathmandu and in German",
    env: { TZ: "Asia/Kathmandu", LANG: "de_AT.UTF-8" },
    cells: [
      `const moments = ["2025-03-30T00:59:59Z", "2025-10-26T01:00:00Z", "2024-02-29T12:00:00Z"].map((t) => new Date(t));
const zones = ["Europe/Vienna", "America/St_Johns", "Asia/Kathmandu", "UTC"];
console.table(zones.map((timeZone) => [timeZone, ...moments.map((m) => m.toLocaleString("en-GB", { timeZone, dateStyle: "medium", timeStyle: "long" }))]));`,
      `const number = 1234567.891;
for (const locale of ["de-AT", "fr-FR", "en-IN", "ar-EG", "ja-JP"]) {
  console.log(locale, new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(number));
}
console.log(new Intl.PluralRules("pl").select(5), new Intl.ListFormat("de").format(["a", "b", "c"]));
new Intl.RelativeTimeFormat("es", { numeric: "auto" }).format(-1, "day")`,
      `import { DateTime, Interval } from "npm:luxon@3.7.2";
const from = DateTime.fromISO("2025-03-28T09:00", { zone: "Europe/Vienna" });
const hours = Interval.fromDateTimes(from, from.plus({ days: 3 })).length("hours");
run.logMetric("hours", hours);
console.log(from.plus({ days: 3 }).toISO(), from.weekNumber, from.setLocale("it").toFormat("cccc d LLLL"));
hours`,
      `const local = new Date(2025, 6, 1, 9, 30);
console.log(Intl.DateTimeFormat().resolvedOptions().timeZone, local.toString(), local.getTimezoneOffset());
console.log(["ähre", "zebra", "Apfel", "öl"].sort(new Intl.Collator("de").compare), (0.1 + 0.2).toLocaleString());`,
      `const start = new Date(2025, 0, 31, 9, 15);
console.log(start.toString(), start.toISOString());
console.log(start.toLocaleString(), (1234.5).toLocaleString(), navigator.language);`,
      `const ends = Array.from({ length: 3 }, (_, i) => new Date(2025, i + 1, 0));
run.logMetric("offset", start.getTimezoneOffset());
ends`,
      `Intl.DateTimeFormat().resolvedOptions().timeZone + " " + new Intl.DateTimeFormat(undefined, { dateStyle: "full" }).format(start)`,
    ],
  },
  {
    about: "digests and signs, and calls WebAssembly of a few bytes",
    cells: [
      `import { createHash, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
const text = "the same text each time\\n".repeat(100);
for (const name of ["md5", "sha1", "sha256", "sha512"]) {
  console.log(name.padEnd(7), createHash(name).update(text).digest("hex").slice(0, 32));
}
createHmac("sha256", "a key of this page").update(text).digest("base64url").length`,
      `const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
console.log(digest.toHex() === createHash("sha256").update(text).digest("hex"), digest.subarray(0, 4));
function named(space: string, name: string): string {
  const h = createHash("sha1").update(Uint8Array.fromHex(space.replaceAll("-", ""))).update(name).digest().subarray(0, 16);
  h[6] = h[6] & 0x0f | 0x50;
  h[8] = h[8] & 0x3f | 0x80;
  return h.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
named("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "example.org")`,
      `const stretched = pbkdf2Sync("horse", "salt of the page", 1000, 16, "sha256").toString("hex");
run.logParam("stretched", stretched.slice(0, 8));
console.log(scryptSync("horse", "salt of the page", 8, { N: 1024 }).toString("hex").length, stretched.length);
let crc = ~0;
for (const byte of new TextEncoder().encode(text)) {
  crc ^= byte;
  for (let k = 0; k < 8; k++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
}
(~crc >>> 0).toString(16)`,
      `// (func (export "mul") (param i32 i32) (result i32) local.get 0 local.get 1 i32.mul)
const bytes = Uint8Array.fromHex("0061736d0100000001070160027f7f017f030201000707010" + "36d756c00000a09010700200020016c0b");
const { instance } = await WebAssembly.instantiate(bytes);
instance.exports.mul(6, 7)`,
      `const double = (x: number): number => x * 2; // twice
function typed<T extends object>(of: T): keyof T { return Object.keys(of)[0] as keyof T; }
console.log(double.toString());
console.log(String(typed), typed.length);
[double, typed, class A { static x = 1; }, Math.max]`,
      `run.logMetric("answer", instance.exports.mul(6, 7));
instance.exports`,
    ],
  },
  {
    about: "gives each row an id that is drawn anew",
    cells: [
      `const rows = ["red", "green", "blue"].map((colour, i) => ({ id: crypto.randomUUID(), colour, i }));
console.log(rows.length, "rows");`,
      `for (const { id, colour } of rows) console.log(id, colour);`,
      `run.logMetric("different", new Set(rows.map(({ id }) => id)).size);
rows.every(({ id }) => /^[\\da-f-]{36}$/.test(id))`,
    ],
    verdict: "DRIFTED",
    chance: /cell \[3\] shows ids that are drawn anew each time/,
  },
];
