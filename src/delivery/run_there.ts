/**
 * Whether a run is still on its server.
 *
 * @module
 */
import { NbtrackError, recogniser } from "../base/errors.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import type { Sending } from "./sending.ts";

/** The run, or its experiment, was deleted on the server. */
export class RunDeletedError extends NbtrackError {
  /** Our run id. */
  readonly run_id: string;

  constructor(run_id: string, server: string) {
    super(`The run was deleted on ${server}, or its experiment was.`, {
      hint: `nbtrack sync --again ${run_id.slice(0, 8)} sends it anew.`,
    });
    this.run_id = run_id;
  }
}

/** Whether a value is a {@linkcode RunDeletedError}. */
export const isRunDeletedError = recogniser(RunDeletedError);

/**
 * Whether a server still has a run.
 *
 * @throws {TrackingError} when it cannot be asked
 */
export async function isThere(
  client: TrackingClient,
  remote: string,
): Promise<boolean> {
  try {
    return (await client.getRun(remote)).info.lifecycle_stage !== "deleted";
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return false;
    throw error;
  }
}

/**
 * Makes sure that a refusal is not due to a run that was deleted.
 *
 * @throws {RunDeletedError} when it was
 */
export async function assertRunThere(
  { client, remote, run, memory }: Sending,
): Promise<void> {
  if (memory.seen_there) return;
  if (!await isThere(client, remote)) {
    throw new RunDeletedError(run.run_id, client.tracking_uri);
  }
  memory.seen_there = true;
}
