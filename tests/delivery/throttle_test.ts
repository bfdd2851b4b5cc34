import { assert, assertEquals } from "@std/assert";
import { withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import {
  newDelivery,
  record,
  runThere,
  targetOf,
  upTo,
  valuesThere,
} from "./support.ts";

for (
  const [what, headers] of [
    ["seconds", () => ({ "retry-after": "3000" })],
    [
      "a date, by a clock that is two days off",
      () => {
        const clock = Date.now() + 2 * 24 * 3_600_000;
        return {
          date: new Date(clock).toUTCString(),
          "retry-after": new Date(clock + 3_000_000).toUTCString(),
        };
      },
    ],
  ] as const
) {
  Deno.test(`a server that asks to slow down by ${what} is left alone by every run until then`, async () => {
    await withServer({}, async ({ server, token }, journal) => {
      const [first, second] = [record(journal), record(journal)];
      await withFaults(
        server.tracking_uri,
        ({ path }) =>
          path.endsWith("/runs/create")
            ? new Response("Retry later", { status: 429, headers: headers() })
            : "pass",
        async ({ tracking_uri, seen }) => {
          const delivery = newDelivery(journal);
          const target = targetOf({ tracking_uri, token });
          const began = Date.now();
          assert(!await delivery.deliver(first, target));
          const asked = seen.length;
          assert(!await delivery.deliver(second, target));
          assertEquals(seen.length, asked);
          for (const run_id of [first, second]) {
            const { state, next_try } = journal.deliveries.get(run_id);
            assertEquals(state, "pending");
            const wait = (next_try ?? 0) - began;
            assert(wait > 2_990_000 && wait < 3_100_000, `${wait} ms`);
          }
        },
      );
    });
  });
}

Deno.test("a recorder with little memory leaves points in doubt to sync where a server tells all points at once", async () => {
  await withServer(
    { profile: "17.9" },
    async ({ server, token, client }, journal) => {
      const run_id = record(journal, {
        options: { points: "all" },
        metrics: { loss: upTo(200) },
      });
      const { tracking_uri } = server;
      const target = targetOf({ tracking_uri, token });
      assert(await newDelivery(journal).deliver(run_id, target));
      journal.deliveries.set(run_id, {
        state: "pending",
        delivered_seq: 50,
        unsure_to: 200,
      });
      const small = newDelivery(journal, { most_read_back: 100 });
      assert(!await small.deliver(run_id, target));
      const { state, error } = journal.deliveries.get(run_id);
      assertEquals(state, "pending");
      assert(/Run `nbtrack sync`/.test(error ?? ""), error ?? "");
      assert(await newDelivery(journal).deliver(run_id, target));
      const { info } = await runThere(client, run_id);
      assertEquals(await valuesThere(client, info.run_id, "loss"), upTo(200));
    },
  );
});
