import { assertEquals, assertRejects } from "@std/assert";
import { PointFitter } from "../../src/delivery/point_fitter.ts";
import { PointStream } from "../../src/delivery/point_stream.ts";
import { remoteRun } from "../../src/delivery/send_run.ts";
import { resolveUncertainPoints } from "../../src/delivery/uncertain_points.ts";
import { InProcess } from "./in_process.ts";
import { log, record, upTo, valuesThere } from "./support.ts";

const PROFILES = ["16.4", "17.9", "newest"] as const;

/** A run with 3 points on the server, and 4 more that were sent, of which these arrived. */
async function doubtful(
  it: InProcess,
  arrived: (seq: number) => boolean,
): Promise<{ run_id: string; remote: string; resolve: () => Promise<void> }> {
  const run_id = record(it.journal, {
    metrics: { loss: upTo(3) },
    open: true,
  });
  const remote = await remoteRun(await it.sending(run_id));
  log(it.journal, run_id, { loss: [9, 9, 8, 7] });
  const sending = await it.sending(run_id);
  const stream = new PointStream(it.journal, run_id, {
    fitter: new PointFitter(sending.server.limits),
    mode: "all",
  });
  const points = [...stream.from(0, false)];
  await it.client.logBatch({
    run_id: remote,
    metrics: points.flatMap(({ seq, metric }) =>
      metric !== null && (seq < 3 || arrived(seq)) ? [metric] : []
    ),
  });
  it.journal.deliveries.set(run_id, { delivered_seq: 3, unsure_to: 7 });
  return {
    run_id,
    remote,
    resolve: () => resolveUncertainPoints(sending, stream),
  };
}

for (const profile of PROFILES) {
  Deno.test(`points that all arrived count as delivered, and none is sent again (${profile})`, async () => {
    using it = new InProcess({ profile });
    const { run_id, remote, resolve } = await doubtful(it, () => true);
    it.asked.length = 0;
    await resolve();
    const { delivered_seq, unsure_to } = it.journal.deliveries.get(run_id);
    assertEquals([delivered_seq, unsure_to], [7, null]);
    assertEquals(it.asked.filter((one) => one.startsWith("POST")), []);
    assertEquals(
      await valuesThere(it.client, remote, "loss"),
      [0, 1, 2, 9, 9, 8, 7],
    );
  });

  Deno.test(`points of which none arrived are in doubt no more, and left to be sent (${profile})`, async () => {
    using it = new InProcess({ profile });
    const { run_id, remote, resolve } = await doubtful(it, () => false);
    await resolve();
    const { delivered_seq, unsure_to } = it.journal.deliveries.get(run_id);
    assertEquals([delivered_seq, unsure_to], [3, null]);
    assertEquals(await valuesThere(it.client, remote, "loss"), [0, 1, 2]);
  });

  Deno.test(`of points that arrived in part the others are sent (${profile})`, async () => {
    using it = new InProcess({ profile });
    // One of two equal points.
    const { run_id, remote, resolve } = await doubtful(it, (seq) => seq === 3);
    await resolve();
    const { delivered_seq, unsure_to } = it.journal.deliveries.get(run_id);
    assertEquals([delivered_seq, unsure_to], [7, null]);
    assertEquals(
      await valuesThere(it.client, remote, "loss"),
      [0, 1, 2, 9, 9, 8, 7],
    );
  });
}

Deno.test("points stay in doubt while the server cannot be asked", async () => {
  using it = new InProcess();
  const { run_id, resolve } = await doubtful(it, () => true);
  it.fate = () => "drop";
  await assertRejects(resolve);
  const { delivered_seq, unsure_to } = it.journal.deliveries.get(run_id);
  assertEquals([delivered_seq, unsure_to], [3, 7]);
});

Deno.test("the missing points stay in doubt when the answer to them is lost, and are there once after all", async () => {
  using it = new InProcess();
  const { run_id, remote, resolve } = await doubtful(it, (seq) => seq < 5);
  it.fate = (path) => path.endsWith("/log-batch") ? "lose" : "pass";
  await assertRejects(resolve);
  assertEquals(it.journal.deliveries.get(run_id).unsure_to, 7);
  it.fate = () => "pass";
  await resolve();
  assertEquals(it.journal.deliveries.get(run_id).delivered_seq, 7);
  assertEquals(
    await valuesThere(it.client, remote, "loss"),
    [0, 1, 2, 9, 9, 8, 7],
  );
});
