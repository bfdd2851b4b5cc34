/** A reproduction as a user calls it, with all that belongs to the user looked at before and after. */
import { assert, assertEquals } from "@std/assert";
import { seedCache } from "../../src/packages/seed_cache.ts";
import { DatabaseSync } from "node:sqlite";
import { nbtrack } from "../cli/nbtrack.ts";
import { addRun } from "../record/filled.ts";
import { journalIn, temporary } from "../reproduce/recorded.ts";
import { printed, writeBundle } from "./bundles.ts";
import { digestOf, machineFolders } from "./digest.ts";
import { ESCAPES } from "./escapes.ts";

/** Changes that a cell tries in a folder of the user, in which `file` is: each is a statement. */
const CHANGES: readonly ((folder: string, file: string) => string)[] = [
  (f) => `Deno.writeTextFileSync("${f}/new.txt", "x")`,
  (_, p) => `Deno.writeTextFileSync("${p}", "x", { append: true })`,
  (_, p) => `Deno.truncateSync("${p}", 0)`,
  (_, p) => `Deno.removeSync("${p}")`,
  (f, p) => `Deno.renameSync("${p}", "${f}/moved")`,
  (_, p) => `Deno.chmodSync("${p}", 0o777)`,
  (f) => `Deno.chmodSync("${f}", 0o777)`,
  (_, p) => `Deno.chownSync("${p}", 1, 1)`,
  (_, p) => `fs.fchmodSync(fs.openSync("${p}", "r"), 0o666)`,
  (f) => `Deno.mkdirSync("${f}/new")`,
  (f) => `Deno.symlinkSync(Deno.cwd(), "${f}/link")`,
  (f) => `(Deno.writeTextFileSync("x", "x"), Deno.linkSync("x", "${f}/hard"))`,
  (f) =>
    `(Deno.symlinkSync("${f}", "in"), Deno.writeTextFileSync("in/new", "x"))`,
  (f) => `Deno.makeTempFileSync({ dir: "${f}" })`,
  (f) => `fs.cpSync(Deno.cwd(), "${f}/copy", { recursive: true })`,
  (f) => `fs.mkdtempSync("${f}/t")`,
  (f) => `await fs.promises.writeFile("${f}/promised", "x")`,
  (f) => `new DatabaseSync("${f}/new.db").exec("create table t (x)")`,
  (f) => `(await Deno.openKv("${f}/kv")).close()`,
];

/** Files of nbtrack's folder that a reproduction writes, besides contents under their digests. */
const JOURNAL = /^\/(?:journal\.db(?:-wal|-shm)?)$/;
/** What Deno notes of modules that it reads, by their names and digests: nbtrack's own process does. */
const NOTES =
  /^\/(?:dep_analysis|node_analysis|v8_code)_cache_v2(?:-wal|-shm|-journal)?$/;

/** The run that the bundles say they are of. */
const STRANGERS_RUN = "00000000-0000-4000-8000-000000000000";

/** Paths of which something was added, removed or changed, below a folder. */
function differing(folder: string, before: string, after: string): string[] {
  const [was, is] = [before, after].map((text) => new Set(text.split("\n")));
  const lines = [...was ?? []].filter((line) => is?.has(line) !== true)
    .concat([...is ?? []].filter((line) => was?.has(line) !== true));
  return [
    ...new Set(
      lines.filter((line) => line !== "")
        .map((line) => line.split(" ")[0]?.slice(folder.length) ?? ""),
    ),
  ].sort();
}

/** The rows of every table of a journal. */
function rowsOf(home: string): Map<string, string[]> {
  const db = new DatabaseSync(`${home}/journal.db`, { readOnly: true });
  const names = db.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
  ).all().map(({ name }) => String(name));
  const rows = new Map(names.map((name) => [
    name,
    db.prepare(`SELECT * FROM "${name}"`).all().map((row) =>
      JSON.stringify(
        row,
        (_, value) => value instanceof Uint8Array ? value.toHex() : value,
      )
    ).sort(),
  ]));
  db.close();
  return rows;
}

Deno.test("after a sandboxed reproduction everything of the user is as before, but for the reproduction's own run in the journal", async (t) => {
  using place = temporary();
  const at = (name: string) => `${place.path}/${name}`;
  const [home, own, temp, cache, work] = [
    at("home"),
    at("nbtrack"),
    at("tmp"),
    at("deno"),
    at("work"),
  ];
  for (const folder of [home, own, temp, cache, work, `${home}/.ssh`]) {
    Deno.mkdirSync(folder, { mode: 0o700 });
  }
  for (const file of [`${home}/.bashrc`, `${home}/.ssh/id`, `${temp}/mine`]) {
    Deno.writeTextFileSync(file, "of the user", { mode: 0o600 });
  }
  const [npm = ""] = await machineFolders();
  const lock = JSON.parse(
    Deno.readTextFileSync(new URL("../../src/deno.lock", import.meta.url)),
  ) as { npm: Record<string, { integrity: string }> };
  await seedCache(
    new Map(Object.entries(lock.npm).map(([id, one]) => [id, one.integrity])),
    { from: npm.replace(/\/npm$/, ""), to: cache },
  );
  {
    using journal = journalIn(own);
    addRun(journal);
  }
  Deno.writeTextFileSync(`${own}/credentials.json`, "{}", { mode: 0o600 });
  const env = { HOME: home, TMPDIR: temp, DENO_DIR: cache };
  const reproduce = async (
    name: string,
    written: Parameters<typeof writeBundle>[0],
  ) => {
    Deno.writeFileSync(`${work}/${name}`, await writeBundle(written));
    const before = () => digestOf(work);
    const had = before();
    const { code, stdout, stderr } = await nbtrack(
      ["reproduce", name, "--sandbox", "--json"],
      { home: own, cwd: work, env },
    );
    assertEquals(before(), had, "the folder in which it was called");
    assert(stdout.startsWith("{"), stdout + stderr);
    return { code, verdict: JSON.parse(stdout), stderr };
  };
  // Deno keeps what it makes of nbtrack's own modules; so it has that before.
  for (let i = 0; i < 2; i++) {
    await reproduce("honest.zip", {
      cells: [{ source: `console.log("a")`, outputs: [printed("a\n")] }],
    });
  }
  const folders = [home, temp, cache, own];
  const before = folders.map(digestOf);
  const rows = rowsOf(own);
  const files = [
    [home, `${home}/.bashrc`],
    [temp, `${temp}/mine`],
    [`${cache}/gen`, firstFile(`${cache}/gen`)],
    [`${cache}/npm`, firstFile(`${cache}/npm`)],
    [own, `${own}/credentials.json`],
    [own, `${own}/journal.db`],
    [work, `${work}/honest.zip`],
  ] as const;
  const tried = files.map(([folder, file]) =>
    CHANGES.map((change) => change(folder, file))
  );
  const { verdict } = await reproduce("hostile.zip", {
    cells: [
      `import * as fs from "node:fs"; import { DatabaseSync } from "node:sqlite"; null`,
      ...tried.map((statements) => ({
        source: statements.map((statement) =>
          `try { ${statement}; console.log("done", ${
            JSON.stringify(statement)
          }) } catch { console.log("refused") }`
        ).join("\n"),
        outputs: [printed("refused\n".repeat(statements.length))],
      })),
      ...Object.values(ESCAPES).map((escape) => ({
        source: escape({ outside: home, url: "http://127.0.0.1:9/" }),
        status: "error" as const,
      })),
    ],
  });
  await t.step("each change was refused", () => {
    const seen = verdict.outputs.filter(({ cell }: { cell: number }) =>
      cell >= 1 && cell <= tried.length
    );
    assertEquals(seen.length, tried.length);
    for (const { same, diff } of seen) assert(same, diff);
  });
  const after = folders.map(digestOf);
  const changed = folders.map((folder, i) =>
    differing(folder, before[i] ?? "", after[i] ?? "")
  );
  await t.step(
    "the home folder is as before",
    () => assertEquals(changed[0], []),
  );
  await t.step(
    "the temporary folder is as before",
    () => assertEquals(changed[1], []),
  );
  await t.step(
    "of Deno's cache only what Deno notes of modules has changed",
    () => assertEquals(changed[2]?.filter((path) => !NOTES.test(path)), []),
  );
  const now = rowsOf(own);
  const added = (table: string) =>
    (now.get(table) ?? []).filter((row) => !rows.get(table)?.includes(row))
      .map((row) => JSON.parse(row) as Record<string, unknown>);
  await t.step(
    "of nbtrack's folder only the journal and what its new run names have changed",
    () => {
      const stored = added("artifacts").map(({ digest }) =>
        String(digest).replace(/^sha256:/, "")
      );
      const expected = stored.flatMap((hex) => [
        `/artifacts/${hex.slice(0, 2)}`,
        `/artifacts/${hex.slice(0, 2)}/${hex}`,
      ]);
      assertEquals(
        changed[3]?.filter((path) =>
          !JOURNAL.test(path) && !expected.includes(path)
        ),
        [],
      );
    },
  );
  await t.step(
    "what stood in the journal stands there still, and what is new belongs to runs of a sandbox",
    () => {
      for (const [table, was] of rows) {
        assertEquals(
          was.filter((row) => now.get(table)?.includes(row) !== true),
          [],
        );
      }
      const runs = added("runs");
      for (const { provenance, reproduces } of runs) {
        assertEquals([provenance, reproduces], ["sandbox", STRANGERS_RUN]);
      }
      const own = new Set(
        runs.flatMap((run) => [run["run_id"], run["session_id"]]),
      );
      assert(own.has(verdict.run_id));
      for (const table of now.keys()) {
        for (const row of added(table)) {
          const owner = row["run_id"] ?? row["session_id"] ?? row["owner"];
          assert(own.has(owner), `${table}: ${JSON.stringify(row)}`);
        }
      }
    },
  );
});

/** A file somewhere in a folder. */
function firstFile(folder: string): string {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory) return `${folder}/${name}`;
    const inside = firstFile(`${folder}/${name}`);
    if (inside !== "") return inside;
  }
  return "";
}
