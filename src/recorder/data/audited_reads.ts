/**
 * Finding what a session's code reads without naming it, from Deno's log of permission checks: data files become
 * datasets of the runs that are open, hosts and variables are named on the runs.
 *
 * @module
 */
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import { type SessionRead, SessionReads } from "../../journal/session_reads.ts";
import { type AuditLine, AuditLog, hostOf, LoggedPaths } from "./audit_log.ts";
import { addReads } from "./detected_data.ts";
import { noteFiles } from "./noted_files.ts";
import { dataJudge } from "./may_be_data.ts";
import type { ReadFiles } from "./secret_files.ts";
import { isOfProgram } from "./usual_variables.ts";

/** Notes what a session reads, and lets the open runs know. */
export class Detector {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: AuditLog;
  readonly #secrets: ReadFiles;
  readonly #mayBeData: (path: string) => boolean;
  readonly #ports = new Set<string>();
  /** Where relative paths stand from. */
  readonly #paths: LoggedPaths;

  /**
   * @param audit The log of permission checks.
   * @param secrets Learns the secrets of files that are read.
   */
  constructor(
    journal: Journal,
    session: Session,
    audit: string,
    secrets: ReadFiles,
  ) {
    this.#secrets = secrets;
    this.#journal = journal;
    this.#session = session;
    this.#log = new AuditLog(audit);
    this.#paths = new LoggedPaths(session.cwd);
    this.#mayBeData = dataJudge({ ...session, home: journal.home });
  }

  /**
   * Takes in what was read since the last call, by the execution at a position. Of one that is kept out of the record
   * the secrets in its files are learnt, and nothing is noted.
   *
   * @param position Null where the journal does not have that execution, and it is kept out.
   */
  take(position: number | null): void {
    this.#log.take((lines) => this.#note(lines, position));
  }

  /** Leaves no addresses in what is still to be taken in. */
  tidy(): void {
    // Before the first cell the kernel's start empties the log.
    const { session_id } = this.#session;
    if (this.#journal.executions.lastPosition(session_id) !== undefined) {
      this.#log.tidy();
    }
  }

  #note(lines: readonly AuditLine[], at: number | null): void {
    const { session_id } = this.#session;
    const { executions } = this.#journal;
    const position = at === null || executions.isExcluded(session_id, at)
      ? null
      : at;
    const { runs } = this.#journal;
    const reads = new SessionReads(this.#journal);
    const files = new Map<string, number>();
    this.#journal.transaction(() => {
      for (const line of lines) {
        const { permission, value } = line;
        if (permission === "read") {
          const path = this.#paths.of(line);
          files.set(path, (files.get(path) ?? 0) + 1);
          continue;
        }
        const found = permission === "env"
          ? this.#variable(value)
          : this.#host(value);
        if (found !== null && position !== null) {
          reads.note({ session_id, position, written: false, ...found });
        }
      }
    });
    this.#secrets.read(files.keys());
    if (position === null) return;
    const open = runs.open(session_id).map(({ run_id }) => run_id);
    noteFiles(
      { journal: this.#journal, session: this.#session, runs: open, position },
      files,
      this.#mayBeData,
    );
  }

  /** A run was opened: what was read before belongs to it too. */
  opened(run_id: string): void {
    addReads({ journal: this.#journal, session: this.#session, run_id });
  }

  #variable(name: string): Pick<SessionRead, "kind" | "name"> | null {
    return isOfProgram(name) ? { kind: "env", name } : null;
  }

  #host(value: string): Pick<SessionRead, "kind" | "name"> | null {
    const host = hostOf(value);
    return this.#isOwnPort(host) ? null : { kind: "host", name: host };
  }

  /** Ports of this machine that the kernel and the recorder listen on. */
  #isOwnPort(value: string): boolean {
    const [, port = ""] = /^(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(
      value,
    ) ?? [];
    if (port === "") return false;
    if (this.#ports.size === 0) this.#learnPorts();
    return this.#ports.has(port);
  }

  #learnPorts(): void {
    const { connection_file, session_id } = this.#session;
    this.#ports.add(
      String(this.#journal.sessions.get(session_id)?.recorder_port ?? ""),
    );
    try {
      const text = Deno.readTextFileSync(connection_file ?? "");
      for (const [, port = ""] of text.matchAll(/_port"\s*:\s*(\d+)/g)) {
        this.#ports.add(port);
      }
    } catch {
      return; // the kernel has ended: nothing more is read
    }
  }
}
