/**
 * The checks of the packages API, whose ways with tokens differ from route to route.
 *
 * @module
 */
import {
  RefusedAnswer,
  refuseForbidden,
  refuseUnauthorized,
} from "../protocol/answers.ts";
import {
  canRead,
  enterProject,
  isReading,
  LEVEL,
  type ProjectContext,
  scopesFor,
} from "./access.ts";
import { identifyUser, type Ways } from "./auth.ts";
import type { Context } from "./router.ts";
import type { Blob } from "../store/blobs.ts";

/**
 * Finds sender and project; who does not read must be somebody.
 *
 * @throws {RefusedAnswer} 401, 403 or 404
 */
export function enterPackages(context: Context, ways: Ways): ProjectContext {
  const identity = identifyUser(context.request, {
    store: context.services.store,
    ways,
    scopes: scopesFor(context.method),
    permission: context.permission,
  });
  if (identity === undefined && !isReading(context.method)) {
    throw refuseUnauthorized();
  }
  return enterProject(context, identity);
}

/**
 * @throws {RefusedAnswer} 403 when the sender may not read packages of the project
 */
export function authorizeReading(context: ProjectContext): void {
  if (!context.project.packages || !canRead(context)) throw refuseForbidden();
}

/**
 * @throws {RefusedAnswer} 403 when the sender may not make packages in the project
 */
export function authorizeWriting(context: ProjectContext): void {
  if (!context.project.packages || context.level < LEVEL.developer) {
    throw refuseForbidden();
  }
}

/**
 * Receives the body of an upload.
 *
 * @throws {RefusedAnswer} 400 when it is larger than the limit, once all of it has arrived
 */
export async function receiveFile(
  { request, services }: ProjectContext,
  tooLarge: string,
): Promise<Blob> {
  const blob = await services.store.blobs.receive(request.body, {
    limit: services.limits.artifact_bytes,
  });
  if (blob === undefined) {
    throw new RefusedAnswer(400, { message: `400 Bad request - ${tooLarge}` });
  }
  return blob;
}

/** Problems of a path that leads out of its folder, in the framework's words. */
export function pathProblems(name: string, path: string): string[] {
  const escapes = path.split(/[/\\]/).includes("..") || path === "." ||
    path.startsWith("/") ||
    path.includes("\0");
  return escapes ? [`${name} should be a valid file path`] : [];
}

/** Sends a stored file. */
export async function sendFile(
  { request, services }: Context,
  file: { file_name: string; size: number; sha256: string },
  headers: Record<string, string> = {},
): Promise<Response> {
  const name = file.file_name;
  const body = request.method === "HEAD"
    ? null
    : await services.store.blobs.open(file.sha256);
  return new Response(body, {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(file.size),
      "content-disposition":
        `attachment; filename="${name}"; filename*=UTF-8''${
          encodeURIComponent(name)
        }`,
      ...headers,
    },
  });
}

/** A path as packages store it: percent-encoded, slashes too. */
export function percentEncoded(path: string): string {
  return encodeURIComponent(path).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A path as the MLflow artifact API searches for it: form-encoded, so that a space becomes a plus. */
export function formEncoded(path: string): string {
  return new URLSearchParams({ "": path }).toString().slice(1);
}
