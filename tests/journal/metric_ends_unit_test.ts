/** The lowest and highest values of metrics: kept as points are written, found once in journals of earlier versions. */
import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Journal } from "../../src/journal/journal.ts";
import { BLOCK_POINTS } from "../../src/journal/metric_blocks.ts";
import { POINT_BYTES, writePoint } from "../../src/journal/points.ts";
import { JOURNAL_MIGRATIONS } from "../../src/journal/schema.ts";
import { Home, newRun } from "./support.ts";
import { metricEnds } from "../../src/journal/metric_ends.ts";
import { journalTable } from "../../src/journal/run_table.ts";

/** The version before journals kept the ends of metrics. */
const WITHOUT_ENDS = 22;

/** Each metric's lowest and highest value, with their steps. */
function ends(journal: Journal, run_id: string) {
  return Object.fromEntries(
    [...metricEnds(journal, run_id)].map(([key, { low, high }]) => [
      key,
      [low?.value, low?.step, high?.value, high?.step],
    ]),
  );
}

/** What a table of runs reads of a metric. */
function inTable(journal: Journal, run_id: string, key: string) {
  const of = { run_ids: [run_id] };
  return [
    journalTable(journal).lastValues(of, [key])[0]?.value,
    journalTable(journal).endValues(of, [key])[0]?.low,
    journalTable(journal).endValues(of, [key])[0]?.high,
  ];
}

Deno.test("the lowest and highest value of a metric are known with their steps, from the file and from the blocks", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  for (const [step, value] of [NaN, 3, 1, 4, 1, 5, NaN, 5, 2].entries()) {
    writer.log("loss", value, step);
    writer.log("wide", value === 4 ? Infinity : -value, step);
    writer.log("none", NaN, step);
  }
  const expected = {
    loss: [1, 2, 5, 5],
    wide: [-5, 5, Infinity, 3],
    none: [undefined, undefined, undefined, undefined],
  };
  assertEquals(ends(journal, run_id), expected, "in the file");
  writer.close();
  assertEquals(ends(journal, run_id), expected, "in the journal");
  assertEquals(inTable(journal, run_id, "loss"), [2, 1, 5]);
  assertEquals(inTable(journal, run_id, "wide"), [-2, -5, Infinity]);
  assertEquals(inTable(journal, run_id, "none"), [NaN, NaN, NaN]);
  const later = journal.metricWriter(run_id);
  later.log("loss", 0.5, 20);
  later.log("loss", -1, 21);
  later.log("loss", -0, 22);
  later.close();
  assertEquals(ends(journal, run_id)["loss"]?.slice(1), [21, 5, 5]);
  assertEquals(inTable(journal, run_id, "loss")[0], -0);
});

Deno.test("they are those of all points where a metric fills several blocks", () => {
  using home = new Home();
  using journal = home.open();
  const run_id = newRun(journal);
  const writer = journal.metricWriter(run_id);
  const count = 2 * BLOCK_POINTS + 100;
  for (let step = 0; step < count; step++) {
    writer.log("loss", step === 3 ? -1 : step === BLOCK_POINTS ? 9e9 : step);
  }
  writer.close();
  assertEquals(ends(journal, run_id), { loss: [-1, 3, 9e9, BLOCK_POINTS] });
});

/** A journal as the version before wrote it, with one run. */
function earlierJournal(path: string, values: readonly number[]): string {
  using db = new DatabaseSync(`${path}/journal.db`);
  for (const sql of JOURNAL_MIGRATIONS.slice(0, WITHOUT_ENDS)) db.exec(sql);
  db.exec(`PRAGMA user_version = ${WITHOUT_ENDS};
    INSERT INTO sessions (session_id, kind, pid, process_started, cwd, start_time) VALUES ('s', 'script', 1, '1', '/there', 1);
    INSERT INTO runs (run_id, session_id, experiment, name, status, start_time, end_time, options)
      VALUES ('run-1', 's', 'birds', 'heron', 'FINISHED', 1, 2, '{}');
    INSERT INTO deliveries (run_id, state) VALUES ('run-1', 'local');`);
  const bytes = new Uint8Array(values.length * POINT_BYTES);
  for (const [seq, value] of values.entries()) {
    writePoint(new DataView(bytes.buffer), seq * POINT_BYTES, {
      seq,
      key_id: 0,
      value,
      step: seq,
      timestamp: seq,
    });
  }
  db.prepare("INSERT INTO metric_blocks VALUES ('run-1', 0, ?, ?)").run(
    values.length,
    bytes,
  );
  db.prepare("INSERT INTO metric_keys VALUES ('run-1', 0, 'loss', ?, ?)").run(
    values.length,
    bytes.slice(-POINT_BYTES),
  );
  return "run-1";
}

Deno.test("a journal of an earlier version has them too, and its points are read for them once", () => {
  using home = new Home();
  const run_id = earlierJournal(home.path, [3, 1, 7, NaN, 2]);
  using journal = home.open();
  assertEquals(inTable(journal, run_id, "loss"), [2, 1, 7]);
  assertEquals(ends(journal, run_id), { loss: [1, 1, 7, 2] });
  using db = new DatabaseSync(`${home.path}/journal.db`);
  db.exec("DELETE FROM metric_blocks");
  assertEquals(ends(journal, run_id), { loss: [1, 1, 7, 2] });
});

Deno.test("a run of an earlier version that goes on has those of its old and its new points", () => {
  using home = new Home();
  const run_id = earlierJournal(home.path, [3, 1, 7]);
  using journal = home.open();
  const writer = journal.metricWriter(run_id);
  writer.log("loss", 5);
  writer.flush();
  assertEquals(inTable(journal, run_id, "loss"), [5, 1, 7]);
  writer.log("loss", 0);
  writer.close();
  assertEquals(ends(journal, run_id), { loss: [0, 4, 7, 2] });
});

Deno.test("they are found while another process holds the journal", () => {
  using home = new Home();
  const run_id = earlierJournal(home.path, [3, 1, 7]);
  using journal = home.open();
  using other = new DatabaseSync(`${home.path}/journal.db`);
  other.exec("BEGIN IMMEDIATE");
  assertEquals(inTable(journal, run_id, "loss"), [7, 1, 7]);
  other.exec("ROLLBACK");
  assertEquals(ends(journal, run_id), { loss: [1, 1, 7, 2] });
});
