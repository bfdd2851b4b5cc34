/**
 * A class that works through lesson 1: a run of it that a real kernel and recorder made, for each student with ids of
 * its own, delivered by the queue of each student's recorder.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { nbtrackJson } from "../cli/nbtrack.ts";
import type { WayIn } from "./class_load.ts";
import { LESSON_IMPORTS } from "../lessons/lesson_folder.ts";

const NOTEBOOKS = new URL("../../notebooks/", import.meta.url);
const RIGHT = new URL("../lessons/01-right.ipynb", import.meta.url);
/** Processes among which the students are shared. */
const PROCESSES = 4;

/** A student with a record of the lesson. */
export interface Student extends WayIn {
  /** nbtrack's folder. */
  home: string;
}

/** What the processes of students are given. */
export interface StudentsAtWork {
  students: Student[];
  /** The time over which they begin, milliseconds. */
  spread_ms: number;
}

/** Lets lesson 1 be worked through once, and gives nbtrack's folder with the record of it. */
export async function recordLesson(folder: string): Promise<string> {
  const cwd = `${folder}/lesson`;
  const home = `${folder}/recorded`;
  await Deno.mkdir(cwd);
  await Deno.copyFile(RIGHT, `${cwd}/01-first-run.ipynb`);
  for await (const { name } of Deno.readDir(NOTEBOOKS)) {
    if (!name.endsWith(".csv")) continue;
    await Deno.copyFile(new URL(name, NOTEBOOKS), `${cwd}/${name}`);
  }
  await Deno.writeTextFile(
    `${cwd}/deno.json`,
    JSON.stringify({
      imports: LESSON_IMPORTS,
      lock: false,
    }),
  );
  await nbtrackJson(["run", "01-first-run.ipynb"], { home, cwd });
  using db = new DatabaseSync(`${home}/journal.db`);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return home;
}

/** Gives a student the record of the lesson, as if it had been made on the student's machine. */
export async function giveRecord(
  recorded: string,
  student: Student,
): Promise<void> {
  await copyFolder(recorded, student.home);
  using db = new DatabaseSync(`${student.home}/journal.db`, {
    enableForeignKeyConstraints: false,
  });
  const all = (sql: string) =>
    db.prepare(sql).all().map((row) => Object.values(row)[0] as string);
  const ids = [
    ...all("SELECT run_id FROM runs"),
    ...all("SELECT session_id FROM sessions"),
  ];
  const tables = all("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const own = new Map(ids.map((id) => [id, crypto.randomUUID()]));
  const digests = await renameIn(`${student.home}/artifacts`, own);
  db.exec("BEGIN");
  for (const [id, other] of [...own, ...digests]) {
    for (const table of tables) {
      const columns = all(
        `SELECT name FROM pragma_table_info('${table}') WHERE type = 'TEXT'`,
      );
      for (const column of columns) {
        db.prepare(
          `UPDATE ${table} SET ${column} = replace(${column}, ?, ?) WHERE ${column} LIKE '%' || ? || '%'`,
        ).run(id, other, id);
      }
    }
  }
  db.exec("COMMIT");
}

/** Replaces ids in stored texts; gives the digests of files that it changed, and their new ones. */
async function renameIn(
  folder: string,
  ids: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for await (const { name: part } of Deno.readDir(folder)) {
    for await (const { name } of Deno.readDir(`${folder}/${part}`)) {
      const bytes = await Deno.readFile(`${folder}/${part}/${name}`);
      if (bytes[0] === 0x50 && bytes[1] === 0x4b) continue; // the bundle
      let changed = new TextDecoder().decode(bytes);
      for (const [id, other] of ids) changed = changed.replaceAll(id, other);
      const digest = createHash("sha256").update(changed).digest("hex");
      if (digest === name) continue;
      await Deno.mkdir(`${folder}/${digest.slice(0, 2)}`, { recursive: true });
      await Deno.writeTextFile(
        `${folder}/${digest.slice(0, 2)}/${digest}`,
        changed,
      );
      digests.set(name, digest);
    }
  }
  return digests;
}

/** Lets students deliver what they have recorded; gives each request's address, how long it took, and how long the server worked on it, milliseconds. */
export async function studentsDeliver(
  folder: string,
  { students, spread_ms }: StudentsAtWork,
): Promise<[string, number, number][]> {
  const child = new URL("./children/students.ts", import.meta.url).pathname;
  const took = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, i) => {
      const file = `${folder}/students-${i}.json`;
      const own = students.filter((_, n) => n % PROCESSES === i);
      await Deno.writeTextFile(
        file,
        JSON.stringify({ students: own, spread_ms } satisfies StudentsAtWork),
      );
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--quiet", child, file],
        stderr: "inherit",
      }).output();
      if (code !== 0) throw new Error(`students ended with ${code}`);
      return JSON.parse(new TextDecoder().decode(stdout)).took;
    }),
  );
  return took.flat();
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
