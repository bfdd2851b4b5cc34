/** The pipeline that `nbtrack ci` writes, run by gitlab-ci-local with the shell of this machine. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { CommandLine, practice, tokenOf } from "../cli/command_line.ts";
import { CHECKOUT, rsync, run } from "./setup.ts";

const RUNNER = "npm:gitlab-ci-local@4.75.1";
const NOTEBOOK = {
  cells: [
    `import { track } from "@nbtrack/nbtrack";
const run = await track("sweep", { params: { k: "1" } });
run.logMetric("accuracy", 1 - 0.1 / Number(run.params.k));
await run.end();`,
  ].map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    source: source.split(/(?<=\n)/),
    metadata: {},
    outputs: [],
    execution_count: null,
  })),
  metadata: {
    kernelspec: { name: "deno", display_name: "Deno", language: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

/** A repository with a notebook and a pipeline that sweeps it. */
async function repository(nbtrack: CommandLine): Promise<string> {
  const dir = `${nbtrack.dir}/repository`;
  const git = (...args: string[]) =>
    run(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
      { cwd: dir },
    );
  await Deno.mkdir(dir);
  await git("init", "-q", "-b", "feature");
  await Deno.writeTextFile(`${dir}/sweep.ipynb`, JSON.stringify(NOTEBOOK));
  await Deno.writeTextFile(
    `${dir}/deno.json`,
    JSON.stringify({
      imports: { "@nbtrack/nbtrack": `file://${CHECKOUT}mod.ts` },
      nodeModulesDir: "none",
    }),
  );
  const { code, stderr } = await nbtrack.call(
    [
      "ci",
      "sweep.ipynb",
      "--grid",
      "k=1,2,5",
      "--best",
      "metrics.accuracy DESC",
    ],
    { cwd: dir },
  );
  assertEquals(code, 0, stderr);
  await git(
    "remote",
    "add",
    "origin",
    "https://gitlab.example.org/lab/penguins.git",
  );
  await git("add", ".");
  await git("commit", "-qm", "Sweep");
  return dir;
}

/** Runs the pipeline in a clone, as a runner does. */
async function runPipeline(
  nbtrack: CommandLine,
  dir: string,
  variables: Record<string, string>,
): Promise<string> {
  const clone = await Deno.makeTempDir({ dir: nbtrack.dir });
  await run("cp", ["-a", `${dir}/.`, clone]);
  const given = Object.entries(variables).flatMap((
    [name, value],
  ) => ["--variable", `${name}=${value}`]);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-lock",
      "--no-config",
      "--node-modules-dir=none",
      RUNNER,
      "--force-shell-executor",
      "--shell-isolation",
      "--concurrency",
      "2",
      ...given,
    ],
    cwd: clone,
    env: { ...nbtrack.env, DENO_DIR: "" },
    clearEnv: true,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  const log = text.decode(stdout) + text.decode(stderr);
  assertEquals(code, 0, log);
  return log;
}

Deno.test("the written pipeline sweeps, compares and writes a note, in a merge request and on the branch itself", async (t) => {
  await rsync();
  await using gitlab = await practice({
    jobs: [{
      id: 1,
      project: "lab/penguins",
      token: tokenOf("job"),
      user: 5,
      merge_request: 3,
    }],
  });
  await using nbtrack = new CommandLine();
  const dir = await repository(nbtrack);
  const variables = {
    NBTRACK:
      `${Deno.execPath()} run -A --no-config --no-lock ${CHECKOUT}src/cli/main.ts`,
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_PROJECT_ID: "42",
    GITLAB_TOKEN: tokenOf("write"),
    CI_DEFAULT_BRANCH: "main",
  };
  const client = createClient({
    tracking_uri: gitlab.tracking_uri,
    token: tokenOf("write"),
  });
  const runs = async () => {
    const experiment = await client.getExperimentByName("sweep");
    return await Array.fromAsync(
      client.searchRuns({ experiment_id: experiment?.experiment_id ?? "" }),
    );
  };

  await t.step("on the target branch", async () => {
    const log = await runPipeline(nbtrack, dir, {
      ...variables,
      CI_COMMIT_REF_NAME: "main",
      CI_COMMIT_BRANCH: "main",
    });
    assertStringIncludes(log, "nbtrack-compare");
    const found = await runs();
    assertEquals(
      found.map((r) => r.data.params.find((p) => p.key === "k")?.value).sort(),
      ["1", "2", "5"],
    );
    for (const { info, data } of found) {
      assertEquals(info.status, "FINISHED");
      const tag = (key: string) =>
        data.tags.find((one) => one.key === key)?.value;
      assertEquals(tag("mlflow.source.git.branch"), "main");
      assert(
        tag("nbtrack.ci.pipeline") !== undefined,
        JSON.stringify(data.tags),
      );
    }
  });

  await t.step("in a merge request", async () => {
    await runPipeline(nbtrack, dir, {
      ...variables,
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_IID: "3",
      CI_MERGE_REQUEST_PROJECT_ID: "42",
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
    });
    assertEquals((await runs()).length, 6);
    const answer = await fetch(
      `${gitlab.url}/api/v4/projects/42/merge_requests/3/notes`,
      {
        headers: { authorization: `Bearer ${tokenOf("write")}` },
      },
    );
    const [note] = await answer.json();
    assertStringIncludes(
      note.body,
      "the best by `metrics.accuracy DESC` of 3 runs",
    );
    assertStringIncludes(
      note.body,
      "No param, metric, dataset or package differs.",
    );
  });
});
