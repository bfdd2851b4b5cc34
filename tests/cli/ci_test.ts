import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { notebookJson } from "../notebook_file.ts";
import { includeLocal } from "../../src/setup/ci_include.ts";
import { VERSION } from "../../src/base/version.ts";
import { parseDocument } from "../../src/setup/yaml.ts";
import { pipelineText } from "../../src/setup/pipeline.ts";
import { gitlabToken } from "../redaction/support.ts";
import { CommandLine } from "./command_line.ts";

const NOTEBOOK = notebookJson([]);

/** A command line in a git repository with a notebook in a folder. */
async function repository(): Promise<CommandLine> {
  const nbtrack = new CommandLine();
  await new Deno.Command("git", { args: ["init", "-q"], cwd: nbtrack.dir })
    .output();
  await Deno.mkdir(`${nbtrack.dir}/my notebooks`);
  await Deno.writeTextFile(`${nbtrack.dir}/my notebooks/train.ipynb`, NOTEBOOK);
  return nbtrack;
}

// deno-lint-ignore no-explicit-any
async function yaml(path: string): Promise<any> {
  const document = parseDocument(await Deno.readTextFile(path));
  assertEquals(document.errors, []);
  return document.toJS();
}

Deno.test("ci writes a pipeline with a job for each combination, and changes nothing the second time", async () => {
  await using nbtrack = await repository();
  const args = [
    "ci",
    "my notebooks/train.ipynb",
    "--grid",
    "k=1,3,5",
    "--grid",
    "w=a b",
    "--seed",
    "7",
    "--best",
    "metrics.accuracy DESC",
  ];

  const first = await nbtrack.call(args);
  const second = await nbtrack.call(args);

  assertEquals([first.code, second.code], [0, 0], first.stderr);
  const root = await Deno.realPath(nbtrack.dir);
  assertEquals(first.json.created, [
    `${root}/.gitlab/nbtrack.yml`,
    `${root}/.gitlab/nbtrack.lock`,
    `${root}/.gitlab-ci.yml`,
  ]);
  assertEquals([second.json.created, second.json.changed], [[], []]);
  assertEquals(await yaml(`${root}/.gitlab-ci.yml`), {
    include: [{ local: ".gitlab/nbtrack.yml" }],
  });
  const jobs = await yaml(`${root}/.gitlab/nbtrack.yml`);
  assertEquals(Object.keys(jobs), [
    ".nbtrack",
    "nbtrack-prepare",
    "nbtrack-run",
    "nbtrack-compare",
    "nbtrack-note",
  ]);
  assertEquals(first.json.jobs, Object.keys(jobs).slice(1));
  assertEquals(jobs["nbtrack-run"].parallel.matrix, [{
    PARAM_K: ["1", "3", "5"],
    PARAM_W: ["a b"],
  }]);
  assertStringIncludes(
    jobs["nbtrack-run"].script[1],
    `if $NBTRACK ci --finished .nbtrack/runs/$CI_JOB_ID.json 'my notebooks/train.ipynb' -p k="$PARAM_K" -p w="$PARAM_W"; then`,
  );
  assertStringIncludes(
    jobs["nbtrack-run"].script[2],
    `[ -n "$ended" ] || $NBTRACK run 'my notebooks/train.ipynb' -p k="$PARAM_K" -p w="$PARAM_W" --seed 7`,
  );
  assertStringIncludes(
    jobs["nbtrack-note"].script[0],
    "--best 'metrics.accuracy DESC' --note",
  );
});

Deno.test("the jobs leave the project's lock alone, pin nbtrack, cache by locks from one job, and keep artifacts for a time", async () => {
  await using nbtrack = await repository();
  const notebook = "my notebooks/train.ipynb";
  for (const grid of [[], ["--grid", "k=1,2"]]) {
    const { code, stderr } = await nbtrack.call(["ci", notebook, ...grid]);
    assertEquals(code, 0, stderr);
    const jobs = await yaml(`${nbtrack.dir}/.gitlab/nbtrack.yml`);
    const base = jobs[".nbtrack"];
    assertStringIncludes(
      base.variables.NBTRACK,
      `jsr:@nbtrack/nbtrack@${VERSION}/cli`,
    );
    for (
      const flag of ["--no-config", "--lock=$CI_PROJECT_DIR/.nbtrack/deno.lock"]
    ) assertStringIncludes(base.variables.NBTRACK, flag);
    assertEquals(base.cache.key, {
      files: [".gitlab/nbtrack.lock", "deno.lock"],
      prefix: "nbtrack",
    });
    const policies = Object.entries(jobs).map((
      [name, job],
    ) => [name, (job as typeof base).cache?.policy ?? base.cache.policy]);
    assertEquals(
      policies.filter(([, policy]) => policy !== "pull").map(([name]) => name),
      [grid.length === 0 ? "nbtrack-run" : "nbtrack-prepare"],
    );
    assertStringIncludes(
      base.before_script.join("\n"),
      'export DENO_CERT="${DENO_CERT:-$CI_SERVER_TLS_CA_FILE}"',
    );
    for (const name of ["nbtrack-run", "nbtrack-compare"]) {
      const { artifacts } = jobs[name];
      assertEquals([artifacts.expire_in, artifacts.access], [
        "30 days",
        "developer",
      ]);
      assertEquals(artifacts.reports.annotations, ".nbtrack/links.json");
    }
    assertEquals(
      jobs["nbtrack-compare"].artifacts.reports.metrics,
      ".nbtrack/metrics.txt",
    );
    assertEquals(jobs["nbtrack-note"].rules, [{
      if:
        '$CI_PIPELINE_SOURCE == "merge_request_event" && ($GITLAB_TOKEN || $MLFLOW_TRACKING_TOKEN)',
      when: "always",
    }]);
  }
});

Deno.test("the written lock holds the packages that users of nbtrack run, and nothing of the project's or of the tests", async () => {
  await using nbtrack = await repository();
  await nbtrack.call(["ci", "my notebooks/train.ipynb"]);
  const written = JSON.parse(
    await Deno.readTextFile(`${nbtrack.dir}/.gitlab/nbtrack.lock`),
  );
  const own = JSON.parse(
    await Deno.readTextFile(new URL("../../src/deno.lock", import.meta.url)),
  );
  assertEquals(Object.keys(written), ["version", "specifiers", "npm"]);
  assertEquals(written.specifiers, own.specifiers);
  assertEquals(written.npm, own.npm);
  for (const key of Object.keys(written.npm)) {
    assert(!/^(playwright|apache-arrow|arquero)/.test(key), key);
  }
});

Deno.test("ci --watch writes a job for schedules, in which nothing else of ours runs", async (t) => {
  await using nbtrack = await repository();
  const notebook = "my notebooks/train.ipynb";
  const address = "https://gitlab.example.org/lab/penguins/-/ml/candidates/7";
  const jobsOf = async (...args: string[]) => {
    const { code, json, stderr } = await nbtrack.call(["ci", ...args]);
    assertEquals(code, 0, stderr);
    return {
      names: json.jobs,
      jobs: await yaml(`${nbtrack.dir}/.gitlab/nbtrack.yml`),
    };
  };
  await t.step("a model, without a notebook", async () => {
    const { names, jobs } = await jobsOf("--watch", "penguins knn");
    assertEquals(names, ["nbtrack-watch"]);
    assertEquals(Object.keys(jobs), [".nbtrack", "nbtrack-watch"]);
    const { rules, script, artifacts } = jobs["nbtrack-watch"];
    assertEquals(rules, [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
    assertStringIncludes(
      script[0],
      "$NBTRACK ci --reproduce 'penguins knn' --issue",
    );
    assertEquals(artifacts.when, "always");
  });
  await t.step("a run beside a notebook", async () => {
    const { names, jobs } = await jobsOf(notebook, "--watch", address);
    assertEquals(names, [
      "nbtrack-run",
      "nbtrack-compare",
      "nbtrack-note",
      "nbtrack-watch",
    ]);
    assertStringIncludes(jobs["nbtrack-watch"].script[0], address);
    for (const name of ["nbtrack-run", "nbtrack-compare"]) {
      assertEquals(jobs[name].rules[0], {
        if: '$CI_PIPELINE_SOURCE == "schedule"',
        when: "never",
      });
    }
  });
  await t.step("no run", async () => {
    const { code, json } = await nbtrack.call(["ci", "--watch", "last"]);
    assertEquals(code, 2);
    assertStringIncludes(json.error.message, "no run yet");
  });
});

Deno.test("called in a folder of the repository, ci writes at its root", async () => {
  await using nbtrack = await repository();

  const { code, json, stderr } = await nbtrack.call(["ci", "train.ipynb"], {
    cwd: `${nbtrack.dir}/my notebooks`,
  });

  assertEquals(code, 0, stderr);
  assert(json.created[0].endsWith("/.gitlab/nbtrack.yml"));
  assert(!json.created[0].includes("my notebooks"));
  const jobs = await yaml(`${nbtrack.dir}/.gitlab/nbtrack.yml`);
  assertEquals(jobs["nbtrack-run"].parallel, undefined);
  assertStringIncludes(
    jobs["nbtrack-run"].script[1],
    "'my notebooks/train.ipynb'",
  );
});

/** Names and values that try to be more than a word. */
const WORDS = [
  "a'; touch OUT; '",
  "$(touch OUT)",
  "`touch OUT`",
  "a\n    - touch OUT",
  "x: y\nevil:\n  script: touch OUT",
  "${CI_JOB_TOKEN}",
  "*anchor",
  "&anchor",
  "!reference [a, script]",
  "a # b",
  "- a",
  "%CI%",
  "$[[ inputs.x ]]",
  "\\",
  "on",
  "no",
  "1:30",
  "1_000",
  "0777",
  "=",
  ":k",
  "~",
  "2020-01-01",
];

Deno.test("whatever a notebook is called and a param holds, the jobs are the same, and the shell hands it over as it is", async () => {
  await using nbtrack = await repository();
  const written = (notebook: string, value: string) =>
    pipelineText({
      notebook,
      grid: { k: [value] },
      params: { p: value },
      args: [],
      watch: undefined,
      pages: undefined,
      cli: "jsr:x",
      best: undefined,
      image: "deno",
      stage: undefined,
    }, `nbtrack ci ${notebook} -p p=${value}`);
  const shape = (jobs: Record<string, object>) =>
    Object.entries(jobs).map(([name, job]) => [name, Object.keys(job)]);
  const expected = shape(parseDocument(written("n.ipynb", "1")).toJS());
  // A program in nbtrack's place says with what it was called.
  const spy = `${nbtrack.dir}/spy`;
  await Deno.writeTextFile(
    spy,
    `#!/bin/sh\nfor a; do printf '%s\\0' "$a"; done\n`,
  );
  await Deno.chmod(spy, 0o755);
  for (const word of WORDS) {
    for (const version of ["1.1", "1.2"] as const) {
      const document = parseDocument(written(`-${word}.ipynb`, word), {
        version,
      });
      assertEquals(document.errors, [], word);
      const jobs = document.toJS();
      assertEquals(shape(jobs), expected, word);
      const [{ PARAM_K: [given] }] = jobs["nbtrack-run"].parallel.matrix;
      assertEquals(given, word.replaceAll("$", "$$$$"));
      const script = jobs["nbtrack-run"].script as string[];
      const line = script.find((one) => one.includes("$NBTRACK run ")) ?? "";
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", line],
        cwd: nbtrack.dir,
        env: { NBTRACK: spy, PARAM_K: given.replaceAll("$$", "$") },
      }).output();
      const called = new TextDecoder().decode(stdout).split("\0");
      assertEquals(called.slice(0, 6), [
        "run",
        `./-${word}.ipynb`,
        "-p",
        `p=${word}`,
        "-p",
        `k=${word}`,
      ]);
    }
  }
  const left = await Array.fromAsync(Deno.readDir(nbtrack.dir), (e) => e.name);
  assert(!left.includes("OUT"), left.join());
});

Deno.test("a character that ends a line for GitLab alone is refused, and so is a secret: a pipeline is committed", async () => {
  await using nbtrack = await repository();
  const notebook = "my notebooks/train.ipynb";
  for (const odd of ["\u0085", "\u2028", "\u2029", "\u0007", "\ufeff"]) {
    const name = `a${odd}evil: {script: x}.ipynb`;
    await Deno.writeTextFile(`${nbtrack.dir}/${name}`, NOTEBOOK);
    for (
      const args of [[name], [notebook, "-p", `p=a${odd}b`], [
        notebook,
        "--grid",
        `k=a${odd}b`,
      ]]
    ) {
      const { code, json } = await nbtrack.call(["ci", ...args]);
      assertEquals(code, 2);
      assertStringIncludes(json.error.message, "cannot stand in a pipeline");
    }
  }
  const secret = crypto.randomUUID().replaceAll("-", "").slice(0, 20);
  const token = gitlabToken();
  for (
    const args of [
      ["-p", `api_key=${secret}`],
      ["-p", `note=${token}`],
      ["--grid", `password=${secret},${secret}2`],
      [
        "--watch",
        `https://user:${secret}@gitlab.example.org/a/b/-/ml/candidates/7`,
      ],
      ["--cli", `https://user:${secret}@mirror.example.org/cli.ts`],
      ["--track", token],
    ]
  ) {
    const { code, stdout, stderr, json } = await nbtrack.call([
      "ci",
      notebook,
      ...args,
    ]);
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(json.error.message, "files are committed");
    for (const one of [secret, token]) {
      assert(!`${stdout}${stderr}`.includes(one), stdout);
    }
  }
  const left = await Array.fromAsync(Deno.readDir(nbtrack.dir), (e) => e.name);
  assert(!left.includes(".gitlab"), left.join());
});

const INCLUDES: [what: string, before: string][] = [
  ["no include", "# Ours\nbuild:\n  script: [make]   # keep\n"],
  ["no line break at the end", "build: { script: [make] }"],
  [
    "a block list",
    "include:\n  - local: /a.yml  # first\n  - template: X.yml\n\nbuild:\n  script: make\n",
  ],
  [
    "a block list without indent",
    "include:\n- local: /a.yml\n- project: g/p\n  file: f.yml\nbuild:\n  script: make\n",
  ],
  [
    "a flow list",
    "include: [a.yml, { template: X.yml }]\nbuild:\n  script: make\n",
  ],
  ["an empty flow list", "include: []\nbuild:\n  script: make\n"],
  ["one text", "include: a.yml # one\nbuild:\n  script: make\n"],
  [
    "one map",
    "include:\n  project: g/p\n  file: f.yml\n\n# then\nbuild:\n  script: make\n",
  ],
  ["one flow map", "include: { template: X.yml }\nbuild:\n  script: make\n"],
  [
    "a reference tag",
    "build:\n  script: !reference [.a, script]\ninclude:\n  - a.yml\n",
  ],
];

Deno.test("--pages adds the job of GitLab Pages, which runs on the default branch after the others, and leaves a project's own alone", async () => {
  await using nbtrack = await repository();
  const args = ["ci", "my notebooks/train.ipynb", "--pages"];
  const first = await nbtrack.call(args);
  assertEquals(first.code, 0, first.stderr);
  assertEquals(first.json.jobs.at(-1), "pages");
  const { pages } = await yaml(`${nbtrack.dir}/.gitlab/nbtrack.yml`);
  assertEquals(pages.pages, undefined);
  assertEquals(pages.script.at(-1), "$NBTRACK site public --server");
  assertEquals(pages.artifacts.paths, ["public"]);
  assertEquals(pages.needs.map((n: { job: string }) => n.job), ["nbtrack-run"]);
  assertStringIncludes(
    pages.rules[0].if,
    "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
  );
  assertStringIncludes(pages.rules[0].if, "$GITLAB_TOKEN");
  await Deno.writeTextFile(
    `${nbtrack.dir}/.gitlab-ci.yml`,
    "pages:\n  script: echo docs\ninclude:\n  - local: .gitlab/nbtrack.yml\n",
  );
  const second = await nbtrack.call(["ci", "--pages"]);
  assertEquals(second.json.jobs, ["nbtrack-pages"]);
  const jobs = await yaml(`${nbtrack.dir}/.gitlab/nbtrack.yml`);
  assertEquals(jobs["nbtrack-pages"].pages, true);
  assertEquals(jobs["nbtrack-pages"].needs, []);
});

Deno.test("an existing pipeline gets an include and keeps everything else", async (t) => {
  for (const [what, before] of INCLUDES) {
    await t.step(what, () => {
      const { text } = includeLocal(before, "b.yml");
      const [was, is] = [before, text].map((source) => {
        const document = parseDocument(source);
        assertEquals(document.errors, [], text);
        return document.toJS();
      });
      const old = was.include === undefined ? [] : [was.include].flat();
      assertEquals(is, { ...was, include: [...old, { local: "b.yml" }] }, text);
      for (const line of before.split("\n")) {
        if (!line.includes("include") && line.trim() !== "") {
          assertStringIncludes(text, line.trim());
        }
      }
      assertEquals(includeLocal(text, "b.yml").text, text);
    });
  }
});

Deno.test("the jobs take a stage that the pipeline has", () => {
  assertEquals(
    includeLocal("stages: [build, deploy]\n", "b.yml").stage,
    "deploy",
  );
  assertEquals(
    includeLocal("stages: [build, test]\n", "b.yml").stage,
    undefined,
  );
});

Deno.test("ci refuses what cannot become a pipeline, and writes nothing", async (t) => {
  await using nbtrack = await repository();
  await using elsewhere = await repository();
  const many = Array.from({ length: 201 }, (_, i) => i).join(",");
  const notebook = "my notebooks/train.ipynb";
  const cases: [string, string[], string][] = [
    ["no notebook", ["ci"], "takes the notebook"],
    ["a notebook that is not there", ["ci", "gone.ipynb"], "no notebook"],
    [
      "one outside of the repository",
      ["ci", `${elsewhere.dir}/${notebook}`],
      "is not in the repository",
    ],
    ["too many jobs", ["ci", notebook, "--grid", `k=${many}`], "201 jobs"],
    ["a grid that is none", ["ci", notebook, "--grid", "k"], "no key=value"],
    [
      "a note without a report",
      ["ci", notebook, "--note"],
      "belong to --report",
    ],
    [
      "an issue without a reproduction",
      ["ci", notebook, "--issue"],
      "belongs to --reproduce",
    ],
    [
      "links without a job",
      ["ci", notebook, "--annotations", "a"],
      "belong to --report",
    ],
    [
      "two jobs at once",
      ["ci", "--report", "a", "--reproduce", "b"],
      "exclude each other",
    ],
    [
      "a notebook in a job",
      ["ci", notebook, "--reproduce", "b"],
      "takes no notebook",
    ],
    [
      "another nbtrack that is no address",
      ["ci", notebook, "--cli", "nbtrack"],
      "--cli",
    ],
  ];
  for (const [what, args, says] of cases) {
    await t.step(what, async () => {
      const { code, json } = await nbtrack.call(args);
      assertEquals(code, 2);
      assertStringIncludes(json.error.message, says);
    });
  }
  await t.step("a pipeline file that is no YAML", async () => {
    await Deno.writeTextFile(`${nbtrack.dir}/.gitlab-ci.yml`, "build: [\n");
    const { code, json } = await nbtrack.call(["ci", notebook]);
    assertEquals(code, 2);
    assertStringIncludes(json.error.message, "Cannot read .gitlab-ci.yml");
    assertEquals(
      await Deno.readTextFile(`${nbtrack.dir}/.gitlab-ci.yml`),
      "build: [\n",
    );
  });
  const names = await Array.fromAsync(Deno.readDir(nbtrack.dir), (e) => e.name);
  assert(!names.includes(".gitlab"), names.join());
});
