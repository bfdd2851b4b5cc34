import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  nothingTaken,
  redactJson,
  type Redactor,
} from "../../src/redaction/redaction.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { Home, passAll, session } from "./support.ts";

/** Stands in every text that a user may give. */
const MARK = "hunter" + "2";

const taken = (kind: string, placeholder: string) => ({
  kind,
  placeholder,
  digest: null,
  name: null,
});

/** Takes the mark out, and values under a name that says secret. */
const markRedactor: Redactor = {
  named: (name, value) =>
    name.includes("password")
      ? { text: "[secret]", taken: [taken("name", "[secret]")] }
      : markRedactor.text(value),
  text: (text) =>
    text.includes(MARK)
      ? {
        text: text.replaceAll(MARK, "[gone]"),
        taken: [taken("mark", "[gone]")],
      }
      : nothingTaken(text),
  json: (json) => markRedactor.text(json),
};

/** Stores a marked text in every place that takes one of the user's; returns the run and its session. */
function fill(journal: Journal): { run_id: string; session_id: string } {
  const marked = (what: string) => `${what} ${MARK}`;
  const { session_id } = journal.sessions.open(session());
  const { run_id } = journal.runs.create({
    session_id,
    experiment: marked("experiment"),
    name: marked("name"),
    description: marked("description"),
    parent: marked("parent"),
    reproduces: marked("reproduces"),
    options: JSON.stringify({
      params: { password: 1234, k: 5 },
      list: [marked("item")],
    }),
  });
  journal.entries.setParam(run_id, marked("param"), marked("value"));
  journal.entries.setParam(run_id, "password", "plain words");
  journal.entries.setTag(run_id, marked("tag"), marked("value"));
  journal.entries.setTag(run_id, "the password", "plain words");
  journal.entries.setDocument(run_id, "git", marked("document"));
  journal.entries.setMissing(run_id, marked("what"), marked("why"));
  journal.datasets.put(run_id, marked("data"), {
    context: marked("context"),
    input: marked("input"),
    fingerprint: marked("fingerprint"),
    error: marked("error"),
  });
  const file = { path: "/a", size: 1, mtime_ms: 1, inode: "1:1" };
  journal.datasets.remember(file, marked("fingerprint"));
  journal.artifacts.put(run_id, marked("artifact"), new Uint8Array(1), {
    content_type: "text/plain",
    origin: "user",
  });
  journal.executions.put({
    session_id,
    position: 1_000_000,
    msg_id: "m",
    execution_count: 3,
    source: marked("source"),
    cell_id: null,
    status: "ok",
    start_time: 1,
    end_time: 2,
    via: "wire",
    source_from: "wire",
    source_gap: null,
    flags: ["stale"],
  });
  journal.executions.putOutputs(session_id, 1_000_000, [marked("first")]);
  journal.executions.putOutput(session_id, 1_000_000, 1, marked("second"));
  journal.deliveries.set(run_id, { error: marked("answer") });
  const writer = journal.metricWriter(run_id);
  writer.log(marked("metric"), 1);
  writer.close();
  journal.runs.end(run_id, "FAILED", { reason: marked("reason") });
  return { run_id, session_id };
}

/** Every text in the journal's file, as `table.column: text`. */
function texts(path: string): string[] {
  const db = new DatabaseSync(path);
  const tables = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table'",
  )
    .all().map((row) => String(row["name"]));
  const found = tables.flatMap((table) =>
    db.prepare(`SELECT * FROM ${table}`).all().flatMap((row) =>
      Object.entries(row).filter(([, value]) => typeof value === "string")
        .map(([column, value]) => `${table}.${column}: ${value}`)
    )
  );
  db.close();
  return found;
}

Deno.test("every text that comes from a user passes the redactor on its way in", () => {
  using home = new Home();
  {
    using journal = home.open();
    fill(journal);
  }
  const path = `${home.path}/journal.db`;
  const open = texts(path).filter((text) => text.includes(MARK));
  assertEquals(open.length, 26, "the marks are where they are looked for");

  using strict = new Home();
  {
    using journal = strict.open(markRedactor);
    fill(journal);
  }
  const stored = texts(`${strict.path}/journal.db`);
  assertEquals(stored.filter((text) => text.includes(MARK)), []);
  assertEquals(stored.filter((text) => text.includes("plain words")), []);
  assert(!stored.some((text) => text.includes("1234")));
  assertEquals(
    stored.filter((text) =>
      text.includes("[gone]") && !text.startsWith("redactions.")
    ).length,
    open.length,
  );
});

Deno.test("what the redactor took out is noted with its place, once each, and without the text", () => {
  using home = new Home();
  using journal = home.open(markRedactor);
  const { run_id } = fill(journal);
  const before = journal.entries.redactions(run_id);
  assertEquals(before.map((r) => `${r.where}: ${r.kind}`), [
    "artifact name: mark",
    "cell [3] output 1: mark",
    "cell [3] output 2: mark",
    "cell [3] source: mark",
    "dataset data [gone]: mark",
    "dataset name: mark",
    "description: mark",
    "end reason: mark",
    "experiment: mark",
    "git: mark",
    "metric name: mark",
    "missing: mark",
    "name: mark",
    "options: mark",
    "options: name",
    "param name: mark",
    "param param [gone]: mark",
    "param password: name",
    "parent: mark",
    "reproduces: mark",
    "tag name: mark",
    "tag tag [gone]: mark",
    "tag the password: name",
  ]);
  journal.entries.setParam(run_id, "password", "plain words");
  assertEquals(journal.entries.redactions(run_id), before);
});

Deno.test("what was stored under a redacted name is found again by the name as it was given", () => {
  using home = new Home();
  using journal = home.open(markRedactor);
  const { run_id } = fill(journal);
  journal.datasets.finish(run_id, `data ${MARK}`, { fingerprint: "{}" });
  assertEquals(journal.datasets.list(run_id)[0]?.fingerprint, "{}");
  journal.entries.removeMissing(run_id, `what ${MARK}`);
  assertEquals(journal.entries.missing(run_id), []);
  assertEquals(
    journal.entries.setParam(run_id, `param ${MARK}`, `value ${MARK}`),
    true,
  );
});

Deno.test("a JSON document that nothing was taken out of is stored as it was given", () => {
  const json = '{ "a": [1, "x", null, true], "b": {"c": 1.50} }';
  assertEquals(redactJson(passAll, json), nothingTaken(json));
  assertEquals(
    JSON.parse(
      redactJson(markRedactor, `{"password": 1, "a": ["${MARK}", 2]}`).text,
    ),
    { password: "[secret]", a: ["[gone]", 2] },
  );
});

Deno.test("a param or tag that is JSON has its members redacted by their names", () => {
  using home = new Home();
  using journal = home.open(markRedactor);
  const { session_id } = journal.sessions.open(session());
  const { run_id } = journal.runs.create({
    session_id,
    experiment: "e",
    name: "n",
    options: "{}",
  });
  const { entries } = journal;
  entries.setParam(run_id, "db", '{"host":"h","password":"plain"}');
  entries.setTag(run_id, "users", '[{"password":1}]');
  entries.setParam(run_id, "text", "[not JSON] password");
  assertEquals(entries.params(run_id).map((p) => p.value), [
    '{"host":"h","password":"[secret]"}',
    "[not JSON] password",
  ]);
  assertEquals(entries.tags(run_id)[0]?.value, '[{"password":"[secret]"}]');
  assertEquals(entries.redactions(run_id).map((r) => r.where), [
    "param db",
    "tag users",
  ]);
});
