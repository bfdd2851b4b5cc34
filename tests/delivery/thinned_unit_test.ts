import { assert, assertEquals } from "@std/assert";
import {
  GROWING_STEPS,
  GrowingSeries,
  StepScale,
  THINNED_POINTS,
  ThinnedSeries,
} from "../../src/delivery/thinned_series.ts";
import { upTo } from "./support.ts";

/** A value that goes up and down, with its extremes within. */
const wave = (i: number) => Math.sin(i / 50) * (1 + i / 1e6);

for (const live of [false, true]) {
  Deno.test(
    `a series of any length has at most 500 points${
      live ? " when it was sent as it grew" : ""
    }: the first, the last, the smallest and the largest among them, and the last one last`,
    () => {
      for (
        const n of [
          1,
          2,
          99,
          100,
          101,
          102,
          499,
          500,
          501,
          777,
          12_345,
          200_000,
        ]
      ) {
        const growing = new GrowingSeries();
        const series = new ThinnedSeries();
        let [smallest, largest] = [0, 0];
        for (let i = 0; i < n; i++) {
          const point = {
            key: "a",
            key_id: 0,
            seq: i,
            value: wave(i),
            step: i,
            timestamp: 0,
          };
          if (wave(i) < wave(smallest)) smallest = i;
          if (wave(i) > wave(largest)) largest = i;
          series.add(point);
          if (live) growing.next(point);
        }
        series.begin(growing);
        const left = upTo(n).filter((i) => series.isLeft(i));
        const sent = upTo(n).filter((i) => growing.hasSent(i));
        const all = [...sent, ...left];
        assertEquals(new Set(all).size, all.length, "none twice");
        assert(all.length <= THINNED_POINTS, `${all.length} of ${n}`);
        if (n <= THINNED_POINTS) assertEquals(all.length, n);
        for (const i of [0, n - 1, smallest, largest]) {
          assert(all.includes(i), `${i} of ${n}`);
        }
        assertEquals(all.at(-1), n - 1, "the last arrives last");
      }
    },
  );
}

Deno.test("steps up to 5,000 stay as they are; beyond, they are even parts of 500 columns in their order", () => {
  const short = new StepScale();
  for (const step of [0, 5000]) short.add(step);
  assertEquals([short.renumbered, short.shown(5000)], [false, 5000]);
  const long = new StepScale();
  for (const step of [7, 10_000_000]) long.add(step);
  assertEquals([long.shown(7), long.shown(10_000_000)], [0, 499]);
  assert(long.shown(5_000_000) > 240 && long.shown(5_000_000) < 260);
  const one = new StepScale();
  one.add(1_000_000);
  assertEquals(one.shown(1_000_000), 0);
});

Deno.test("steps that were sent as they are leave room for the others, in their order, however far the run goes", () => {
  for (const sent of [0, 57, GROWING_STEPS]) {
    for (const last of [5001, 6000, 10_000_000, 2 ** 40]) {
      const scale = new StepScale();
      scale.add(0);
      scale.add(last);
      scale.addSent(sent);
      assertEquals([scale.renumbered, scale.shown(sent)], [true, sent]);
      assert(scale.shown(sent + 1) > sent, "no step twice");
      assertEquals(scale.shown(last), 499);
      let before = 0;
      for (let i = 0; i <= 1000; i++) {
        const shown = scale.shown(Math.floor(last * i / 1000));
        assert(shown >= before && Number.isInteger(shown));
        before = shown;
      }
    }
  }
});
