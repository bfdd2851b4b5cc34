/**
 * What a server is and can do, found out by asking it.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Connection, GitLabServer } from "./connection.ts";
import {
  isForbiddenError,
  isNotFoundError,
  isRefusedError,
  isScopeError,
  isTrackingError,
} from "./errors.ts";
import type { Limits } from "./limits.ts";
import {
  type Project,
  type TokenInfo,
  tokenInfoSchema,
  type User,
  userSchema,
} from "./schemas.ts";

/** Functions that servers have or lack. */
export interface Features {
  /** `metrics/get-history`: all points of a metric by pages. */
  history: boolean;
  /** The artifact listing of the tracking API; without it GitLab's packages API lists them. */
  artifact_list: boolean;
  /** `runs/log-inputs`: datasets of a run. */
  inputs: boolean;
  /** Whether sending a metric point again makes no second one. */
  metrics_once: boolean;
  /** Whether a tag can be changed once it is set. */
  tags_change: boolean;
  /** Whether a search finds by a filter. */
  filter: boolean;
}

/** What is known of a server. */
export interface ServerInfo {
  /** GitLab, or a plain MLflow server. */
  kind: "gitlab" | "mlflow";
  /** Its version, when it says. */
  version: string | null;
  /** The tracking URI; GitLab's with the numeric project id. */
  tracking_uri: string;
  /** GitLab's project. */
  project: Project | null;
  /** What it can do. */
  features: Features;
  /** What it accepts. */
  limits: Limits;
}

const MLFLOW_FEATURES: Features = {
  history: true,
  artifact_list: true,
  inputs: true,
  metrics_once: true,
  tags_change: true,
  filter: true,
};

/** Whether the server has `metrics/get-history`; only GitLab's newest versions do. */
export async function hasHistory(connection: Connection): Promise<boolean> {
  const server = await connection.server();
  if (server.kind === "mlflow") return true;
  return await hasRoute(
    connection,
    `${server.tracking}/api/2.0/mlflow/metrics/get-history`,
    {
      run_id: "00000000-0000-0000-0000-000000000000",
      metric_key: "loss",
      max_results: 1,
    },
  );
}

/** Whether the tracking API lists artifacts (GitLab 17.9, MLflow). */
async function hasArtifactList(
  connection: Connection,
): Promise<boolean> {
  const server = await connection.server();
  return server.kind === "mlflow" || await hasRoute(
    connection,
    `${server.tracking}/api/2.0/mlflow-artifacts/artifacts`,
    { path: "candidate:0" },
  );
}

/** A route that is there complains about what it was asked for; one that is not has nothing to say. */
async function hasRoute(
  connection: Connection,
  url: string,
  query: Record<string, string | number>,
): Promise<boolean> {
  try {
    await connection.http.json("GET", url, {
      attempted: "find out what the server can do",
      query,
      schema: z.unknown(),
    });
    return true;
  } catch (error) {
    if (isRefusedError(error) || isScopeError(error)) return true;
    if (isNotFoundError(error)) {
      if (error.missing === "project") throw error;
      return error.missing !== "route";
    }
    throw error;
  }
}

/** Asks a server what it is and can do. */
export async function detect(connection: Connection): Promise<ServerInfo> {
  const server = await connection.server();
  const limits = await connection.limits();
  if (server.kind === "mlflow") {
    return {
      kind: "mlflow",
      version: server.version,
      tracking_uri: server.tracking,
      project: null,
      features: MLFLOW_FEATURES,
      limits,
    };
  }
  const project = await connection.project();
  const history = await hasHistory(connection);
  return {
    kind: "gitlab",
    version: await gitlabVersion(connection, server),
    tracking_uri: server.tracking,
    project,
    features: {
      history,
      artifact_list: await hasArtifactList(connection),
      inputs: false,
      metrics_once: false,
      tags_change: false,
      filter: false,
    },
    limits,
  };
}

async function gitlabVersion(
  connection: Connection,
  server: GitLabServer,
): Promise<string | null> {
  const answer = await optional(
    connection.http.json("GET", `${server.root}/api/v4/version`, {
      attempted: "read GitLab's version",
      schema: z.object({ version: z.string() }),
    }),
  );
  return answer?.version ?? null;
}

/** Who the token is. */
export interface TokenIdentity {
  /** The token's user; null on a plain server, and where the token may not say. */
  user: User | null;
  /** Scopes and expiry; null where GitLab does not say (project tokens of old versions, OAuth). */
  token: TokenInfo | null;
  /** The project, null on a plain server. */
  project: Project | null;
  /** The user's access level in the project: 10 guest, 20 reporter, 30 developer, 40 maintainer, 50 owner; null unknown. */
  access_level: number | null;
}

/** Asks GitLab who the token is and what its user may do. */
export async function whoami(connection: Connection): Promise<TokenIdentity> {
  const server = await connection.server();
  if (server.kind === "mlflow") {
    return { user: null, token: null, project: null, access_level: null };
  }
  const api = `${server.root}/api/v4`;
  // A token may log runs without the right to say whose it is.
  const user = await allowed(
    connection.http.json("GET", `${api}/user`, {
      attempted: "read the token's user",
      schema: userSchema,
    }),
  );
  const token = await optional(
    connection.http.json("GET", `${api}/personal_access_tokens/self`, {
      attempted: "read the token's scopes",
      schema: tokenInfoSchema,
    }),
  );
  const project = await connection.project();
  const { project_access = null, group_access = null } = project?.permissions ??
    {};
  const levels = [project_access, group_access].filter((l) => l !== null);
  return {
    user,
    token,
    project,
    access_level: levels.length === 0 ? null : Math.max(...levels),
  };
}

/** Null where the token's scopes and rights are too narrow to say; a token that is not accepted is an error. */
async function allowed<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isScopeError(error) || isForbiddenError(error)) return null;
    throw error;
  }
}

/** Null where the server refuses to say; what cannot be reached is still an error. */
async function optional<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (
      isTrackingError(error) && error.status !== null && error.status < 500 &&
      error.status !== 429
    ) return null;
    throw error;
  }
}
