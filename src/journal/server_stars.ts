/**
 * Stars of runs that lie on a server: whoever looks at them gives them here.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";

/** Reads and writes stars of servers' runs. */
export class ServerStars {
  readonly #db: JournalDatabase;

  constructor({ db }: Journal) {
    this.#db = db;
  }

  /** The runs of a server that have one. */
  of(tracking_uri: string): Set<string> {
    return new Set(
      this.#db.all<{ run_id: string }>(
        "SELECT run_id FROM server_stars WHERE tracking_uri = ?",
        tracking_uri,
      ).map(({ run_id }) => run_id),
    );
  }

  /** Gives a star to a run of a server, or takes it away. */
  set(tracking_uri: string, run_id: string, starred: boolean): void {
    this.#db.run(
      starred
        ? "INSERT OR IGNORE INTO server_stars (tracking_uri, run_id) VALUES (?, ?)"
        : "DELETE FROM server_stars WHERE tracking_uri = ? AND run_id = ?",
      tracking_uri,
      run_id,
    );
  }
}
