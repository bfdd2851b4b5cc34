/**
 * Notes every few seconds how busy a session's kernel and its machine are, as long as a run is open that has not
 * switched this off.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { SessionSystem, type SystemSample } from "../journal/session_system.ts";
import type { Session } from "../journal/sessions.ts";
import { wantsSystem } from "../record/wants_system.ts";
import type { RecorderLog } from "../base/log.ts";
import { countSystem, type SystemCount } from "./system_load.ts";

/** How far the samples are from each other, milliseconds. */
const EVERY_MS = 10_000;

/** What was spent between two counts. */
export function sampleOf(before: SystemCount, now: SystemCount): SystemSample {
  const part = (spent: number | null, passed: number | null) =>
    spent === null || passed === null || passed <= 0
      ? null
      : Math.max(0, Math.round(spent / passed * 1e4) / 1e4);
  const less = (a: number | null, b: number | null) =>
    a === null || b === null ? null : a - b;
  return {
    time: now.time,
    kernel_cpu: part(
      less(now.process_ms, before.process_ms),
      now.time - before.time,
    ),
    kernel_memory: now.process_memory,
    machine_cpu: part(
      less(now.busy, before.busy),
      less(now.total, before.total),
    ),
    machine_memory: now.memory,
  };
}

/** Watches the kernel of one session. */
export class SystemWatch {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  #before: SystemCount | null = null;
  #next = 0;
  #counting = false;

  constructor(journal: Journal, session: Session, log: RecorderLog) {
    this.#journal = journal;
    this.#session = session;
    this.#log = log;
  }

  /** Takes a sample when it is time for one. */
  poll(): void {
    if (Date.now() < this.#next || this.#counting) return;
    this.#next = Date.now() + EVERY_MS;
    this.#counting = true;
    this.#sample()
      .catch((error) => this.#log.write("system", error))
      .finally(() => this.#counting = false);
  }

  async #sample(): Promise<void> {
    const { session_id, pid } = this.#session;
    const wanted = this.#journal.runs.open(session_id).some(wantsSystem);
    if (!wanted) {
      this.#before = null;
      this.#next = 0; // the first sample of the next run is taken when it opens
      return;
    }
    const now = await countSystem(pid);
    const before = this.#before ?? now;
    this.#before = now;
    new SessionSystem(this.#journal).add(session_id, sampleOf(before, now));
  }
}
