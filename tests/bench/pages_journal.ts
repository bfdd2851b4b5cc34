/**
 * A large journal: 10,000 runs of one experiment with 10 million points.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { Journal } from "../../src/journal/journal.ts";
import { MetricRange } from "../../src/journal/metric_range.ts";
import { POINT_BYTES, writePoint } from "../../src/journal/points.ts";
import { NO_REDACTION } from "../../src/redaction/no_redaction.ts";

/** Runs of the experiment. */
export const RUNS = 10_000;
const METRICS = ["loss", "accuracy", "f1", "val/loss", "val/accuracy", "lr"];
const STEPS = 150;
const BLOCK = 8192;

/** The runs that the figures are of. */
export interface LargeJournal {
  /** One of the many. */
  usual: string;
  /** The newest fifty, with 2,000 points each. */
  fifty: string[];
  /** With a metric of a million points. */
  long: string;
  /** With 1,500 metrics. */
  wide: string;
}

/** Fills an empty folder. */
export function largeJournal(home: string): LargeJournal {
  const journal = Journal.open({ home, redactor: NO_REDACTION });
  journal.close();
  const db = new DatabaseSync(`${home}/journal.db`);
  db.exec("PRAGMA synchronous = OFF; BEGIN");
  const writer = new Writer(db);
  const runs: string[] = [];
  for (let n = 0; n < RUNS; n++) {
    const fine = n >= RUNS - 50;
    const series = METRICS.map((key, i) => ({
      key,
      steps: fine && i === 0 ? 2000 : STEPS,
    }));
    runs.push(writer.run("many", n, series));
  }
  const long = writer.run("long", 0, [{ key: "loss", steps: 1_000_000 }]);
  const wide = writer.run(
    "wide",
    0,
    Array.from(
      { length: 1500 },
      (_, i) => ({ key: `metric ${i}`, steps: 100 }),
    ),
  );
  db.exec("COMMIT");
  db.close();
  return { usual: runs[RUNS >> 1] ?? "", fifty: runs.slice(-50), long, wide };
}

/** Fills an empty folder with as many small runs, whose table is long: three metrics of one value each. */
export function longTable(home: string, runs: number): void {
  Journal.open({ home, redactor: NO_REDACTION }).close();
  const db = new DatabaseSync(`${home}/journal.db`);
  db.exec("PRAGMA synchronous = OFF; BEGIN");
  const writer = new Writer(db);
  const series = METRICS.slice(0, 3).map((key) => ({ key, steps: 1 }));
  for (let n = 0; n < runs; n++) writer.run("many", n, series, 0);
  db.exec("COMMIT");
  db.close();
}

class Writer {
  readonly #db: DatabaseSync;
  #made = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  run(
    experiment: string,
    n: number,
    series: readonly { key: string; steps: number }[],
    cells = 10,
  ): string {
    const run_id = crypto.randomUUID();
    const session = crypto.randomUUID();
    const time = 1_750_000_000_000 + this.#made++ * 60_000;
    this.#run(
      `INSERT INTO sessions (session_id, kind, pid, process_started, cwd, start_time, end_time)
         VALUES (?, 'kernel', 1, ?, '/project', ?, ?)`,
      session,
      session,
      time,
      time + 50_000,
    );
    this.#run(
      `INSERT INTO runs (run_id, session_id, experiment, name, status, start_time, end_time, options,
         last_execution, finalised_time) VALUES (?, ?, ?, ?, ?, ?, ?, '{}', 1000009, ?)`,
      run_id,
      session,
      experiment,
      `run-${n}`,
      n % 17 === 0 ? "FAILED" : "FINISHED",
      time,
      time + 40_000,
      time + 41_000,
    );
    this.#run(
      "INSERT INTO deliveries (run_id, state) VALUES (?, 'local')",
      run_id,
    );
    this.#run(
      "INSERT INTO documents (run_id, name, json) VALUES (?, 'changed', '[]')",
      run_id,
    );
    for (
      const [key, value] of [
        ["k", n % 13],
        ["lr", 10 ** -(n % 5)],
        ["optimizer", n % 2 === 0 ? "sgd" : "adam"],
        ["layers", n % 7],
        ["data", "penguins"],
      ] as const
    ) {
      this.#run(
        "INSERT INTO params (run_id, key, value) VALUES (?, ?, ?)",
        run_id,
        key,
        String(value),
      );
    }
    for (let i = 0; i < cells; i++) {
      this.#run(
        `INSERT INTO executions (session_id, position, execution_count, source, status, start_time, end_time, via,
           source_from) VALUES (?, ?, ?, ?, 'ok', ?, ?, 'wire', 'wire')`,
        session,
        1_000_000 + i,
        i + 1,
        `const cell = ${i};\nfit(rows, { k: ${n % 13} });`,
        time + i,
        time + i + 1,
      );
      this.#run(
        "INSERT INTO outputs (session_id, position, n, json) VALUES (?, ?, 0, ?)",
        session,
        1_000_000 + i,
        JSON.stringify({
          output_type: "stream",
          name: "stdout",
          text: `${i}\n`,
        }),
      );
    }
    this.#points(run_id, time, series);
    return run_id;
  }

  #points(
    run_id: string,
    time: number,
    series: readonly { key: string; steps: number }[],
  ): void {
    const total = series.reduce((sum, { steps }) => sum + steps, 0);
    let seq = 0;
    let block = new Uint8Array(Math.min(BLOCK, total) * POINT_BYTES);
    let view = new DataView(block.buffer);
    let length = 0;
    const flush = () => {
      if (length === 0) return;
      this.#run(
        "INSERT INTO metric_blocks (run_id, first_seq, count, points) VALUES (?, ?, ?, ?)",
        run_id,
        seq - length,
        length,
        block.subarray(0, length * POINT_BYTES),
      );
      block = new Uint8Array(Math.min(BLOCK, total) * POINT_BYTES);
      view = new DataView(block.buffer);
      length = 0;
    };
    for (const [key_id, { key, steps }] of series.entries()) {
      const range = new MetricRange();
      let last = new Uint8Array(POINT_BYTES);
      let value = NaN;
      for (let step = 0; step < steps; step++) {
        value = Math.exp(-step / steps) + Math.sin(step * (key_id + 1)) / 50;
        range.add(step, value);
        writePoint(view, length * POINT_BYTES, {
          seq,
          key_id,
          value,
          step,
          timestamp: time + step,
        });
        last = block.slice(length * POINT_BYTES, (length + 1) * POINT_BYTES);
        seq++;
        if (++length * POINT_BYTES === block.byteLength) flush();
      }
      const { low, high } = range;
      this.#run(
        `INSERT INTO metric_keys (run_id, key_id, key, count, last_point, last, low, low_step, high, high_step, ranged)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        run_id,
        key_id,
        key,
        steps,
        last,
        value,
        low?.value ?? 0,
        low?.step ?? 0,
        high?.value ?? 0,
        high?.step ?? 0,
        steps,
      );
    }
    flush();
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    statement.run(...values);
  }
}
