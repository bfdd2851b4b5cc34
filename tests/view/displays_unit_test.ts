import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NbtrackError } from "../../src/base/errors.ts";
import { callbacksOf } from "../../src/track/callbacks.ts";
import { TrackOptionsError } from "../../src/track/errors.ts";
import { progress } from "../../src/track/progress.ts";
import { otherLines } from "../../src/view/other_lines.ts";
import { addRun, emptyJournal } from "../record/filled.ts";

Deno.test("callbacks log each number of an epoch at its step, and tensors of one value; batches only when asked", () => {
  const logged: unknown[] = [];
  const log = (...point: unknown[]) => logged.push(point);
  const tensor = { dataSync: () => new Float32Array([0.25]) };
  const plain = callbacksOf(log);
  plain.onEpochEnd(0, { loss: 1, val_acc: tensor, size: "12", nothing: null });
  plain.onEpochEnd(1, { loss: NaN });
  plain.onEpochEnd(2);
  assertEquals(logged, [
    ["loss", 1, 0],
    ["val_acc", 0.25, 0],
    ["loss", NaN, 1],
  ]);
  assertEquals(plain.onBatchEnd, undefined);
  logged.length = 0;
  const all = callbacksOf(log, { batches: true, prefix: "first." });
  all.onBatchEnd?.(0, { loss: 3 });
  all.onEpochEnd(7, { loss: 2 });
  assertEquals(logged, [
    ["first.batch.loss", 3, undefined],
    ["first.loss", 2, 7],
  ]);
});

Deno.test("progress() hands on what it is given, whatever that is, and stops the source when the loop stops", async () => {
  let closed = 0;
  function* numbers() {
    try {
      yield* [1, 2, 3];
    } finally {
      closed++;
    }
  }
  const quiet = { quiet: true };
  assertEquals([...progress(3, quiet)], [0, 1, 2]);
  assertEquals([...progress(new Set(["a", "b"]), quiet)], ["a", "b"]);
  assertEquals([...progress(numbers(), quiet)], [1, 2, 3]);
  for (const n of progress(numbers(), quiet)) if (n === 2) break;
  assertEquals(closed, 2);
  const later = (async function* () {
    yield* [1, 2];
  })();
  assertEquals(await Array.fromAsync(progress(later, quiet)), [1, 2]);
  assertEquals(await Array.fromAsync(progress([5, 6], quiet)), [5, 6]);
  assertThrows(
    () => [...progress((async function* () {})(), quiet)],
    TrackOptionsError,
    "async iterable",
  );
  assertThrows(() => {
    for (const _ of progress(2, quiet)) throw new RangeError("in the loop");
  }, RangeError);
});

Deno.test("a chart is compared with the run before, with one by its id or the beginning of it, with a row, and with a loaded one", async () => {
  using opened = emptyJournal();
  const { journal } = opened;
  const first = addRun(journal, { experiment: "e", metrics: { loss: [3, 2] } });
  const run_id = addRun(journal, { experiment: "e", metrics: { loss: [1] } });
  const lines = async (against: Parameters<typeof otherLines>[1]["against"]) =>
    (await otherLines(journal, { run_id, keys: ["loss", "none"], against }))
      .map(({ buckets, muted }) => [buckets.count, buckets.last?.value, muted]);
  const before = [[2, 2, true]];
  assertEquals(await lines("last"), before);
  assertEquals(await lines(first), before);
  assertEquals(await lines(first.slice(0, 8)), before);
  assertEquals(await lines({ id: first }), before);
  assertEquals(await lines({ run_id: first }), before, "a row of runs()");
  const loaded = {
    id: "elsewhere",
    name: "elsewhere",
    points: (key: string) =>
      key === "loss"
        ? Promise.resolve([{ step: 4, timestamp: 0, value: 8 }])
        : Promise.reject(new NbtrackError("There is none.")),
  };
  assertEquals(await lines(loaded), [[1, 8, true]]);
  assertEquals(
    await otherLines(journal, {
      run_id: first,
      keys: ["loss"],
      against: "last",
    }),
    [],
  );
  await assertRejects(() => lines("0000abcd"), NbtrackError);
  await assertRejects(() => lines({ id: "none" }), NbtrackError, "no run");
  await assertRejects(
    () => lines({} as { id: string }),
    NbtrackError,
    "named by its id",
  );
});
