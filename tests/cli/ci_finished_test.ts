import { assertEquals, assertStringIncludes } from "@std/assert";
import { withServer } from "../delivery/practice.ts";
import { deliver, record, runsThere, targetOf } from "../delivery/support.ts";
import { nbtrack, nbtrackJson } from "./nbtrack.ts";

Deno.test("a job that is started again finds what its pipeline has run, and takes back what was cut off; another pipeline's or params are none", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const attempt = async (
      k: string,
      of: {
        open?: boolean;
        pipeline?: string;
        job?: string;
        status?: "FAILED";
      },
    ) => {
      const { open = false, pipeline = "77", job = "https://h/-/jobs/1" } = of;
      const run_id = record(journal, {
        params: { k, w: "1" },
        open: true,
        tags: {
          "nbtrack.ci.pipeline": pipeline,
          "nbtrack.ci.job_url": job,
          "mlflow.source.name": "/builds/lab/nb/sweep.ipynb",
        },
      });
      if (!open) {
        journal.runs.end(run_id, of.status ?? "FINISHED");
        journal.runs.setFinalised(run_id, Date.now());
      }
      await deliver(journal, run_id, place);
      return run_id;
    };
    const ended = await attempt("1", {});
    const cut = await attempt("2", { open: true });
    const failed = await attempt("3", { status: "FAILED" });
    await attempt("4", { pipeline: "76" });
    const own = await attempt("5", { open: true, job: "https://h/-/jobs/9" });

    const { home } = journal;
    const at = {
      home,
      env: {
        MLFLOW_TRACKING_URI: targetOf(place).tracking_uri,
        MLFLOW_TRACKING_TOKEN: token,
        CI_PIPELINE_ID: "77",
        CI_PIPELINE_CREATED_AT: new Date(Date.now() - 60_000).toISOString(),
        CI_JOB_URL: "https://h/-/jobs/9",
      },
    };
    const finished = async (code: number, ...params: string[]) => {
      const given = params.flatMap((param) => ["-p", param]);
      const args = ["ci", "--finished", "runs.json", "nb/sweep.ipynb"];
      const json = await nbtrackJson([...args, ...given], { ...at, code });
      return json as { runs: { params: { k: string } }[]; taken_back: number };
    };
    const first = await finished(0, "k=1");
    assertEquals(first.runs.map((run) => run.params.k), ["1"]);
    const written = JSON.parse(await Deno.readTextFile(`${home}/runs.json`));
    assertEquals(written.runs[0].params, { k: "1", w: "1" });
    assertEquals(await finished(1, "k=1", "w=2"), { runs: [], taken_back: 0 });
    assertEquals(await finished(1, "k=2"), { runs: [], taken_back: 1 });
    for (const k of ["3", "4", "5"]) {
      assertEquals(await finished(1, `k=${k}`), { runs: [], taken_back: 0 });
    }
    assertEquals(await runsThere(client, cut), []);
    for (const run_id of [ended, failed, own]) {
      assertEquals((await runsThere(client, run_id)).length, 1);
    }
    // Outside of a pipeline, and where no server is set, nothing has ended.
    const { code, stdout } = await nbtrack(
      ["ci", "--finished", "runs.json", "nb/sweep.ipynb", "-p", "k=1"],
      { home, env: { CI_PIPELINE_ID: "77" } },
    );
    assertEquals(code, 1);
    assertStringIncludes(stdout, "Nothing of this job has ended yet.");
  });
});
