import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Journal } from "../../src/journal/journal.ts";
import { previewOf } from "../../src/delivery/preview.ts";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { startPlainMlflow } from "./plain_mlflow.ts";
import { placeOf, withServer } from "./practice.ts";
import { deliver, end, Home, put, record, runThere, upTo } from "./support.ts";

Deno.test("GitLab's page of a run has few headings, ours under one prefix, and one that says what was recorded", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, {
      tags: {
        team: "birds",
        "nbtrack.version": "0.1.0",
        "mlflow.source.type": "NOTEBOOK",
        "mlflow.source.name": "a.ipynb",
      },
      metrics: { loss: [1] },
      open: true,
    });
    for (const i of upTo(12)) {
      journal.datasets.put(run_id, `d${i}`, {
        fingerprint: JSON.stringify({
          uri: `d${i}.csv`,
          digest: `sha256:${"0".repeat(63)}${i % 10}`,
          rows: 3,
          columns: null,
        }),
      });
    }
    journal.entries.setDocument(
      run_id,
      "packages",
      JSON.stringify([{ name: "d3-array", version: "3.2.4" }]),
    );
    end(journal, run_id);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { data } = await runThere(practice.client, run_id);
    const tags = new Map(data.tags.map((t) => [t.key, t.value]));
    assertEquals([...tags.keys()].toSorted(), [
      "mlflow.source.name",
      "nbtrack",
      "nbtrack.datasets",
      "nbtrack.run_id",
      "team",
    ]);
    assertStringIncludes(tags.get("nbtrack") ?? "", "1 package, 12 datasets");
    assertEquals(tags.get("nbtrack.datasets")?.split("\n").length, 12);
  });
});

Deno.test("the page of a model's version is its card: what it was made from, how good it is, how to make it again", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, {
      params: { k: "5", "a|b": "<img src=x>" },
      metrics: { loss: [3, 1, 2], "system/cpu": [9] },
      artifacts: { "w.bin": "weights" },
    });
    const file = journal.artifacts.get(run_id, "w.bin");
    assert(file !== undefined);
    journal.models.put(run_id, {
      name: "knn",
      description: "Tells **penguins** apart.",
      files: [file],
    });
    assert(await deliver(journal, run_id, placeOf(practice)));
    const version = await practice.client.findModelVersion("knn", "1.0.0");
    const card = version?.description ?? "";
    assert(card.startsWith("Tells **penguins** apart."), card);
    assertStringIncludes(card, "| loss | 2 | 1 | 3 | 3 |");
    assertStringIncludes(card, "| k | 5 |");
    assertStringIncludes(card, "a\\|b");
    assert(!card.includes("<img"), card);
    assert(!card.includes("system"), card);
    const { url } = journal.deliveries.get(run_id);
    assertStringIncludes(card, `nbtrack reproduce ${url}`);
    assertEquals(journal.deliveries.leftOut(run_id), []);
    const run = await practice.client.getRun(version?.run_id ?? "");
    assertEquals(run.data.metrics.map((m) => m.key), ["loss"]);
  });
});

/** Records a reproduction as `nbtrack reproduce` leaves it: the verdict is noted once the run has ended. */
function reproduction(journal: Journal, of: string, verdict?: string): string {
  const run_id = record(journal, { reproduces: of });
  if (verdict !== undefined) {
    journal.entries.setTag(run_id, "nbtrack.verdict", verdict);
  }
  return run_id;
}

Deno.test("the summary names the report as what to open, where there is one", async () => {
  await withServer({}, async (practice, journal) => {
    for (
      const [artifacts, says] of [
        [["bundle.zip", "session.ipynb"], "session.ipynb shows the run"],
        [
          ["bundle.zip", "session.ipynb", "report.html"],
          "report.html shows the run, bundle.zip repeats it",
        ],
      ] as const
    ) {
      const run_id = record(journal, {
        artifacts: Object.fromEntries(artifacts.map((path) => [path, path])),
      });
      assert(await deliver(journal, run_id, placeOf(practice)));
      const { info, data } = await runThere(practice.client, run_id);
      const summary = data.tags.find((t) => t.key === "nbtrack")?.value ?? "";
      assertStringIncludes(summary, says);
      const there = await practice.client.listArtifacts(info);
      assertEquals(there.map((a) => a.path).toSorted(), artifacts.toSorted());
    }
  });
});

Deno.test("what a reproduction found is in the summaries, and on the card of the model, whichever was delivered first", async () => {
  await withServer({}, async (practice, journal) => {
    const { client } = practice;
    const place = placeOf(practice);
    const withModel = (name: string) => {
      const run_id = record(journal, { artifacts: { "w.bin": "weights" } });
      const file = journal.artifacts.get(run_id, "w.bin");
      assert(file !== undefined);
      journal.models.put(run_id, { name, files: [file], description: "Mine." });
      return run_id;
    };
    const summary = async (run_id: string) =>
      (await runThere(client, run_id)).data.tags.find((t) =>
        t.key === "nbtrack"
      )?.value;
    const card = async (name: string) =>
      (await client.findModelVersion(name, "1.0.0"))?.description ?? "";

    const early = withModel("early");
    reproduction(journal, early, "REPRODUCED");
    reproduction(journal, early); // one that is still compared says nothing
    assert(await deliver(journal, early, place));
    assertMatch(await summary(early) ?? "", /^REPRODUCED/);
    assertStringIncludes(
      await card("early"),
      "### Reproduction\n\n**REPRODUCED** on 20",
    );

    const late = withModel("late");
    assert(await deliver(journal, late, place));
    assert(!(await card("late")).includes("Reproduction"));
    const second = reproduction(journal, late);
    assert(await deliver(journal, second, place));
    assertEquals(await summary(second), undefined, "not known yet");
    for (const [run_id, verdict] of [[second, "DRIFTED"], ["", "REPRODUCED"]]) {
      const id = run_id || reproduction(journal, late);
      journal.entries.setTag(id, "nbtrack.verdict", verdict ?? "");
      const causes = verdict === "DRIFTED" ? [{ dimension: "data" }] : [];
      put(journal, id, "verdict.json", JSON.stringify({ causes }));
      assert(await deliver(journal, id, place));
      assertMatch(await summary(id) ?? "", new RegExp(`^${verdict}`));
      const text = await card("late");
      assertStringIncludes(text, `**${verdict}** on 20`);
      assertEquals(text.split("### Reproduction").length, 2, "said once");
      assertEquals(text.includes(": because of data."), verdict === "DRIFTED");
      assert(text.startsWith("Mine."), text);
      assertStringIncludes(text, "### Make it again");
    }
  });
});

Deno.test("somebody else's reproduction says what it found on the card of the model", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, { artifacts: { "w.bin": "weights" } });
    const file = journal.artifacts.get(run_id, "w.bin");
    assert(file !== undefined);
    journal.models.put(run_id, { name: "knn", files: [file] });
    assert(await deliver(journal, run_id, placeOf(practice)));
    using home = new Home();
    using other = home.open();
    const found = reproduction(other, run_id, "REPRODUCED");
    assert(await deliver(other, found, placeOf(practice)));
    const version = await practice.client.findModelVersion("knn", "1.0.0");
    assertStringIncludes(version?.description ?? "", "**REPRODUCED** on 20");
  });
});

Deno.test("a plain server gets the tags that its own pages use", async () => {
  using home = new Home();
  using journal = home.open();
  await using server = startPlainMlflow();
  const run_id = record(journal, {
    tags: { "mlflow.source.type": "NOTEBOOK", "nbtrack.version": "0.1.0" },
  });
  assert(await deliver(journal, run_id, server));
  const tags = server.runs[0]?.tags;
  assertEquals(tags?.get("mlflow.source.type"), "NOTEBOOK");
  assertEquals(tags?.get("mlflow.runName"), "quiet-heron");
});

Deno.test("the preview of a run names what GitLab gets: thinned series, the whole history as a file, few tags", async () => {
  await withServer({}, async (practice, journal) => {
    const run_id = record(journal, {
      tags: { team: "birds", "nbtrack.version": "0.1.0" },
      metrics: { loss: upTo(1500), "system/cpu": [1] },
      params: { k: "5" },
    });
    const run = journal.runs.get(run_id);
    assert(run !== undefined);
    const target = practice.server.tracking_uri;
    const items = previewOf(journal, run, target);
    const names = (kind: string) =>
      items.filter((item) => item.kind === kind).map((item) => item.name);
    assert(await deliver(journal, run_id, placeOf(practice)));
    const { info, data } = await runThere(practice.client, run_id);
    assertEquals(
      names("tag").toSorted(),
      data.tags.map((t) => t.key).toSorted(),
    );
    assertEquals(names("param"), ["k"]);
    assertEquals(names("metric"), ["loss"]);
    const { points } = await practice.client.storedPoints(info.run_id, "loss");
    assertEquals(items.find((i) => i.kind === "metric")?.size, points.length);
    const files = await practice.client.listArtifacts(info);
    assertEquals(
      items.filter((i) => i.kind === "artifact").map((i) => [i.name, i.size]),
      files.map((file) => [file.path, file.size]),
    );
    const after = journal.runs.get(run_id);
    assert(after !== undefined);
    assertEquals(previewOf(journal, after, target), []);
  });
});

Deno.test("doctor says which runs GitLab has thinned, and what was delivered without a part", async () => {
  const limits = { artifact_bytes: 200_000 };
  await withServer({ limits }, async (practice, journal) => {
    const thinned = record(journal, { metrics: { loss: upTo(600) } });
    const lacking = record(journal, {
      artifacts: { "big.bin": new Uint8Array(200_001) },
    });
    const place = placeOf(practice);
    assert(await deliver(journal, thinned, place));
    assert(await deliver(journal, lacking, place));
    const { checks } = await nbtrackJson(["doctor"], {
      home: journal.home,
      env: {
        MLFLOW_TRACKING_URI: place.tracking_uri,
        MLFLOW_TRACKING_TOKEN: place.token,
      },
    }) as { checks: { name: string; state: string; message: string }[] };
    const said = checks.filter((check) => check.name === "delivery");
    assertEquals(said.map((check) => check.state).toSorted(), ["ok", "warn"]);
    const text = said.map((check) => check.message).join("\n");
    assertStringIncludes(text, "1 run on GitLab with thinned series");
    assertStringIncludes(text, 'without artifact "big.bin"');
  });
});
