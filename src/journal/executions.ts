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

/** How an execution went: `running` while it does. */
export type ExecutionStatus = "running" | "ok" | "error" | "aborted";

/** Where an execution's record comes from. */
export type ExecutionVia = "wire" | "file" | "runner" | "script";

/** What is worth knowing of an execution besides its result. */
export type ExecutionFlag =
  | "stale"
  | "edited"
  | "out-of-order"
  | "before-track"
  | "excluded";

/** A row of `executions`. */
export interface Execution {
  session_id: string;
  /** Sorts the executions of a session; not the index shown to users. */
  position: number;
  msg_id: string | null;
  execution_count: number | null;
  /** The source as executed; null when it could not be seen. */
  source: string | null;
  /** Whether the source was seen as it was executed, or read from a file later; null when it is not known. */
  source_from: "wire" | "file" | null;
  /** Why the source is not known, where that is special to this execution. */
  source_gap: string | null;
  /** The id of the cell in the notebook file, once it is known. */
  cell_id: string | null;
  status: ExecutionStatus;
  start_time: number | null;
  end_time: number | null;
  via: ExecutionVia;
  flags: ExecutionFlag[];
  /** Whether it was interrupted: by its user, or by a limit of time. @default {false} */
  interrupted?: boolean;
}

/** Executions seen on the wire start here, so that recovered ones sort before them by their count. */
export const FIRST_SEEN_POSITION = 1_000_000;

type Row = Omit<Execution, "flags" | "interrupted"> & {
  flags: string;
  interrupted: number;
};

/** How exact times of files and of messages are, milliseconds. */
const STEP_MS = 20;

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
    const cell_id = execution.cell_id === null ? null : admit(
      this.#db,
      session_id,
      `cell [${execution.execution_count ?? "?"}] id`,
      redactId(this.#redactor, execution.cell_id),
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
      cell_id,
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

  /** Executions of a session in order, up to a position. */
  list(session_id: string, last: number | null = null): Execution[] {
    return this.#db.all<Row>(
      `SELECT * FROM executions WHERE session_id = ?1 AND (?2 IS NULL OR position <= ?2) ORDER BY position`,
      session_id,
      last,
    ).map(parseRow);
  }

  /** Executions of a session behind a position, in order. */
  since(session_id: string, position: number): Execution[] {
    return this.#db.all<Row>(
      "SELECT * FROM executions WHERE session_id = ? AND position > ? ORDER BY position",
      session_id,
      position,
    ).map(parseRow);
  }

  /** One execution. */
  get(session_id: string, position: number): Execution | undefined {
    const row = this.#db.get<Row>(
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
    const row = this.#db.get<Row>(
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

const FLAGS: ReadonlySet<unknown> = new Set<ExecutionFlag>([
  "stale",
  "edited",
  "out-of-order",
  "before-track",
  "excluded",
]);

function parseRow(row: Row): Execution {
  const read: unknown = JSON.parse(row.flags);
  const flags = Array.isArray(read) ? read.filter((f) => FLAGS.has(f)) : [];
  return { ...row, flags, interrupted: row.interrupted !== 0 };
}
