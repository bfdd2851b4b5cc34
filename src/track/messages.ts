/**
 * What a run has to report: once on standard error, on its card, and as a gap of its record.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";

/** Messages a run prints; further ones stand on its card only. */
const MAX_PRINTED = 20;

/** The messages of one run. */
export class Messages {
  readonly #run_id: string;
  readonly #journal: () => Journal | null;
  readonly #quiet: boolean;
  readonly #reported = new Map<string, string>();

  constructor(
    run_id: string,
    options: { journal: () => Journal | null; quiet: boolean },
  ) {
    this.#run_id = run_id;
    this.#journal = options.journal;
    this.#quiet = options.quiet;
  }

  /** All of them, for the card. */
  get all(): string[] {
    return [...this.#reported.values()];
  }

  /** Reports something once. */
  report(what: string, text: string): void {
    if (this.#reported.has(what)) return;
    this.#reported.set(what, text);
    if (!this.#quiet && this.#reported.size <= MAX_PRINTED) {
      console.error(`nbtrack: ${text}`);
    }
  }

  /** Reports something once, and names it on the run. */
  missing(what: string, why: string): void {
    if (this.#reported.has(what)) return;
    this.report(what, `${what}: ${why}`);
    try {
      this.#journal()?.entries.setMissing(this.#run_id, what, why);
    } catch (error) {
      this.report("journal", messageOf(error));
    }
  }

  /** Does something that must not throw into a cell; a failure is named on the run. */
  try<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.failed(what, error);
      return undefined;
    }
  }

  /** Reports a failure once, in one line, and names it on the run. */
  failed(what: string, error: unknown): void {
    const [line = ""] = messageOf(error).split("\n");
    this.missing(what, line);
  }
}
