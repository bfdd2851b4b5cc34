/**
 * What of each run has reached its server: the state that makes delivery resumable at any point.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { NOT_BEGUN, unsend, unsendLeftOut } from "./resend.ts";
import type { Redactor } from "../redaction/redaction.ts";

/** `local`: no server known; `pending`: something is left to send; `refused`: the server said no. */
export type DeliveryState = "local" | "pending" | "delivered" | "refused";

/** A row of `deliveries`. */
export interface DeliveryRow {
  run_id: string;
  state: DeliveryState;
  /** The tracking URI it goes to, without credentials. */
  target: string | null;
  kind: "gitlab" | "mlflow" | null;
  remote_experiment_id: string | null;
  remote_run_id: string | null;
  remote_run_iid: number | null;
  /** 1 when a creation was begun whose answer may have been lost. */
  creating: number;
  /** The run's page. */
  url: string | null;
  /** Why it waits or was refused, one sentence. */
  error: string | null;
  /** Metric points below this sequence number are on the server. */
  delivered_seq: number;
  /** Points from `delivered_seq` to here were sent without an answer being seen; null when none were. */
  unsure_to: number | null;
  /** The status and end time last sent, as text. */
  status_sent: string | null;
  lease_holder: string | null;
  lease_until: number | null;
  /** Not before this time, milliseconds since 1970. */
  next_try: number | null;
  tries: number;
  /** Until then a server may still be working on a request whose answer nobody saw, milliseconds since 1970. */
  in_flight_until: number | null;
  /** 1 when files were being sent and it may not be known of each whether it is there. */
  files_unsure: number;
  /** What alone could not be delivered of a run that was, as JSON: a list of `{ what, why }`. */
  parts: string;
  /**
   * Which points go there: all; those of a thinned series, as they are logged (`live`) or once the run has ended
   * (`whole`). Null before the first.
   */
  points_mode: PointsMode | null;
  /** How many points the run had when the last of a thinned series was sent; null before. */
  points_sent_of: number | null;
  /** What is thinned there, one sentence; null when nothing is. */
  thinned: string | null;
  /** Up to which step a growing run is sent with its own steps; null in deliveries of earlier versions. */
  live_steps: number | null;
  /** The experiment's name there, where its user has given it another one; null where it is the run's own. */
  experiment: string | null;
  /** 1 when the run with thinned series is to be replaced by one with all points. */
  replacing: number;
}

/** How a run's points are sent. */
export type PointsMode = "all" | "live" | "whole";

/** What alone could not be delivered of a run. */
export interface LeftOut {
  /** Such as `artifact "model.bin"`. */
  what: string;
  /** Why, one sentence. */
  why: string;
}

/** What of a run has a `sent` mark by key. */
export type SentTable = "params" | "tags" | "artifacts" | "datasets";

const KEY_COLUMN: Record<SentTable, string> = {
  params: "key",
  tags: "key",
  artifacts: "path",
  datasets: "name",
};

/** Members of a delivery that change as it goes on. */
export type DeliveryChange = Partial<
  Omit<DeliveryRow, "run_id" | "lease_holder" | "lease_until">
>;

/** Members that say what a server or a user wrote. */
const FREE_TEXTS: ReadonlySet<string> = new Set([
  "error",
  "parts",
  "url",
  "target",
  "experiment",
]);

/** Reads and writes delivery states. */
export class Deliveries {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor(db: JournalDatabase, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /** A run's delivery. */
  get(run_id: string): DeliveryRow {
    return this.#db.get<DeliveryRow>(
      "SELECT * FROM deliveries WHERE run_id = ?",
      run_id,
    ) as DeliveryRow;
  }

  /** Changes members of a delivery, at once. */
  set(run_id: string, change: DeliveryChange): void {
    const columns = Object.keys(change) as (keyof DeliveryChange)[];
    if (columns.length === 0) return;
    this.#db.run(
      `UPDATE deliveries SET ${
        columns.map((c) => `${c} = ?`).join(", ")
      } WHERE run_id = ?`,
      ...columns.map((c) =>
        typeof change[c] === "string" && FREE_TEXTS.has(c)
          ? this.#redactor.text(change[c]).text
          : change[c] ?? null
      ),
      run_id,
    );
  }

  /** The run that is on a server under that id. */
  ofRemote(remote_run_id: string): DeliveryRow | undefined {
    return this.#db.get(
      "SELECT * FROM deliveries WHERE remote_run_id = ?",
      remote_run_id,
    );
  }

  /** Runs in a state, oldest first. */
  inState(
    state: DeliveryState,
    options: { session_id?: string } = {},
  ): DeliveryRow[] {
    return this.#db.all(
      `SELECT d.* FROM deliveries d JOIN runs r USING (run_id)
         WHERE d.state = ?1 AND (?2 IS NULL OR r.session_id = ?2) ORDER BY r.start_time, run_id`,
      state,
      options.session_id ?? null,
    );
  }

  /**
   * Takes or renews the right to deliver a run, so that two processes never send the same.
   *
   * @param holder names the process and is different for each
   * @param until when the right lapses by itself, milliseconds since 1970
   */
  lease(
    run_id: string,
    holder: string,
    until: number,
    now: number = Date.now(),
  ): boolean {
    return this.#db.run(
      `UPDATE deliveries SET lease_holder = ?, lease_until = ?
         WHERE run_id = ? AND (lease_holder IS NULL OR lease_holder = ? OR lease_until < ?)`,
      holder,
      until,
      run_id,
      holder,
      now,
    ) > 0;
  }

  /** Gives the right back. */
  release(run_id: string, holder: string): void {
    this.#db.run(
      "UPDATE deliveries SET lease_holder = NULL, lease_until = NULL WHERE run_id = ? AND lease_holder = ?",
      run_id,
      holder,
    );
  }

  /** What alone could not be delivered of a run. */
  leftOut(run_id: string): LeftOut[] {
    return JSON.parse(this.get(run_id).parts) as LeftOut[];
  }

  /** Notes what alone could not be delivered; a later reason replaces an earlier one. */
  leaveOut(run_id: string, { what, why }: LeftOut): void {
    this.#db.transaction(() => {
      const others = this.leftOut(run_id).filter((part) => part.what !== what);
      const part = {
        what: this.#redactor.text(what).text,
        why: this.#redactor.text(why).text,
      };
      this.set(run_id, { parts: JSON.stringify([...others, part]) });
    });
  }

  /** Notes that parts are no longer left out. */
  noLongerLeftOut(run_id: string, whats: readonly string[]): void {
    const parts = this.leftOut(run_id);
    const left = parts.filter(({ what }) => !whats.includes(what));
    if (left.length < parts.length) {
      this.set(run_id, { parts: JSON.stringify(left) });
    }
  }

  /**
   * Lets what was left out be tried again, all but single metric points.
   *
   * @returns whether there was something
   */
  retryLeftOut(run_id: string): boolean {
    return this.#db.transaction(() => {
      if (!unsendLeftOut(this.#db, run_id)) return false;
      const kept = this.leftOut(run_id).filter(({ what }) =>
        what.startsWith("metric")
      );
      this.set(run_id, { parts: JSON.stringify(kept) });
      return true;
    });
  }

  /** Forgets everything about a run on its server, so that it is sent anew; all its points where it is said so. */
  startAnew(
    run_id: string,
    change: Pick<DeliveryChange, "points_mode"> = {},
  ): void {
    this.#db.transaction(() => {
      unsend(this.#db, run_id);
      this.set(run_id, { ...NOT_BEGUN, ...change });
    });
  }

  /** Notes rows as delivered, or as left out; one that was changed since (another value or digest) stays unsent. */
  markSent(
    table: SentTable,
    run_id: string,
    rows: readonly { key: string; was?: string }[],
    options: { leftOut?: boolean } = {},
  ): void {
    const check = table === "artifacts"
      ? "digest"
      : table === "datasets"
      ? "fingerprint"
      : "value";
    this.#db.transaction(() => {
      if (options.leftOut !== true) {
        const one = table.slice(0, -1);
        const whats = rows.map(({ key }) => `${one} "${key}"`);
        this.noLongerLeftOut(run_id, whats);
      }
      for (const { key, was } of rows) {
        this.#db.run(
          `UPDATE ${table} SET sent = ${
            options.leftOut === true ? 2 : 1
          } WHERE run_id = ? AND ${KEY_COLUMN[table]} = ?
             AND (? IS NULL OR ${check} = ?)`,
          run_id,
          key,
          was ?? null,
          was ?? null,
        );
      }
    });
  }
}
