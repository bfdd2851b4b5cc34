import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "../../src/journal/errors.ts";
import { Journal } from "../../src/journal/journal.ts";
import { JOURNAL_VERSION } from "../../src/journal/schema.ts";
import { Home, kindOf, newRun, passAll, upTo, values } from "./support.ts";

const HAS_MODES = Deno.build.os !== "windows";

Deno.test("a journal of a newer version is refused in one clear sentence, and not touched", () => {
  using home = new Home();
  const path = `${home.path}/journal.db`;
  const db = new DatabaseSync(path);
  db.exec(
    `PRAGMA user_version = ${JOURNAL_VERSION + 1}; CREATE TABLE later (a)`,
  );
  db.close();
  const before = Deno.readFileSync(path);
  assertEquals(kindOf(() => home.open()), "newer");
  const error = assertThrows(() => home.open(), JournalError);
  assertEquals(
    (error as JournalError).message,
    `Cannot open the journal ${path}: its schema is version ${
      JOURNAL_VERSION + 1
    }, this nbtrack knows ${JOURNAL_VERSION}.`,
  );
  assertEquals(Deno.readFileSync(path), before);
});

Deno.test("an empty file becomes a journal of today's version, and opening it again changes nothing", () => {
  using home = new Home();
  const path = `${home.path}/journal.db`;
  Deno.writeFileSync(path, new Uint8Array());
  const run_id = (() => {
    using journal = home.open();
    return newRun(journal);
  })();
  const version = () => {
    const db = new DatabaseSync(path);
    const read = [
      db.prepare("PRAGMA user_version").get()?.["user_version"],
      db.prepare("PRAGMA journal_mode").get()?.["journal_mode"],
    ];
    db.close();
    return read;
  };
  assertEquals(version(), [JOURNAL_VERSION, "wal"]);
  using journal = home.open();
  assertEquals(journal.runs.get(run_id)?.run_id, run_id);
  assertEquals(version(), [JOURNAL_VERSION, "wal"]);
});

Deno.test("a migration that fails leaves the file at its old version", () => {
  using home = new Home();
  const path = `${home.path}/journal.db`;
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE outputs (not_ours)");
  assertEquals(kindOf(() => home.open()), "failed");
  assertEquals({ ...db.prepare("PRAGMA user_version").get() }, {
    user_version: 0,
  });
  assertEquals(
    db.prepare("SELECT name FROM sqlite_schema").all().map((r) => r["name"]),
    ["outputs"],
  );
  db.close();
});

Deno.test("a folder that cannot be made is named in one clear sentence", () => {
  using home = new Home();
  Deno.writeTextFileSync(`${home.path}/locked full busy`, "");
  const below = `${home.path}/locked full busy/home`;
  const open = () => Journal.open({ redactor: passAll, home: below });
  assertEquals(kindOf(open), "unwritable");
  assertThrows(
    open,
    JournalError,
    `Cannot open the journal ${below}/journal.db: it cannot be written there.`,
  );
  Deno.mkdirSync(`${home.path}/journal.db`);
  assertEquals(kindOf(() => home.open()), "unwritable");
});

Deno.test({
  name:
    "in a folder that may only be read the journal is refused as unwritable",
  // The superuser may write anywhere.
  ignore: !HAS_MODES || Deno.uid() === 0,
  fn() {
    using home = new Home();
    Deno.chmodSync(home.path, 0o500);
    assertEquals(kindOf(() => home.open()), "unwritable");
    Deno.chmodSync(home.path, 0o700);
  },
});

Deno.test("where write-ahead mode does not work a rollback journal is used", () => {
  using home = new Home();
  // In the place of the shared memory that SQLite needs for it.
  Deno.mkdirSync(`${home.path}/journal.db-shm`);
  using journal = home.open();
  using second = home.open();
  const run_id = newRun(journal);
  const writer = second.metricWriter(run_id);
  for (const i of upTo(10_000)) writer.log("loss", i);
  journal.entries.setTag(run_id, "a", "1");
  writer.close();
  assertEquals(writer.problem, null);
  assertEquals(values(journal, run_id), upTo(10_000));
  assertEquals(second.entries.tags(run_id).length, 1);
  const db = new DatabaseSync(`${home.path}/journal.db`);
  assertEquals({ ...db.prepare("PRAGMA journal_mode").get() }, {
    journal_mode: "delete",
  });
  db.close();
});

Deno.test({
  name: "folders and files are for the user alone",
  ignore: !HAS_MODES,
  fn() {
    using outer = new Home();
    const home = `${outer.path}/a/b`;
    using journal = Journal.open({ redactor: passAll, home });
    const run_id = newRun(journal);
    const writer = journal.metricWriter(run_id);
    writer.log("loss", 1);
    journal.artifacts.put(run_id, "a.bin", new Uint8Array(3), {
      content_type: "application/octet-stream",
      origin: "user",
    });
    const modes: Record<string, string> = {};
    const look = (path: string, shown: string) => {
      const { mode, isDirectory } = Deno.statSync(path);
      modes[shown] = ((mode ?? 0) & 0o777).toString(8);
      if (!isDirectory) return;
      for (const { name } of Deno.readDirSync(path)) {
        look(`${path}/${name}`, `${shown}/${name}`);
      }
    };
    look(`${outer.path}/a`, "a");
    assertEquals(
      Object.keys(modes).filter((path) => path.startsWith("a/b/journal.db"))
        .length,
      3,
    );
    for (const [path, mode] of Object.entries(modes)) {
      const isFile = /journal\.db|\.points$|[0-9a-f]{64}$/.test(path);
      assertEquals(mode, isFile ? "600" : "700", path);
    }
    assertEquals(Object.values(modes).filter((m) => m === "600").length, 5);
    writer.close();
  },
});
