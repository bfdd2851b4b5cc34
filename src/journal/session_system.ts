/**
 * Processor time and memory that a session's kernel and its machine used, as samples some seconds apart.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";

/** Load and memory at a moment; a member is null where the operating system does not say. */
export interface SystemSample {
  /** Milliseconds since 1970. */
  time: number;
  /** Cores that the kernel was busy on since the moment before; 1 is one core. */
  kernel_cpu: number | null;
  /** The kernel's resident memory, bytes. */
  kernel_memory: number | null;
  /** The part of all cores that was busy, from 0 to 1. */
  machine_cpu: number | null;
  /** Memory of the machine that is in use, bytes. */
  machine_memory: number | null;
}

/** Reads and writes system samples. */
export class SessionSystem {
  readonly #db: JournalDatabase;

  constructor({ db }: Journal) {
    this.#db = db;
  }

  /** Adds a sample. */
  add(session_id: string, sample: SystemSample): void {
    this.#db.run(
      `INSERT OR REPLACE INTO session_system (session_id, time, kernel_cpu, kernel_memory, machine_cpu, machine_memory)
         VALUES (?, ?, ?, ?, ?, ?)`,
      session_id,
      sample.time,
      sample.kernel_cpu,
      sample.kernel_memory,
      sample.machine_cpu,
      sample.machine_memory,
    );
  }

  /** The samples of a time, in order. */
  list(session_id: string, from: number, to: number): SystemSample[] {
    return this.#db.all<SystemSample>(
      `SELECT time, kernel_cpu, kernel_memory, machine_cpu, machine_memory FROM session_system
         WHERE session_id = ? AND time BETWEEN ? AND ? ORDER BY time`,
      session_id,
      from,
      to,
    ).map((row) => ({ ...row }));
  }
}
