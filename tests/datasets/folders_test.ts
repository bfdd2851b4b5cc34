import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  DatasetError,
  type FileReader,
  fingerprint,
  MemoryDigestCache,
} from "../../src/datasets/dataset.ts";
import { isRacy, stateOf } from "../../src/datasets/file_state.ts";
import { sha256 } from "../../src/base/digest.ts";
import { withoutSpread } from "./profiles.ts";
import { until } from "../until.ts";

const POSIX = Deno.build.os !== "windows";
const OLD = new Date(Date.now() - 3_600_000);

async function inFolder(
  files: Record<string, string>,
  work: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [path, content] of Object.entries(files)) {
      const folder = `${dir}/${path}`.replace(/\/[^/]*$/, "");
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${dir}/${path}`, content);
      await Deno.utime(`${dir}/${path}`, OLD, OLD);
    }
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function shell(command: string, cwd: string): Promise<string> {
  const { stdout, code } = await new Deno.Command("sh", {
    args: ["-c", command],
    cwd,
    stderr: "null",
  }).output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout);
}

async function hasTools(): Promise<boolean> {
  if (!POSIX) return false;
  const { success } = await new Deno.Command("sh", {
    args: ["-c", "sha256sum --version && sort --version && find --version"],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

const TOOLS = await hasTools();
const RECOMPUTE =
  "find -L . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum";

async function recomputed(dir: string): Promise<string> {
  // Find ends with 1 when it meets a loop, which is what some of the folders hold.
  return `sha256:${(await shell(RECOMPUTE, dir)).slice(0, 64)}`;
}

Deno.test("a folder's digest is that of its sorted sha256sum lines", async () => {
  await inFolder(
    { "b.csv": "x\n1\n", "a/c.csv": "x\n2\n", "a.csv": "x\n3\n" },
    async (dir) => {
      const found = await fingerprint(dir, { folder: dir });
      const line = (content: string, path: string) =>
        `${sha256(content).slice(7)}  ./${path}\n`;
      assertEquals(
        found.digest,
        sha256(
          line("x\n3\n", "a.csv") + line("x\n2\n", "a/c.csv") +
            line("x\n1\n", "b.csv"),
        ),
      );
      assertEquals([found.kind, found.files, found.size], ["folder", 3, 12]);
      assertEquals(found.digest_algorithm, "sha256-listing");
      assertEquals(found.listing?.map(({ path, size }) => [path, size]), [
        ["a.csv", 4],
        ["a/c.csv", 4],
        ["b.csv", 4],
      ]);
      assertEquals((await fingerprint(`${dir}/`)).digest, found.digest);
    },
  );
});

Deno.test({
  name:
    "a folder's digest is recomputed by find, sort and sha256sum, odd names included",
  ignore: !TOOLS,
  fn: async () => {
    const odd = {
      "a b.csv": "1",
      "a-b.csv": "2",
      "a/b.csv": "3",
      "a.b/c": "4",
      "new\nline": "5",
      "back\\slash": "6",
      "re\rturn": "7",
      "é": "8",
      "Z": "9",
      "\u{ffee}": "10",
      "\u{1f427}": "11",
      ".hidden": "12",
      "-dash": "13",
      "deep/er/and/deeper.txt": "14",
    };
    await inFolder(odd, async (dir) => {
      const found = await fingerprint(dir);
      assertEquals(found.files, Object.keys(odd).length);
      assertEquals(found.digest, await recomputed(dir));
    });
    await inFolder({}, async (dir) => {
      const found = await fingerprint(dir);
      assertEquals(found.digest, await recomputed(dir));
      assertEquals([found.files, found.size, found.columns], [0, 0, null]);
      assertStringIncludes(found.message ?? "", "no files");
    });
  },
});

Deno.test({
  name: "links are followed once, and loops and dead links are named and left",
  ignore: !TOOLS,
  fn: async () => {
    await inFolder(
      { "in/a/x.csv": "x\n1\n", "out/y.csv": "x\n2\n" },
      async (dir) => {
        await Deno.symlink("../out", `${dir}/in/side`);
        await Deno.symlink("a/x.csv", `${dir}/in/same.csv`);
        await Deno.symlink("..", `${dir}/in/a/up`);
        await Deno.symlink("../in/a", `${dir}/out/round`);
        await Deno.symlink("me", `${dir}/in/me`);
        await Deno.symlink("gone", `${dir}/in/dead`);
        await Deno.symlink(dir, `${dir}/in/outer`);
        const found = await fingerprint("in", { cwd: dir });
        assertEquals(found.listing?.map(({ path }) => path), [
          "in/a/x.csv",
          "in/same.csv",
          "in/side/round/x.csv",
          "in/side/y.csv",
        ]);
        for (const link of ["a/up", "me", "dead", "outer", "side/round/up"]) {
          assert(
            found.warnings.some((text) => text.includes(JSON.stringify(link))),
            link,
          );
        }
        assertEquals(found.warnings.length, 5);
        const alone = await assertRejects(() =>
          fingerprint("in/dead", { cwd: dir })
        ) as Error;
        assertStringIncludes(alone.message, "the link leads nowhere");
        await Deno.remove(`${dir}/in/outer`);
        const inner = await fingerprint("in", { cwd: dir });
        assertEquals(inner.digest, found.digest);
        assertEquals(inner.digest, await recomputed(`${dir}/in`));
      },
    );
  },
});

Deno.test("files of the same columns are told as one table", async () => {
  await inFolder({
    "2023.csv": "id,x,when\n1,0.5,2023-01-01\n2,NA,2023-01-02\n",
    "2024.csv": "id,x,when\n3,7,2024-01-01\n",
  }, async (dir) => {
    const found = await fingerprint(dir);
    assertEquals(found.rows, 3);
    assertEquals(found.columns, [
      { name: "id", type: "integer" },
      { name: "x", type: "number" },
      { name: "when", type: "date" },
    ]);
    assertEquals(withoutSpread(found.profile), [
      {
        name: "id",
        type: "integer",
        missing: 0,
        distinct: null,
        min: 1,
        max: 3,
      },
      {
        name: "x",
        type: "number",
        missing: 1,
        distinct: null,
        min: 0.5,
        max: 7,
      },
      {
        name: "when",
        type: "date",
        missing: 0,
        distinct: null,
        min: "2023-01-01",
        max: "2024-01-01",
      },
    ]);
    assertEquals(found.message, null);
    await Deno.writeTextFile(
      `${dir}/2025.csv`,
      "id,x,when\nabc,8,2025-01-01\n",
    );
    const mixed = await fingerprint(dir);
    assertEquals(mixed.columns?.[0]?.type, "string");
    assertEquals([mixed.profile?.[0]?.min, mixed.profile?.[1]?.max], [null, 8]);
    await Deno.writeTextFile(`${dir}/2026.csv`, "id,y\n1,2\n");
    const other = await fingerprint(dir);
    assertEquals([other.rows, other.columns, other.profile], [
      null,
      null,
      null,
    ]);
    assertStringIncludes(other.message ?? "", "different columns");
    await Deno.writeTextFile(`${dir}/README.md`, "# Data\n");
    assertStringIncludes((await fingerprint(dir)).message ?? "", "README.md");
  });
});

Deno.test("only the changed files of a folder are read again", async () => {
  const files = Object.fromEntries(
    Array.from(
      { length: 20 },
      (_, i) => [`${i}.csv`, `x\n${`${i}\n`.repeat(40_000)}`],
    ),
  );
  const first_size = Object.values(files).reduce(
    (sum, text) => sum + text.length,
    0,
  );
  await inFolder(files, async (dir) => {
    const opened: string[] = [];
    const open = (path: string): Promise<FileReader> => {
      opened.push(path);
      return Deno.open(path);
    };
    await until(
      "files that are trusted",
      () =>
        Object.keys(files).every((name) => !isRacy(stateOf(`${dir}/${name}`))),
    );
    const cache = new MemoryDigestCache();
    const progress: number[] = [];
    const first = await fingerprint(dir, {
      cache,
      open,
      onProgress: (bytes, total) => {
        assertEquals(total, first_size);
        progress.push(bytes);
      },
    });
    assertEquals(opened.length, 20);
    assertEquals(progress.at(-1), first.size);
    assertEquals(await fingerprint(dir, { cache, open }), first);
    assertEquals(opened.length, 20);
    await Deno.writeTextFile(`${dir}/7.csv`, "x\nseven\n");
    const changed = await fingerprint(dir, { cache, open });
    assertEquals(opened.slice(20), [`${dir}/7.csv`]);
    assertNotEquals(changed.digest, first.digest);
  });
});

Deno.test("a glob has the files that match, relative to its base", async () => {
  await inFolder({
    "data/a.csv": "x\n1\n",
    "data/b.csv": "x\n2\n",
    "data/b.txt": "no",
    "data/.c.csv": "x\n9\n",
    "data/deep/d.csv": "x\n3\n",
    "data/.git/e.csv": "x\n9\n",
  }, async (dir) => {
    const paths = async (glob: string) => {
      const found = await fingerprint(glob, { cwd: dir });
      assertEquals([found.kind, found.uri], ["glob", glob]);
      return found.listing?.map(({ path }) => path);
    };
    assertEquals(await paths("data/*.csv"), ["data/a.csv", "data/b.csv"]);
    assertEquals(await paths("data/**/*.csv"), [
      "data/a.csv",
      "data/b.csv",
      "data/deep/d.csv",
    ]);
    assertEquals(await paths("*/?.csv"), ["data/a.csv", "data/b.csv"]);
    assertEquals(await paths("data/[b-d].csv"), ["data/b.csv"]);
    assertEquals(await paths("data/b.{csv,txt}"), ["data/b.csv", "data/b.txt"]);
    assertEquals(await paths(`${dir}/data/*/*.csv`), ["data/deep/d.csv"]);
    assertEquals(await paths("data/.*.csv"), ["data/.c.csv"]);
    const whole = await fingerprint("data/*.csv", { cwd: dir });
    assertEquals(whole.rows, 2);
    await Deno.mkdir(`${dir}/only`);
    for (const name of ["a.csv", "b.csv"]) {
      await Deno.copyFile(`${dir}/data/${name}`, `${dir}/only/${name}`);
    }
    assertEquals((await fingerprint(`${dir}/only`)).digest, whole.digest);
  });
});

Deno.test("listed files are named as the run reads them: from its folder, or absolute when they lie elsewhere", async () => {
  await inFolder({
    "run/d.csv": "x\n1\n",
    "run/data/a.csv": "x\n1\n",
    "shared/b.csv": "x\n2\n",
  }, async (dir) => {
    const cwd = `${dir}/run`;
    const named = async (data: string, from = cwd) => {
      const found = await fingerprint(data, { cwd: from, folder: cwd });
      const { listing, base, absolute } = found;
      return { paths: listing?.map(({ path }) => path), base, absolute };
    };
    for (const data of ["data/../d.csv", "./d.csv", "d.csv"]) {
      assertEquals(await named(data), {
        paths: ["d.csv"],
        base: null,
        absolute: null,
      });
    }
    assertEquals(await named("a.csv", `${cwd}/data`), {
      paths: ["data/a.csv"],
      base: null,
      absolute: null,
    });
    assertEquals(await named("../shared/"), {
      paths: ["../shared/b.csv"],
      base: "../shared",
      absolute: null,
    });
    assertEquals(await named("."), {
      paths: ["d.csv", "data/a.csv"],
      base: ".",
      absolute: null,
    });
    assertEquals(await named(`${cwd}/data/*.csv`), {
      paths: ["data/a.csv"],
      base: "data",
      absolute: `${cwd}/data`,
    });
    for (const data of [`${dir}/shared`, `file://${dir}/shared`]) {
      assertEquals(await named(data), {
        paths: [`${dir}/shared/b.csv`],
        base: `${dir}/shared`,
        absolute: `${dir}/shared`,
      });
    }
  });
});

Deno.test({
  name: "a folder whose very name has special characters is no wildcard",
  ignore: !POSIX,
  fn: async () => {
    for (
      const name of ["data@v1", "a+b", "no!", "(old)", "we[ir]d", "{a,b}", "q?"]
    ) {
      await inFolder({
        [`${name}/a.csv`]: "x\n1\n",
        [`${name}/b.csv`]: "x\n2\n",
        [`${name}/c.txt`]: "no",
      }, async (dir) => {
        const found = await fingerprint(`${name}/*.csv`, { cwd: dir });
        assertEquals(
          [found.base, found.listing?.map(({ path }) => path), found.rows],
          [name, [`${name}/a.csv`, `${name}/b.csv`], 2],
        );
      });
    }
  },
});

Deno.test("a glob without a match and a glob in no folder say so", async () => {
  await inFolder({ "data/a.csv": "x\n" }, async (dir) => {
    const none = await assertRejects(
      () => fingerprint("data/*.parquet", { cwd: dir }),
      DatasetError,
    );
    assertEquals(none.kind, "no-match");
    assertStringIncludes(none.message, '"data/*.parquet"');
    const folder = await assertRejects(
      () => fingerprint("dta/*.csv", { cwd: dir }),
      DatasetError,
    );
    assertStringIncludes(folder.hint, '"data"');
  });
});

Deno.test({
  name: "a file whose very name has wildcards is that file",
  ignore: !POSIX,
  fn: async () => {
    await inFolder(
      { "a[1].csv": "x\n1\n", "a1.csv": "x\n2\n" },
      async (dir) => {
        assertEquals(
          (await fingerprint("a[1].csv", { cwd: dir })).digest,
          sha256("x\n1\n"),
        );
      },
    );
  },
});
