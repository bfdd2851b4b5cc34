import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readMetricsFile } from "../../src/gitlab/metrics_file.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { ServerReader } from "../../src/record/server_reader.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { withFaults } from "./fault_proxy.ts";
import { startPlainMlflow } from "./plain_mlflow.ts";
import { placeOf, withServer } from "./practice.ts";
import {
  deliver,
  end,
  newDelivery,
  put,
  record,
  runThere,
  targetOf,
  upTo,
  valuesThere,
} from "./support.ts";

/** A value that goes up and down, with its extremes within. */
const wave = (i: number) => Math.sin(i / 50) * (1 + i / 1e6);

/** Logs points at steps. */
function logAt(
  journal: Journal,
  run_id: string,
  points: Iterable<[key: string, step: number, value: number]>,
): void {
  const writer = journal.metricWriter(run_id);
  for (const [key, step, value] of points) writer.log(key, value, step, step);
  writer.close();
}

Deno.test("GitLab gets a thinned series, all points are in metrics.csv, and our reader reads them back", async () => {
  await withServer({}, async (practice, journal) => {
    const { client } = practice;
    const run_id = record(journal, { open: true });
    const steps = upTo(3000);
    logAt(journal, run_id, [
      ...steps.map((i): [string, number, number] => ["loss", i, wave(i)]),
      ['odd, "name"', 0, NaN],
      // In the file no key is a formula.
      ["=1+1", 0, 1],
      ["'=1+1", 0, 2],
      ["-1", 0, 3],
      ["system/cpu", 0, 0.5],
      ["accuracy", 0, 0.9],
    ]);
    end(journal, run_id);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { info, data } = await runThere(client, run_id);
    const { points } = await client.storedPoints(info.run_id, "loss");
    assert(points.length <= 500 && points.length > 400, `${points.length}`);
    const values = points.map((p) => p.value);
    const all = steps.map(wave);
    for (
      const value of [all[0], all.at(-1), Math.min(...all), Math.max(...all)]
    ) {
      assert(values.includes(value ?? 0));
    }
    assert(points.every((p) => p.value === wave(p.step ?? -1)), "true steps");
    assertEquals(data.metrics.map((m) => m.key).toSorted(), [
      "'=1+1",
      "-1",
      "=1+1",
      "accuracy",
      "loss",
    ]);
    const last = data.metrics.find((m) => m.key === "loss");
    assertEquals(last?.value, all.at(-1), "GitLab's latest is the last");
    const { thinned } = journal.deliveries.get(run_id);
    assertStringIncludes(
      thinned ?? "",
      "1 metric is there with at most 500 points",
    );
    assertStringIncludes(thinned ?? "", "metrics.csv has all points");
    assert(!data.tags.some((t) => t.key === "nbtrack.steps"));
    const reader = new ServerReader(client);
    const read = await reader.points(info.run_id, "loss");
    assertEquals(
      read.map((p) => [p.step, p.value]),
      steps.map((i) => [i, all[i] ?? 0]),
    );
    assertEquals(
      (await reader.points(info.run_id, 'odd, "name"')).map((p) => p.value),
      ["NaN"],
    );
    for (
      const [key, value] of [["=1+1", 1], ["'=1+1", 2], ["-1", 3]] as const
    ) {
      const points = await reader.points(info.run_id, key);
      assertEquals(points.map((p) => p.value), [value], key);
    }
    const file = await new Response(
      ReadableStream.from(await client.downloadArtifact(info, "metrics.csv")),
    ).text();
    assertStringIncludes(file, "\n'=1+1,0,");
    assert(!file.includes("\n=1+1,"), file.slice(-200));
    assertEquals(
      (await reader.points(info.run_id, "system/cpu")).map((p) => p.value),
      [0.5],
    );
  });
});

Deno.test("a run of 1,000,000 points at steps up to 10,000,000 in 50 metrics has at most 500 columns on GitLab", async () => {
  await withServer({}, async (practice, journal) => {
    const { client } = practice;
    const run_id = record(journal, { open: true });
    const names = upTo(50).map((i) => `m${i}`);
    const each = 20_000;
    const writer = journal.metricWriter(run_id);
    for (let i = 0; i < each; i++) {
      const step = Math.round(i * 10_000_000 / (each - 1));
      for (const name of names) writer.log(name, wave(i), step, i);
    }
    writer.close();
    await deliver(journal, run_id, placeOf(practice)); // as it grows
    end(journal, run_id);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { info, data } = await runThere(client, run_id);
    let greatest = 0;
    for (const name of [names[0] ?? "", names[49] ?? ""]) {
      const { points } = await client.storedPoints(info.run_id, name);
      assert(points.length <= 500, `${points.length} points`);
      assert(points.length > 400, `${points.length} points`);
      greatest = Math.max(greatest, ...points.map((p) => p.step ?? 0));
    }
    assert(greatest < 500, `${greatest + 1} columns`);
    const tag = data.tags.find((t) => t.key === "nbtrack.steps")?.value ?? "";
    assertStringIncludes(tag, "10,000,000");
    assertStringIncludes(tag, "metrics.csv");
    const file = await client.downloadArtifact(info, "metrics.csv");
    const read = await readMetricsFile(file, "m49");
    assertEquals([read?.length, read?.at(-1)?.step], [each, 10_000_000]);
  });
});

Deno.test("one point at step 1,000,000 makes no million columns", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, { open: true });
    logAt(journal, run_id, [["loss", 1_000_000, 0.3]]);
    end(journal, run_id);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { info } = await runThere(practice.client, run_id);
    const { points } = await practice.client.storedPoints(info.run_id, "loss");
    assertEquals(points.map((p) => [p.step, p.value]), [[0, 0.3]]);
  });
});

Deno.test("a run whose dense steps pass 5,000 has at most 500 columns however often it was sent as it grew", async () => {
  await withServer({}, async (practice, journal) => {
    for (const pieces of [[6000], [50, 120, 900, 5100, 6000], [4999, 5001]]) {
      const run_id = record(journal, { open: true });
      let from = 0;
      for (const to of pieces) {
        logAt(
          journal,
          run_id,
          upTo(to - from).flatMap((i): [string, number, number][] => [
            ["loss", from + i, wave(from + i)],
            ["late", 2 * (from + i), from + i],
          ]),
        );
        from = to;
        await deliver(journal, run_id, placeOf(practice));
      }
      end(journal, run_id);
      assert(await deliver(journal, run_id, placeOf(practice)));
      const { info } = await runThere(practice.client, run_id);
      for (const key of ["loss", "late"]) {
        const { points } = await practice.client.storedPoints(info.run_id, key);
        assert(points.length <= 500 && points.length > 400);
        const steps = points.map((p) => p.step ?? 0);
        assert(Math.max(...steps) < 500, `${Math.max(...steps)} columns`);
        const [{ value } = { value: null }] = points.slice(-1);
        assertEquals(value, key === "loss" ? wave(from - 1) : from - 1);
      }
    }
  });
});

Deno.test("a delivery that an earlier version began goes on as it did, with every point once", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, { open: true });
    const more = (from: number, to: number) =>
      logAt(journal, run_id, upTo(to - from).map((i) => ["loss", from + i, i]));
    more(0, 1);
    await deliver(journal, run_id, placeOf(practice));
    journal.deliveries.set(run_id, { live_steps: null });
    more(1, 900);
    await deliver(journal, run_id, placeOf(practice));
    const grown = await runThere(practice.client, run_id);
    assert(
      (await valuesThere(practice.client, grown.info.run_id, "loss"))
        .includes(703),
      "sent as it was then",
    );
    more(900, 6000);
    end(journal, run_id);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { info } = await runThere(practice.client, run_id);
    const { points } = await practice.client.storedPoints(info.run_id, "loss");
    const texts = points.map((p) => `${p.step} ${p.timestamp} ${p.value}`);
    assertEquals(new Set(texts).size, texts.length);
    assert(texts.length <= 500, `${texts.length}`);
  });
});

Deno.test("points of a growing run arrive as they are logged as long as they are few", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, { open: true });
    const there = async () => {
      await deliver(journal, run_id, placeOf(practice));
      const { info } = await runThere(practice.client, run_id);
      return (await valuesThere(practice.client, info.run_id, "loss")).length;
    };
    const more = (from: number, to: number) =>
      logAt(journal, run_id, upTo(to - from).map((i) => ["loss", from + i, i]));
    more(0, 1);
    assertEquals(await there(), 1);
    more(1, 60);
    assertEquals(await there(), 60);
    more(60, 400);
    const grown = await there();
    assert(grown > 100 && grown < 150, `${grown}`);
    end(journal, run_id);
    assertEquals(await there(), 400, "all, as they are no more than 500");
  });
});

Deno.test('points: "all" and sync --points all send GitLab every point, also in place of a thinned series', async () => {
  await withServer({}, async (practice, journal) => {
    const metrics = { loss: upTo(1200) };
    const chosen = record(journal, { metrics, options: { points: "all" } });
    const asked = record(journal, { metrics });
    const thinned = record(journal, { metrics });
    const place = placeOf(practice);
    const env = {
      MLFLOW_TRACKING_URI: place.tracking_uri,
      MLFLOW_TRACKING_TOKEN: place.token,
    };
    const { home } = journal;
    await nbtrackJson(["sync", chosen, thinned], { home, env });
    await nbtrackJson(["sync", "--points", "all", asked], { home, env });
    for (const run_id of [chosen, asked]) {
      const { info } = await runThere(practice.client, run_id);
      assertEquals(
        await valuesThere(practice.client, info.run_id, "loss"),
        upTo(1200),
      );
    }
    // A second time there is nothing to do.
    for (const before of [[0, 1], [1200, 1200]]) {
      const { delivered } = await nbtrackJson(
        ["sync", "--points", "all", thinned],
        { home, env },
      ) as { delivered: number };
      assertEquals(delivered, 1, `${before}`);
      const { info, data } = await runThere(practice.client, thinned);
      assertEquals(
        await valuesThere(practice.client, info.run_id, "loss"),
        upTo(1200),
      );
      assertEquals(data.metrics.map((m) => m.value), [1199], "the latest");
      assertEquals(journal.deliveries.get(thinned).thinned, null);
    }
  });
});

Deno.test("a thinned run that is still being sent gets all points in place of it when that is asked for, whoever sends the others", async () => {
  await withServer({}, async (practice, journal) => {
    const place = placeOf(practice);
    const run_id = record(journal, { open: true });
    const recorder = newDelivery(journal);
    const target = targetOf(place);
    journal.deliveries.set(run_id, { target: target.tracking_uri });
    const more = (from: number, to: number) =>
      logAt(journal, run_id, upTo(to - from).map((i) => ["loss", from + i, i]));
    more(0, 700);
    put(journal, run_id, "a.txt", "a");
    await recorder.deliver(run_id, target);
    journal.deliveries.set(run_id, { replacing: 1 });
    await deliver(journal, run_id, place); // `sync`, beside the recorder
    more(700, 7000);
    put(journal, run_id, "b.txt", "b");
    end(journal, run_id);
    assert(await recorder.deliver(run_id, target));
    const { info } = await runThere(practice.client, run_id);
    const { points } = await practice.client.storedPoints(info.run_id, "loss");
    assertEquals(points.map((p) => p.step), upTo(7000), "true steps, once");
    assertEquals(
      (await practice.client.listArtifacts(info)).map((a) => a.stored),
      ["a.txt", "b.txt"],
    );
  });
});

Deno.test("a run whose steps were renumbered has its own once all points are there, and nothing says otherwise", async () => {
  await withServer({}, async (practice, journal) => {
    const place = placeOf(practice);
    const run_id = record(journal, { open: true });
    logAt(journal, run_id, upTo(600).map((i) => ["loss", 100 * i, i]));
    end(journal, run_id);
    assert(await deliver(journal, run_id, place));
    const steps = async () => {
      const { info, data } = await runThere(practice.client, run_id);
      const key = "nbtrack.steps";
      const { points } = await practice.client.storedPoints(
        info.run_id,
        "loss",
      );
      return [
        data.tags.some((t) => t.key === key),
        journal.entries.tags(run_id).some((t) => t.key === key),
        points.at(-1)?.step,
      ];
    };
    assertEquals(await steps(), [true, true, 499]);
    journal.deliveries.set(run_id, { replacing: 1 });
    assert(await deliver(journal, run_id, place));
    assertEquals(await steps(), [false, false, 59_900]);
  });
});

Deno.test("a thinned run in which there is something of others is not replaced, and says so", async () => {
  await withServer({}, async (practice, journal) => {
    const place = placeOf(practice);
    const env = {
      MLFLOW_TRACKING_URI: place.tracking_uri,
      MLFLOW_TRACKING_TOKEN: place.token,
    };
    const { home } = journal;
    const run_id = record(journal, { metrics: { loss: upTo(1200) } });
    await nbtrackJson(["sync", run_id], { home, env });
    const { info } = await runThere(practice.client, run_id);
    await practice.client.setTag(info.run_id, { key: "seen by", value: "Ann" });
    const { runs } = await nbtrackJson(["sync", "--points", "all", run_id], {
      home,
      env,
    }) as { runs: { state: string; parts: { what: string; why: string }[] }[] };
    assertEquals(runs[0]?.state, "delivered");
    assertStringIncludes(runs[0]?.parts[0]?.why ?? "", 'tag "seen by"');
    const there = await runThere(practice.client, run_id);
    assertEquals(there.info.run_id, info.run_id);
    const { points } = await practice.client.storedPoints(info.run_id, "loss");
    assert(points.length <= 500, "as it was");
  });
});

Deno.test("a replacement that is broken off anywhere is completed, and every point is there once", async () => {
  await withServer({}, async (practice, journal) => {
    const place = placeOf(practice);
    for (const lost of upTo(12)) {
      const run_id = record(journal, {
        metrics: { loss: upTo(600) },
        params: { k: "5" },
      });
      assert(await deliver(journal, run_id, place));
      journal.deliveries.set(run_id, { replacing: 1 });
      await withFaults(
        place.tracking_uri,
        ({ n }) => n === lost ? "lose" : "pass",
        async (proxy) => {
          const through = { ...place, tracking_uri: proxy.tracking_uri };
          // Another process each time: what was learned is not known there.
          for (let tries = 0; tries < 5; tries++) {
            if (await deliver(journal, run_id, through)) break;
          }
          assert(proxy.seen.length > lost, `${proxy.seen.length} requests`);
        },
      );
      const { info } = await runThere(practice.client, run_id);
      assertEquals(
        await valuesThere(practice.client, info.run_id, "loss"),
        upTo(600),
        `the answer to request ${lost} was lost`,
      );
    }
  });
});

Deno.test("a plain MLflow server gets all points, with their steps, and those of the machine", async () => {
  await withServer({}, async (_, journal) => {
    await using server = startPlainMlflow();
    const run_id = record(journal, { open: true });
    logAt(journal, run_id, [
      ...upTo(900).map((i): [string, number, number] => ["loss", i * 1000, i]),
      ["system/cpu", 0, 0.5],
    ]);
    end(journal, run_id);
    assert(await deliver(journal, run_id, server));
    const [run] = server.runs;
    assertEquals(run?.metrics.length, 901);
    assertEquals(run?.metrics[899]?.step, 899_000);
    assertEquals([...run?.files.keys() ?? []], []);
  });
});
