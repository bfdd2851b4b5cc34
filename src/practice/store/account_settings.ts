/**
 * Brings projects, tokens and CI jobs of a configuration into the database.
 *
 * @module
 */
import type {
  ProjectSettings,
  RoleName,
  Settings,
} from "../settings/config.ts";
import { type Token, tokenDigest } from "./accounts.ts";
import type { Database } from "./database.ts";

/**
 * Makes the database's projects, tokens and jobs those of a configuration. A project that the
 * configuration renames keeps its old path as a former one. Tokens and jobs that it does not name
 * are no longer valid; projects that it does not name are no longer shown, but keep their runs.
 */
export function applySettings(db: Database, settings: Settings): void {
  db.transaction(() => {
    const earlier = new Map(
      db.all<{ id: number; path: string; former_paths: string }>(
        "SELECT id, path, former_paths FROM projects",
      ).map((row) => [row.id, row]),
    );
    const inUse = new Set(
      settings.projects.map((project) => project.path.toLowerCase()),
    );
    db.run("UPDATE projects SET listed = 0");
    for (const project of settings.projects) {
      const before = earlier.get(project.id);
      const former = new Set(project.former_paths);
      if (before !== undefined) {
        const old = JSON.parse(before.former_paths) as string[];
        for (const path of [...old, before.path]) {
          if (!inUse.has(path.toLowerCase())) former.add(path);
        }
      }
      putProject(db, project, [...former]);
    }
    const idOf = (path: string) =>
      settings.projects.find((project) =>
        [project.path, ...project.former_paths].some((known) =>
          known.toLowerCase() === path.toLowerCase()
        )
      )?.id;
    const digests: string[] = [];
    const byId = (roles: Readonly<Record<string, RoleName>>) =>
      Object.fromEntries(
        Object.entries(roles).map(([path, role]) => [idOf(path), role]),
      );
    for (const { token, user, ...facts } of settings.tokens) {
      const digest = putToken(db, token, {
        ...facts,
        user: { ...user, name: user.name ?? user.username },
        roles: byId(facts.roles),
        invited_roles: byId(facts.invited_roles),
      });
      digests.push(digest);
    }
    db.run(
      "DELETE FROM tokens WHERE digest NOT IN (SELECT value FROM json_each(?))",
      JSON.stringify(digests),
    );
    db.run("DELETE FROM jobs");
    for (const job of settings.jobs) {
      db.run(
        "INSERT INTO jobs (id, project, digest, user, ref, sha, merge_request) VALUES (?, ?, ?, ?, ?, ?, ?)",
        job.id,
        idOf(job.project) ?? 0,
        tokenDigest(job.token),
        job.user,
        job.ref,
        job.sha,
        job.merge_request,
      );
    }
  });
}

function putProject(
  db: Database,
  project: ProjectSettings,
  former: string[],
): void {
  db.run(
    `INSERT INTO projects (id, path, visibility, experiments, registry, packages, former_paths, listed, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT (id) DO UPDATE SET path = excluded.path, visibility = excluded.visibility,
       experiments = excluded.experiments, registry = excluded.registry, packages = excluded.packages,
       former_paths = excluded.former_paths, listed = 1`,
    project.id,
    project.path,
    project.visibility,
    Number(project.experiments),
    Number(project.registry),
    Number(project.packages),
    JSON.stringify(former),
    Date.now(),
  );
  db.run("DELETE FROM merge_requests WHERE project = ?", project.id);
  for (const iid of new Set(project.merge_requests)) {
    db.run(
      "INSERT INTO merge_requests (project, iid) VALUES (?, ?)",
      project.id,
      iid,
    );
  }
}

/**
 * What a server without a configuration offers: the projects of its data folder, or one practice
 * project, and a new token for them. Tokens of earlier starts stay valid.
 *
 * @returns the new token's text, which is kept nowhere
 */
export function applyDefaults(db: Database): string {
  return db.transaction(() => {
    const listed = () =>
      db.all<{ id: number }>("SELECT id FROM projects WHERE listed = 1");
    if (listed().length === 0) {
      putProject(db, {
        id: 1,
        path: "practice/project",
        visibility: "private",
        experiments: true,
        registry: true,
        packages: true,
        former_paths: [],
        merge_requests: [1],
      }, []);
    }
    const random = crypto.getRandomValues(new Uint8Array(15));
    const token = `glpat-${random.toBase64({ alphabet: "base64url" })}`;
    putToken(db, token, {
      name: "practice token",
      kind: "personal",
      user: {
        id: 1,
        username: "practice",
        name: "Practice User",
        blocked: false,
      },
      scopes: ["api"],
      permissions: [],
      invited_roles: {},
      roles: Object.fromEntries(
        listed().map(({ id }) => [id, "maintainer" as const]),
      ),
      expires_at: null,
      expired: false,
      revoked: false,
    });
    return token;
  });
}

/** Makes a token valid, which is given by its text or as `sha256:` and its digest; gives its digest. */
function putToken(
  db: Database,
  text: string,
  settings: Omit<Token, "id" | "created_at">,
): string {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(text)?.[1] ?? tokenDigest(text);
  db.run(
    `INSERT INTO tokens (digest, settings, created_at) VALUES (?, ?, ?)
     ON CONFLICT (digest) DO UPDATE SET settings = excluded.settings`,
    digest,
    JSON.stringify(settings),
    Date.now(),
  );
  return digest;
}
