import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { standardRedaction } from "../../src/redaction/standard_redaction.ts";
import { createClient } from "../../src/gitlab/client.ts";
import { Journal } from "../../src/journal/journal.ts";
import { recordArtifacts } from "../../src/record/record_bundle.ts";
import { addRun, type Wanted } from "../record/filled.ts";
import { CommandLine, practice, tokenOf } from "./command_line.ts";

const JOB = {
  id: 7001,
  project: "lab/penguins",
  token: tokenOf("job"),
  user: 5,
  merge_request: 3,
};

/** A practice server with a merge request, and a command line that believes to be in its pipeline. */
async function pipeline() {
  const server = await practice({ jobs: [JOB] });
  const job = new CommandLine({
    CI_JOB_ID: String(JOB.id),
    CI_API_V4_URL: `${server.url}/api/v4`,
    CI_PROJECT_ID: "42",
    CI_MERGE_REQUEST_IID: "3",
    CI_MERGE_REQUEST_PROJECT_ID: "42",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
    CI_DEFAULT_BRANCH: "main",
    GITLAB_TOKEN: tokenOf("write"),
  });
  return {
    server,
    job,
    async notes(): Promise<{ id: number; body: string }[]> {
      const answer = await fetch(
        `${server.url}/api/v4/projects/42/merge_requests/3/notes`,
        {
          headers: { authorization: `Bearer ${tokenOf("write")}` },
        },
      );
      return await answer.json();
    },
    async [Symbol.asyncDispose]() {
      await job[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** Adds runs to a journal of their own, delivers them, and leaves what a job leaves. */
async function runJob(
  job: CommandLine,
  name: string,
  runs: readonly Wanted[],
): Promise<void> {
  const home = `${job.dir}/${name}`;
  {
    using journal = Journal.open({ redactor: standardRedaction, home });
    for (const wanted of runs) {
      const run_id = addRun(journal, wanted);
      await recordArtifacts(journal, run_id);
      journal.runs.setFinalised(run_id, Date.now());
    }
  }
  const env = { NBTRACK_HOME: home };
  const synced = await job.call(["sync"], { env });
  assertEquals(synced.json?.pending, 0, synced.stderr);
  const { stdout } = await job.call(["runs"], { env });
  await Deno.mkdir(`${job.dir}/runs`, { recursive: true });
  await Deno.writeTextFile(`${job.dir}/runs/${name}.json`, stdout);
}

function run(
  branch: string,
  k: string,
  accuracy: number,
  more: Wanted = {},
): Wanted {
  return {
    experiment: "penguins-knn",
    params: { k, metric: "euclid" },
    metrics: { accuracy: [accuracy] },
    tags: { "mlflow.source.git.branch": branch },
    ...more,
  };
}

const zod = (version: string) => ({
  packages: [{
    name: "zod",
    version,
    registry: "npm",
    integrity: null,
    direct: true,
  }],
});
const data = (digit: string, rows: number) => ({
  penguins: {
    kind: "memory",
    uri: "penguins.csv",
    digest: `sha256:${digit.repeat(64)}`,
    size: 10,
    rows,
    columns: null,
    files: 1,
    profile: null,
  },
});

Deno.test("the note compares the best of a sweep with the best run of the target branch, reproductions left out", async () => {
  await using ci = await pipeline();
  const original = crypto.randomUUID();
  await runJob(ci.job, "main", [
    run("main", "1", 0.8),
    run("main", "again", 0.92, {
      reproduces: original,
      tags: {
        "mlflow.source.git.branch": "main",
        "nbtrack.reproduces": original,
      },
    }),
    run("main", "5", 0.9, {
      run_id: original,
      documents: zod("4.1.0"),
      datasets: data("a", 300),
    }),
  ]);
  await Deno.remove(`${ci.job.dir}/runs/main.json`);
  await runJob(ci.job, "job-1", [run("feature", "7", 0.85)]);
  await runJob(ci.job, "job-2", [
    run("feature", "9", 0.95, {
      name: "sweep-best",
      documents: zod("4.2.0"),
      datasets: data("b", 344),
    }),
  ]);

  const { code, json, stderr } = await ci.job.call([
    "ci",
    "--report",
    "runs",
    "--best",
    "metrics.accuracy DESC",
    "--note",
  ]);

  assertEquals(code, 0, stderr);
  const [note, ...others] = await ci.notes();
  assertEquals(others, []);
  assertEquals(note?.body, json.markdown);
  assertEquals(
    json.note,
    `${ci.server.url}/lab/penguins/-/merge_requests/3#note_${note?.id}`,
  );
  const lines = json.markdown.split("\n");
  for (
    const line of [
      "| param | `k` | `5` | `9` |  |",
      "| metric | `accuracy` | `0.9` | `0.95` | `+0.05` |",
      "| data | `penguins` | 300 rows, `sha256:aaaaaaaaaaaa` | 344 rows, `sha256:bbbbbbbbbbbb` |  |",
      "| package | `zod` | `4.1.0` | `4.2.0` |  |",
    ]
  ) assert(lines.includes(line), `${line}\n is not in\n${json.markdown}`);
  assert(!json.markdown.includes("euclid"), "what is the same tells nothing");
  assertStringIncludes(json.markdown, "[`sweep-best`](");
  assertStringIncludes(json.markdown, "All 2 runs of this pipeline");
});

Deno.test("a second pipeline brings its note up to date instead of writing another", async () => {
  await using ci = await pipeline();
  await runJob(ci.job, "job-1", [run("feature", "7", 0.85)]);
  await ci.job.call(["ci", "--report", "runs", "--note"]);
  await runJob(ci.job, "job-1", [run("feature", "8", 0.86)]);
  const { code } = await ci.job.call(["ci", "--report", "runs", "--note"]);

  assertEquals(code, 0);
  const notes = await ci.notes();
  assertEquals(notes.length, 1);
  assertStringIncludes(notes[0]?.body ?? "", "0.86");
  assertStringIncludes(
    notes[0]?.body ?? "",
    "There is no finished run of `main`",
  );
});

Deno.test("what somebody logged cannot mention users, break the table or become HTML", async () => {
  await using ci = await pipeline();
  await runJob(ci.job, "job-1", [
    run("feature", "1", 1, {
      name: "a ` @all | b",
      params: { "ping|@root": "x | `y` <script>\n\n# z" },
    }),
  ]);

  const { json } = await ci.job.call(["ci", "--report", "runs"]);

  const outside = (json.markdown as string).split("\n").filter((l) =>
    !l.startsWith("<!--")
  )
    .join("\n").replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "");
  for (const bad of ["@", "<script>", "# z"]) {
    assert(
      !outside.includes(bad),
      `${bad} stands outside of code in ${json.markdown}`,
    );
  }
  const row = (json.markdown as string).split("\n").find((l) =>
    l.startsWith("| param")
  );
  assertEquals(row?.split(/(?<!\\)\|/).length, 5, row);
});

Deno.test("a note without a merge request, and a report without runs, say what is missing", async () => {
  await using ci = await pipeline();
  await Deno.mkdir(`${ci.job.dir}/empty`);
  const noRuns = await ci.job.call(["ci", "--report", "empty"]);
  await runJob(ci.job, "job-1", [run("feature", "1", 1)]);
  const noRequest = await ci.job.call(["ci", "--report", "runs", "--note"], {
    env: { CI_MERGE_REQUEST_IID: "" },
  });
  const unknown = await ci.job.call(["ci", "--report", "runs", "--note"], {
    env: { CI_MERGE_REQUEST_IID: "99" },
  });
  const noToken = await ci.job.call(["ci", "--report", "runs", "--note"], {
    env: { GITLAB_TOKEN: "", CI_JOB_TOKEN: JOB.token },
  });

  assertEquals([noRuns.code, noRequest.code, unknown.code, noToken.code], [
    2,
    2,
    2,
    2,
  ]);
  assertStringIncludes(noRuns.json.error.message, "no runs of a pipeline");
  assertStringIncludes(noRequest.json.error.message, "CI_MERGE_REQUEST_IID");
  assertStringIncludes(unknown.json.error.message, "!99");
  assertStringIncludes(
    noToken.json.error.message,
    "CI_JOB_TOKEN cannot log runs",
  );
});

Deno.test("without a token, as in a fork, the runs of the jobs are compared with each other", async () => {
  await using ci = await pipeline();
  await runJob(ci.job, "job-1", [run("feature", "1", 0.5)]);
  await runJob(ci.job, "job-2", [run("feature", "3", 0.9)]);
  const fork = { GITLAB_TOKEN: "", CI_JOB_TOKEN: JOB.token };
  for (const env of [fork, { GITLAB_TOKEN: "" }]) {
    const { code, json, stderr } = await ci.job.call([
      "ci",
      "--report",
      "runs",
      "--best",
      "metrics.accuracy DESC",
      "--annotations",
      "links.json",
    ], { env });
    assertEquals(code, 0, stderr);
    const [report] = json.experiments;
    assertEquals(report.runs.length, 2);
    assertEquals([report.baseline, report.comparison], [null, null]);
    assertStringIncludes(
      report.remarks[0],
      "compared with each other only. CI_JOB_TOKEN cannot log runs".slice(
        0,
        "CI_JOB_TOKEN" in env ? undefined : 30,
      ),
    );
    assertStringIncludes(json.markdown, "`metrics.accuracy DESC` of 2 runs");
    assertEquals(json.note, null);
  }
});

Deno.test("a job's page links to the experiment, the runs and the report, and the merge request gets the best metrics", async () => {
  await using ci = await pipeline();
  await runJob(ci.job, "job-1", [
    run("feature", "1", 0.5),
  ]);
  await runJob(ci.job, "job-2", [run("feature", "3", 0.9)]);
  await Deno.mkdir(`${ci.job.dir}/out`);
  const { code, json, stderr } = await ci.job.call([
    "ci",
    "--report",
    "runs",
    "--best",
    "metrics.accuracy DESC",
    "--output",
    "out/report.md",
    "--annotations",
    "out/links.json",
    "--metrics",
    "out/metrics.txt",
  ], {
    env: { CI_JOB_URL: "https://gitlab.example.org/lab/penguins/-/jobs/7" },
  });
  assertEquals(code, 0, stderr);
  const read = (name: string) => Deno.readTextFile(`${ci.job.dir}/out/${name}`);
  const { nbtrack } = JSON.parse(await read("links.json"));
  const links = nbtrack.map((
    one: { external_link: { label: string; url: string } },
  ) => one.external_link);
  const web = `${ci.server.url}/lab/penguins/-/ml`;
  assertEquals(links[0], {
    label: "Experiment penguins-knn",
    url: `${web}/experiments/1`,
  });
  assertEquals(links.length, 4);
  for (const { label, url } of links.slice(1, 3)) {
    assert(/^Run .+ of penguins-knn$/.test(label), label);
    assert(url.startsWith(`${web}/candidates/`), url);
  }
  assertEquals(links[3], {
    label: "Report",
    url:
      "https://gitlab.example.org/lab/penguins/-/jobs/7/artifacts/file/out/report.md",
  });
  assertEquals(json.links, links.slice(0, 3));
  assertEquals(await read("report.md"), json.markdown);
  const metrics = (await read("metrics.txt")).trimEnd().split("\n");
  assertEquals(metrics.at(-1), "# EOF");
  assert(
    metrics.includes(
      'accuracy{experiment="penguins-knn",metric="accuracy"} 0.9',
    ),
    metrics.join("\n"),
  );
});

Deno.test("a run is tied to its CI job, and one of an unknown job is delivered all the same", async () => {
  await using ci = await pipeline();
  await runJob(ci.job, "known", [
    run("f", "1", 1, { tags: { "gitlab.CI_JOB_ID": String(JOB.id) } }),
  ]);
  await runJob(ci.job, "unknown", [
    run("f", "2", 1, { tags: { "gitlab.CI_JOB_ID": "123456" } }),
  ]);

  const gitlab = createClient({
    tracking_uri: ci.server.tracking_uri,
    token: tokenOf("write"),
  });
  const [experiment] = await gitlab.listExperiments();
  const tags = new Map<string, string | undefined>();
  for await (
    const { data } of gitlab.searchRuns({
      experiment_id: experiment?.experiment_id ?? "",
    })
  ) {
    const k = data.params.find((p) => p.key === "k")?.value ?? "";
    tags.set(k, data.tags.find((t) => t.key === "gitlab.CI_JOB_ID")?.value);
  }
  assertEquals(tags, new Map([["2", undefined], ["1", String(JOB.id)]]));
  using journal = Journal.open({
    redactor: standardRedaction,
    home: `${ci.job.dir}/unknown`,
  });
  const [unknown] = journal.runs.list();
  const missing = journal.entries.missing(unknown?.run_id ?? "");
  assert(missing.some((m) => m.what === "CI job"), JSON.stringify(missing));
});

Deno.test("in a job with nothing but CI_JOB_TOKEN a run says what to set, and is delivered once it is", async () => {
  await using ci = await pipeline();
  await Deno.writeTextFile(
    `${ci.job.dir}/plain.ipynb`,
    notebookJson(["1 + 1"]),
  );
  const env = {
    GITLAB_TOKEN: "",
    CI_JOB_TOKEN: JOB.token,
    CI_COMMIT_REF_NAME: "feature",
    CI_PIPELINE_ID: "88",
  };

  const ran = await ci.job.call(["run", "plain.ipynb", "--track", "job"], {
    env,
  });
  const [run_id] = ran.json.runs;
  const early = await ci.job.call(["sync"], { env });
  const late = await ci.job.call(["sync"], {
    env: { ...env, GITLAB_TOKEN: tokenOf("write") },
  });

  assertEquals(ran.code, 0, ran.stderr);
  assertStringIncludes(
    ran.stderr,
    "CI_JOB_TOKEN cannot log runs: set GITLAB_TOKEN",
  );
  assertEquals([early.code, early.json.refused], [1, 1]);
  assertStringIncludes(
    early.json.runs[0].error,
    "CI_JOB_TOKEN cannot log runs",
  );
  assertEquals([late.code, late.json.delivered], [0, 1], late.stderr);
  const { json } = await ci.job.call(["show", run_id]);
  assertEquals(json.delivery.state, "delivered");
  assertEquals(json.tags["gitlab.CI_JOB_ID"], String(JOB.id));
  assertEquals(json.tags["nbtrack.ci.pipeline"], "88");
  assertEquals(json.tags["mlflow.source.git.branch"], "feature");
});
