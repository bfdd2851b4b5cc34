/**
 * A plain MLflow server, known by what it answers.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import {
  AnswerError,
  isAnswerError,
  isAuthenticationError,
  isForbiddenError,
  isNotFoundError,
  isTrackingError,
  type TrackingError,
} from "./errors.ts";
import type { Http } from "./http.ts";

/** A plain server's endpoints. */
export interface MlflowServer {
  kind: "mlflow";
  /** The tracking URI. */
  tracking: string;
  /** The same. */
  root: string;
  /** The server's version; null where it does not say. */
  version: string | null;
}

/**
 * Makes sure that an address is a plain server's: by its version, its health, or what its API answers.
 *
 * @throws {AnswerError} when it is something else
 */
export async function findMlflow(
  http: Http,
  root: string,
): Promise<MlflowServer> {
  const attempted = "find out what kind of server it is";
  const server = { kind: "mlflow", root, tracking: root } as const;
  let refused: unknown;
  for (
    const [path, pattern] of [
      ["version", /^\d+\.\d+[\w.+-]*$/],
      ["health", /^OK$/],
    ] as const
  ) {
    try {
      const { text } = await http.text(`${root}/${path}`, {
        attempted,
        limit: 1_000_000,
      });
      if (pattern.test(text.trim())) {
        const version = path === "version" ? text.trim() : null;
        return { ...server, version };
      }
    } catch (error) {
      if (!isTrackingError(error) || !leavesOpen(error)) throw error;
      if (error.status !== 404) refused ??= error;
    }
  }
  // A proxy may pass nothing but the API.
  try {
    await http.json(
      "GET",
      `${root}/api/2.0/mlflow/experiments/get`,
      {
        attempted,
        query: { experiment_id: "0" },
        schema: z.object({ experiment: z.unknown() }),
      },
    );
    return { ...server, version: null };
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") {
      return { ...server, version: null };
    }
    if (!isTrackingError(error) || !leavesOpen(error)) throw error;
    if (isAnswerError(error) && error.fault === "html") throw error;
    if (isAuthenticationError(error) || isForbiddenError(error)) throw error;
  }
  if (refused !== undefined) throw refused;
  throw new AnswerError(
    `Cannot use ${root} as tracking URI: it is neither a plain MLflow server nor a GitLab project's`,
    {
      method: "GET",
      url: root,
      attempted,
      retry: "never",
      fault: "schema",
      hint:
        "GitLab's is https://HOST/api/v4/projects/ID/ml/mlflow, with the project's number for ID.",
    },
  );
}

/** Whether an error leaves open what kind of server it is: it answered, but not as asked. */
function leavesOpen({ status }: TrackingError): boolean {
  return status !== null && status !== 429 && status < 500;
}
