/**
 * The model registry: models, each with an experiment of its own, and their versions, each with a run.
 *
 * @module
 */
import { stamp } from "./clock.ts";
import type { Database } from "./database.ts";
import { orderOf } from "./experiments.ts";
import { type Page, readPage } from "./keyset.ts";

/** A registered model. Times are microseconds. */
export interface StoredModel {
  readonly id: number;
  readonly project: number;
  readonly name: string;
  readonly description: string | null;
  readonly user: number | null;
  /** The row's id of its own experiment. */
  readonly experiment: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A model's version. Times are microseconds. */
export interface StoredVersion {
  readonly id: number;
  readonly project: number;
  readonly model: number;
  readonly model_name: string;
  /** The semantic version. */
  readonly version: string;
  readonly description: string | null;
  readonly package: number;
  readonly run: number;
  /** The run id of its run. */
  readonly eid: string;
  readonly created_at: number;
  readonly updated_at: number;
}

const MODEL =
  "t.id, t.project, t.name, t.description, t.user, t.experiment, t.created_at, t.updated_at";
const VERSION =
  `SELECT v.id, v.project, v.model, m.name AS model_name, v.version, v.description, v.package, v.run,
  r.eid, v.created_at, v.updated_at
  FROM model_versions v JOIN models m ON m.id = v.model JOIN runs r ON r.id = v.run`;

const ORDERS: Record<string, string> = {
  name: "t.name_key",
  last_updated_timestamp: "t.updated_at",
  created_at: "t.created_at",
  updated_at: "t.updated_at",
  id: "t.id",
};

/** The models of all projects. */
export class ModelStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** By its exact name. */
  byName(project: number, name: string | null): StoredModel | undefined {
    return this.#db.get<StoredModel>(
      `SELECT ${MODEL} FROM models t WHERE project = ? AND name = ?`,
      project,
      name,
    );
  }

  /** Makes a model. */
  create(
    project: number,
    model: Pick<StoredModel, "name" | "description" | "user" | "experiment">,
  ): StoredModel {
    const now = stamp();
    this.#db.run(
      `INSERT INTO models (project, name, name_key, description, user, experiment, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      project,
      model.name,
      model.name.toLowerCase(),
      model.description,
      model.user,
      model.experiment,
      now,
      now,
    );
    return this.byName(project, model.name) as StoredModel;
  }

  /** Changes a model's description. */
  describe(model: StoredModel, description: string | null): StoredModel {
    this.#db.run(
      "UPDATE models SET description = ?, updated_at = ? WHERE id = ?",
      description,
      stamp(),
      model.id,
    );
    return this.byName(model.project, model.name) as StoredModel;
  }

  /** Removes a model with its versions; their runs are removed by the runs' own store. */
  remove(model: StoredModel): void {
    this.#db.run("DELETE FROM models WHERE id = ?", model.id);
  }

  /** A page of a project's models; those whose name contains `part`, upper and lower case being different. */
  search(
    project: number,
    options: {
      part: string | undefined;
      order: string;
      limit: number;
      token: string | null | undefined;
    },
  ): Page<StoredModel> {
    return readPage<StoredModel>(this.#db, {
      columns: MODEL,
      from:
        "FROM models t WHERE t.project = ? AND instr(t.name, coalesce(?, '')) > 0",
      values: [project, options.part ?? null],
    }, {
      order: orderOf(options.order, ORDERS),
      limit: options.limit,
      token: options.token,
    });
  }

  /** The versions of a model, oldest first. */
  versions(model: StoredModel): StoredVersion[] {
    return this.#db.all<StoredVersion>(
      `${VERSION} WHERE v.model = ? ORDER BY v.id`,
      model.id,
    );
  }

  /** The version of a model that is highest by semantic version. */
  highest(model: StoredModel): StoredVersion | undefined {
    return this.versions(model).sort((a, b) =>
      compareVersions(a.version, b.version)
    ).at(-1);
  }

  /** A version by its id, by which its files and its page are addressed. */
  version(project: number, id: number): StoredVersion | undefined {
    return this.#db.get<StoredVersion>(
      `${VERSION} WHERE v.project = ? AND v.id = ?`,
      project,
      id,
    );
  }

  /** A version by its semantic version, by which the MLflow API knows it. */
  versionOf(model: StoredModel, semantic: string): StoredVersion | undefined {
    return this.#db.get<StoredVersion>(
      `${VERSION} WHERE v.model = ? AND v.version = ?`,
      model.id,
      semantic,
    );
  }

  /** Makes a version. */
  addVersion(
    model: StoredModel,
    version: Pick<StoredVersion, "version" | "description" | "package" | "run">,
  ): StoredVersion {
    const now = stamp();
    const id = this.#db.run(
      `INSERT INTO model_versions (project, model, version, description, package, run, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      model.project,
      model.id,
      version.version,
      version.description,
      version.package,
      version.run,
      now,
      now,
    );
    this.#db.run(
      "UPDATE models SET updated_at = ? WHERE id = ?",
      now,
      model.id,
    );
    return this.version(model.project, id) as StoredVersion;
  }

  /** Changes a version's description. */
  describeVersion(version: StoredVersion, description: string): StoredVersion {
    this.#db.run(
      "UPDATE model_versions SET description = ?, updated_at = ? WHERE id = ?",
      description,
      stamp(),
      version.id,
    );
    return this.version(version.project, version.id) as StoredVersion;
  }
}

/** Orders semantic versions: numbers by value, a pre-release before its release. */
function compareVersions(a: string, b: string): number {
  const parse = (text: string) => {
    const [core = "", ...pre] = (text.split("+")[0] ?? "").split("-");
    return { core: core.split(".").map(Number), pre: pre.join("-") };
  };
  const [left, right] = [parse(a), parse(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (left.core[at] ?? 0) - (right.core[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === "") return 1;
  if (right.pre === "") return -1;
  return comparePre(left.pre.split("."), right.pre.split("."));
}

function comparePre(a: string[], b: string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at] as string, b[at] as string];
    if (x === y) continue;
    const numbers = [x, y].map((part) => /^\d+$/.test(part));
    if (numbers[0] && numbers[1]) return Number(x) - Number(y);
    if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}
