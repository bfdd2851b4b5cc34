/**
 * Runs that a copy of this journal, on another machine, has sent already. GitLab searches by no tag, so what its
 * experiments hold is read once for all runs of a process.
 *
 * @module
 */
import { isNotFoundError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import type { RunRow } from "../journal/run_row.ts";

/** How long a list of runs is used, milliseconds. */
const FRESH_MS = 60_000;

interface Listed {
  at: number;
  /** Ids on the server by our own. */
  runs: Promise<Map<string, string>>;
}

/** Finds runs on servers by our own id. */
export class SentBefore {
  readonly #lists = new Map<string, Listed>();

  /** The run on the server, or null. */
  async find(
    { client, run }: { client: TrackingClient; run: RunRow },
    experiment_id: string,
  ): Promise<ServerRun | null> {
    const { run_id } = run;
    if (await client.kind() === "mlflow") {
      return await client.findRunByTag({
        experiment_id,
        key: TAG.runId,
        value: run_id,
      });
    }
    const remote = (await this.#list(client, experiment_id)).get(run_id);
    if (remote === undefined) return null;
    try {
      return await client.getRun(remote);
    } catch (error) {
      if (!isNotFoundError(error) || error.missing !== "resource") throw error;
      return null; // it was deleted since the list was read
    }
  }

  /** Forgets what is on a server: something was deleted there. */
  forget(tracking_uri: string): void {
    for (const key of this.#lists.keys()) {
      if (key.startsWith(`${tracking_uri} `)) this.#lists.delete(key);
    }
  }

  #list(
    client: TrackingClient,
    experiment_id: string,
  ): Promise<Map<string, string>> {
    const key = `${client.tracking_uri} ${experiment_id}`;
    const known = this.#lists.get(key);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) {
      return known.runs;
    }
    const runs = idsOf(client, experiment_id).catch((error) => {
      this.#lists.delete(key);
      throw error;
    });
    this.#lists.set(key, { at: Date.now(), runs });
    return runs;
  }
}

async function idsOf(
  client: TrackingClient,
  experiment_id: string,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for await (const { info, data } of client.searchRuns({ experiment_id })) {
    const ours = data.tags.find((tag) => tag.key === TAG.runId)?.value;
    // The newest come first, and of two the older one is taken.
    if (ours !== undefined) ids.set(ours, info.run_id);
  }
  return ids;
}
