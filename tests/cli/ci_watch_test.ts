/** `nbtrack ci --reproduce`, as the job of a scheduled pipeline calls it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  formatNotebook,
  newCodeCell,
  newNotebook,
} from "../../src/notebook/notebook.ts";
import { projectIn } from "../reproduce/recorded.ts";
import { CommandLine, practice, tokenOf, tracking } from "./command_line.ts";

/** A server of one file, which a test changes. */
function dataServer() {
  let text = "mass\n3750\n3800\n";
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(text, { headers: { "content-type": "text/csv" } }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/penguins.csv`,
    change: (now: string) => text = now,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function notebookOf(url: string): string {
  return formatNotebook(newNotebook([
    newCodeCell(`import { track } from "@nbtrack/nbtrack";
const run = await track("penguins", { data: { penguins: ${
      JSON.stringify(url)
    }, embed: false } });
const rows = (await (await fetch(${
      JSON.stringify(url)
    })).text()).trim().split("\\n").slice(1).map(Number);
run.logMetric("mean", rows.reduce((a, b) => a + b, 0) / rows.length);
await run.registerModel("knn", { files: { "model.json": JSON.stringify(rows) } });
await run.end();`),
  ]));
}

Deno.test("a scheduled reproduction succeeds, fails on the day the data is another, and keeps one issue that names the cause", async (t) => {
  await using data = dataServer();
  await using server = await practice();
  await using here = new CommandLine(tracking(server));
  projectIn(`${here.dir}/project`, { "p.ipynb": notebookOf(data.url) });
  const ran = await here.call(["run", `${here.dir}/project/p.ipynb`]);
  assertEquals(ran.code, 0, ran.stdout + ran.stderr);
  const shown = await here.call(["show", "last"]);
  assertEquals(shown.json.delivery.state, "delivered", shown.stdout);

  const jobUrl = "https://gitlab.example.org/lab/penguins/-/jobs/9";
  await using job = new CommandLine({
    CI_API_V4_URL: `${server.url}/api/v4`,
    CI_PROJECT_ID: "42",
    CI_JOB_URL: jobUrl,
    GITLAB_TOKEN: tokenOf("write"),
  });
  const watch = (what: string) =>
    job.call([
      "ci",
      "--reproduce",
      what,
      "--issue",
      "--output",
      "report.md",
      "--annotations",
      "links.json",
    ]);
  const issues = async () => {
    const base = `${server.url}/api/v4/projects/42/issues`;
    const headers = { authorization: `Bearer ${tokenOf("write")}` };
    const all = await (await fetch(base, { headers })).json();
    return await Promise.all(
      all.map(async (
        issue: { iid: number; title: string; description: string },
      ) => ({
        ...issue,
        notes: await (await fetch(`${base}/${issue.iid}/notes`, { headers }))
          .json(),
      })),
    );
  };

  await t.step("everything is as it was, by page and by model", async () => {
    for (const what of [shown.json.delivery.url, "knn"]) {
      const { code, json, stderr, stdout } = await watch(what);
      assertEquals(code, 0, stdout + stderr);
      assertEquals([json.verdict.verdict, json.issue], ["REPRODUCED", null]);
      assertEquals(json.url, shown.json.delivery.url);
    }
    assertEquals(await issues(), []);
    const models = `${server.tracking_uri}/api/2.0/mlflow/registered-models`;
    const model = await fetch(`${models}/get?name=knn`, {
      headers: { authorization: `Bearer ${tokenOf("write")}` },
    });
    const [newest] = (await model.json()).registered_model.latest_versions;
    assertEquals(newest.version, "1.0.0", "a reproduction made a version");
  });

  await t.step("the data is another", async () => {
    data.change("mass\n3750\n4800\n");
    const { code, json, stderr } = await watch("knn");
    assertEquals([code, json.verdict.verdict], [1, "DRIFTED"], stderr);
    assertEquals(json.issue.what, "opened");
    const [issue] = await issues();
    assertEquals(issue.title, "nbtrack: knn is no longer reproduced");
    assertStringIncludes(issue.description, "**data**");
    assertStringIncludes(issue.description, "| `mean` | `3775` | `4275` |");
    assertStringIncludes(issue.description, jobUrl);
    const report = await Deno.readTextFile(`${job.dir}/report.md`);
    assert(issue.description.startsWith(report.trim()), report);
    const { nbtrack } = JSON.parse(
      await Deno.readTextFile(`${job.dir}/links.json`),
    );
    assertEquals(
      nbtrack.map((one: { external_link: object }) => one.external_link),
      [
        { label: "Run knn", url: shown.json.delivery.url },
        { label: "Issue", url: json.issue.url },
        { label: "Report", url: `${jobUrl}/artifacts/file/report.md` },
      ],
    );
  });

  await t.step(
    "the same finding is not written twice, another one is",
    async () => {
      assertEquals((await watch("knn")).json.issue.what, "known");
      data.change("mass\n3750\n5800\n");
      const { json } = await watch("knn");
      assertEquals(json.issue.what, "noted");
      assertEquals((await watch("knn")).json.issue.what, "known");
      const all = await issues();
      assertEquals([all.length, all[0].notes.length], [1, 1]);
      assertStringIncludes(all[0].notes[0].body, "`4775`");
    },
  );

  await t.step("what is not there is said with 2", async () => {
    const { code, json } = await watch("no such model");
    assertEquals(code, 2);
    assertStringIncludes(json.error.message, "neither a run nor a model");
  });
});
