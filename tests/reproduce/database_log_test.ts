import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  bundleBytes,
  journalIn,
  projectIn,
  record,
  temporary,
  verdictOf,
} from "./recorded.ts";

/** A database whose last rows are in its log alone. */
function databaseIn(folder: string, name: string, rows: readonly number[]) {
  const own = `${folder}/making-${name}`;
  const db = new DatabaseSync(own);
  db.exec("PRAGMA journal_mode = wal; CREATE TABLE t (x INTEGER)");
  db.exec("INSERT INTO t VALUES (0); PRAGMA wal_checkpoint(truncate)");
  for (const row of rows) db.exec(`INSERT INTO t VALUES (${row})`);
  Deno.copyFileSync(own, `${folder}/${name}`);
  Deno.copyFileSync(`${own}-wal`, `${folder}/${name}-wal`);
  db.close();
  Deno.removeSync(own);
}

const SUM = '"SELECT sum(x) AS sum FROM t").get().sum';

Deno.test("rows in the write-ahead log of a database go with the run and lie beside it in a replay, plainly, in a sandbox, and elsewhere", async () => {
  using place = temporary();
  const home = `${place.path}/home`;
  const outside = `${place.path}/outside`;
  const folder = `${place.path}/project`;
  Deno.mkdirSync(outside);
  projectIn(folder);
  databaseIn(folder, "in.db", [1, 2]);
  databaseIn(folder, "named.db", [3]);
  databaseIn(outside, "far.db", [4]);
  const far = JSON.stringify(`${outside}/far.db`);
  const run_id = await record([
    `import { track } from "@nbtrack/nbtrack"; import { DatabaseSync } from "node:sqlite";
const run = await track("s", { quiet: true, data: "named.db" });`,
    `const one = new DatabaseSync("in.db"); console.log(one.prepare(${SUM});`,
    `const name = ["named", "db"].join("."); const two = new DatabaseSync(name, { readOnly: true }); console.log(two.prepare(${SUM});`,
    `const three = new DatabaseSync(${far}); console.log(three.prepare(${SUM});`,
  ], { home, folder });
  {
    using journal = journalIn(home);
    assertEquals(
      journal.datasets.list(run_id).map(({ name }) => name).toSorted(),
      [
        ...[`${outside}/far.db`, `${outside}/far.db-wal`],
        ...["in.db", "in.db-wal", "named", "named.db-wal"],
      ],
    );
  }
  const bytes = await bundleBytes(home, run_id);
  for (const path of [folder, outside]) {
    Deno.removeSync(path, { recursive: true });
  }
  for (const sandbox of [false, true]) {
    const { verdict, causes } = await verdictOf(bytes, { sandbox });
    assertEquals([verdict, causes], ["REPRODUCED", []]);
  }
  const other = `${place.path}/other.db`;
  databaseIn(place.path, "other.db", [1, 2, 30]);
  const { verdict, outputs } = await verdictOf(bytes, {
    data: { "in.db": other },
  });
  assertEquals(verdict, "DRIFTED");
  assertEquals(
    outputs.filter(({ same }) => !same).map(({ diff }) => diff),
    ["stdout:\n@@ -1,1 +1,1 @@\n-3\n+33"],
  );
});
