/**
 * Cell executions of a session, in the order they happened, with their outputs.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Redacted, Redactor } from "../redaction/redaction.ts";
import { redactId } from "../redaction/safe_ids.ts";
import { redactSplit } from "../redaction/split_streams.ts";
import { admit } from "./entries.ts";
import {
  type Execution,
  type ExecutionChange,
  type ExecutionRow,
  parseRow,
} from "./execution_row.ts";

/** How exact times of files and of messages are, milliseconds. */
const STEP_MS = 20;
/** Of an execution that its author keeps out of the record: its source need not be read for that. */
const EXCLUDED =
  "EXISTS (SELECT 1 FROM json_each(flags) WHERE value = 'excluded')";

/** Reads and writes cell executions. */
export class Executions {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor(db: JournalDatabase, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /** Stores or replaces an execution. */
  put(execution: Execution): void {
    const { session_id, position } = execution;
    const source = execution.source === null ? null : admit(
      this.#db,
      session_id,
      `cell [${execution.execution_count ?? "?"}] source`,
      this.#redactor.text(execution.source),
    );
    this.#db.run(
      `INSERT INTO executions (session_id, position, msg_id, execution_count, source, cell_id, status,
         start_time, end_time, via, flags, source_from, source_gap, interrupted)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (session_id, position) DO UPDATE SET msg_id = excluded.msg_id,
         execution_count = excluded.execution_count, source = excluded.source, cell_id = excluded.cell_id,
         status = excluded.status, start_time = excluded.start_time, end_time = excluded.end_time,
         via = excluded.via, flags = excluded.flags, source_from = excluded.source_from,
         source_gap = excluded.source_gap, interrupted = excluded.interrupted`,
      session_id,
      position,
      execution.msg_id,
      execution.execution_count,
      source,
      this.#cellId(execution),
      execution.status,
      execution.start_time,
      execution.end_time,
      execution.via,
      JSON.stringify(execution.flags),
      execution.source_from,
      execution.source_gap,
      execution.interrupted === true ? 1 : 0,
    );
  }

  /** Stores what has changed of an execution; the rest stays as others have written it. */
  change(execution: Execution, changed: ExecutionChange): void {
    const { session_id, position } = execution;
    const { cell_id, interrupted, ...rest } = changed;
    const row = {
      ...rest,
      ...cell_id === undefined
        ? {}
        : { cell_id: this.#cellId({ ...execution, cell_id }) },
      ...interrupted === undefined ? {} : { interrupted: interrupted ? 1 : 0 },
    };
    const columns = Object.keys(row).map((column) => `${column} = ?`);
    this.#db.run(
      `UPDATE executions SET ${columns.join()} WHERE session_id = ? AND position = ?`,
      ...Object.values(row),
      session_id,
      position,
    );
  }

  /** Executions of a session in order, up to a position. */
  list(session_id: string, last: number | null = null): Execution[] {
    return this.#db.all<ExecutionRow>(
      `SELECT * FROM executions WHERE session_id = ?1 AND (?2 IS NULL OR position <= ?2) ORDER BY position`,
      session_id,
      last,
    ).map(parseRow);
  }

  /** Executions of a session behind a position, in order. */
  since(session_id: string, position: number): Execution[] {
    return this.#db.all<ExecutionRow>(
      "SELECT * FROM executions WHERE session_id = ? AND position > ? ORDER BY position",
      session_id,
      position,
    ).map(parseRow);
  }

  /** One execution. */
  get(session_id: string, position: number): Execution | undefined {
    const row = this.#db.get<ExecutionRow>(
      "SELECT * FROM executions WHERE session_id = ? AND position = ?",
      session_id,
      position,
    );
    return row && parseRow(row);
  }

  /** The executions whose source is not known, with what they are recognised by: counts, ends and how many outputs. */
  sourceless(
    session_id: string,
  ): (Pick<Execution, "position" | "execution_count" | "end_time"> & {
    outputs: number;
  })[] {
    return this.#db.all(
      `SELECT position, execution_count, end_time, (SELECT count(*) FROM outputs o
           WHERE o.session_id = e.session_id AND o.position = e.position) AS outputs
         FROM executions e WHERE session_id = ? AND source IS NULL ORDER BY position`,
      session_id,
    );
  }

  /** Whether something was being executed at a time; clocks of files and of messages go in steps. */
  wasExecuting(session_id: string, time: number): boolean {
    return this.#db.get(
      `SELECT 1 FROM executions WHERE session_id = ?1 AND start_time <= ?2 + ${STEP_MS}
         AND (end_time IS NULL OR end_time >= ?2 - ${STEP_MS}) LIMIT 1`,
      session_id,
      time,
    ) !== undefined;
  }

  /** Whether one is kept out of the record by its author. */
  isExcluded(session_id: string, position: number): boolean {
    return this.#db.get(
      `SELECT 1 FROM executions WHERE session_id = ? AND position = ? AND ${EXCLUDED}`,
      session_id,
      position,
    ) !== undefined;
  }

  /** Whether one that is kept out of the record was being executed at a time. */
  wasExcluded(session_id: string, time: number): boolean {
    return this.#db.get(
      `SELECT 1 FROM executions WHERE session_id = ?1 AND start_time <= ?2
         AND (end_time IS NULL OR end_time >= ?2) AND ${EXCLUDED} LIMIT 1`,
      session_id,
      time,
    ) !== undefined;
  }

  /** Those that failed, up to a position, each with its index among all of the session: few of many. */
  failed(
    session_id: string,
    last: number | null,
  ): (Execution & { index: number })[] {
    return this.#db.all<ExecutionRow & { index: number }>(
      `SELECT *, (SELECT count(*) FROM executions b
           WHERE b.session_id = e.session_id AND b.position < e.position) AS "index"
         FROM executions e
         WHERE session_id = ?1 AND status = 'error' AND (?2 IS NULL OR position <= ?2) ORDER BY position`,
      session_id,
      last,
    ).map((row) => ({ ...parseRow(row), index: row.index }));
  }

  /** How many executions a session has. */
  count(session_id: string): number {
    return this.#db.get<{ n: number }>(
      "SELECT count(*) AS n FROM executions WHERE session_id = ?",
      session_id,
    )?.n ?? 0;
  }

  /** The highest position, or undefined when nothing was executed. */
  lastPosition(session_id: string): number | undefined {
    return this.#db.get<{ last: number | null }>(
      "SELECT max(position) AS last FROM executions WHERE session_id = ?",
      session_id,
    )?.last ?? undefined;
  }

  /** The execution with the highest position that has ended. */
  lastEnded(session_id: string): Execution | undefined {
    const row = this.#db.get<ExecutionRow>(
      `SELECT * FROM executions WHERE session_id = ? AND status <> 'running'
         ORDER BY position DESC LIMIT 1`,
      session_id,
    );
    return row && parseRow(row);
  }

  /** Replaces an execution's outputs from `from` on; each is the JSON text of an nbformat output. */
  putOutputs(
    session_id: string,
    position: number,
    outputs: readonly string[],
    from = 0,
  ): void {
    const split = redactSplit(this.#redactor, outputs);
    this.#db.transaction(() => {
      this.#db.run(
        "DELETE FROM outputs WHERE session_id = ? AND position = ? AND n >= ?",
        session_id,
        position,
        from,
      );
      for (const [i, taken] of split.taken) {
        this.#admit(session_id, position, from + i, { text: "", taken });
      }
      split.outputs.forEach((json, i) => {
        this.#db.run(
          "INSERT INTO outputs (session_id, position, n, json) VALUES (?, ?, ?, ?)",
          session_id,
          position,
          from + i,
          this.#admit(
            session_id,
            position,
            from + i,
            this.#redactor.json(json),
          ),
        );
      });
    });
  }

  /** Replaces one output, as a display update does. */
  putOutput(
    session_id: string,
    position: number,
    n: number,
    json: string,
  ): void {
    this.#db.run(
      `INSERT INTO outputs (session_id, position, n, json) VALUES (?, ?, ?, ?)
         ON CONFLICT (session_id, position, n) DO UPDATE SET json = excluded.json`,
      session_id,
      position,
      n,
      this.#admit(session_id, position, n, this.#redactor.json(json)),
    );
  }

  /** The JSON texts of an execution's outputs, in order. */
  outputs(session_id: string, position: number): string[] {
    return this.#db.all<{ json: string }>(
      "SELECT json FROM outputs WHERE session_id = ? AND position = ? ORDER BY n",
      session_id,
      position,
    ).map((row) => row.json);
  }

  /** What the outputs of a session take: how many they are, and the characters of their JSON, in all and of the largest execution. */
  sizeOfOutputs(
    session_id: string,
  ): { count: number; chars: number; largest: number } {
    return this.#db.get<{ count: number; chars: number; largest: number }>(
      `SELECT coalesce(sum(n), 0) AS count, coalesce(sum(chars), 0) AS chars, coalesce(max(chars), 0) AS largest
         FROM (SELECT count(*) AS n, sum(length(json)) AS chars FROM outputs WHERE session_id = ? GROUP BY position)`,
      session_id,
    ) ?? { count: 0, chars: 0, largest: 0 };
  }

  /** The outputs of a session whose JSON holds a text. */
  outputsWith(
    session_id: string,
    text: string,
  ): { position: number; n: number; json: string }[] {
    return this.#db.all(
      `SELECT position, n, json FROM outputs WHERE session_id = ? AND instr(json, ?) > 0
         ORDER BY position, n`,
      session_id,
      text,
    );
  }

  #cellId({ session_id, cell_id, execution_count }: Execution): string | null {
    return cell_id === null ? null : admit(
      this.#db,
      session_id,
      `cell [${execution_count ?? "?"}] id`,
      redactId(this.#redactor, cell_id),
    );
  }

  #admit(
    session_id: string,
    position: number,
    n: number,
    admitted: Redacted,
  ): string {
    if (admitted.taken.length === 0) return admitted.text;
    const count = this.get(session_id, position)?.execution_count ?? "?";
    const where = `cell [${count}] output ${n + 1}`;
    return admit(this.#db, session_id, where, admitted);
  }
}
