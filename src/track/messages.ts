/**
 * What a run has to report: once on standard error, on its card, and as a gap of its record.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { RunJournal } from "../journal/run_journal.ts";

/** Messages a run prints; further ones stand on its card only. */
const MAX_PRINTED = 20;

/** Reasons that are kept of one thing. */
const MAX_REASONS = 3;

/** The messages of one run. */
export class Messages {
  readonly #run_id: string;
  readonly #journal: () => RunJournal | null;
  readonly #quiet: boolean;
  readonly #reported = new Map<string, string>();
  /** Why something is missing, by what it is. */
  readonly #reasons = new Map<string, string[]>();

  constructor(
    run_id: string,
    options: { journal: () => RunJournal | null; quiet: boolean },
  ) {
    this.#run_id = run_id;
    this.#journal = options.journal;
    this.#quiet = options.quiet;
  }

  /** All of them, for the card. */
  get all(): string[] {
    return [...this.#reported.values()];
  }

  /** Says something that is no gap of the record. */
  say(text: string): void {
    if (!this.#quiet) console.error(`nbtrack: ${text}`);
  }

  /** Reports something once. */
  report(what: string, text: string): void {
    if (this.#reported.has(what)) return;
    this.#reported.set(what, text);
    if (!this.#quiet && this.#reported.size <= MAX_PRINTED) {
      console.error(`nbtrack: ${text}`);
    }
  }

  /** Reports what is missing, each reason once, and names it on the run. */
  missing(what: string, why: string): void {
    const reasons = this.#reasons.get(what) ?? [];
    if (reasons.includes(why) || reasons.length >= MAX_REASONS) return;
    this.#reasons.set(what, [...reasons, why]);
    this.report(`${what}: ${why}`, `${what}: ${why}`);
    try {
      this.#journal()?.entries.setMissing(
        this.#run_id,
        what,
        [...reasons, why].join(" "),
      );
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
