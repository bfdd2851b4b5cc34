/**
 * Whether a token may do what logging a run takes, found out by asking for it in a way that changes nothing: each
 * request lacks something, or names a run that cannot be, so that a server that allows it says what is wrong with it.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Connection } from "./connection.ts";
import {
  isForbiddenError,
  isNotFoundError,
  isRefusedError,
  isScopeError,
} from "./errors.ts";

/** A run that is on no server. */
const NO_RUN = "00000000-0000-0000-0000-000000000000";

/**
 * Asks whether experiments and runs can be made and logged to.
 *
 * @throws {TrackingError} of the first thing that is not allowed
 */
export async function probeLogging(connection: Connection): Promise<void> {
  const asked: [attempted: string, path: string, json: unknown][] = [
    ["search runs", "runs/search", { experiment_ids: ["0"] }],
    ["make experiments", "experiments/create", {}],
    ["make runs", "runs/create", {}],
    ["change runs", "runs/update", { run_id: NO_RUN }],
    ["log to runs", "runs/log-batch", { run_id: NO_RUN }],
  ];
  for (const [attempted, path, json] of asked) {
    await refusedForContent(connection.http.json(
      "POST",
      await connection.endpoint(path),
      { attempted, json, schema: z.unknown(), repeat: "safe" },
    ));
  }
}

/**
 * Asks whether files can be stored.
 *
 * @returns why not, or null when they can, or the server is too old to be asked so
 * @throws {TrackingError} when the server cannot be asked
 */
export async function probeFiles(
  connection: Connection,
): Promise<Error | null> {
  const server = await connection.server();
  if (server.kind === "mlflow") return null;
  const url = `${server.project}/packages/ml_models/candidate:0/files/probe`;
  const put = connection.http.json("PUT", url, {
    attempted: "store files",
    upload: { body: new Uint8Array(1), content_type: "text/plain" },
    schema: z.unknown(),
  });
  try {
    await refusedForContent(put);
    return null;
  } catch (error) {
    if (isNotFoundError(error)) return null;
    if (isScopeError(error) || isForbiddenError(error)) return error;
    throw error;
  }
}

/** Waits for a refusal that speaks of the request and not of who sent it. */
async function refusedForContent(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (isRefusedError(error)) return;
    if (isNotFoundError(error) && error.missing === "resource") return;
    throw error;
  }
}
