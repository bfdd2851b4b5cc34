import type { Kind } from "../kinds.ts";

/**
 * Chance, clocks and dates.
 *
 * After fadhlirahim/algo-ds-jupyter (big-o, quicksort, arrays-vs-linkedlist), 68thandMaine/algorithm-notebooks
 * (algorithm_comparison), yunabe/tslab (naive_fib), rgbkrk/denotebooks (09_Cryptography on UUIDs and ULIDs), and notebooks
 * that simulate by Monte Carlo or show dates with date-fns, Luxon and Temporal.
 */
export const RANDOMNESS_AND_TIME: readonly Kind[] = [
  {
    about: "walks at random from a seed",
    seed: 42,
    cells: [
      `const walk = (steps: number) => Array.from({ length: steps }).reduce<number[]>((path) => [...path, path.at(-1)! + (Math.random() < 0.5 ? -1 : 1)], [0]);
const walks = Array.from({ length: 200 }, () => walk(50));
walks[0]`,
      `const ends = walks.map((path) => path.at(-1)!);
const mean = ends.reduce((a, b) => a + b) / ends.length;
console.log("mean", mean, "spread", Math.sqrt(ends.reduce((s, e) => s + (e - mean) ** 2, 0) / ends.length).toFixed(4));`,
      `import { sample, shuffle, kMeansCluster, sampleSkewness } from "npm:simple-statistics@7.12.1";
[sample(ends, 5, Math.random), shuffle([1, 2, 3, 4, 5, 6], Math.random), sampleSkewness(ends)]`,
      `const clusters = kMeansCluster(ends.slice(0, 40).map((e, i) => [e, i % 7]), 3);
clusters.centroids.length`,
      `const points = walks[1]!.map((y, x) => x * 4 + "," + (60 - y * 2)).join(" ");
run.logMetric("mean", mean);
Deno.jupyter.svg\`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 204 120"><polyline points="\${points}" fill="none" stroke="crimson"/></svg>\``,
    ],
  },
  {
    about: "estimates π by darts without a seed",
    cells: [
      `function darts(n: number): number {
  let hits = 0;
  for (let i = 0; i < n; i++) if (Math.random() ** 2 + Math.random() ** 2 < 1) hits++;
  return 4 * hits / n;
}
typeof darts`,
      `const guess = darts(200_003);
run.logMetric("pi", guess);
console.log("π ≈", guess);`,
      `Math.abs(guess - Math.PI) < 0.1`,
    ],
    verdict: "DRIFTED",
    chance:
      /^no seed was recorded: track\(…, \{ seed \}\) makes Math\.random repeat$/,
  },
  {
    about: "times sorts against each other",
    cells: [
      `const merge = (a: number[], b: number[]) => { const out: number[] = []; let i = 0, j = 0; while (i < a.length && j < b.length) out.push(a[i]! <= b[j]! ? a[i++]! : b[j++]!); return out.concat(a.slice(i), b.slice(j)); };
const sorts: Record<string, (list: number[]) => number[]> = {
  bubble(list) { const a = [...list]; for (let n = a.length; n > 1; n--) for (let i = 1; i < n; i++) if (a[i - 1]! > a[i]!) [a[i - 1], a[i]] = [a[i]!, a[i - 1]!]; return a; },
  merge: (list) => list.length < 2 ? list : merge(sorts.merge!(list.slice(0, list.length >> 1)), sorts.merge!(list.slice(list.length >> 1))),
  quick: (list) => list.length < 2 ? list : [...sorts.quick!(list.filter((x) => x < list[0]!)), ...list.filter((x) => x === list[0]), ...sorts.quick!(list.filter((x) => x > list[0]!))],
  built: (list) => list.toSorted((a, b) => a - b),
};`,
      `let state = 7;
const numbers = Array.from({ length: 700 }, () => state = state * 16807 % 2147483647 % 10007);
const right = JSON.stringify(sorts.built!(numbers));
for (const [name, sort] of Object.entries(sorts)) {
  const began = performance.now();
  const sorted = sort(numbers);
  console.log(\`\${name}: \${(performance.now() - began).toFixed(3)} ms\`, JSON.stringify(sorted) === right ? "✅" : "❌");
}`,
      `const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2);
console.time("fib");
const found = fib(22);
console.timeLog("fib", "found", found);
console.timeEnd("fib");`,
      `const began = Date.now();
sorts.quick!(numbers);
Deno.jupyter.html\`<p>quick took <b>\${((Date.now() - began) / 1000).toFixed(2)} s</b></p>\``,
    ],
  },
  {
    about: "reckons with dates that are written down",
    cells: [
      `import { addMonths, differenceInCalendarDays, eachWeekOfInterval, format, formatDistance, getISOWeek, parseISO } from "npm:date-fns@4.4.0";
const start = parseISO("2024-01-31");
[format(addMonths(start, 1), "EEEE, d MMMM yyyy"), differenceInCalendarDays(parseISO("2025-01-01"), start), getISOWeek(start), formatDistance(start, parseISO("2024-03-01"))]`,
      `eachWeekOfInterval({ start, end: addMonths(start, 1) }).map((d) => format(d, "yyyy-MM-dd"))`,
      `import { DateTime, Duration, Interval } from "npm:luxon@3.7.2";
const meeting = DateTime.fromISO("2024-03-10T01:30", { zone: "America/New_York" });
console.log(meeting.plus({ hours: 1 }).toISO(), meeting.setZone("Asia/Kolkata").toFormat("ccc HH:mm ZZ"), Duration.fromISO("PT90M").toFormat("h:mm"));
Interval.fromDateTimes(meeting, meeting.plus({ days: 2 })).splitBy({ days: 1 }).map((i) => i.toString())`,
      `const moment = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 500));
["en-US", "de-DE", "ja-JP-u-ca-japanese"].map((l) => new Intl.DateTimeFormat(l, { dateStyle: "full", timeStyle: "short", timeZone: "Europe/Oslo" }).format(moment))`,
      `const zoned = Temporal.ZonedDateTime.from("2024-10-27T02:30[Europe/Berlin]");
[zoned.add({ hours: 1 }).toString(), zoned.hoursInDay, Temporal.PlainDate.from("2024-02-29").add({ years: 1 }).toString(), Temporal.Duration.from("P1DT36H").round({ largestUnit: "days" }).toString()]`,
      `const rtf = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
[rtf.format(-1, "day"), rtf.format(3, "week"), new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" }).format(1234.5), new Intl.ListFormat("en").format(["a", "b", "c"])]`,
      `moment`,
      `new Date("not a date").toISOString()`,
    ],
    failing: 1,
  },
  {
    about: "says when it ran",
    cells: [
      `const began = new Date();
console.log("started", began.toISOString());
began.getTimezoneOffset() === new Date().getTimezoneOffset()`,
      `console.log(Temporal.Now.instant().toString({ smallestUnit: "second" }), Temporal.Now.timeZoneId() !== "");
console.log(\`report of \${began.toISOString().slice(0, 10)}\`);`,
      `const took = Date.now() - began.getTime();
console.log(\`so far \${took} ms\`, took >= 0);`,
      `new Date().getFullYear() >= 2024`,
    ],
  },
  {
    about: "draws ids that nobody drew before",
    cells: [
      `const orders = ["tea", "bread"].map((item) => ({ id: crypto.randomUUID(), item }));
orders.map(({ item }) => item)`,
      `import { v4, validate } from "npm:uuid@14.0.3";
[orders.every(({ id }) => validate(id)), v4().length]`,
      `orders`,
    ],
    verdict: "DRIFTED",
    chance: /^cell \[4\] shows ids that are drawn anew each time$/,
  },
];
