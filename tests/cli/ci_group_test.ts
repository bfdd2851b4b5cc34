import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerReader } from "../../src/record/server_reader.ts";
import { pagesApp } from "../../src/web/app.ts";
import { serverLinks } from "../../src/web/parts/links.ts";
import { ServerSource } from "../../src/web/server_source.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import type { ServerRun } from "../../src/gitlab/schemas.ts";
import { withServer } from "../delivery/practice.ts";
import { deliver, record } from "../delivery/support.ts";
import { nbtrackJson } from "./nbtrack.ts";

Deno.test("the runs of a pipeline's sweep belong to one run, which one job makes once; a job that is started again puts its own there", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const attempt = async (
      k: string,
      status: "FINISHED" | "FAILED" = "FINISHED",
      pipeline = "77",
    ) => {
      const run_id = record(journal, {
        params: { k, w: "1" },
        open: true,
        tags: {
          "nbtrack.ci.pipeline": pipeline,
          "mlflow.source.name": "/builds/lab/nb/sweep.ipynb",
        },
      });
      journal.runs.end(run_id, status);
      journal.runs.setFinalised(run_id, Date.now());
      await deliver(journal, run_id, place);
    };
    const group = async (which: "all" | "own") =>
      await nbtrackJson([
        ...["ci", "--group", which, "nb/sweep.ipynb"],
        ...["--grid", "k=1,2,3", "-p", "w=1"],
      ], {
        home: journal.home,
        env: {
          MLFLOW_TRACKING_URI: server.tracking_uri,
          MLFLOW_TRACKING_TOKEN: token,
          CI_PIPELINE_ID: "77",
          CI_PIPELINE_CREATED_AT: new Date(Date.now() - 60_000).toISOString(),
        },
      }) as { sweep: string | null; runs: number };
    const onServer = async () => {
      const found = await client.getExperimentByName("birds");
      const runs: ServerRun[] = [];
      const search = { experiment_id: found?.experiment_id ?? "" };
      for await (const run of client.searchRuns(search)) runs.push(run);
      const tag = ({ data }: ServerRun, key: string) =>
        data.tags.find((t) => t.key === key)?.value ?? null;
      const sweeps = runs.filter((run) => tag(run, TAG.sweep) !== null);
      const children = runs.map((run) => [
        run.data.params.find((p) => p.key === "k")?.value ?? "",
        tag(run, TAG.parent),
      ]).filter(([, parent]) => parent !== null).toSorted();
      return {
        sweeps: sweeps.map(({ info, data }) => [
          info.run_id,
          info.run_name,
          info.status,
          data.params.find((p) => p.key === "k")?.value,
        ]),
        children,
      };
    };
    await attempt("1");
    await attempt("2");
    await attempt("1", "FINISHED", "76");
    assertEquals(await group("own"), { sweep: null, runs: 0 });
    assertEquals((await onServer()).children, []);
    await attempt("3", "FAILED");
    const { sweep, runs } = await group("all");
    assertEquals(runs, 3);
    const name = "pipeline-77";
    assertEquals(await onServer(), {
      sweeps: [[sweep, name, "FAILED", "1,2,3"]],
      children: [["1", sweep], ["2", sweep], ["3", sweep]],
    });
    await attempt("3");
    assertEquals(await group("own"), { sweep, runs: 4 });
    assertEquals(await group("all"), { sweep, runs: 4 });
    // Whoever looks at the server sees the same: in the list, and on the pages.
    const source = new ServerSource(new ServerReader(client), "lab", {
      kept_ms: 0,
    });
    const listed = await source.children(sweep ?? "");
    assertEquals(
      listed.map(({ params, parent }) => [params["k"], parent]),
      ["1", "2", "3", "3"].map((k) => [k, sweep]),
    );
    const pages = pagesApp({
      source,
      links: serverLinks("", { sessions: false, news: false }),
      report: (error) => {
        throw error;
      },
    });
    const page = await (await pages.request(`/runs/${sweep}`)).text();
    assertStringIncludes(page, "4 runs belong to this one");
    for (const { run_id } of listed) {
      assertStringIncludes(page, `href="/runs/${run_id}"`);
    }
    assertEquals(await onServer(), {
      sweeps: [[sweep, name, "FINISHED", "1,2,3"]],
      children: [["1", sweep], ["2", sweep], ["3", sweep], ["3", sweep]],
    });
  });
});
