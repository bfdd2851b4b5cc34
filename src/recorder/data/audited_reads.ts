/**
 * Finding what a session's code reads without naming it, from Deno's log of permission checks: data files become
 * datasets of the runs that are open, hosts and variables are named on the runs.
 *
 * @module
 */
import { resolve } from "node:path";
import { fromFileUrl } from "../../base/file_urls.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import type { SessionRead } from "../../journal/session_reads.ts";
import { AuditLog, changedCwd } from "./audit_log.ts";
import { addReads } from "./detected_data.ts";
import { noteFiles } from "./noted_files.ts";
import { dataJudge } from "./may_be_data.ts";
import { isOfProgram } from "./usual_variables.ts";

/** Notes what a session reads, and lets the open runs know. */
export class Detector {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: AuditLog;
  readonly #mayBeData: (path: string) => boolean;
  readonly #ports = new Set<string>();
  /** Where relative paths stand from. */
  #cwd: string;

  /** @param audit The log of permission checks. */
  constructor(journal: Journal, session: Session, audit: string) {
    this.#journal = journal;
    this.#session = session;
    this.#log = new AuditLog(audit);
    this.#cwd = session.cwd;
    this.#mayBeData = dataJudge({ ...session, home: journal.home });
  }

  /** Takes in what was read since the last call, by the execution at a position. */
  take(position: number): void {
    const { session_id } = this.#session;
    const { reads, runs } = this.#journal;
    const files = new Map<string, number>();
    this.#journal.transaction(() => {
      for (const line of this.#log.read()) {
        const { permission, value } = line;
        if (permission === "read") {
          this.#cwd = changedCwd(line) ?? this.#cwd;
          const path = this.#pathOf(value);
          files.set(path, (files.get(path) ?? 0) + 1);
          continue;
        }
        const found = permission === "env"
          ? this.#variable(value)
          : this.#host(value);
        if (found !== null) {
          reads.note({ session_id, position, written: false, ...found });
        }
      }
    });
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

  /** Where a file lies; what is imported comes as an address. */
  #pathOf(value: string): string {
    return resolve(
      this.#cwd,
      value.startsWith("file:") ? fromFileUrl(value) : value,
    );
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

/** The host of what was asked for, a URL or `host:port`; without the port that its protocol implies. */
function hostOf(value: string): string {
  return URL.canParse(value) && /^[a-z]+:\/\//i.test(value)
    ? new URL(value).host
    : value;
}
