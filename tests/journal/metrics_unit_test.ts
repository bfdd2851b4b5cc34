import { assert, assertEquals } from "@std/assert";
import { writeAheadPath } from "../../src/journal/write_ahead_log.ts";
import { POINT_BYTES, readPoints } from "../../src/journal/points.ts";
import { Home, newRun, upTo, values } from "./support.ts";

const ODD = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  5e-324,
  -2.2250738585072014e-308,
  1e308,
  Number.MAX_VALUE,
  0.1 + 0.2,
  Number.MIN_SAFE_INTEGER,
];

Deno.test("every kind of float64 comes back exactly, from the file and from the blocks", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const value of ODD) writer.log("odd", value);
  const same = (read: number[]) =>
    read.length === ODD.length && read.every((v, i) => Object.is(v, ODD[i]));
  assert(same(values(journal, run_id)), "in the file");
  writer.close();
  assertEquals(journal.unabsorbed(), []);
  assert(same(values(journal, run_id)), "in the journal");
});

Deno.test("steps count from 0 for each key, and go on after a step that was given", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  writer.log("a", 1);
  writer.log("b", 1);
  writer.log("a", 1);
  writer.log("a", 1, 10, 1234);
  writer.log("a", 1, 3);
  writer.log("a", 1);
  writer.close();
  // Another process goes on with the run.
  const second = journal.metricWriter(run_id);
  second.log("a", 1);
  second.log("c", 1);
  second.close();
  const read = [...journal.points(run_id)];
  assertEquals(
    read.map((p) => [p.key, p.step]),
    [
      ["a", 0],
      ["b", 0],
      ["a", 1],
      ["a", 10],
      ["a", 3],
      ["a", 11],
      ["a", 12],
      ["c", 0],
    ],
  );
  assertEquals(read.map((p) => p.seq), upTo(8));
  assertEquals(read[3]?.timestamp, 1234);
});

Deno.test("the last point is that of the highest step, among equals the one logged last", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  const last = () =>
    journal.metrics(run_id).map((m) => [m.key, m.count, m.last?.value]);
  writer.log("loss", 1, 5);
  writer.log("loss", 2, 7);
  writer.log("loss", 3, 6);
  assertEquals(last(), [["loss", 3, 2]]);
  writer.flush();
  assertEquals(last(), [["loss", 3, 2]]);
  writer.log("loss", 4, 6);
  writer.log("gain", 9);
  assertEquals(last(), [["loss", 4, 2], ["gain", 1, 9]]);
  writer.log("loss", 5, 7);
  assertEquals(last(), [["loss", 5, 5], ["gain", 1, 9]]);
  writer.close();
  assertEquals(last(), [["loss", 5, 5], ["gain", 1, 9]]);
  assertEquals(journal.pointCount(run_id), 6);
});

Deno.test("points are read from any place on, across blocks and the file", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const i of upTo(20_000)) {
    writer.log("loss", i);
    if (i === 100 || i === 9000) writer.flush();
  }
  for (const from of [0, 100, 101, 8999, 9001, 16_000, 19_999, 20_000]) {
    assertEquals(
      [...journal.points(run_id, from)].map((p) => p.value),
      upTo(20_000).slice(from),
    );
  }
  writer.close();
});

Deno.test("points that lie in a block and still in the file are there once", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const i of upTo(50)) writer.log("loss", i);
  // As after a kill between the block's commit and the emptying of the file.
  const path = writeAheadPath(`${home.path}/points`, run_id);
  const file = Deno.readFileSync(path);
  assertEquals(file.byteLength, 50 * POINT_BYTES);
  writer.flush();
  for (const i of upTo(30)) writer.log("loss", 50 + i);
  Deno.writeFileSync(path, concat(file, Deno.readFileSync(path)));
  assertEquals(values(journal, run_id), upTo(80));
  assertEquals(journal.metrics(run_id)[0]?.count, 80);
  assertEquals(journal.absorb(run_id), 30);
  assertEquals(journal.absorb(run_id), 0);
  assertEquals(values(journal, run_id), upTo(80));
  assertEquals(journal.metrics(run_id)[0]?.count, 80);
  assertEquals(journal.unabsorbed(), []);
  writer.close();
  assertEquals(values(journal, run_id), upTo(80));
});

Deno.test("a torn last point is left out and does not spoil what is logged after it", () => {
  using home = new Home();
  const path = (id: string) => writeAheadPath(`${home.path}/points`, id);
  using journal = home.open();
  const run_id = newRun(journal);
  using dead = home.open();
  const died = dead.metricWriter(run_id);
  for (const i of upTo(10)) died.log("loss", i);
  const whole = Deno.readFileSync(path(run_id));
  died.close();
  const other = newRun(journal, "other");
  Deno.mkdirSync(`${home.path}/points`, { recursive: true });
  const next = journal.metricWriter(other);
  Deno.writeFileSync(path(other), whole.subarray(0, 7));
  for (const i of upTo(5)) next.log("loss", i);
  assertEquals(values(journal, other), upTo(5));
  next.close();
  assertEquals(values(journal, other), upTo(5));
  // A file with nothing whole in it goes away.
  Deno.writeFileSync(path(other), whole.subarray(0, 31));
  assertEquals(values(journal, other), upTo(5));
  assertEquals(journal.absorb(other), 0);
  assertEquals(journal.unabsorbed(), []);
});

Deno.test("a file that was written again while it was read yields no point out of turn", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const i of upTo(4)) writer.log("loss", i);
  const path = writeAheadPath(`${home.path}/points`, run_id);
  const before = Deno.readFileSync(path);
  writer.flush();
  for (const i of upTo(8)) writer.log("loss", 4 + i);
  const after = Deno.readFileSync(path);
  const mixed = concat(before, after.subarray(before.byteLength));
  assertEquals([...readPoints(mixed)].map((p) => p.seq), [
    0,
    1,
    2,
    3,
    8,
    9,
    10,
    11,
  ]);
  Deno.writeFileSync(path, mixed);
  assertEquals(values(journal, run_id), upTo(4));
  Deno.writeFileSync(path, after);
  assertEquals(values(journal, run_id), upTo(12));
  writer.close();
});

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
