import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { sha256 } from "../../src/base/digest.ts";
import { readBundle } from "../../src/record/bundle/read.ts";
import { LIMITS, openZip } from "../../src/record/bundle/zip_read.ts";
import { packZip } from "../../src/record/bundle/zip_write.ts";
import { deflateSync } from "node:zlib";
import { comparePictures } from "../../src/reproduce/compare/images.ts";
import { planCells } from "../../src/reproduce/replay/plan.ts";
import { printed, reproduceWritten, writeBundle } from "./bundles.ts";
import { temporary } from "../reproduce/recorded.ts";

/** What a cell takes too much of, and the sentence that ends it. */
const EXCESSES: Record<string, [code: string, sentence: RegExp]> = {
  "150 workers": [
    `globalThis.all = Array.from({ length: 150 }, () => new Worker("data:text/javascript,setInterval(()=>{},1000)", { type: "module" })); await new Promise((done) => setTimeout(done, 60_000))`,
    /started more than \d+ threads and was ended/,
  ],
  "one large sparse file": [
    `{ const f = Deno.openSync("large", { write: true, create: true }); f.truncateSync(20 * 2 ** 30); } await new Promise((done) => setTimeout(done, 60_000))`,
    /wrote more than \d+ GiB into its folder and was ended/,
  ],
  "a sparse file that is short again at once": [
    `{ const f = Deno.openSync("large", { write: true, create: true }); f.truncateSync(2 ** 40); f.truncateSync(0); } null`,
    /wrote more than \d+ GiB into its folder and was ended/,
  ],
  "output without end": [
    `for (;;) console.log("x".repeat(100_000))`,
    /put out more than \d+ characters and was ended/,
  ],
  "displays without end": [
    `for (;;) await Deno.jupyter.display({ "text/plain": "x".repeat(6_000_000) }, { raw: true })`,
    /put out more than \d+ (?:characters|bytes) and was ended/,
  ],
  "displays that hold nothing": [
    `for (;;) await Deno.jupyter.broadcast("display_data", { data: {}, metadata: {}, transient: {} })`,
    /put out, with the cells before it, more than 20000 outputs and was ended/,
  ],
};

for (const [name, [code, sentence]] of Object.entries(EXCESSES)) {
  Deno.test(`a cell that takes too much is ended with a sentence: ${name}`, async () => {
    const { verdict } = await reproduceWritten({ cells: ["1;", code] });
    assertEquals(verdict.verdict, "FAILED");
    const what = verdict.causes[0]?.what ?? "";
    assert(/^cell \[2\] /.test(what) && sentence.test(what), what);
  });
}

const DISPLAYS = (n: number) =>
  `for (let i = 0; i < ${n}; i++) Deno.jupyter.broadcast("display_data", { data: { "text/plain": "y" + i }, metadata: {}, transient: {} }); null`;

Deno.test("what all cells put out together has a limit, which a run of 5000 displays does not come near", async () => {
  const many = await reproduceWritten({
    cells: [DISPLAYS(8000), DISPLAYS(8000), DISPLAYS(8000)],
  });
  assertEquals(
    many.verdict.causes[0]?.what,
    "cell [3] put out, with the cells before it, more than 20000 outputs and was ended",
  );
  const { verdict } = await reproduceWritten({
    cells: [{
      source: DISPLAYS(5000),
      outputs: Array.from({ length: 5000 }, (_, i) => ({
        output_type: "display_data",
        data: { "text/plain": `y${i}` },
        metadata: {},
      })),
    }],
  });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict.causes));
});

Deno.test("displays that grow by being updated have a limit, too", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `for (let i = 0; i < 6; i++) for (const kind of ["display_data", "update_display_data"]) await Deno.jupyter.broadcast(kind, { data: { "text/plain": "y".repeat(kind === "display_data" ? 1 : 3_900_000) }, metadata: {}, transient: { display_id: "d" + i } }); null`,
    ],
  });
  assertEquals(
    verdict.causes[0]?.what,
    "cell [1] put out more than 16777216 characters that are kept, and was ended",
  );
});

/** What a cell does to the sandbox's own way of reporting, and what is said of it. */
const UNREPORTED: Record<string, [code: string, sentence: RegExp]> = {
  "an output that it closed": [
    "for (const out of [Deno.stdout, Deno.stderr]) out.close(); null",
    /^cell \[1\] closed the output by which the sandbox reports, or broke it, and was ended$/,
  ],
  "a folder that it removed": [
    'Deno.removeSync("."); null',
    /cannot be used: a cell removed the folder that it ran in$/,
  ],
  "an error too long to be held": [
    'throw new RangeError("z".repeat(6 << 20))',
    /^cell \[1\] failed: RangeError: z+$/,
  ],
  "a promise that nothing resolves": [
    "await new Promise(() => { setInterval(() => { globalThis.junk = new Array(1e6).fill(0.5); }, 1); })",
    /^cell \[1\] waits for a promise that nothing resolves, and Deno gave it up$/,
  ],
};

for (const [name, [code, sentence]] of Object.entries(UNREPORTED)) {
  Deno.test(`the verdict says what a cell did: ${name}`, async () => {
    const { verdict } = await reproduceWritten({ cells: [code] });
    assertEquals(verdict.verdict, "FAILED");
    const what = verdict.causes[0]?.what ?? "";
    assert(sentence.test(what), what.slice(0, 300));
  });
}

/** What a cell takes too much of where less is given than by default. */
const SMALL = {
  memory: 700 * 2 ** 20,
  threads: 128,
  disk: 100 * 2 ** 20,
  files: 4000,
};
const WAIT = "await new Promise((done) => setTimeout(done, 60_000))";
const SMALL_EXCESSES: Record<string, [code: string, sentence: string]> = {
  "memory outside of its heap": [
    `globalThis.all = []; for (let i = 0; i < 60; i++) { all.push(new Uint8Array(32 << 20).fill(1)); await new Promise((done) => setTimeout(done, 20)) } ${WAIT}`,
    "took more than 700 MiB of memory",
  ],
  "files without end": [
    `for (let i = 0; ; i++) { Deno.mkdirSync("d" + (i >> 8), { recursive: true }); Deno.writeTextFileSync("d" + (i >> 8) + "/" + i, ""); if (i % 500 === 0) await new Promise((done) => setTimeout(done, 20)) }`,
    "made more than 4000 files",
  ],
  "a file that has no name any more": [
    `{ const f = Deno.openSync("x", { write: true, create: true }); Deno.removeSync("x"); const part = new Uint8Array(1 << 20); for (let i = 0; i < 200; i++) f.writeSync(part) } ${WAIT}`,
    "wrote more than 100 MiB into its folder",
  ],
  "what pages of the web store": [
    `{ const store = await caches.open("v"); for (let i = 0; i < 40; i++) await store.put("https://example.org/" + i, new Response(new Uint8Array(5 << 20))) } ${WAIT}`,
    "wrote more than 100 MiB into its folder",
  ],
};

for (const [name, [code, sentence]] of Object.entries(SMALL_EXCESSES)) {
  Deno.test(`a cell that takes too much is ended with a sentence: ${name}`, {
    ignore: Deno.build.os !== "linux",
  }, async () => {
    const { verdict } = await reproduceWritten(
      { cells: ["1;", code] },
      { limits: SMALL },
    );
    assertEquals(verdict.verdict, "FAILED");
    assertEquals(
      verdict.causes[0]?.what,
      `cell [2] ${sentence} and was ended`,
    );
  });
}

Deno.test("a journal that never stops answering is given up, and nothing of it goes on", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `{ const { DatabaseSync } = await import("node:sqlite"); const db = new DatabaseSync(Deno.env.get("NBTRACK_HOME") + "/journal.db");
         const columns = db.prepare("SELECT name FROM pragma_table_info('runs')").all().map(({ name }) => name); db.exec("PRAGMA foreign_keys = off; ALTER TABLE runs RENAME TO old_runs");
         db.exec("CREATE VIEW runs AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT " + columns.map((name) => "randomblob(4000) AS " + name).join(", ") + " FROM c") } null`,
    ],
  }, { limits: SMALL });
  assertEquals(verdict.verdict, "FAILED");
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    "the sandbox's journal cannot be used: it",
  );
});

Deno.test("what a cell writes past every limit is not held by the parent", async () => {
  const { verdict } = await reproduceWritten({
    cells: [{
      source:
        `{ const junk = new Uint8Array(1 << 20); for (let i = 0; i < 300; i++) { Deno.stdout.writeSync(junk); Deno.stderr.writeSync(junk); } } console.log("done")`,
      outputs: [printed("done\n")],
    }],
  });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
});

Deno.test("a lock that a cell writes is not read", async () => {
  using place = temporary();
  const { verdict } = await reproduceWritten({
    cells: [
      `{ const f = Deno.openSync("deno.lock", { write: true, create: true }); f.truncateSync(3 * 2 ** 30); f.close() } Deno.writeTextFileSync("deno.json", "x"); null`,
    ],
  }, { dir: `${place.path}/work` });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  const lock = Deno.statSync(`${place.path}/work/deno.lock`);
  assert(lock.size < 1 << 20, `${lock.size} bytes`);
  JSON.parse(Deno.readTextFileSync(`${place.path}/work/deno.json`));
});

Deno.test("times of a manifest overflow no timer", () => {
  for (const end_time of [50 * 3_600_000, 2 ** 40, 8e15, -8e15]) {
    const [cell] = planCells(
      [{ source: "1", outputs: [], execution_count: 1, index: 0 }],
      [{ index: 0, status: "ok", start_time: 0, end_time, flags: [] } as never],
    );
    const limit = cell?.limit_ms ?? 0;
    assert(limit >= 60_000 && limit < 2 ** 31, `${limit}`);
  }
});

Deno.test("a picture that unpacks to more than its size says is not unpacked", async () => {
  const chunk = (name: string, data: Uint8Array) => {
    const bytes = new Uint8Array(12 + data.length);
    new DataView(bytes.buffer).setUint32(0, data.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(data, 8);
    return bytes;
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, 10);
  new DataView(header.buffer).setUint32(4, 10);
  header[8] = 8;
  header[9] = 6;
  const zeros = deflateSync(new Uint8Array(300_000_000));
  const picture = async (parts: Uint8Array[]) =>
    new Uint8Array(
      await new Blob([
        new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
        ...parts.map((part) => part.slice()),
      ]).arrayBuffer(),
    );
  const bomb = await picture([
    chunk("IHDR", header),
    chunk("IDAT", zeros),
    chunk("IEND", new Uint8Array()),
  ]);
  const why = await comparePictures("image/png", bomb, bomb.slice(0, -1));
  assertStringIncludes(why ?? "", "unpacks to more than its size says");
});

Deno.test("a folder that nobody may open does not take the verdict's place", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      'Deno.mkdirSync("x/y/z", { recursive: true }); Deno.writeTextFileSync("x/y/z/a", ""); Deno.chmodSync("x/y", 0); Deno.chmodSync("x", 0); null',
      "Deno.chmodSync('.', 0o500); null",
    ],
  });
  assertEquals(verdict.verdict, "REPRODUCED", JSON.stringify(verdict));
  assertEquals(verdict.warnings, []);
});

Deno.test("a bundle with a file that would fill the memory is refused before it is unpacked", async () => {
  const bytes = await writeBundle({
    cells: ["1"],
    // Not packed tightly: another limit would refuse that.
    config: {
      x: crypto.getRandomValues(new Uint8Array(1 << 16)).toBase64().repeat(24),
    },
  });
  const error = await assertRejects(() => reproduceWritten(bytes));
  assertStringIncludes(String(error), "Cannot read deno.json: it has");
  const large = await packZip(
    new Map([["data/large.bin", new Uint8Array(3 << 20)]]),
  );
  const refused = await assertRejects(() =>
    openZip(large, { ...LIMITS, file: 2 << 20, ratio: 1e9 })
  );
  assertStringIncludes(String(refused), "data/large.bin would unpack to");
});

Deno.test("more metrics than the parent should keep end the cell with a sentence", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `import { track } from "@nbtrack/nbtrack"; const run = await track("m", { quiet: true }); for (let i = 0; i < 200_000; i++) run.logMetric("k" + i, i); await new Promise((done) => setTimeout(done, 60_000))`,
      "1",
    ],
    manifest: (manifest) =>
      Object.assign(manifest.run as object, { opened_by_runner: false }),
  });
  assertEquals(verdict.verdict, "FAILED");
  assertStringIncludes(
    verdict.causes[0]?.what ?? "",
    "cell [1] logged more than 50000 metrics and was ended",
  );
});

Deno.test("a refusal that ends the process is said in nbtrack's words", async () => {
  const { verdict } = await reproduceWritten({
    cells: [
      `{ const worker = new Worker("data:text/javascript," + encodeURIComponent('Deno.readTextFileSync("/etc/hostname")'), { type: "module" });
         await new Promise((done) => { worker.onerror = (event) => (event.preventDefault(), done()) });
         new Worker("data:text/javascript,", { type: "module", deno: { permissions: "none" } }); await new Promise((done) => setTimeout(done, 60_000)) }`,
    ],
  });
  const what = verdict.causes[0]?.what ?? "";
  assertStringIncludes(
    what,
    'the sandbox gives no read access to "/etc/hostname", and no option does',
  );
  assert(!what.includes("--allow-read"), what);
});

Deno.test("a module that was not fetched is named with why, in nbtrack's words", async () => {
  const { verdict } = await reproduceWritten({
    cells: ['import "./m.ts"; null'],
    modules: { "m.ts": 'import "https://example.org/a.ts"; export {};' },
  });
  const what = verdict.causes[0]?.what ?? "";
  assertStringIncludes(
    what,
    `the sandbox has no module of "example.org:443": it is not in the run's lock`,
  );
  assert(!what.includes("--cached-only"), what);
});

Deno.test("a file of a bundle that its data names again and again is not written again and again", async () => {
  const text = "0123456789abcdef".repeat(1 << 16);
  const digest = sha256(text);
  const named = (count: number) =>
    writeBundle({
      cells: ["1"],
      files: { "data/0/x": text },
      manifest: (manifest) => {
        manifest["datasets"] = [{
          name: "d",
          context: null,
          found: "named",
          uri: "d",
          kind: "folder",
          digest: null,
          digest_algorithm: null,
          size: text.length,
          rows: null,
          columns: null,
          made: false,
          origin: { repository_path: null, url: null, lfs: null, dvc: null },
          files: Array.from({ length: count }, (_, i) => ({
            path: `d/${i}`,
            digest,
            size: text.length,
            lines: null,
            file: "data/0/x",
          })),
        }];
      },
    });
  assertEquals((await readBundle(await named(2))).manifest.datasets.length, 1);
  const error = await assertRejects(async () => readBundle(await named(2000)));
  assertStringIncludes(String(error), "names its files 2000 times");
});
