import { randomFrom } from "../../src/base/repeatable_random.ts";
import { assertEquals } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import type { Journal } from "../../src/journal/journal.ts";
import type { Profile } from "../../src/practice/settings/config.ts";
import { PointFitter } from "../../src/delivery/point_fitter.ts";
import { PointStream } from "../../src/delivery/point_stream.ts";
import { GITLAB_LIMITS, type MetricPoint } from "../../src/gitlab/limits.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { Child, ServerProcess } from "./processes.ts";
import { newToken } from "./practice.ts";
import { end, Home, log, put, record, runThere, upTo } from "./support.ts";

const RUNS = 8;
/** Points logged after each kill. */
const PART = 50;
/** Requests of which one in five meets a fault. */
const FAULTS = {
  rate_429: 0.02,
  rate_500: 0.05,
  rate_reset: 0.06,
  rate_lost_answer: 0.07,
};

/** Logs a part of a run's points. */
function logPart(journal: Journal, run_id: string, n: number): void {
  log(journal, run_id, { [n % 2 === 0 ? "loss" : "accuracy"]: upTo(PART) });
}

/** The points that belong on the server. */
function sentOf(journal: Journal, run_id: string): MetricPoint[] {
  const { points_mode } = journal.deliveries.get(run_id);
  const stream = new PointStream(journal, run_id, {
    fitter: new PointFitter(GITLAB_LIMITS),
    mode: points_mode ?? "all",
  });
  return [...stream.from(0, true)].flatMap(({ metric }) => metric ?? []);
}

/** Kills sync, the server or both at random moments while runs grow, then ends the runs and counts. */
async function killAndCount(
  kills: number,
  profile: Profile,
  options: { points?: "all" } = { points: "all" },
): Promise<void> {
  using home = new Home();
  using journal = home.open();
  const token = newToken();
  const server = new ServerProcess(`${home.path}/server`, token);
  const chance = randomFrom(20_240_229);
  const fault = (seed: number) => ({ profile, faults: { seed, ...FAULTS } });
  await server.start(fault(1));
  const env = {
    NBTRACK_HOME: home.path,
    MLFLOW_TRACKING_URI: server.tracking_uri,
    MLFLOW_TRACKING_TOKEN: token,
  };
  const spawn = () => new Child("sync.ts", [home.path, "100"], env);
  const run_ids = upTo(RUNS).map((i) =>
    record(journal, {
      name: `run-${i}`,
      params: { i: String(i) },
      options,
      open: true,
    })
  );
  let next = spawn();
  try {
    for (let kill = 0; kill < kills; kill++) {
      const run_id = run_ids[kill % RUNS] ?? "";
      logPart(journal, run_id, Math.floor(kill / RUNS));
      if (kill % 10 === 0) put(journal, run_id, `part-${kill}`, `${kill}`);
      const running = next;
      next = spawn();
      await running.tell("go");
      await running.line();
      await new Promise((resolve) => setTimeout(resolve, chance() * 150));
      const which = chance();
      if (which < 0.25) await server.kill();
      if (which < 0.15 || which >= 0.25) await running.kill();
      if (which < 0.25) await server.start(fault(kill + 2));
      if (which >= 0.15 && which < 0.25) {
        await new Promise((resolve) => setTimeout(resolve, chance() * 50));
        await running.kill();
      }
    }
    for (const run_id of run_ids) end(journal, run_id);
    await server.kill();
    await server.start({ profile });
    const synced = await nbtrackJson(["sync"], { home: home.path, env });
    assertEquals(
      (synced as { delivered: number; pending: number }).delivered,
      RUNS,
      JSON.stringify(synced),
    );
    const client = createClient({ tracking_uri: server.tracking_uri, token });
    let count = 0;
    for (const [i, run_id] of run_ids.entries()) {
      const { info, data } = await runThere(client, run_id);
      assertEquals(info.status, "FINISHED");
      assertEquals(data.params, [{ key: "i", value: String(i) }]);
      const wanted = sentOf(journal, run_id);
      for (const { key } of journal.metrics(run_id)) {
        const { points } = await client.storedPoints(info.run_id, key);
        assertEquals(
          points.map(({ step, value }) => `${step} ${value}`).toSorted(),
          wanted.filter((metric) => metric.key === key)
            .map(({ step, value }) => `${step} ${value}`).toSorted(),
          `${run_id} ${key}`,
        );
        count += points.length;
      }
      const files = await client.listArtifacts(info);
      assertEquals(
        files.map((f) => f.path).toSorted(),
        journal.artifacts.list(run_id).map((a) => a.path).toSorted(),
      );
    }
    if (options.points === "all") assertEquals(count, kills * PART);
  } finally {
    await next.kill();
    await server.kill();
  }
}

Deno.test("10,000 points are on the server once each after 200 kills of sync, server or both, and faults", () =>
  killAndCount(200, "newest"));

Deno.test("thinned series that grow are on the server once each after 60 kills of sync, server or both, and faults", () =>
  killAndCount(60, "newest", {}));

for (const profile of ["17.9", "16.4"] as const) {
  Deno.test(`points are on GitLab ${profile} once each after 15 kills of sync, server or both, and faults`, () =>
    killAndCount(15, profile));
}
