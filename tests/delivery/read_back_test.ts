import { assert, assertEquals } from "@std/assert";
import { nbtrackJson } from "../cli/nbtrack.ts";
import { writeNotebook } from "./notebooks.ts";
import { withServer } from "./practice.ts";

/** What `nbtrack show --json` answers, as far as a test names it. */
interface Shown {
  name: string;
  experiment: string;
  status: string;
  start_time: number;
  end_time: number;
  params: Record<string, string>;
  metrics: Record<string, unknown>;
  tags: Record<string, string>;
  cells: unknown[];
  artifacts: { path: string; size: number; digest: string | null }[];
  delivery: { state: string; url: string };
  [member: string]: unknown;
}

for (const profile of ["16.4", "17.9", "newest"] as const) {
  Deno.test(`a notebook's run read by its address on GitLab ${profile} equals the local record`, async () => {
    await withServer({ profile }, async ({ server, token }, journal) => {
      const home = journal.home;
      await Deno.writeTextFile(
        `${home}/birds.csv`,
        "species,mass\nheron,1500\nkestrel,200\n",
      );
      const path = await writeNotebook(home, [
        `const run = await track("birds", { seed: 7, params: { k: 5, prompt: "x".repeat(400) }, data: "birds.csv", tags: { team: "a b" } });`,
        `for (let i = 0; i < 20; i++) run.logMetric("loss", 1 / (i + 1));\nrun.logMetric("odd", NaN);\nconsole.log("done");\n1 + 1`,
        `await run.logArtifact("figures/tree ä.svg", "<svg/>");\nawait run.end();`,
      ]);
      const env = {
        MLFLOW_TRACKING_URI: server.tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
      };
      const { runs } = await nbtrackJson(["run", path], { home, env }) as {
        runs: string[];
      };
      const local = await nbtrackJson(["show", runs[0] ?? ""], {
        home,
        env,
      }) as Shown;
      assertEquals(local.delivery.state, "delivered", JSON.stringify(local));
      const there = await nbtrackJson(["show", local.delivery.url], {
        home,
        env,
      }) as Shown;
      for (
        const member of [
          "name",
          "experiment",
          "status",
          "start_time",
          "end_time",
          "params",
          "cells",
          "packages",
          "modules",
          "environment",
          "git",
          "seed",
          "redactions",
          "changed",
          "provenance",
        ]
      ) assertEquals(there[member], local[member], member);
      assertEquals(there["provenance"], "here");
      const elsewhere = await Deno.makeTempDir();
      const read = await nbtrackJson(["show", local.delivery.url], {
        home: elsewhere,
        env,
      }) as Shown;
      assertEquals(read["provenance"], "elsewhere", "on another machine");
      await Deno.remove(elsewhere, { recursive: true });
      // The profile of columns is in the bundle's datasets.json, which is not read for a run's record.
      const withoutProfile = (datasets: unknown) =>
        (datasets as Record<string, unknown>[]).map(
          ({ profile: _, ...dataset }) => dataset,
        );
      assertEquals(
        withoutProfile(there["datasets"]),
        withoutProfile(local["datasets"]),
      );
      for (const [key, value] of Object.entries(local.tags)) {
        assertEquals(there.tags[key], value, key);
      }
      assertEquals(there.metrics["loss"], local.metrics["loss"]);
      const files = new Map(there.artifacts.map((a) => [a.path, a.size]));
      for (const { path, size } of local.artifacts) {
        assertEquals(files.get(path), size, path);
      }
      assert(local.artifacts.some((a) => a.path === "figures/tree ä.svg"));
      assert(local.cells.length === 4);
      const points = await nbtrackJson(
        ["show", local.delivery.url, "--metric", "loss"],
        { home, env },
      );
      assertEquals(
        points,
        await nbtrackJson(["show", runs[0] ?? "", "--metric", "loss"], {
          home,
          env,
        }),
      );
    });
  });
}
