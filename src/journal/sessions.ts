/**
 * Sessions: the life of one kernel (or script) each.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { fileId } from "./lost_log.ts";
import { encryptedPath, plainPath } from "./encrypted_paths.ts";

/** What a session belongs to. */
export type SessionKind = "kernel" | "script" | "repl";

/** How a session ended. */
export type SessionEnd = "shutdown" | "killed" | "exited";

/** A row of `sessions`. */
export interface Session {
  session_id: string;
  kind: SessionKind;
  /** The process whose life the session is. */
  pid: number;
  /** When that process started, in the operating system's own form: another process with a reused pid has another. */
  process_started: string;
  connection_file: string | null;
  cwd: string;
  /** The notebook's absolute path, once it is known. */
  notebook: string | null;
  main_module: string | null;
  start_time: number;
  end_time: number | null;
  end_reason: SessionEnd | null;
  recorder_pid: number | null;
  recorder_started: string | null;
  recorder_port: number | null;
  recorder_key: string | null;
  /** When the recorder's subscription stood, milliseconds since 1970. */
  subscribed_time: number | null;
  /** How many cells a runner has to execute before the session may end; null when there is none, or it is done. */
  cells_to_run: number | null;
  /** Deno's own kernel, or the tracked one around it. */
  kernel: "deno" | "nbtrack";
  /** Deno's log of permission checks; null when there is none. */
  audit: string | null;
  /** 0 when it only proves something. */
  listed: number;
  /** The process that runs the kernel: a runner, or the tracked kernel's program; null when there is none. */
  runner_pid: number | null;
  runner_started: string | null;
  /** Where its process runs, see `thisMachine`; null where that is not known. */
  machine: string | null;
}

/** What is known of a session when it is opened. */
export type NewSession =
  & Pick<
    Session,
    | "kind"
    | "pid"
    | "process_started"
    | "connection_file"
    | "cwd"
    | "notebook"
    | "main_module"
  >
  & { machine?: string | null };

/** The recorder of a session, and how to reach it. */
export interface RecorderAddress {
  pid: number;
  started: string;
  port: number;
  key: string;
}

/** Reads and writes sessions. */
export class Sessions {
  readonly #db: JournalDatabase;
  /** What its paths are stored with. */
  readonly #paths: { redactor: Redactor; home: string };

  constructor(
    db: JournalDatabase,
    paths: { redactor: Redactor; home: string },
  ) {
    this.#db = db;
    this.#paths = paths;
  }

  /** The open session of a process, or a new one: safe when two ask at once. */
  open(session: NewSession): Session {
    return this.#db.transaction(() => {
      const known = this.ofProcess(session.pid, session.process_started);
      if (known !== undefined) return known;
      const session_id = crypto.randomUUID();
      this.#db.run(
        `INSERT INTO sessions (session_id, kind, pid, process_started, connection_file, cwd, notebook,
           main_module, start_time, file, machine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        session_id,
        session.kind,
        session.pid,
        session.process_started,
        this.#stored(session.connection_file),
        this.#stored(session.cwd),
        this.#stored(session.notebook),
        this.#stored(session.main_module),
        Date.now(),
        fileId(this.#db.path),
        session.machine ?? null,
      );
      return this.get(session_id) as Session;
    });
  }

  /** A session by its id. */
  get(session_id: string): Session | undefined {
    return this.#plain(this.#db.get(
      "SELECT * FROM sessions WHERE session_id = ?",
      session_id,
    ));
  }

  /** The session of a process that has not ended. */
  ofProcess(pid: number, started: string): Session | undefined {
    return this.#plain(this.#db.get(
      "SELECT * FROM sessions WHERE pid = ? AND process_started = ? AND end_time IS NULL",
      pid,
      started,
    ));
  }

  /** Takes a session that only proves something off the list. */
  unlist(session_id: string): void {
    this.#db.run(
      "UPDATE sessions SET listed = 0 WHERE session_id = ?",
      session_id,
    );
  }

  /** Every session but a sandbox's and those that only prove something, the newest first. */
  list(options: { limit?: number } = {}): Session[] {
    return this.#db.all<Session>(
      `SELECT * FROM sessions WHERE listed = 1 AND process_started NOT LIKE 'sandbox %'
       ORDER BY start_time DESC, session_id LIMIT ?`,
      options.limit ?? -1,
    ).map((row) => this.#plain(row));
  }

  /** Ids that start with a prefix, at most `limit`. */
  withPrefix(prefix: string, limit = 10): string[] {
    return this.#db.all<{ session_id: string }>(
      "SELECT session_id FROM sessions WHERE session_id >= ? AND session_id < ? ORDER BY session_id LIMIT ?",
      prefix,
      `${prefix}\u{10ffff}`,
      limit,
    ).map((row) => row.session_id);
  }

  /** The notebook of a session as it may be shown to others; null when it has none. */
  shownNotebook({ notebook }: Pick<Session, "notebook">): string | null {
    return notebook === null ? null : this.withoutSecrets(notebook);
  }

  /** A path of this machine without secrets that it may hold. */
  withoutSecrets(path: string): string {
    return this.#paths.redactor.text(path).text;
  }

  /** Every session that has not ended. */
  unended(): Session[] {
    return this.#db.all<Session>(
      "SELECT * FROM sessions WHERE end_time IS NULL ORDER BY start_time",
    ).map((row) => this.#plain(row));
  }

  /**
   * Makes a process the session's recorder, unless another one is (the caller says whether that one lives).
   *
   * @returns whether the caller is the recorder now
   */
  claim(
    session_id: string,
    recorder: RecorderAddress,
    alive: (pid: number, started: string) => boolean,
  ): boolean {
    return this.#db.transaction(() => {
      const row = this.get(session_id);
      if (row === undefined || row.end_time !== null) return false;
      if (
        row.recorder_pid !== null && row.recorder_pid !== recorder.pid &&
        alive(row.recorder_pid, row.recorder_started ?? "")
      ) return false;
      this.#db.run(
        `UPDATE sessions SET recorder_pid = ?, recorder_started = ?, recorder_port = ?, recorder_key = ?,
           subscribed_time = NULL WHERE session_id = ?`,
        recorder.pid,
        recorder.started,
        recorder.port,
        recorder.key,
        session_id,
      );
      return true;
    });
  }

  /** Says that the recorder's subscription stands. */
  subscribed(session_id: string, time: number): void {
    this.#db.run(
      "UPDATE sessions SET subscribed_time = ? WHERE session_id = ?",
      time,
      session_id,
    );
  }

  /** Says how many cells a runner has to execute; null once it is done. */
  setCellsToRun(session_id: string, cells: number | null): void {
    this.#db.run(
      "UPDATE sessions SET cells_to_run = ? WHERE session_id = ?",
      cells,
      session_id,
    );
  }

  /** Says that the session's kernel is the tracked one. @param audit Its log of permission checks. */
  setTracked(session_id: string, audit: string | null): void {
    this.#db.run(
      "UPDATE sessions SET kernel = 'nbtrack', audit = ? WHERE session_id = ?",
      this.#stored(audit),
      session_id,
    );
  }

  /** Says which process runs the session's kernel. */
  setRunner(
    session_id: string,
    runner: { pid: number; started: string },
  ): void {
    this.#db.run(
      "UPDATE sessions SET runner_pid = ?, runner_started = ? WHERE session_id = ?",
      runner.pid,
      runner.started,
      session_id,
    );
  }

  /** Says which notebook the session belongs to. */
  setNotebook(session_id: string, notebook: string): void {
    this.#db.run(
      "UPDATE sessions SET notebook = ? WHERE session_id = ?",
      this.#stored(notebook),
      session_id,
    );
  }

  /** Ends a session. */
  end(session_id: string, reason: SessionEnd, time: number): void {
    this.#db.run(
      `UPDATE sessions SET end_time = ?, end_reason = ?, recorder_port = NULL, recorder_key = NULL
         WHERE session_id = ? AND end_time IS NULL`,
      time,
      reason,
      session_id,
    );
  }

  #stored(path: string | null): string | null {
    return path === null ? null : encryptedPath(this.#paths, path);
  }

  #plain<S extends Session | undefined>(row: S): S {
    if (row === undefined) return row;
    const plain = (path: string) => plainPath(this.#paths, path);
    for (
      const name of [
        "connection_file",
        "notebook",
        "main_module",
        "audit",
      ] as const
    ) {
      const path = row[name];
      if (path !== null) row[name] = plain(path);
    }
    row.cwd = plain(row.cwd);
    return row;
  }
}
