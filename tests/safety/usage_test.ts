import { assert, assertEquals } from "@std/assert";
import { limitOf } from "../../src/reproduce/sandbox/ends.ts";
import {
  excessOf,
  limitsOn,
  sizeOfRemovedFiles,
  usageOfFolders,
  usageOfProcess,
} from "../../src/reproduce/sandbox/usage.ts";
import { temporary } from "../reproduce/recorded.ts";

const GIB = 2 ** 30;
const NOTHING = { memory: 0, threads: 0, disk: 0, files: 0 };

Deno.test("a sandbox may take 6 GiB of memory, or 70 % of a smaller machine's", () => {
  assertEquals(limitsOn(64 * GIB), {
    memory: 6 * GIB,
    threads: 128,
    disk: 8 * GIB,
    files: 200_000,
  });
  assertEquals(limitsOn(4 * GIB).memory, 4 * GIB * 0.7);
});

Deno.test("what is over its limit is said in a sentence, and nothing is at it", () => {
  const limits = limitsOn(64 * GIB);
  assertEquals(excessOf(NOTHING, limits), null);
  assertEquals(excessOf({ ...limits }, limits), null);
  for (
    const [usage, sentence] of [
      [{ memory: 6 * GIB + 1 }, "it took more than 6144 MiB of memory"],
      [{ threads: 129 }, "it started more than 128 threads"],
      [{ files: 200_001 }, "it made more than 200000 files"],
      [{ disk: 8 * GIB + 1 }, "it wrote more than 8 GiB into its folder"],
    ] as const
  ) assertEquals(excessOf({ ...NOTHING, ...usage }, limits), sentence);
  assertEquals(
    excessOf({ ...NOTHING, memory: null, threads: null }, limits),
    null,
  );
});

Deno.test("a cell in a sandbox may run six hours at most, whatever its record says", () => {
  assertEquals(limitOf({ limit_ms: 60_000 }), 60_000);
  assertEquals(limitOf({ limit_ms: 50 * 3_600_000 }), 6 * 3_600_000);
  assertEquals(limitOf({ limit_ms: Infinity }), 6 * 3_600_000);
});

Deno.test("memory and threads are known on Linux of a process that runs, and of nothing else", () => {
  const nothing = { memory: null, threads: null };
  assertEquals(usageOfProcess(Deno.pid, "darwin"), nothing);
  assertEquals(usageOfProcess(Deno.pid, "windows"), nothing);
  assertEquals(usageOfProcess(undefined), nothing);
  if (Deno.build.os !== "linux") return;
  assertEquals(usageOfProcess(2 ** 30), nothing);
  const { memory, threads } = usageOfProcess(Deno.pid);
  assert((memory ?? 0) > 2 ** 20 && (threads ?? 0) > 0);
});

Deno.test("files are counted with their sizes, up to the limit, and those without a name too", async () => {
  using place = temporary();
  Deno.mkdirSync(`${place.path}/a/b`, { recursive: true });
  Deno.writeFileSync(`${place.path}/a/b/c`, new Uint8Array(1000));
  Deno.symlinkSync("/", `${place.path}/a/out`);
  const limits = { disk: GIB, files: 100 };
  assertEquals(await usageOfFolders([place.path, "/nowhere"], limits), {
    disk: 1000,
    files: 4,
  });
  assertEquals(
    (await usageOfFolders([place.path], { ...limits, files: 2 })).files,
    3,
  );
  if (Deno.build.os !== "linux") return;
  const before = sizeOfRemovedFiles(Deno.pid);
  using file = Deno.openSync(`${place.path}/gone`, {
    write: true,
    create: true,
  });
  Deno.removeSync(`${place.path}/gone`);
  file.writeSync(new Uint8Array(5000));
  assertEquals(sizeOfRemovedFiles(Deno.pid) - before, 5000);
  assertEquals(sizeOfRemovedFiles(Deno.pid, "darwin"), 0);
});
