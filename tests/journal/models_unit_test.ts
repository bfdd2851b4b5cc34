import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  JOURNAL_MIGRATIONS,
  JOURNAL_VERSION,
} from "../../src/journal/schema.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { Home, newRun } from "./support.ts";

function file(journal: Journal, path: string, text: string) {
  const content = new TextEncoder().encode(text);
  return {
    path,
    content_type: "text/plain",
    ...journal.artifacts.keep(content),
  };
}

Deno.test("a journal of the first version gains the tables of models and keeps its runs", () => {
  using home = new Home();
  const db = new DatabaseSync(`${home.path}/journal.db`);
  db.exec(`${JOURNAL_MIGRATIONS[0]} PRAGMA user_version = 1;
    INSERT INTO sessions (session_id, kind, pid, process_started, cwd, start_time) VALUES ('s', 'script', 1, '', '', 0);
    INSERT INTO runs (run_id, session_id, experiment, name, status, start_time, options)
      VALUES ('r', 's', 'birds', 'old', 'FINISHED', 0, '{}');
    INSERT INTO deliveries (run_id, state) VALUES ('r', 'delivered');`);
  db.close();

  using journal = home.open();
  journal.models.put("r", { name: "knn", files: [] });

  assertEquals(journal.runs.get("r")?.name, "old");
  assertEquals(journal.models.list("r").map((m) => m.name), ["knn"]);
  assertEquals(journal.runs.get("r")?.provenance, "here");
  assertEquals(JOURNAL_VERSION, JOURNAL_MIGRATIONS.length);
});

Deno.test("what an earlier version recorded of a sandbox is a stranger's in today's journal", () => {
  using home = new Home();
  const db = new DatabaseSync(`${home.path}/journal.db`);
  db.exec(`${JOURNAL_MIGRATIONS.slice(0, 3).join("\n")} PRAGMA user_version = 3;
    INSERT INTO sessions (session_id, kind, pid, process_started, cwd, start_time)
      VALUES ('s', 'script', 1, 'sandbox 1234', '', 0), ('t', 'kernel', 2, '99', '', 0);
    INSERT INTO runs (run_id, session_id, experiment, name, status, start_time, options, reproduces)
      VALUES ('r', 's', 'birds', 'old', 'FINISHED', 0, '{}', 'o'), ('q', 't', 'birds', 'own', 'FINISHED', 0, '{}', NULL);
    INSERT INTO deliveries (run_id, state) VALUES ('r', 'local'), ('q', 'local');`);
  db.close();
  using journal = home.open();
  assertEquals(journal.runs.get("r")?.provenance, "sandbox");
  assertEquals(journal.runs.get("q")?.provenance, "here");
});

Deno.test("registering a model makes a delivered run one with something to deliver", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  journal.deliveries.set(run_id, { state: "delivered" });
  journal.models.put(run_id, { name: "knn", files: [] });
  assertEquals(journal.deliveries.get(run_id).state, "pending");
});

Deno.test("a file that is replaced while it is sent stays unsent, and so does its model", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const old = file(journal, "model.json", "old");
  const model = journal.models.put(run_id, {
    name: "knn",
    files: [old],
    description: "first",
  });
  journal.models.put(run_id, {
    name: "knn",
    files: [file(journal, "model.json", "new")],
  });

  journal.models.fileSent(model, old);
  journal.models.sent(model);

  assertEquals(journal.models.files(model).map((f) => f.sent), [false]);
  assertEquals(
    journal.models.list(run_id).map((m) => [m.sent, m.description]),
    [[false, "first"]],
  );
  for (const f of journal.models.files(model)) {
    journal.models.fileSent(model, f);
  }
  journal.models.sent(model);
  assertEquals(journal.models.list(run_id).map((m) => m.sent), [true]);
});

Deno.test("the same files registered again leave nothing more to send of them", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const files = [file(journal, "model.json", "weights")];
  const model = journal.models.put(run_id, { name: "knn", files });
  for (const f of files) journal.models.fileSent(model, f);
  journal.models.put(run_id, { name: "knn", files });
  assertEquals(journal.models.files(model).map((f) => f.sent), [true]);
});

Deno.test("cells that an earlier version saw interrupted are interrupted in today's journal, others that say so are not", () => {
  using home = new Home();
  const db = new DatabaseSync(`${home.path}/journal.db`);
  const before = JOURNAL_MIGRATIONS.findIndex((sql) =>
    sql.includes("COLUMN interrupted")
  );
  const error = (ename: string, evalue: string) =>
    JSON.stringify({ output_type: "error", ename, evalue, traceback: [] });
  db.exec(
    `${
      JOURNAL_MIGRATIONS.slice(0, before).join("\n")
    } PRAGMA user_version = ${before};
    INSERT INTO sessions (session_id, kind, pid, process_started, cwd, start_time) VALUES ('s', 'kernel', 1, '', '', 0);`,
  );
  const errors = [
    error("InterruptError", "The cell was interrupted"),
    error("TimeoutError", "The cell took longer than 2 s and was interrupted"),
    error("Error", "The cell was interrupted"),
  ];
  for (const [i, json] of errors.entries()) {
    db.exec(
      `INSERT INTO executions (session_id, position, status, via, flags) VALUES ('s', ${i}, 'error', 'wire', '[]')`,
    );
    db.prepare("INSERT INTO outputs VALUES ('s', ?, 0, ?)").run(i, json);
  }
  db.close();
  using journal = home.open();
  assertEquals(
    journal.executions.list("s").map(({ interrupted }) => interrupted),
    [true, true, false],
  );
});
