import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  isLeaseLostError,
  Lease,
  newHolder,
} from "../../src/delivery/lease.ts";
import { withServer } from "./practice.ts";
import {
  deliver,
  Home,
  newDelivery,
  record,
  runsThere,
  runThere,
  targetOf,
  upTo,
  valuesThere,
} from "./support.ts";
import { until } from "../until.ts";

/** A holder's text of another process. */
function holderOf(part: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(newHolder("recorder")), ...part });
}

Deno.test("the right to deliver a run is one process's at a time", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = record(journal);
  const mine = Lease.take(journal, run_id, newHolder("recorder"));
  assert(mine !== null);
  assertEquals(Lease.take(journal, run_id, newHolder("sync")), null);
  mine.release();
  const theirs = Lease.take(journal, run_id, newHolder("sync"));
  assert(theirs !== null);
  theirs.release();
});

Deno.test("the right of a process that is dead is taken over at once", async () => {
  using home = new Home();
  using journal = home.open();
  const run_id = record(journal);
  const gone = new Deno.Command(Deno.execPath(), {
    args: ["--version"],
    stdout: "null",
  }).spawn();
  const { pid } = gone;
  await gone.status;
  const dead = holderOf({ pid, id: "other" });
  assert(journal.deliveries.lease(run_id, dead, Date.now() + 60_000));
  const mine = Lease.take(journal, run_id, newHolder("sync"));
  assert(mine !== null);
  mine.release();
});

for (
  const [what, holder] of [
    ["of another machine", holderOf({ host: "elsewhere", pid: 1 })],
    ["that another version named", "recorder 4711"],
    ["that lives", holderOf({ id: "other" })],
  ] as const
) {
  Deno.test(`the right of a process ${what} is respected until it lapses`, () => {
    using home = new Home();
    using journal = home.open();
    const run_id = record(journal);
    const now = Date.now();
    assert(journal.deliveries.lease(run_id, holder, now + 60_000));
    assertEquals(Lease.take(journal, run_id, newHolder("sync")), null);
    assert(journal.deliveries.lease(run_id, holder, now - 1));
    const mine = Lease.take(journal, run_id, newHolder("sync"));
    assert(mine !== null);
    mine.release();
  });
}

Deno.test("a process that lost the right can note nothing, and does not take the right from the other", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = record(journal);
  const asleep = Lease.take(journal, run_id, newHolder("recorder"));
  assert(asleep !== null);
  const { lease_holder } = journal.deliveries.get(run_id);
  // Its time has lapsed while the machine slept; another process went on.
  assert(journal.deliveries.lease(run_id, lease_holder ?? "", Date.now() - 1));
  const other = Lease.take(journal, run_id, newHolder("sync"));
  assert(other !== null);
  other.set({ delivered_seq: 70 });
  const error = assertThrows(() => asleep.set({ delivered_seq: 10 }));
  assert(isLeaseLostError(error));
  asleep.release();
  assertEquals(journal.deliveries.get(run_id).delivered_seq, 70);
  assertEquals(Lease.take(journal, run_id, newHolder("sync")), null);
  other.release();
});

Deno.test("a right that was given back in between is not taken up again by one that was asleep", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = record(journal);
  const asleep = Lease.take(journal, run_id, newHolder("recorder"));
  assert(asleep !== null);
  const { lease_holder } = journal.deliveries.get(run_id);
  journal.deliveries.release(run_id, lease_holder ?? "");
  assertThrows(() => asleep.set({ delivered_seq: 10 }));
  asleep.release();
});

Deno.test("five deliveries of the same run at once send everything once", async () => {
  await withServer(
    { faults: { delay_ms: 3 } },
    async ({ server, token, client }, journal) => {
      const run_id = record(journal, {
        params: { k: "5" },
        metrics: { loss: upTo(500) },
        artifacts: { "a.txt": "a", "b.txt": "b" },
      });
      const target = targetOf({ tracking_uri: server.tracking_uri, token });
      const outcomes = await Promise.all(
        upTo(5).map(async () => {
          const delivery = newDelivery(journal);
          return await until(
            "a delivery beside others",
            () => delivery.deliver(run_id, target),
          );
        }),
      );
      assertEquals(outcomes.length, 5);
      assertEquals((await runsThere(client, run_id)).length, 1);
      const { info } = await runThere(client, run_id);
      assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(500));
      const files = await client.listArtifacts(info);
      assertEquals(files.map((f) => f.path).toSorted(), ["a.txt", "b.txt"]);
    },
  );
});

Deno.test("a delivery that is done gives the right back, also after a failure", async () => {
  await withServer({}, async ({ server }, journal) => {
    const run_id = record(journal);
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token: ["practice", "unknown"].join("-"),
    });
    const { lease_holder, state } = journal.deliveries.get(run_id);
    assertEquals([lease_holder, state], [null, "refused"]);
  });
});
