/** The pipeline that `nbtrack ci` writes, run by gitlab-ci-local with the shell of this machine. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createClient } from "../../src/gitlab/client.ts";
import { TAG } from "../../src/gitlab/fields.ts";
import type { ServerRun } from "../../src/gitlab/schemas.ts";
import { CommandLine, practice, tokenOf } from "../cli/command_line.ts";
import { CHECKOUT, rsync, run } from "./setup.ts";

/** The links of a job, as the jobs write them. */
const LINKS = ".nbtrack/links.json";
const RUNNER = "npm:gitlab-ci-local@4.75.1";
const NOTEBOOK = {
  cells: [
    `import { track } from "@nbtrack/nbtrack";
const run = await track("sweep", { params: { k: "1" } });
run.logMetric("accuracy", 1 - 0.1 / Number(run.params.k));
await run.registerModel("sweep-model", { files: { "k.json": run.params.k } });
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
      lock: { frozen: true },
    }),
  );
  // A frozen lock of the project's own, which the jobs neither change nor find wanting.
  await run(Deno.execPath(), ["install", "--frozen=false"], { cwd: dir });
  const { code, stderr } = await nbtrack.call(
    [
      "ci",
      "sweep.ipynb",
      "--grid",
      "k=1,2,5",
      "--best",
      "metrics.accuracy DESC",
      "--watch",
      "sweep-model",
      "--pages",
      "--cli",
      `file://${CHECKOUT}src/cli/main.ts`,
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

/** Runs the pipeline in a clone, as a runner does; what it printed, and the clone. */
async function runPipeline(
  nbtrack: CommandLine,
  dir: string,
  variables: Record<string, string>,
): Promise<{ log: string; clone: string }> {
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
  // The jobs change nothing that is committed.
  assertEquals(
    await run("git", ["status", "--porcelain", "--untracked-files=no"], {
      cwd: clone,
    }),
    "",
  );
  return { log, clone };
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
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_PROJECT_ID: "42",
    GITLAB_TOKEN: tokenOf("write"),
    CI_DEFAULT_BRANCH: "main",
  };
  const client = createClient({
    tracking_uri: gitlab.tracking_uri,
    token: tokenOf("write"),
  });
  const all = async () => {
    const experiment = await client.getExperimentByName("sweep");
    return await Array.fromAsync(
      client.searchRuns({ experiment_id: experiment?.experiment_id ?? "" }),
    );
  };
  const tagOf = ({ data }: ServerRun, key: string) =>
    data.tags.find((one) => one.key === key)?.value;
  const runs = async () =>
    (await all()).filter((run) => tagOf(run, TAG.sweep) === undefined);
  /** The sweep of each pipeline, by its id, and how many runs belong to it. */
  const sweeps = async () => {
    const found = await all();
    return found.filter((run) => tagOf(run, TAG.sweep) !== undefined)
      .map((sweep) => [
        tagOf(sweep, TAG.ciPipeline),
        sweep.info.status,
        found.filter((run) => tagOf(run, TAG.parent) === sweep.info.run_id)
          .length,
      ]);
  };

  await t.step("on the target branch", async () => {
    const { log, clone } = await runPipeline(nbtrack, dir, {
      ...variables,
      CI_COMMIT_REF_NAME: "main",
      CI_COMMIT_BRANCH: "main",
      CI_PIPELINE_ID: "5001",
    });
    for (const job of ["nbtrack-prepare", "nbtrack-compare", "pages"]) {
      assertStringIncludes(log, job);
    }
    for (const job of ["nbtrack-note", "nbtrack-watch"]) {
      assert(!log.includes(job), log);
    }
    const links = JSON.parse(await Deno.readTextFile(`${clone}/${LINKS}`));
    assertEquals(links.nbtrack.length, 5, JSON.stringify(links));
    assertStringIncludes(
      await Deno.readTextFile(`${clone}/.nbtrack/metrics.txt`),
      'accuracy{experiment="sweep",metric="accuracy"} 0.98',
    );
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
      const manifest = await new Response(
        await client.downloadArtifact(info, "manifest.json"),
      ).json();
      assertEquals(manifest.git.dirty, false);
      assert(
        tag("nbtrack.ci.pipeline") !== undefined,
        JSON.stringify(data.tags),
      );
    }
    assertEquals(await sweeps(), [["5001", "FINISHED", 3]]);
  });

  await t.step("on Pages, as a site of what the jobs have logged", async () => {
    const { clone } = await runPipeline(nbtrack, dir, {
      ...variables,
      CI_COMMIT_REF_NAME: "main",
      CI_COMMIT_BRANCH: "main",
      CI_PIPELINE_ID: "5001",
    });
    assertEquals(
      (await runs()).length,
      3,
      "an attempt more runs nothing twice",
    );
    assertEquals(await sweeps(), [["5001", "FINISHED", 3]]);
    const home = await Deno.readTextFile(`${clone}/public/index.html`);
    assertStringIncludes(home, "<h1>Experiments</h1>");
    assertStringIncludes(home, "sweep");
    const report = await Deno.readTextFile(`${clone}/.nbtrack/report.md`);
    assertStringIncludes(report, "0.98");
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
    assertEquals((await sweeps()).map(([, , children]) => children), [3, 3]);
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

  await t.step(
    "in a merge request of a fork, whose jobs have no token",
    async () => {
      const before = (await runs()).length;
      const { GITLAB_TOKEN: _, ...withoutToken } = variables;
      const { log, clone } = await runPipeline(nbtrack, dir, {
        ...withoutToken,
        CI_JOB_TOKEN: tokenOf("job"),
        CI_PIPELINE_SOURCE: "merge_request_event",
        CI_MERGE_REQUEST_IID: "3",
        CI_MERGE_REQUEST_PROJECT_ID: "42",
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
      });
      assert(!log.includes("nbtrack-note"), log);
      assertStringIncludes(
        await Deno.readTextFile(`${clone}/.nbtrack/report.md`),
        "compared with each other only",
      );
      assertEquals((await runs()).length, before);
    },
  );

  await t.step(
    "on a schedule, which reproduces the model's newest version",
    async () => {
      const { log, clone } = await runPipeline(nbtrack, dir, {
        ...variables,
        CI_PIPELINE_SOURCE: "schedule",
        CI_COMMIT_REF_NAME: "main",
        CI_COMMIT_BRANCH: "main",
      });
      assertStringIncludes(log, "nbtrack-watch");
      assert(!log.includes("nbtrack-run"), log);
      assertStringIncludes(
        await Deno.readTextFile(`${clone}/.nbtrack/report.md`),
        "is `REPRODUCED`",
      );
    },
  );
});

Deno.test("the written lock holds what nbtrack imports by its integrity, and another integrity is refused", async () => {
  await using nbtrack = new CommandLine();
  await repository(nbtrack);
  const text = await Deno.readTextFile(
    `${nbtrack.dir}/repository/.gitlab/nbtrack.lock`,
  );
  const main = `${CHECKOUT}src/cli/main.ts`;
  const version = async (lock: string) => {
    await Deno.writeTextFile(`${nbtrack.dir}/own.lock`, lock);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-config",
        "--node-modules-dir=none",
        `--lock=${nbtrack.dir}/own.lock`,
        main,
        "--version",
      ],
      cwd: nbtrack.dir,
      // A cache of its own: what was fetched before is not compared again.
      env: { DENO_DIR: `${nbtrack.dir}/deno-${crypto.randomUUID()}` },
    }).output();
    return [success, new TextDecoder().decode(stderr)] as const;
  };
  const lock = JSON.parse(text);
  assert(Object.keys(lock.npm).length > 5, text);
  const [whole, why] = await version(text);
  assert(whole, why);
  const [name = ""] = Object.keys(lock.npm).filter((one) =>
    one.startsWith("commander@")
  );
  lock.npm[name].integrity = lock.npm[name].integrity.replace(
    /^sha512-.{8}/,
    "sha512-AAAAAAAA",
  );
  const [taken, says] = await version(JSON.stringify(lock));
  assertEquals(taken, false);
  assertStringIncludes(says, "checksum did not match");
});
