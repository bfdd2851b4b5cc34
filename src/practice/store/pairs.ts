/**
 * Keys with a text, written once and never changed: params, tags of runs, experiments and models.
 *
 * @module
 */
import { checkColumn, checkRecord, COLUMN } from "./columns.ts";
import type { Database } from "./database.ts";

/** A key and its text. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A pair as it was sent: either part may be null. */
export interface SentPair {
  readonly key: string | null;
  readonly value: string | null;
}

/** A table of pairs, and the name that GitLab's messages give it. */
interface Table {
  readonly name: string;
  readonly relation: string;
  readonly keyLimit: number;
  readonly valueLimit: number;
  readonly taken: (key: string) => string;
}

const tags = (name: string, relation: string): Table => ({
  name,
  relation,
  keyLimit: COLUMN.tagKey,
  valueLimit: COLUMN.tag,
  taken: (key) => `Name '${key}' already taken`,
});

const TABLES = {
  params: {
    name: "params",
    relation: "ml_candidate_params",
    keyLimit: COLUMN.key,
    valueLimit: COLUMN.param,
    taken: () => "Name has already been taken",
  },
  runTags: tags("run_tags", "ml_candidate_metadata"),
  experimentTags: tags("experiment_tags", "ml_experiment_metadata"),
  modelTags: tags("model_tags", "ml_model_metadata"),
  versionTags: tags("model_version_tags", "ml_model_version_metadata"),
} satisfies Record<string, Table>;

/** One table of pairs. */
export class PairStore {
  readonly #db: Database;
  readonly #table: Table;

  constructor(db: Database, kind: keyof typeof TABLES) {
    this.#db = db;
    this.#table = TABLES[kind];
  }

  /** The pairs of an owner in the order they were set. */
  of(owner: number): Pair[] {
    return this.#db.all<Pair>(
      `SELECT key, value FROM ${this.#table.name} WHERE owner = ? ORDER BY id`,
      owner,
    );
  }

  /**
   * Sets one pair.
   *
   * @throws {RefusedAnswer} 400 when key or value is blank or too long, or the key is set already
   */
  set(owner: number, key: string | null, value: string | null): void {
    const { name, valueLimit, taken } = this.#table;
    const record = checkRecord(key, value, {
      limit: valueLimit,
      taken: (key) =>
        this.#db.get(
            `SELECT 1 FROM ${name} WHERE owner = ? AND key = ?`,
            owner,
            key,
          ) === undefined
          ? undefined
          : taken(key),
    });
    this.#insert(owner, record);
  }

  /**
   * Sets many pairs at once: keys that are set already are passed over.
   *
   * @throws {RefusedAnswer} 400 when one breaks a column check; then none of them is set
   */
  setAll(owner: number, pairs: readonly SentPair[]): void {
    const { relation, keyLimit, valueLimit } = this.#table;
    const rows = pairs.map(({ key, value }) => ({
      key: checkColumn(key, keyLimit, { table: relation, column: "name" }),
      value: checkColumn(value, valueLimit, {
        table: relation,
        column: "value",
      }),
    }));
    if (rows.length === 0) return;
    this.#db.transaction(() => {
      for (const row of rows) this.#insert(owner, row);
    });
  }

  #insert(owner: number, { key, value }: Pair): void {
    this.#db.run(
      `INSERT INTO ${this.#table.name} (owner, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
      owner,
      key,
      value,
    );
  }
}
