/**
 * Packages and their files: where the artifacts of runs and model versions are listed.
 *
 * @module
 */
import type { Blob } from "./blobs.ts";
import type { Database } from "./database.ts";
import type { StoredExperiment } from "./experiments.ts";

/** A package. */
export interface StoredPackage {
  readonly id: number;
  readonly project: number;
  readonly type: "ml_model" | "generic";
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly created_at: number;
}

/** A file of a package; its name is stored percent-encoded with its folders. */
export interface PackageFile {
  readonly id: number;
  readonly file_name: string;
  readonly size: number;
  readonly sha256: string;
  readonly created_at: number;
}

/** Which packages to list. */
export interface PackageFilter {
  readonly type?: string | null | undefined;
  /** Fuzzy: any package whose name contains it. */
  readonly name?: string | null | undefined;
  readonly version?: string | null | undefined;
}

/** The packages of all projects. */
export class PackageStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** By its id within a project. */
  byId(project: number, id: number): StoredPackage | undefined {
    return this.#db.get<StoredPackage>(
      "SELECT * FROM packages WHERE project = ? AND id = ?",
      project,
      id,
    );
  }

  /** By its exact name and version. */
  find(
    project: number,
    key: Pick<StoredPackage, "type" | "name" | "version">,
  ): StoredPackage | undefined {
    return this.#db.get<StoredPackage>(
      "SELECT * FROM packages WHERE project = ? AND type = ? AND name = ? AND version = ?",
      project,
      key.type,
      key.name,
      key.version,
    );
  }

  /** The package of that name and version, made if there is none. */
  findOrCreate(
    project: number,
    key: Pick<StoredPackage, "type" | "name" | "version">,
  ): StoredPackage {
    this.#db.run(
      `INSERT INTO packages (project, type, name, version, status, created_at)
       VALUES (?, ?, ?, ?, 'default', ?) ON CONFLICT DO NOTHING`,
      project,
      key.type,
      key.name,
      key.version,
      Date.now(),
    );
    return this.find(project, key) as StoredPackage;
  }

  /**
   * The package of a run: its name is `ml_experiment_{iid}`, or that of the model whose experiment this is,
   * and its version `candidate_{iid}`.
   */
  ofRun(run: { iid: number }, experiment: StoredExperiment): StoredPackage {
    const own = /^\[model\](.+)$/s.exec(experiment.name)?.[1];
    return this.findOrCreate(experiment.project, {
      type: "ml_model",
      name: own ?? `ml_experiment_${experiment.iid}`,
      version: `candidate_${run.iid}`,
    });
  }

  /** Gives a package another name and version. */
  rename(id: number, name: string, version: string): void {
    this.#db.run(
      "UPDATE packages SET name = ?, version = ? WHERE id = ?",
      name,
      version,
      id,
    );
  }

  /** Shows or hides a package. */
  setStatus(id: number, status: string): void {
    this.#db.run("UPDATE packages SET status = ? WHERE id = ?", status, id);
  }

  /** A page of a project's packages, oldest first, and how many there are in all. */
  list(
    project: number,
    filter: PackageFilter,
    page: { limit: number; offset: number },
  ): { packages: StoredPackage[]; total: number } {
    const matching = `FROM packages WHERE project = ? AND status = 'default'
      AND type = coalesce(?, type) AND version = coalesce(?, version)
      AND (? IS NULL OR instr(lower(name), lower(?)) > 0)`;
    const name = filter.name ?? null;
    const values = [
      project,
      filter.type ?? null,
      filter.version ?? null,
      name,
      name,
    ];
    const total = this.#db.get<{ total: number }>(
      `SELECT count(*) AS total ${matching}`,
      ...values,
    )?.total ?? 0;
    const packages = this.#db.all<StoredPackage>(
      `SELECT * ${matching} ORDER BY created_at, id LIMIT ? OFFSET ?`,
      ...values,
      page.limit,
      page.offset,
    );
    return { packages, total };
  }

  /** Removes a package and its list of files. */
  remove(id: number): void {
    this.#db.transaction(() => {
      this.#db.run("UPDATE runs SET package = NULL WHERE package = ?", id);
      this.#db.run("DELETE FROM packages WHERE id = ?", id);
    });
  }

  /** Adds a file; one of the same name stays and is no longer the newest. */
  addFile(id: number, fileName: string, blob: Blob): void {
    this.#db.run(
      "INSERT INTO package_files (package, file_name, size, sha256, created_at) VALUES (?, ?, ?, ?, ?)",
      id,
      fileName,
      blob.size,
      blob.sha256,
      Date.now(),
    );
  }

  /** The files of a package in the order they arrived. */
  files(id: number): PackageFile[] {
    return this.#db.all<PackageFile>(
      "SELECT id, file_name, size, sha256, created_at FROM package_files WHERE package = ? ORDER BY id",
      id,
    );
  }

  /** The newest file of that stored name. */
  newestFile(id: number, fileName: string): PackageFile | undefined {
    return this.#db.get<PackageFile>(
      `SELECT id, file_name, size, sha256, created_at FROM package_files
       WHERE package = ? AND file_name = ? ORDER BY id DESC LIMIT 1`,
      id,
      fileName,
    );
  }

  /** Removes a file; whether there was one. */
  removeFile(id: number, file: number): boolean {
    return this.#db.change(
      "DELETE FROM package_files WHERE package = ? AND id = ?",
      id,
      file,
    ) > 0;
  }
}
