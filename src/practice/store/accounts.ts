/**
 * Projects, tokens and CI jobs: from the configuration, kept in the database, read from memory.
 * Of a token only its SHA-256 is kept.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ProjectSettings, RoleName } from "../settings/config.ts";
import type { Database } from "./database.ts";

/** A project as the routes see it. */
export interface StoredProject
  extends Omit<ProjectSettings, "former_paths" | "merge_requests"> {
  /** When the server first knew it, milliseconds. */
  readonly created_at: number;
}

/** A user of a token. */
export interface StoredUser {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly blocked: boolean;
}

/** What is known of a token besides its text. */
export interface Token {
  readonly id: number;
  readonly name: string;
  readonly kind: "personal" | "project" | "group" | "oauth" | "deploy";
  readonly user: StoredUser;
  readonly scopes: readonly string[];
  /** What a fine-grained token may do. */
  readonly permissions: readonly string[];
  /** Role by project id. */
  readonly roles: Readonly<Record<string, RoleName>>;
  /** Role by project id, from an invited group. */
  readonly invited_roles: Readonly<Record<string, RoleName>>;
  readonly expires_at: string | null;
  readonly expired: boolean;
  readonly revoked: boolean;
  /** When the server first knew it, milliseconds. */
  readonly created_at: number;
}

/** A running CI job. */
export interface Job {
  readonly id: number;
  readonly project: number;
  readonly user: number;
  readonly ref: string;
  readonly sha: string;
  readonly merge_request: number | null;
}

/** Who may come in, and to what. */
export class Accounts {
  readonly #projects = new Map<number, StoredProject>();
  readonly #paths = new Map<
    string,
    { project: StoredProject; moved: boolean }
  >();
  readonly #tokens = new Map<string, Token>();
  readonly #jobs = new Map<number, Job>();
  readonly #jobTokens = new Map<string, Job>();

  constructor(db: Database) {
    for (
      const row of db.all<ProjectRow>(
        "SELECT * FROM projects WHERE listed = 1 ORDER BY id",
      )
    ) {
      const project: StoredProject = {
        id: row.id,
        path: row.path,
        visibility: row.visibility,
        experiments: row.experiments === 1,
        registry: row.registry === 1,
        packages: row.packages === 1,
        created_at: row.created_at,
      };
      this.#projects.set(row.id, project);
      for (const path of JSON.parse(row.former_paths) as string[]) {
        this.#paths.set(path.toLowerCase(), { project, moved: true });
      }
    }
    for (const project of this.#projects.values()) {
      this.#paths.set(project.path.toLowerCase(), { project, moved: false });
    }
    for (
      const row of db.all<
        { id: number; digest: string; settings: string; created_at: number }
      >("SELECT id, digest, settings, created_at FROM tokens ORDER BY id")
    ) {
      const settings = JSON.parse(row.settings) as Omit<
        Token,
        "id" | "created_at"
      >;
      this.#tokens.set(row.digest, {
        // A folder of an earlier version has tokens without these.
        ...{ permissions: [], invited_roles: {} },
        ...settings,
        id: row.id,
        created_at: row.created_at,
      });
    }
    for (
      const { digest, ...job } of db.all<Job & { digest: string }>(
        "SELECT * FROM jobs",
      )
    ) {
      this.#jobs.set(job.id, job);
      this.#jobTokens.set(digest, job);
    }
  }

  /** Every project, by id. */
  projects(): StoredProject[] {
    return [...this.#projects.values()];
  }

  /** A project by its numeric id or its full path; `moved` when the path is a former one. */
  project(
    idOrPath: string,
  ): { project: StoredProject; moved: boolean } | undefined {
    if (/^\d+$/.test(idOrPath)) {
      const project = this.#projects.get(Number(idOrPath));
      return project && { project, moved: false };
    }
    return this.#paths.get(idOrPath.toLowerCase());
  }

  /**
   * Makes a token that reads one project, whoever the reader is: for the server's own pages, which decide themselves
   * who sees them. Searching runs needs a developer's rights. It is kept in memory alone.
   *
   * @returns its text
   */
  admitReader(project: number): string {
    const text = crypto.getRandomValues(new Uint8Array(32)).toHex();
    this.#tokens.set(tokenDigest(text), {
      id: 0,
      name: "pages",
      kind: "personal",
      user: { id: 0, username: "pages", name: "Pages", blocked: false },
      scopes: ["api"],
      permissions: [],
      roles: { [project]: "developer" },
      invited_roles: {},
      expires_at: null,
      expired: false,
      revoked: false,
      created_at: Date.now(),
    });
    return text;
  }

  /** What is known of a token, by its text. */
  token(text: string): Token | undefined {
    return this.#tokens.get(tokenDigest(text));
  }

  /** The job of a job token, by its text. */
  jobOfToken(text: string): Job | undefined {
    return this.#jobTokens.get(tokenDigest(text));
  }

  /** A job by its id. */
  job(id: number): Job | undefined {
    return this.#jobs.get(id);
  }

  /** The tokens of a user. */
  tokensOf(user: number): Token[] {
    return [...this.#tokens.values()].filter((token) => token.user.id === user);
  }
}

interface ProjectRow {
  id: number;
  path: string;
  visibility: StoredProject["visibility"];
  experiments: number;
  registry: number;
  packages: number;
  former_paths: string;
  created_at: number;
}

/** SHA-256 of a token as 64 hex digits. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
