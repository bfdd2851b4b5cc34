/**
 * Projects as a sender sees them, and the checks that come before each area of the API.
 *
 * @module
 */
import {
  notFound,
  projectNotFound,
  RefusedAnswer,
  refuseUnauthorized,
} from "../protocol/answers.ts";
import { accessLevel, identifyUser, type Identity, type Ways } from "./auth.ts";
import type { Area, Context } from "./router.ts";
import type { StoredProject } from "../store/accounts.ts";

/** GitLab's access levels. */
export const LEVEL = {
  guest: 10,
  reporter: 20,
  developer: 30,
  maintainer: 40,
} as const;

/** A request to a project that its sender may see. */
export interface ProjectContext extends Context {
  readonly project: StoredProject;
  /** Who sends it; undefined for nobody. */
  readonly identity: Identity | undefined;
  /** The sender's access level in the project, 0 for none. */
  readonly level: number;
}

/** Whether a request only reads, by its method. */
export function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The scopes of which a token needs one: reading is content with `read_api`. */
export function scopesFor(method: string): string[] {
  return isReading(method) ? ["api", "read_api"] : ["api"];
}

/**
 * Finds the project of the path, if the sender may see it.
 *
 * @throws {RefusedAnswer} 404 when not; for a former path a redirect, or 405 when the request does not read
 */
export function enterProject(
  context: Context,
  identity: Identity | undefined,
): ProjectContext {
  const { store, externalUrl } = context.services;
  const id = context.variables["id"] ?? "";
  const found = store.accounts.project(id);
  if (found === undefined) throw projectNotFound();
  const { project } = found;
  const level = accessLevel(identity, { project, store });
  const open = project.visibility === "public" ||
    project.visibility === "internal" && identity?.token !== undefined;
  if (level === 0 && !open) throw projectNotFound();
  if (found.moved) {
    if (!isReading(context.method)) {
      throw new RefusedAnswer(405, {
        message: "Non GET methods are not allowed for moved projects",
      });
    }
    const below = context.path.split("/projects/")[1]?.split("/").slice(1) ??
      [];
    const location = `${externalUrl}/api/v4/projects/${
      [project.id, ...below].join("/")
    }${context.search === "" ? "" : `?${context.search}`}`;
    throw new RefusedAnswer(
      302,
      `This resource has been moved temporarily to ${location}.`,
      { headers: { location } },
    );
  }
  return { ...context, project, identity, level };
}

/** Whether the sender may read what members of a project read. */
export function canRead(context: ProjectContext): boolean {
  return context.level >= LEVEL.guest ||
    context.project.visibility === "public";
}

/** Whether who has entered a project may see its merge requests: as who may see the code. */
export function mayReadMergeRequests(
  { visibility }: StoredProject,
  level: number,
): boolean {
  return level >= LEVEL.reporter || visibility !== "private";
}

const MLFLOW_WAYS: Ways = { bearer: ["access", "oauth"], privateToken: true };

/** What an area of the MLflow API needs besides reading experiments. */
export interface MlflowRights {
  /** Whether the model registry must be readable. */
  readonly registry?: boolean;
  /** Whether requests that do not read need the right to write; without it only the scope. */
  readonly writes?: boolean;
}

/** The checks of the MLflow API, in GitLab's order. */
export function mlflowArea(rights: MlflowRights = {}): Area<ProjectContext> {
  const { registry = false, writes = true } = rights;
  return {
    readsBody: true,
    before(context) {
      const identity = identifyUser(context.request, {
        store: context.services.store,
        ways: MLFLOW_WAYS,
        scopes: scopesFor(context.method),
        permission: context.permission,
      });
      if (identity === undefined) throw refuseUnauthorized();
      const entered = enterProject(context, identity);
      const { project, level } = entered;
      if (!project.experiments || !canRead(entered)) throw notFound();
      if (registry && !project.registry) throw notFound();
      if (writes && !isReading(context.method) && level < LEVEL.developer) {
        throw refuseUnauthorized();
      }
      return entered;
    },
  };
}
