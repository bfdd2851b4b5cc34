/**
 * Runs that a notebook follows: it learns when more is known of one than it shows.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { CELL_SOURCES } from "../record/source_gap.ts";
import { failedCell } from "../view/run_facts.ts";
import type { ModuleWatch } from "./module_watch.ts";
import type { Followed } from "./protocol.ts";

interface Waiting {
  run_id: string;
  seen: string;
  resolve: (followed: Followed) => void;
}

/** The runs that are followed. */
export class FollowedRuns {
  readonly #journal: Journal;
  readonly #modules: Pick<ModuleWatch, "sentences">;
  readonly #deciding = new Map<string, Promise<void>>();
  readonly #waiting = new Set<Waiting>();
  /** The cell that failed in each run, and up to which execution that was looked for. */
  readonly #failed = new Map<
    string,
    { position: number; cell: string | null }
  >();

  constructor(journal: Journal, modules: Pick<ModuleWatch, "sentences">) {
    this.#journal = journal;
    this.#modules = modules;
  }

  /** Says that the destination of a run is being found out. */
  deciding(run_id: string, decided: Promise<void>): void {
    this.#deciding.set(run_id, decided);
  }

  /** Waits until more is known of a run than what was seen. */
  async next(run_id: string, seen: string): Promise<Followed> {
    await this.#deciding.get(run_id);
    this.#deciding.delete(run_id);
    const followed = this.#followed(run_id);
    if (followed.state !== seen) return followed;
    return await new Promise((resolve) =>
      this.#waiting.add({ run_id, seen, resolve })
    );
  }

  /** Answers those whose run has changed. */
  poll(): void {
    for (const waiting of this.#waiting) {
      const followed = this.#followed(waiting.run_id);
      if (followed.state === waiting.seen) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(followed);
    }
  }

  #followed(run_id: string): Followed {
    const run = this.#journal.runs.get(run_id);
    const { state, target, url, error } = this.#journal.deliveries.get(run_id);
    const finalised = run?.finalised_time ?? null;
    const missing = finalised === null
      ? []
      : this.#journal.entries.missing(run_id).map(({ what }) => what);
    const sentences = this.#modules.sentences(run_id);
    const failed = run === undefined ? null : this.#failedIn(run);
    return {
      state: JSON.stringify([
        run?.status,
        finalised,
        missing,
        url ?? target,
        [
          state,
          error,
        ],
        sentences,
        failed,
      ]),
      sentences,
      failed,
      last: run === undefined || finalised !== null && state !== "pending" &&
          !missing.includes(CELL_SOURCES),
    };
  }

  /** Looked for once in each execution that has ended. */
  #failedIn({ run_id, session_id }: RunRow): string | null {
    const known = this.#failed.get(run_id);
    const position = this.#journal.executions.lastEnded(session_id)?.position;
    if (position === undefined || position === known?.position) {
      return known?.cell ?? null;
    }
    const cell = failedCell(this.#journal, run_id);
    this.#failed.set(run_id, { position, cell });
    return cell;
  }
}
