import { assertEquals } from "@std/assert";
import { command, nbtrackJson } from "../cli/nbtrack.ts";
import { writeNotebook } from "./notebooks.ts";
import { withServer } from "./practice.ts";
import { runThere, upTo, valuesThere } from "./support.ts";

/** How often a recorder is killed. */
const KILLS = 4;

Deno.test("points of a notebook are on the server once each although its recorder was killed again and again", async () => {
  const faults = {
    seed: 3,
    rate_500: 0.05,
    rate_reset: 0.05,
    rate_lost_answer: 0.1,
  };
  await withServer({ faults }, async ({ server, token, client }, journal) => {
    const home = journal.home;
    const path = await writeNotebook(home, [
      `const run = await track("birds", { params: { k: 5 }, points: "all" });
for (let i = 0; i < 2000; i++) {
  run.logMetric("loss", i);
  if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 40));
}
await run.end();`,
    ]);
    const env = {
      MLFLOW_TRACKING_URI: server.tracking_uri,
      MLFLOW_TRACKING_TOKEN: token,
    };
    const running = command(["run", path], { home, env }).spawn();
    const ended = running.output();
    let gone = false;
    ended.then(() => gone = true);
    const killed = new Set<number>();
    while (killed.size < KILLS && !gone) {
      const [run] = journal.runs.list();
      const session = run && journal.sessions.get(run.session_id);
      const pid = session?.recorder_pid ?? null;
      const { delivered_seq = 0 } = run === undefined
        ? {}
        : journal.deliveries.get(run.run_id);
      // Each recorder gets as far as sending something of its own.
      if (
        pid !== null && !killed.has(pid) && delivered_seq > killed.size * 50
      ) {
        killed.add(pid);
        Deno.kill(pid, "SIGKILL");
      }
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    await ended;
    const [run] = journal.runs.list();
    const run_id = run?.run_id ?? "";
    await nbtrackJson(["sync"], { home, env });
    assertEquals(killed.size, KILLS);
    const there = await runThere(client, run_id);
    assertEquals(there.info.status, "FINISHED");
    assertEquals(
      await valuesThere(client, there.info.run_id, "loss"),
      upTo(2000),
    );
  });
});
