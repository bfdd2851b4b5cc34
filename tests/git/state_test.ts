import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  captureGit,
  parseStatus,
  withoutCredentials,
} from "../../src/git/state.ts";

async function git(dir: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("git", {
    args: [
      "-c",
      "user.name=Test",
      "-c",
      "user.email=test@example.invalid",
      "-c",
      "commit.gpgsign=false",
      ...args,
    ],
    cwd: dir,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** The blob of `one` and a newline, which the repository of these tests has. */
const ONE_BLOB = "5626abf0f72e58d7a153368ba57db4c673c0e171";

async function withRepository(
  test: (dir: string) => Promise<void>,
  { commit = true } = {},
): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    await git(dir, "init", "--quiet", "--initial-branch=work");
    if (commit) {
      await Deno.writeTextFile(`${dir}/a.txt`, "one\n");
      await Deno.writeTextFile(`${dir}/n.ipynb`, "{}\n");
      await git(dir, "add", ".");
      await git(dir, "commit", "--quiet", "-m", "first");
    }
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("submodules are named with the commits that are checked out, and whether those were moved", () =>
  withRepository((inner) =>
    withRepository(async (dir) => {
      const first = await git(inner, "rev-parse", "HEAD");
      assertEquals((await captureGit(dir))?.submodules, []);
      const allow = ["-c", "protocol.file.allow=always"];
      await git(dir, ...allow, "submodule", "--quiet", "add", inner, "lib/one");
      await git(dir, ...allow, "submodule", "--quiet", "add", inner, "two");
      await git(dir, "commit", "--quiet", "-m", "with submodules");
      await git(`${dir}/two`, "commit", "--quiet", "--allow-empty", "-m", "on");
      const moved = await git(`${dir}/two`, "rev-parse", "HEAD");
      const state = await captureGit(dir);
      assertEquals(state?.submodules, [
        { path: "lib/one", commit: first, moved: false },
        { path: "two", commit: moved, moved: true },
      ]);
      assertEquals(state?.dirty, true);
      await Deno.remove(`${dir}/lib/one`, { recursive: true });
      assertEquals((await captureGit(dir))?.submodules[0], {
        path: "lib/one",
        commit: first,
        moved: false,
      });
    })
  ));

Deno.test("a clean repository has its commit and branch, and no changes", () =>
  withRepository(async (dir) => {
    await Deno.mkdir(`${dir}/sub/deep`, { recursive: true });
    assertEquals(await captureGit(`${dir}/sub/deep`), {
      commit: await git(dir, "rev-parse", "HEAD"),
      branch: "work",
      dirty: false,
      untracked: 0,
      submodules: [],
      remote: null,
      path: "sub/deep",
      changes_diff: null,
      changes_left_out: null,
      excluded_notebooks: [],
    });
  }));

Deno.test("staged and unstaged changes are in a patch that git applies", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.txt`, "one\ntwo\n");
    await Deno.writeTextFile(`${dir}/staged é.txt`, "new\n");
    await git(dir, "add", "staged é.txt");
    await Deno.mkdir(`${dir}/sub`);
    const state = await captureGit(`${dir}/sub`);
    assertEquals([state?.dirty, state?.untracked], [true, 0]);
    assertStringIncludes(state?.changes_diff ?? "", "+two");
    await git(dir, "reset", "--quiet", "--hard");
    await Deno.writeTextFile(
      `${dir}/../${dir.split("/").pop()}.patch`,
      state?.changes_diff ?? "",
    );
    await git(dir, "apply", `${dir}.patch`);
    await Deno.remove(`${dir}.patch`);
    assertEquals(await Deno.readTextFile(`${dir}/a.txt`), "one\ntwo\n");
    assertEquals(await Deno.readTextFile(`${dir}/staged é.txt`), "new\n");
  }));

Deno.test("a new file makes the tree dirty without a patch", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/new.txt`, "");
    const state = await captureGit(dir);
    assertEquals([state?.dirty, state?.untracked, state?.changes_diff], [
      true,
      1,
      null,
    ]);
  }));

Deno.test("a detached HEAD has no branch", () =>
  withRepository(async (dir) => {
    await git(dir, "checkout", "--quiet", "--detach");
    const state = await captureGit(dir);
    assertEquals(state?.branch, null);
    assertMatch(state?.commit ?? "", /^[0-9a-f]{40,64}$/);
  }));

Deno.test("a repository without a commit says so", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.txt`, "one\n");
    await git(dir, "add", "a.txt");
    const state = await captureGit(dir);
    assertEquals([state?.commit, state?.branch, state?.dirty], [
      null,
      "work",
      true,
    ]);
    assertEquals(state?.changes_left_out, "the repository has no commit");
  }, { commit: false }));

/** The text of a notebook with one cell. */
function notebookOf(
  { source, tags = [], outputs = [] }: {
    source: string;
    tags?: string[];
    outputs?: string[];
  },
): string {
  return JSON.stringify(
    {
      cells: [{
        cell_type: "code",
        execution_count: null,
        id: "one",
        metadata: { tags },
        outputs: outputs.map((text) => ({
          name: "stdout",
          output_type: "stream",
          text: [text],
        })),
        source: [source],
      }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  );
}

Deno.test("changes of a notebook with an excluded cell are in no patch, whether it has the cell now or in the commit, and whatever its file's name", () =>
  withRepository(async (dir) => {
    const secret = () => `p${crypto.randomUUID().replaceAll("-", "")}`;
    const secrets = Array.from({ length: 8 }, secret);
    const [a, b, c, d, e, f, g, h] = secrets;
    const write = (name: string, text: string) =>
      Deno.writeTextFile(`${dir}/${name}`, text);
    const plain = notebookOf({ source: "const a = 1;" });
    const excluded = (value = "", before = "") =>
      notebookOf({
        source: `${before}// nbtrack: exclude\nconst a = "${value}";`,
        outputs: [value],
      });
    await Deno.mkdir(`${dir}/.ipynb_checkpoints`);
    await write(".ipynb_checkpoints/n-checkpoint.ipynb", plain);
    await write("tagged é.ipynb", plain);
    await write("removed.ipynb", excluded(c));
    await write("moved.ipynb", excluded(d));
    await write("copy.json", plain);
    await write("other.ipynb", plain);
    await write("broken.ipynb", plain);
    await git(dir, "add", "--force", ".");
    await git(dir, "commit", "--quiet", "-m", "notebooks");
    await write("n.ipynb", excluded(a));
    await write(
      "tagged é.ipynb",
      notebookOf({ source: `"${b}"`, tags: ["nbtrack-exclude"] }),
    );
    await write("removed.ipynb", plain);
    await git(dir, "mv", "moved.ipynb", "new.ipynb");
    await write("copy.json", excluded(e));
    await write(".ipynb_checkpoints/n-checkpoint.ipynb", excluded(f, "\t"));
    await write("broken.ipynb", `<<<<<<< ours\n${excluded(g)}`);
    await write("staged.ipynb", excluded(h));
    await git(dir, "add", "staged.ipynb");
    await write(
      "other.ipynb",
      notebookOf({
        source: "// as in `nbtrack: exclude`\nconst kept = 1;",
      }),
    );
    await write("a.txt", "not nbtrack: exclude\n");
    const state = await captureGit(dir);
    const patch = state?.changes_diff ?? "";
    assertEquals(secrets.filter((one) => patch.includes(one)), []);
    assertStringIncludes(patch, "const kept = 1;");
    assertStringIncludes(patch, "+not nbtrack: exclude");
    assertEquals(state?.excluded_notebooks, [
      ".ipynb_checkpoints/n-checkpoint.ipynb",
      "broken.ipynb",
      "copy.json",
      "moved.ipynb",
      "n.ipynb",
      "new.ipynb",
      "removed.ipynb",
      "staged.ipynb",
      "tagged é.ipynb",
    ]);
    assertMatch(state?.changes_left_out ?? "", /excluded cells are left out/);
  }));

Deno.test("where too many files are changed to look into, those of notebooks are in no patch", () =>
  withRepository(async (dir) => {
    for (let i = 0; i < 501; i++) {
      await Deno.writeTextFile(`${dir}/${i}.txt`, "");
    }
    await Deno.writeTextFile(`${dir}/n.ipynb`, notebookOf({ source: "1" }));
    await git(dir, "add", ".");
    const state = await captureGit(dir);
    assertStringIncludes(state?.changes_diff ?? "", "500.txt");
    assert(!state?.changes_diff?.includes("n.ipynb"));
    assertMatch(
      state?.changes_left_out ?? "",
      /those of notebooks are left out/,
    );
  }));

Deno.test("changes over the limit are left out, those of notebooks first, and that is said", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.txt`, "small\n");
    await Deno.writeTextFile(`${dir}/n.ipynb`, "x\n".repeat(2000));
    const part = await captureGit(dir, { maxDiffBytes: 1000 });
    assertStringIncludes(part?.changes_diff ?? "", "+small");
    assert(!part?.changes_diff?.includes("n.ipynb"));
    assertMatch(
      part?.changes_left_out ?? "",
      /larger than 1000 bytes: those of notebooks are left out/,
    );
    const none = await captureGit(dir, { maxDiffBytes: 10 });
    assertEquals(none?.changes_diff, null);
    assertMatch(none?.changes_left_out ?? "", /larger than 10 bytes$/);
  }));

Deno.test("the remote is the branch's, else origin, without credentials", () =>
  withRepository(async (dir) => {
    const pw = ["se", "same"].join("");
    await git(dir, "remote", "add", "aaa", "git@first.example:g/p.git");
    assertEquals((await captureGit(dir))?.remote, "git@first.example:g/p.git");
    await git(
      dir,
      "remote",
      "add",
      "origin",
      `https://me:${pw}@origin.example/g/p.git`,
    );
    assertEquals(
      (await captureGit(dir))?.remote,
      "https://origin.example/g/p.git",
    );
    await git(
      dir,
      "remote",
      "add",
      "up",
      `ssh://git:${pw}@up.example:2222/g/p.git`,
    );
    await git(dir, "config", "branch.work.remote", "up");
    assertEquals(
      (await captureGit(dir))?.remote,
      "ssh://git@up.example:2222/g/p.git",
    );
  }));

Deno.test("nothing that the repository configures is executed", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/new.two`, "two\n");
    await Deno.writeTextFile(`${dir}/new.dot`, "dot\n");
    await git(
      dir,
      "update-index",
      "--add",
      "--cacheinfo",
      `100644,${ONE_BLOB},new.two`,
    );
    await git(
      dir,
      "update-index",
      "--add",
      "--cacheinfo",
      `100644,${ONE_BLOB},new.dot`,
    );
    const trap = `${dir}/.git/trap`;
    const proof = `${dir}/.git/ran`;
    await Deno.writeTextFile(trap, `#!/bin/sh\necho "$0" >> '${proof}'\ncat\n`);
    await Deno.chmod(trap, 0o755);
    for (
      const key of [
        "core.fsmonitor",
        "diff.external",
        "diff.t.textconv",
        "diff.t.command",
        "core.pager",
        "core.sshCommand",
        "filter.t.clean",
        "filter.t.smudge",
        "filter.two.process",
        "filter.x.y.clean",
      ]
    ) {
      await git(dir, "config", key, trap);
    }
    await git(dir, "config", "filter.t.required", "true");
    await Deno.writeTextFile(
      `${dir}/.git/info/attributes`,
      "*.txt diff=t filter=t\n*.two filter=two\n*.dot filter=x.y\n",
    );
    await Deno.writeTextFile(`${dir}/a.txt`, "two\n");
    await Deno.mkdir(`${dir}/.git/hooks`, { recursive: true });
    await Deno.copyFile(trap, `${dir}/.git/hooks/post-index-change`);
    const index = await Deno.readFile(`${dir}/.git/index`);
    const state = await captureGit(dir);
    assertStringIncludes(state?.changes_diff ?? "", "-one\n+two");
    assertEquals(await Deno.readFile(`${dir}/.git/index`), index);
    assertEquals(
      [...Deno.readDirSync(`${dir}/.git`)].some((e) => e.name === "ran"),
      false,
    );
  }));

Deno.test("nothing that a submodule configures is executed", () =>
  withRepository(async (dir) => {
    const inner = `${dir}/inner`;
    await Deno.mkdir(inner);
    await git(inner, "init", "--quiet");
    await Deno.writeTextFile(`${inner}/a.txt`, "one\n");
    await git(inner, "add", ".");
    await git(inner, "commit", "--quiet", "-m", "first");
    await git(dir, "add", "inner");
    await git(dir, "commit", "--quiet", "-m", "with a repository inside");
    const proof = `${dir}/.git/ran`;
    const trap = `echo ran >> '${proof}'; cat`;
    await git(inner, "config", "filter.t.clean", trap);
    await git(inner, "config", "core.fsmonitor", trap);
    await git(dir, "config", "diff.submodule", "diff");
    await Deno.writeTextFile(`${inner}/.git/info/attributes`, "* filter=t\n");
    await Deno.writeTextFile(`${inner}/a.txt`, "two\n");
    await Deno.writeTextFile(`${dir}/a.txt`, "two\n");
    const state = await captureGit(dir);
    assertStringIncludes(state?.changes_diff ?? "", "-one\n+two");
    assertEquals(await exists(proof), false);
  }));

Deno.test("an object that the repository lacks is not fetched from where its configuration says", () =>
  withRepository(async (dir) => {
    const proof = `${dir}/.git/ran`;
    const blob = await git(dir, "rev-parse", "HEAD:a.txt");
    await git(dir, "remote", "add", "origin", "file:///nowhere");
    await git(
      dir,
      "config",
      "remote.origin.uploadpack",
      `echo ran > '${proof}'; false`,
    );
    await git(dir, "config", "remote.origin.promisor", "true");
    await git(dir, "config", "extensions.partialClone", "origin");
    await git(dir, "config", "core.repositoryFormatVersion", "1");
    await Deno.remove(
      `${dir}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`,
    );
    await Deno.writeTextFile(`${dir}/a.txt`, "two\n");
    const state = await captureGit(dir);
    assertEquals(state?.dirty, true);
    assertMatch(state?.changes_left_out ?? "", /git diff failed/);
    assertEquals(await exists(proof), false);
  }));

Deno.test("a repository that names another work tree gives no patch of what lies there", () =>
  withRepository(async (dir) => {
    const home = await Deno.realPath(await Deno.makeTempDir());
    try {
      await Deno.writeTextFile(`${home}/a.txt`, "private\n");
      await git(dir, "config", "core.worktree", home);
      const state = await captureGit(dir);
      assertEquals(state?.changes_diff ?? null, null);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  }));

Deno.test("a bare repository that merely lies in the folder is not asked", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    await git(dir, "init", "--quiet", "--bare", "bare");
    const proof = `${dir}/ran`;
    await git(
      `${dir}/bare`,
      "config",
      "core.fsmonitor",
      `echo ran > '${proof}'`,
    );
    await captureGit(`${dir}/bare`);
    assertEquals(await exists(proof), false);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("a folder outside any repository has no git state, and nothing is missing", async () => {
  const dir = await Deno.makeTempDir();
  const reasons: string[] = [];
  assertEquals(
    await captureGit(dir, { onMissing: (why) => reasons.push(why) }),
    null,
  );
  assertEquals(reasons, []);
  await Deno.remove(dir);
});

Deno.test("a repository that git cannot read is named as missing", () =>
  withRepository(async (dir) => {
    await Deno.writeTextFile(`${dir}/.git/config`, "[core\n");
    const reasons: string[] = [];
    assertEquals(
      await captureGit(dir, { onMissing: (why) => reasons.push(why) }),
      null,
    );
    assertEquals(reasons.length, 1);
  }));

Deno.test("git that does not answer in time is given up with the reason", () =>
  withRepository(async (dir) => {
    const reasons: string[] = [];
    assertEquals(
      await captureGit(dir, {
        timeout_ms: 0,
        onMissing: (why) => reasons.push(why),
      }),
      null,
    );
    assertEquals(reasons, ["git did not answer within 0 ms"]);
  }));

Deno.test("renames in a status are one change and not a new file", () => {
  const status = parseStatus(
    "# branch.oid abc\0# branch.head main\0" +
      "2 R. N... 100644 100644 100644 a b R100 new name\0? old name\0? really new\0",
  );
  assertEquals(status, {
    commit: "abc",
    branch: "main",
    changed: true,
    untracked: 1,
  });
});

Deno.test("passwords of addresses in scp form go, users stay", () => {
  const pw = ["se", "same"].join("");
  assertEquals(
    withoutCredentials(`git:${pw}@host.example:g/p`),
    "git@host.example:g/p",
  );
  assertEquals(
    withoutCredentials("git@host.example:g/p@2"),
    "git@host.example:g/p@2",
  );
  assertEquals(withoutCredentials("../local/repo.git"), "../local/repo.git");
});
