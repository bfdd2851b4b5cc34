import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { pathToFileURL } from "node:url";
import {
  DatasetError,
  type FileReader,
  fingerprint,
  isDatasetError,
  MemoryDigestCache,
} from "../../src/datasets/dataset.ts";
import type {
  CachedFingerprint,
  DigestCache,
} from "../../src/datasets/types.ts";
import { isRacy, stateOf } from "../../src/datasets/file_state.ts";
import { sha256 } from "../../src/base/digest.ts";
import { until } from "../until.ts";

const OLD = new Date(Date.now() - 3_600_000);

/** Rows of a file that is too large to be digested anew each time. */
const LARGE_ROWS = 40_000;
const LARGE = `a\n${"1\n".repeat(LARGE_ROWS)}`;

/** Waits until the clock has left a file's times behind, so that a later change must show in them. */
async function trusted(path: string): Promise<void> {
  await until(`${path} to be trusted`, () => !isRacy(stateOf(path)));
}

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Opens files and counts the bytes that are read from them. */
function counter() {
  const count = { bytes: 0, opened: 0 };
  const open = async (path: string): Promise<FileReader> => {
    const file = await Deno.open(path);
    count.opened++;
    return {
      async read(buffer) {
        const read = await file.read(buffer);
        count.bytes += read ?? 0;
        return read;
      },
      close: () => file.close(),
    };
  };
  return { count, open };
}

Deno.test("a file is named by a path, a relative path or a file URL", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/ä b.csv`, "a\n1\n");
    const digest = sha256("a\n1\n");
    const url = pathToFileURL(`${dir}/ä b.csv`);
    for (
      const data of [`${dir}/ä b.csv`, "ä b.csv", "./ä b.csv", url, url.href]
    ) {
      const found = await fingerprint(data, { cwd: dir });
      assertEquals(found.uri, String(data));
      assertEquals([found.kind, found.digest, found.files, found.rows], [
        "file",
        digest,
        1,
        1,
      ]);
      assertEquals(found.digest_algorithm, "sha256");
    }
  });
});

Deno.test("an unchanged file is not read again, and a changed one is", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.csv`;
    await Deno.writeTextFile(path, LARGE);
    await trusted(path);
    const cache = new MemoryDigestCache();
    const { count, open } = counter();
    const first = await fingerprint("a.csv", { cwd: dir, cache, open });
    assertEquals(count, { bytes: LARGE.length, opened: 1 });
    const again = await fingerprint("./a.csv", { cwd: dir, cache, open });
    assertEquals(count, { bytes: LARGE.length, opened: 1 });
    assertEquals(again, { ...first, uri: "./a.csv" });
    await Deno.writeTextFile(path, LARGE.replace("1", "2"));
    const changed = await fingerprint(path, { cache, open });
    assertEquals(count.opened, 2);
    assertNotEquals(changed.digest, first.digest);
  });
});

Deno.test("a file that holds something else is read again, though its size and time are as they were", async () => {
  await inFolder(async (dir) => {
    for (
      const [name, text] of [["small.csv", "a\n1\n"], ["large.csv", LARGE]]
    ) {
      const path = `${dir}/${name}`;
      const cache = new MemoryDigestCache();
      await Deno.writeTextFile(path, text ?? "");
      await Deno.utime(path, OLD, OLD);
      await trusted(path);
      const first = await fingerprint(path, { cache });
      const other = (text ?? "").replace("1", "2");
      await Deno.writeTextFile(path, other);
      await Deno.utime(path, OLD, OLD);
      const second = await fingerprint(path, { cache });
      assertEquals(second.digest, sha256(other), name);
      assertNotEquals(second.digest, first.digest, name);
    }
  });
});

Deno.test("a file replaced by another of the same size and time is read again", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.csv`;
    const cache = new MemoryDigestCache();
    await Deno.writeTextFile(path, "a\n1\n");
    await Deno.utime(path, OLD, OLD);
    await fingerprint(path, { cache });
    await Deno.writeTextFile(`${dir}/b.csv`, "a\n2\n");
    await Deno.utime(`${dir}/b.csv`, OLD, OLD);
    await Deno.rename(`${dir}/b.csv`, path);
    assertEquals((await fingerprint(path, { cache })).digest, sha256("a\n2\n"));
  });
});

Deno.test("a large file whose beginning or end is another is read again, where the file system keeps no times", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/large.csv`;
    const known = new Map<number, CachedFingerprint>();
    const cache: DigestCache = {
      get: ({ size }) => known.get(size) ?? null,
      set: ({ size }, fingerprint) => known.set(size, fingerprint),
    };
    await Deno.writeTextFile(path, LARGE);
    await trusted(path);
    const { digest } = await fingerprint(path, { cache });
    for (const other of [LARGE.replace("1", "2"), `${LARGE.slice(0, -2)}2\n`]) {
      const file = await Deno.open(path, { write: true });
      await file.write(new TextEncoder().encode(other));
      file.close();
      await Deno.utime(path, OLD, OLD);
      const found = await fingerprint(path, { cache });
      assertEquals(found.digest, sha256(other));
      assertNotEquals(found.digest, digest);
    }
    await Deno.writeTextFile(path, LARGE);
    const again = await fingerprint(path, { cache });
    assertEquals([again.digest, "ends" in again], [digest, false]);
  });
});

Deno.test("a file changed within the clock's last step is not trusted to the cache", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.csv`;
    const cache = new MemoryDigestCache();
    const { count, open } = counter();
    // A time of whole seconds stands for a file system that has no finer ones; one ahead is always racy.
    const ahead = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    await Deno.writeTextFile(path, LARGE);
    await Deno.utime(path, ahead, ahead);
    const first = await fingerprint(path, { cache, open });
    await Deno.writeTextFile(path, LARGE.replace("1", "2"));
    await Deno.utime(path, ahead, ahead);
    const second = await fingerprint(path, { cache, open });
    assertEquals(count.opened, 2);
    assertNotEquals(second.digest, first.digest);
  });
});

Deno.test("a cached digest without a profile does not stand for one with it", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.csv`;
    await Deno.writeTextFile(path, LARGE);
    await trusted(path);
    const cache = new MemoryDigestCache();
    const { count, open } = counter();
    await fingerprint(path, { cache, open, profile: false });
    await fingerprint(path, { cache, open, profile: false });
    assertEquals(count.opened, 1);
    assertEquals((await fingerprint(path, { cache, open })).rows, LARGE_ROWS);
    assertEquals(count.opened, 2);
    assertEquals(
      (await fingerprint(path, { cache, open, profile: false })).digest,
      sha256(LARGE),
    );
    assertEquals(count.opened, 2);
  });
});

Deno.test("a file that is changed while it is read is said to be and not cached", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.txt`;
    await Deno.writeTextFile(path, "first");
    await Deno.utime(path, OLD, OLD);
    const cache = new MemoryDigestCache();
    const open = async (name: string): Promise<FileReader> => {
      const file = await Deno.open(name);
      await Deno.writeTextFile(path, "second!");
      return { read: (buffer) => file.read(buffer), close: () => file.close() };
    };
    const found = await fingerprint(path, { cache, open });
    assertStringIncludes(found.warnings.join(), "changed while it was read");
    const { count, open: counted } = counter();
    await fingerprint(path, { cache, open: counted });
    assertEquals(count.opened, 1);
  });
});

Deno.test("progress tells of all bytes, and a signal stops the reading", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/a.bin`;
    const size = 5 * 2 ** 20 + 3;
    await Deno.writeFile(path, new Uint8Array(size));
    const seen: number[] = [];
    await fingerprint(path, {
      onProgress(bytes, total) {
        assertEquals(total, size);
        seen.push(bytes);
      },
    });
    assert(seen.length >= 5);
    assertEquals(seen.at(-1), size);
    assertEquals(seen, seen.toSorted((a, b) => a - b));
    const stop = new AbortController();
    const error = await assertRejects(() =>
      fingerprint(path, {
        signal: stop.signal,
        onProgress: () => stop.abort(new Error("enough")),
      })
    );
    assertEquals((error as Error).message, "enough");
  });
});

Deno.test("a missing file names the nearest one in its folder", async () => {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/data`);
    await Deno.writeTextFile(`${dir}/data/penguins.csv`, "a\n");
    const error = await assertRejects(
      () => fingerprint("data/pengiuns.csv", { cwd: dir }),
      DatasetError,
    );
    assert(isDatasetError(error));
    assertEquals([error.kind, error.path], ["missing", "data/pengiuns.csv"]);
    assertStringIncludes(error.message, '"data/pengiuns.csv"');
    assertStringIncludes(error.hint, '"data/penguins.csv"');
    const far = await assertRejects(
      () => fingerprint("nowhere/at/all.csv", { cwd: dir }),
      DatasetError,
    );
    assertStringIncludes(far.hint, "no folder");
    const text = await assertRejects(
      () => fingerprint("a,b\n1,2\n", { cwd: dir }),
      DatasetError,
    );
    assertStringIncludes(text.hint, "content");
    const none = await assertRejects(
      () => fingerprint(" ", { cwd: dir }),
      DatasetError,
    );
    assertStringIncludes(none.message, "empty");
    const scheme = await assertRejects(
      () => fingerprint("s3://bucket/a.csv"),
      DatasetError,
    );
    assertStringIncludes(scheme.message, "s3:");
  });
});

Deno.test({
  name: "what is neither file nor folder, or leads back to itself, is refused",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await inFolder(async (dir) => {
      const odd = await assertRejects(
        () => fingerprint("/dev/null"),
        DatasetError,
      );
      assertEquals(odd.kind, "not-a-file");
      await Deno.symlink("self", `${dir}/self`);
      const loop = await assertRejects(
        () => fingerprint("self", { cwd: dir }),
        DatasetError,
      );
      assertStringIncludes(loop.message, "itself");
    });
  },
});

Deno.test("a file that may not be read is named", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.csv`, "a\n1\n");
    await Deno.writeTextFile(`${dir}/b.csv`, "a\n1\n");
    // The superuser may read everything, so the refusal comes from where files are opened.
    const open = (path: string): Promise<FileReader> =>
      path.endsWith("b.csv")
        ? Promise.reject(
          Object.assign(new Error("Permission denied"), { code: "EACCES" }),
        )
        : Deno.open(path);
    const error = await assertRejects(
      () => fingerprint("b.csv", { cwd: dir, open }),
      DatasetError,
    );
    assertEquals(error.kind, "unreadable");
    assertStringIncludes(error.message, "no permission");
    const inside = await assertRejects(
      () => fingerprint(dir, { open }),
      DatasetError,
    );
    assertStringIncludes(inside.message, "b.csv");
  });
});

Deno.test("a long line is digested without being held", async () => {
  await inFolder(async (dir) => {
    const piece = new TextEncoder().encode("0123456789abcde,".repeat(65_536));
    for (const name of ["one.csv", "one.jsonl", "one.json"]) {
      using file = await Deno.open(`${dir}/${name}`, {
        write: true,
        create: true,
      });
      for (let i = 0; i < 96; i++) await file.write(piece);
    }
    const code = `
      import { fingerprint } from ${
      JSON.stringify(import.meta.resolve("../../src/datasets/dataset.ts"))
    };
      await fingerprint("small.csv");
      const found = [];
      let most = 0;
      const start = Deno.memoryUsage().rss;
      const onProgress = () => { most = Math.max(most, Deno.memoryUsage().rss - start); };
      for (const name of ["one.csv", "one.jsonl", "one.json"]) {
        const { digest, columns, message } = await fingerprint(name, { onProgress });
        found.push({ digest, columns, message });
      }
      console.log(JSON.stringify({ found, most }));`;
    await Deno.writeTextFile(`${dir}/small.csv`, "a\n1\n");
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", code],
      cwd: dir,
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    const { found, most } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(
      new Set(found.map(({ digest }: { digest: string }) => digest)).size,
      1,
    );
    for (const { columns, message } of found) {
      assertEquals(columns, null);
      assert(/longer than|more than/.test(message), message);
    }
    assert(most < 2 ** 28, `grew by ${most} bytes`);
  });
});

Deno.test("what a progress callback throws is thrown on as it is", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.csv`, "a\n1\n");
    const thrown = new RangeError("mine");
    for (const data of [`${dir}/a.csv`, dir]) {
      const error = await assertRejects(() =>
        fingerprint(data, {
          onProgress() {
            throw thrown;
          },
        })
      );
      assertEquals(error, thrown);
    }
  });
});
