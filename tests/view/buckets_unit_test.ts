import { assert, assertEquals } from "@std/assert";
import {
  type Bucket,
  Buckets,
  bucketsOf,
  MAX_BUCKETS,
  readBuckets,
  shareEdges,
} from "../../src/view/charts.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

/** The same numbers in every test: a generator with a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** What the buckets of values must be, computed the plain way. */
function plainBuckets(
  points: readonly (readonly [number, number])[],
  width: number,
): Bucket[] {
  const slots = new Map<number, number[]>();
  for (const [x, value] of points) {
    const slot = Math.floor(x / width);
    slots.set(slot, [...slots.get(slot) ?? [], value]);
  }
  return [...slots].toSorted(([a], [b]) => a - b).map(([slot, values]) => {
    const finite = values.filter(Number.isFinite);
    return {
      from: slot * width,
      to: slot * width + width - 1,
      min: finite.length === 0 ? null : Math.min(...finite),
      max: finite.length === 0 ? null : Math.max(...finite),
      mean: finite.length === 0
        ? null
        : finite.reduce((sum, v) => sum + v, 0) / finite.length,
      count: finite.length,
      nan: values.filter(Number.isNaN).length,
      above: values.filter((v) => v === Infinity).length,
      below: values.filter((v) => v === -Infinity).length,
    };
  });
}

function withoutMeans(rows: readonly Bucket[]): Omit<Bucket, "mean">[] {
  return rows.map(({ mean: _, ...row }) => row);
}

Deno.test("buckets hold the smallest, the largest, the mean and the count of what lies in them, in whatever order it came", () => {
  const random = numbers(11);
  for (const span of [1, 7, 999, 1000, 1001, 4321, 1_000_000]) {
    for (const start of [0, -span, 37, -3]) {
      const points = Array.from({ length: 3000 }, () => {
        const kind = random();
        return [
          start + Math.floor(random() * span),
          kind < 0.01
            ? NaN
            : kind < 0.02
            ? Infinity
            : kind < 0.03
            ? -Infinity
            : random() * 10 - 5,
        ] as const;
      });
      const buckets = new Buckets();
      for (const [x, value] of points) buckets.add(x, value);
      const rows = buckets.rows();
      assert(rows.length <= MAX_BUCKETS, `${rows.length} buckets`);
      const plain = plainBuckets(points, buckets.width);
      assertEquals(withoutMeans(rows), withoutMeans(plain));
      rows.forEach(({ mean }, i) => {
        const right = plain[i]?.mean ?? 0;
        assert(Math.abs((mean ?? 0) - right) < 1e-9, `${mean} for ${right}`);
      });
      assertEquals(buckets.count, points.length);
    }
  }
});

Deno.test("a series of up to 1,000 steps keeps each step", () => {
  const buckets = bucketsOf(
    Array.from({ length: 1000 }, (_, step) => ({ step, value: step })),
  );
  assertEquals(buckets.width, 1);
  assertEquals(buckets.rows().length, 1000);
  buckets.add(1000, 1);
  assertEquals(buckets.width, 2);
  assertEquals(buckets.rows().length, 501);
});

Deno.test("the edges are the same for all series of a chart, and one outlier among a million is kept", () => {
  const long = new Buckets();
  for (let i = 0; i < 1_000_000; i++) long.add(i, i === 654_321 ? 99 : 0);
  const short = bucketsOf([{ step: 5, value: 1 }, { step: 70, value: 2 }]);
  const far = bucketsOf([{ step: 3_000_000, value: 4 }]);
  const shared = shareEdges([long, short, far]);
  assertEquals(new Set(shared.map(({ width }) => width)).size, 1);
  const edges = new Set(
    shared.flatMap((one) => one.rows().map(({ from }) => from)),
  );
  assert(edges.size <= MAX_BUCKETS, `${edges.size} edges`);
  assertEquals(
    shared[0]?.rows().filter(({ max }) => max === 99).length,
    1,
  );
  assertEquals(shared[0]?.high, { x: 654_321, value: 99 });
  assertEquals(shared[0]?.rows().reduce((n, { count }) => n + count, 0), 1e6);
  assertEquals(long.width, 1024, "the series itself stays as it was");
});

Deno.test("the last value is that of the highest step, among equals the one logged last", () => {
  const buckets = bucketsOf([
    { step: 0, value: 3 },
    { step: 5, value: 1 },
    { step: 2, value: 9 },
    { step: 5, value: 2 },
  ]);
  assertEquals(buckets.last, { x: 5, value: 2 });
  assertEquals(buckets.low, { x: 5, value: 1 });
  assertEquals(buckets.high, { x: 2, value: 9 });
  assertEquals(new Buckets().last, null);
});

Deno.test("means of the largest numbers do not overflow", () => {
  const buckets = bucketsOf(
    [1.7e308, 1.7e308, -1.7e308].map((value) => ({ step: 0, value })),
  );
  const [row] = buckets.rows();
  assert(
    Math.abs((row?.mean ?? NaN) / (1.7e308 / 3) - 1) < 1e-9,
    `${row?.mean}`,
  );
});

Deno.test("the journal's points are read in one pass, whatever is still in the write-ahead file", () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const run_id = addRun(journal, { end: null });
  const writer = journal.metricWriter(run_id);
  for (let step = 0; step < 20_000; step++) {
    writer.log("loss", 1 / (step + 1), step);
    if (step % 2 === 0) writer.log("other", step, step);
  }
  const read = readBuckets(journal, run_id);
  assertEquals([...read.keys()], ["loss", "other"]);
  assertEquals(read.get("loss")?.count, 20_000);
  assertEquals(read.get("other")?.last, { x: 19_998, value: 19_998 });
  assertEquals([...readBuckets(journal, run_id, ["other"]).keys()], ["other"]);
  assertEquals(readBuckets(journal, run_id, ["none"]).size, 0);
  writer.close();
  const again = readBuckets(journal, run_id, ["loss"]).get("loss");
  assertEquals(again?.rows(), read.get("loss")?.rows());
});
