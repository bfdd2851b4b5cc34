/**
 * Everything the server keeps: one database, one folder of artifacts, held by one server at a time.
 *
 * @module
 */
import type { Settings } from "../settings/config.ts";
import { applyDefaults, applySettings } from "./account_settings.ts";
import { Accounts } from "./accounts.ts";
import { BlobStore } from "./blobs.ts";
import { ChangedRuns } from "./changed_runs.ts";
import { type DataDir, type DataLocation, openDataDir } from "./data_dir.ts";
import { Database } from "./database.ts";
import { ExperimentStore } from "./experiments.ts";
import { IssueStore } from "./issues.ts";
import { MetricStore } from "./metrics.ts";
import { ModelStore } from "./models.ts";
import { NoteStore } from "./notes.ts";
import { PackageStore } from "./packages.ts";
import { PairStore } from "./pairs.ts";
import { RunStore } from "./runs.ts";

/** The server's store. Its parts share one database; only artifacts are files. */
export class Store {
  readonly #dir: DataDir;
  readonly #db: Database;
  /** The token made for this start, when there was no configuration. */
  readonly generatedToken: string | undefined;
  readonly accounts: Accounts;
  readonly blobs: BlobStore;
  readonly experiments: ExperimentStore;
  readonly experimentTags: PairStore;
  readonly runs: RunStore;
  readonly params: PairStore;
  readonly runTags: PairStore;
  readonly metrics: MetricStore;
  readonly issues: IssueStore;
  readonly notes: NoteStore;
  readonly packages: PackageStore;
  readonly models: ModelStore;
  readonly modelTags: PairStore;
  readonly versionTags: PairStore;

  private constructor(dir: DataDir, db: Database, settings?: Settings) {
    this.#dir = dir;
    this.#db = db;
    if (settings === undefined) this.generatedToken = applyDefaults(db);
    else applySettings(db, settings);
    this.accounts = new Accounts(db);
    this.blobs = new BlobStore(dir.dir);
    this.experiments = new ExperimentStore(db);
    this.experimentTags = new PairStore(db, "experimentTags");
    this.runs = new RunStore(db);
    this.params = new PairStore(db, "params");
    this.runTags = new PairStore(db, "runTags");
    this.metrics = new MetricStore(db);
    this.issues = new IssueStore(db);
    this.notes = new NoteStore(db);
    this.packages = new PackageStore(db);
    this.models = new ModelStore(db);
    this.modelTags = new PairStore(db, "modelTags");
    this.versionTags = new PairStore(db, "versionTags");
  }

  /**
   * Opens the store. Without settings it offers what its folder had, or one practice project, and
   * makes a new token.
   *
   * @throws {DataDirInUseError} when another server has the folder open
   * @throws {DataDirError} when the folder or its database cannot be used
   */
  static open(location: DataLocation, settings?: Settings): Store {
    const dir = openDataDir(location);
    let db: Database | undefined;
    try {
      db = Database.open(dir.database, { dir: dir.dir });
      return new Store(dir, db, settings);
    } catch (error) {
      db?.close();
      dir.release();
      throw error;
    }
  }

  /** Notes from now on which runs are changed. */
  watchRuns(): ChangedRuns {
    return new ChangedRuns(this.#db);
  }

  /** Does work that is kept as a whole or not at all. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work);
  }

  /** Closes everything and unlocks the folder. */
  close(): void {
    this.#db.close();
    this.#dir.release();
  }
}
