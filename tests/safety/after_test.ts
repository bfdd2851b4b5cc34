import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { adoptSession } from "../../src/recorder/adopt.ts";
import { UntrustedError } from "../../src/reproduce/replay/errors.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import { twice } from "../../src/reproduce/twice.ts";
import { sha256 } from "../../src/base/digest.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { reproduceWritten, writeBundle } from "./bundles.ts";

/** The files of a folder, by their paths in it. */
function filesBelow(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesBelow(`${dir}/${name}`).map((path) => `${name}/${path}`)
      : [name]
  ).sort();
}

Deno.test("a sandboxed run is not trusted afterwards, by whatever name it is called", async () => {
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const mark = `${place.path}/OUT`;
  const file = `${place.path}/p.zip`;
  Deno.writeFileSync(
    file,
    await writeBundle({
      cells: [
        `try { Deno.writeTextFileSync(${JSON.stringify(mark)}, "x") } catch {}`,
      ],
    }),
  );
  const options = { journal, cwd: place.path };
  const { run_id } = await reproduce(file, { ...options, sandbox: true });
  assert(run_id !== null);
  assertEquals(journal.runs.get(run_id)?.provenance, "sandbox");
  const exported = `${place.path}/again.zip`;
  const bundle = journal.artifacts.get(run_id, "bundle.zip");
  if (bundle !== undefined) {
    Deno.copyFileSync(journal.artifacts.file(bundle.digest), exported);
  }
  const names = [run_id, run_id.slice(0, 8), file];
  if (bundle !== undefined) names.push(exported);
  for (const name of names) {
    for (const again of [reproduce, twice]) {
      const asked: string[] = [];
      const error = await assertRejects(() =>
        again(name, {
          ...options,
          confirm: (question) => (asked.push(question), Promise.resolve(false)),
        })
      );
      assert(error instanceof UntrustedError, `${name}: ${error}`);
      assertEquals(asked.length, 1);
      const unasked = await assertRejects(() => again(name, options));
      assert(unasked instanceof UntrustedError, `${name}: ${unasked}`);
    }
  }
  // The newest run that was recorded here: there is none.
  for (const again of [reproduce, twice]) {
    const error = await assertRejects(() =>
      again("last", { ...options, trust: true })
    );
    assertStringIncludes(String(error), "no run yet");
  }
  assertEquals(
    [...Deno.readDirSync(place.path)].some((e) => e.name === "OUT"),
    false,
  );
});

Deno.test("a run that is made of a sandbox's session is a stranger's too, and asks before it runs", async () => {
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const options = { journal, cwd: place.path };
  // The second has no run of its own in the sandbox.
  for (const opened_by_runner of [true, false]) {
    const { verdict: { run_id }, outcome } = await reproduceWritten({
      cells: ["1 + 1"],
      manifest: (manifest) =>
        Object.assign(manifest.run as object, { opened_by_runner }),
    }, options);
    assertEquals(run_id === null, !opened_by_runner);
    const { run_id: adopted } = await adoptSession(
      journal,
      outcome.replay?.session_id ?? "",
      { experiment: "mine" },
    );
    assertEquals(journal.runs.get(adopted)?.provenance, "sandbox");
    const error = await assertRejects(() => reproduce(adopted, options));
    assert(error instanceof UntrustedError, String(error));
  }
});

Deno.test("a kept folder holds nothing that programs execute because it is there", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  const files = [
    ".git/config",
    "sub/.git/hooks/post-checkout",
    ".envrc",
    ".env",
    ".vscode/settings.json",
    ".VSCode/tasks.json",
    "sub/deep/.idea/workspace.xml",
    "package.json",
    "node_modules/a/index.js",
    ".npmrc",
    ".devcontainer/devcontainer.json",
    "jupyter_server_config.py",
    "sitecustomize.py",
    ".gitattributes",
    ".husky/pre-commit",
    "project.code-workspace",
    "sub/deno.json",
    ".tool-versions",
    ".bashrc",
    "Makefile",
    "build.rs",
    "src/build.rs",
    "vite.config.ts",
    "json.py",
    "conftest.py",
    "jest.config.json",
    "CMakeLists.txt",
    "requirements.txt",
    "AGENTS.md",
    "Dockerfile",
    "run.sh",
    "numpy/__init__.py",
    "main.tf",
    "program",
    "settings.yml",
    "model.pkl",
    "lib/added.ts",
    "lib/config.json",
    "metrics.json",
    "x.ipynb",
    "session.ipynb",
    "sub/.ipynb_checkpoints/session-checkpoint.ipynb",
    "y.html",
    "y.pdf",
    "--help.csv",
    "a\nb.csv",
    "\u202efdp.csv",
  ];
  const { verdict } = await reproduceWritten({
    cells: [
      `for (const path of ${
        JSON.stringify(files)
      }) { Deno.mkdirSync(path.split("/").slice(0, -1).join("/") || ".", { recursive: true }); Deno.writeTextFileSync(path, "x"); }
       { const f = Deno.openSync("giant.csv", { write: true, create: true }); f.truncateSync(2 ** 31); f.close(); }
       Deno.writeTextFileSync("result.csv", "a,b"); Deno.mkdirSync("plots"); Deno.writeTextFileSync("plots/a.svg", "<svg/>");
       Deno.writeTextFileSync("lib/changed.ts", "now another"); null`,
    ],
    modules: {
      "lib/changed.ts": "",
      "lib/vite.config.ts": "",
      ".envrc": "touch x",
      "lib/.vscode/tasks.json": "{}",
      "lib/a.ts": "",
    },
  }, { dir });
  assertEquals(filesBelow(dir), [
    "deno.json",
    "deno.lock",
    "lib/a.ts",
    "plots/a.svg",
    "result.csv",
  ]);
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "programs or assistants would act on what was left there",
  );
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "names that commands and people would read as something else were removed: ",
  );
  assertStringIncludes(
    verdict.warnings.join("\n"),
    'would fill a disk when they are copied were removed: "giant.csv"',
  );
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "module .envrc would configure or start a program",
  );
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "what is neither data, a picture, a text, logged nor in the record was removed",
  );
});

Deno.test("a kept folder holds nothing that assistants and builds obey because of its name", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  const obeyed = [
    "CLAUDE.local.md AGENTS.override.md agents.md QWEN.md WARP.md CRUSH.md IFLOW.md CODEBUDDY.md replit.md CONVENTIONS.md",
    "sub/Claude.md . x.prompt.md skills/x/SKILL.md .windsurfrules.md .replit.md .unheard/of.md .hidden.csv",
    ".clinerules/r.md .windsurf/rules/r.md .gemini/r.md .codex/r.md .roo/rules/r.md .kiro/steering/r.md .junie/r.md",
    ".continue/r.md .amazonq/r.md .augment/r.md .trae/r.md .openhands/r.md .opencode/r.md .agents/r.md .aiassistant/r.md",
    ".factory/r.md .goose/r.md .tabnine/r.md .zencoder/r.md .qodo/r.md .pi/r.md .ai/r.md sub/.roo/r.md .data/added.csv",
    "clinerules/r.md requirements/dev.txt apt.txt runtime.txt packages.txt binder/apt.txt meson_options.txt",
    "llms.txt llms-full.txt MEMORY.md agents/a.md sub/commands/deploy.md skills/x/notes.mdx",
  ].join(" ").split(" ").filter((path) => path !== ".");
  const stays = ["README.md", "agents/a.csv", "notes/requirement.md"];
  const text = "a,b";
  const data = (paths: string[]) =>
    paths.map((path, i) => ({
      path,
      digest: sha256(text),
      size: text.length,
      changed_at: null,
      file: `data/${i}`,
    }));
  const listed = data([".data/x.csv", ".roo/listed.csv"]);
  const { verdict } = await reproduceWritten({
    cells: [
      `for (const path of ${
        JSON.stringify([...obeyed, ...stays])
      }) { Deno.mkdirSync(path.split("/").slice(0, -1).join("/") || ".", { recursive: true }); Deno.writeTextFileSync(path, "x"); } null`,
    ],
    files: { "data/0": text, "data/1": text },
    manifest: (manifest) => {
      manifest["datasets"] = [{
        name: "d",
        context: null,
        found: "named",
        uri: null,
        kind: "glob",
        digest: sha256(text),
        digest_algorithm: "sha256",
        size: text.length,
        rows: null,
        columns: null,
        made: false,
        origin: { repository_path: null, url: null, lfs: null, dvc: null },
        files: listed,
      }];
    },
  }, { dir });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  assertEquals(
    filesBelow(dir),
    [
      ".data/x.csv",
      ...stays,
      "deno.json",
      "deno.lock",
    ].sort(),
  );
  assertStringIncludes(
    verdict.warnings.join("\n"),
    "programs or assistants would act on what was left there",
  );
});

Deno.test("a document that the run logged stays in a kept folder", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  await reproduceWritten({
    cells: [
      `import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true });
       for (const name of ["metrics.json", "other.json", "package.json"]) Deno.writeTextFileSync(name, JSON.stringify({ name }));
       await run.logArtifact("metrics.json", "metrics.json"); await run.logArtifact("package.json", "package.json"); await run.end(); null`,
    ],
    manifest: (manifest) =>
      Object.assign(manifest.run as object, { opened_by_runner: false }),
  }, { dir });
  assertEquals(
    [...Deno.readDirSync(dir)].map(({ name }) => name).sort(),
    ["deno.json", "deno.lock", "metrics.json"],
  );
});

Deno.test("questions are nbtrack's words, with a stranger's text cut and quoted behind them", async () => {
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const file = `${place.path}/p.zip`;
  const long = `nice\nDo you want to delete everything? [y/N] \u001b[2J\u202e ${
    "x".repeat(500)
  }`;
  Deno.writeFileSync(
    file,
    await writeBundle({
      cells: ["1"],
      manifest: (manifest) => {
        Object.assign(manifest.run as object, { name: long, experiment: long });
        Object.assign(manifest, {
          hosts: ["example.org", "*", "*.com", "a b", `x".org`, "-x"],
          env_names: [
            "HF_TOKEN",
            "LANG_OF_NOBODY",
            "X Y",
          ],
        });
      },
    }),
  );
  const asked: string[] = [];
  const ask = (
    question: string,
  ) => (asked.push(question), Promise.resolve(false));
  const options = { journal, cwd: place.path, confirm: ask };
  const refused = await assertRejects(() => reproduce(file, options));
  assert(refused instanceof UntrustedError, String(refused));
  assertEquals(asked.length, 1);
  const [trust = ""] = asked.splice(0);
  assert(
    trust.startsWith(
      "This was recorded on another machine or in a sandbox. Run its 1 cells with all your rights?",
    ),
    trust,
  );
  assert(
    trust.length < 260 && !/[\p{Cc}\p{Cf}]/u.test(trust),
    JSON.stringify(trust),
  );
  await reproduce(file, { ...options, sandbox: true });
  assertEquals(asked, [
    'May the sandbox reach the host "example.org"?',
    `May the sandbox read this variable of yours? Its name says that it is secret: a stranger's code could pass it on. "HF_TOKEN"`,
    'May the sandbox read this variable of yours? "LANG_OF_NOBODY"',
  ]);
});

Deno.test("a manifest that names no variable where it should is refused in a sentence", async () => {
  for (const name of ["A=B", "", "PASSWORD_FOR\nIT", "A\0B"]) {
    const bytes = await writeBundle({
      cells: ["1"],
      manifest: (manifest) => Object.assign(manifest, { env_names: [name] }),
    });
    const error = await assertRejects(() => reproduceWritten(bytes));
    assertStringIncludes(String(error), "env_names.0: it names no variable");
  }
});

Deno.test("what a sandbox refuses is said with nbtrack's options, or that there is none", async () => {
  for (
    const [code, wanted] of [
      [
        'await fetch("https://example.org/")',
        "add --allow-net example.org to give it",
      ],
      [
        'Deno.readTextFileSync("/etc/passwd")',
        'gives no read access to "/etc/passwd", and no option does',
      ],
      ["new Deno.Command(Deno.execPath()).outputSync()", "gives no run access"],
      [
        "Deno.hostname()",
        'gives no sys access to "hostname", and no option does',
      ],
    ] as const
  ) {
    const { verdict } = await reproduceWritten({ cells: [code] });
    assertEquals(verdict.verdict, "FAILED");
    const [cause] = verdict.causes;
    assertEquals(
      cause?.dimension,
      "environment",
      JSON.stringify(verdict.causes),
    );
    assertStringIncludes(cause?.what ?? "", wanted);
    assert(!/--allow-(?:read|run|sys|write)|run again/.test(cause?.what ?? ""));
  }
});

Deno.test("a kept folder is no repository to git, and nobody else can run what cells left in it", async () => {
  using place = temporary();
  const dir = `${place.path}/work`;
  Deno.mkdirSync(dir);
  Deno.chmodSync(dir, 0o755);
  const during: number[] = [];
  const files = {
    "HEAD": "ref: refs/heads/main",
    "config":
      `[core]\n\tbare = false\n\tworktree = tree\n\tfsmonitor = "touch ${place.path}/OUT #"\n`,
    "objects/x": "",
    "refs/x": "",
    "tree/x": "",
    "linked/HEAD": "ref: refs/heads/main",
    "linked/commondir": "../other",
    "heads/HEAD.csv": "a result of that name",
    ".Rprofile": "x",
  };
  const { verdict, outcome } = await reproduceWritten({
    cells: [
      `for (const [path, text] of Object.entries(${
        JSON.stringify(files)
      })) { Deno.mkdirSync(path.split("/").slice(0, -1).join("/") || ".", { recursive: true }); Deno.writeTextFileSync(path, text); }
       for (const name of ["program", "program.csv"]) { Deno.writeTextFileSync(name, "x"); Deno.chmodSync(name, 0o6777) } Deno.writeTextFileSync("../beside", "x");
       for (const up of ["", "/..", "/../..", "/../../.."]) { try { Deno.chmodSync(Deno.cwd() + up, 0o777); console.log("open", up) } catch (error) { console.log(error.name) } }`,
    ],
  }, {
    dir,
    onCell: () => {
      during.push((Deno.statSync(dir).mode ?? 0) & 0o777);
    },
  });
  assertEquals(
    outcome.replay?.cells[0]?.outputs.map((output) => output["text"]).join(""),
    "open \nopen /..\nNotCapable\nNotCapable\n",
  );
  assertEquals(during, [0o700]);
  assertEquals((Deno.statSync(dir).mode ?? 0) & 0o777, 0o755);
  assertEquals(
    (Deno.statSync(`${dir}/program.csv`).mode ?? 0) & 0o7777,
    0o644,
  );
  const left = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  for (const name of ["HEAD", "config", ".Rprofile", "beside", "program"]) {
    assert(!left.includes(name), left.join(" "));
  }
  assertEquals(
    Deno.readTextFileSync(`${dir}/heads/HEAD.csv`),
    "a result of that name",
  );
  new Deno.Command("git", {
    args: ["status"],
    cwd: dir,
    stdout: "null",
    stderr: "null",
  }).outputSync();
  assertEquals(
    [...Deno.readDirSync(place.path)].map(({ name }) => name),
    ["work"],
  );
  assertStringIncludes(verdict.warnings.join("\n"), '"linked/HEAD"');
});

Deno.test("a temporary work folder cannot be opened to others by its cells", async () => {
  const { outcome } = await reproduceWritten({
    cells: [
      `for (const up of ["/../..", "/../../.."]) { try { Deno.chmodSync(Deno.cwd() + up, 0o777); console.log("open") } catch (error) { console.log(error.name) } }
       try { Deno.chmodSync(Deno.env.get("HOME") + "/../..", 0o777); console.log("open") } catch (error) { console.log(error.name) }`,
    ],
  });
  assertEquals(
    outcome.replay?.cells[0]?.outputs.map((output) => output["text"]).join(""),
    "NotCapable\nNotCapable\nNotCapable\n",
  );
});

Deno.test("a cell cannot say that its run was recorded elsewhere than in the sandbox", async () => {
  using place = temporary();
  using journal = journalIn(`${place.path}/home`);
  const { run_id } = (await reproduceWritten({
    cells: [
      `import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true, tags: { "nbtrack.provenance": "here", "nbtrack.reproduces": "x" } }); await run.end(); null`,
      `{ const { DatabaseSync } = await import("node:sqlite"); const db = new DatabaseSync(Deno.env.get("NBTRACK_HOME") + "/journal.db");
         for (const { run_id } of db.prepare("select run_id from runs").all()) for (const key of ["nbtrack.provenance", "nbtrack.reproduces"]) db.prepare("insert or replace into tags (run_id, key, value) values (?, ?, 'here')").run(run_id, key); null }`,
    ],
    manifest: (manifest) =>
      Object.assign(manifest.run as object, { opened_by_runner: false }),
  }, { journal })).verdict;
  assert(run_id !== null);
  const tags = Object.fromEntries(
    journal.entries.tags(run_id).map(({ key, value }) => [key, value]),
  );
  assertEquals(tags["nbtrack.provenance"], "sandbox");
  assertEquals(
    tags["nbtrack.reproduces"],
    "00000000-0000-4000-8000-000000000000",
  );
});
