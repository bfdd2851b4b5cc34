import { assertEquals, assertThrows } from "@std/assert";
import { summaryOf } from "../../src/record/compare.ts";
import { QueryError } from "../../src/record/errors.ts";
import type { RunRecord } from "../../src/record/schema/record.ts";
import { byNewest, parseOrder, parseSort } from "../../src/record/sort.ts";
import { recordWith } from "./filled.ts";

function run(run_id: string, given: Partial<RunRecord>) {
  return summaryOf(recordWith({ run_id, ...given }));
}

const RUNS = [
  run("a", { start_time: 1, metrics: { loss: 0.5 }, params: { k: "10" } }),
  run("b", { start_time: 2, metrics: { loss: 0.1 }, params: { k: "9" } }),
  run("c", { start_time: 3, metrics: { loss: "NaN" }, params: { k: "many" } }),
  run("d", { start_time: 4, metrics: {}, params: {} }),
  run("e", { start_time: 5, metrics: { loss: 0.5 }, params: { k: "9" } }),
];

const order = (text: string) =>
  RUNS.toSorted(parseSort(text)).map((r) => r.run_id).join("");

Deno.test("runs sort by a metric with NaN and missing values last, whatever the direction", () => {
  assertEquals(order("metrics.loss"), "beadc");
  assertEquals(order("metrics.loss DESC"), "eabdc");
  assertEquals(order("-metrics.loss"), "eabdc");
});

Deno.test("params sort as numbers before texts", () => {
  assertEquals(order("params.k"), "ebacd");
  assertEquals(order("params.k desc"), "aebcd");
});

Deno.test("several keys sort one after the other and the newest is first among equals", () => {
  assertEquals(order("params.k, metrics.loss"), "beacd");
  assertEquals(order("attributes.start_time ASC"), "abcde");
  assertEquals(RUNS.toSorted(byNewest).map((r) => r.run_id).join(""), "edcba");
});

Deno.test("among equals a reproduction comes after what it reproduces, though it is newer", () => {
  const runs = [
    run("a", { start_time: 1, metrics: { loss: 0.1 } }),
    run("b", { start_time: 2, metrics: { loss: 0.1 }, reproduces: "a" }),
    run("c", { start_time: 3, metrics: { loss: 0.2 } }),
  ];
  const ids = (sorted: readonly { run_id: string }[]) =>
    sorted.map(({ run_id }) => run_id).join("");
  assertEquals(ids(runs.toSorted(parseSort("metrics.loss"))), "abc");
  assertEquals(ids(parseOrder("-metrics.loss").sorted(runs)), "cab");
});

Deno.test("an order that names nothing is refused with its position", () => {
  assertEquals(
    assertThrows(() => parseSort("metrics.loss, loss"), QueryError).position,
    14,
  );
  assertEquals(assertThrows(() => parseSort(""), QueryError).position, 0);
});
