import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { JOURNAL_MIGRATIONS } from "../../src/journal/schema.ts";
import { Home } from "./support.ts";

/** Tables and indexes by their names, as they were defined; SQLite keeps what was written, white space and all. */
function definitions(db: DatabaseSync): [string, string][] {
  const rows = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
  ).all();
  return rows.map(({ name, sql }) => [
    String(name),
    String(sql).replaceAll('"', "").replace(/\s+/g, " ").replace(
      / ?([,()]) ?/g,
      "$1",
    ),
  ]);
}

Deno.test("a new journal has the tables of one that has gone through every version", () => {
  using home = new Home();
  home.open().close();
  using made = new DatabaseSync(`${home.path}/journal.db`);
  using migrated = new DatabaseSync(":memory:");
  for (const sql of JOURNAL_MIGRATIONS) migrated.exec(sql);
  const tables = definitions(made);
  assert(tables.length > 25);
  assertEquals(tables, definitions(migrated));
  assertEquals(
    made.prepare("PRAGMA user_version").get()?.["user_version"],
    JOURNAL_MIGRATIONS.length,
  );
});
