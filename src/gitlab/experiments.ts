/**
 * Experiments: found, made, listed.
 *
 * @module
 */
import { PageWalk } from "./page_walk.ts";
import type { Connection } from "./connection.ts";
import {
  isNotFoundError,
  isRefusedError,
  isTrackingError,
  RefusedError,
} from "./errors.ts";
import { fitName } from "./limits.ts";
import {
  emptyAnswer,
  type Experiment,
  experimentAnswer,
  experimentsAnswer,
  newExperimentAnswer,
} from "./schemas.ts";

/** The experiment of a name, or null. */
export async function getExperimentByName(
  connection: Connection,
  name: string,
): Promise<Experiment | null> {
  try {
    const { experiment } = await connection.http.json(
      "GET",
      await connection.endpoint("experiments/get-by-name"),
      {
        attempted: `find the experiment "${name}"`,
        query: { experiment_name: name },
        schema: experimentAnswer,
      },
    );
    return experiment;
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return null;
    throw error;
  }
}

/** The experiment of an id. */
export async function getExperiment(
  connection: Connection,
  experiment_id: string,
): Promise<Experiment> {
  const { experiment } = await connection.http.json(
    "GET",
    await connection.endpoint("experiments/get"),
    {
      attempted: `read experiment ${experiment_id}`,
      query: { experiment_id },
      schema: experimentAnswer,
    },
  );
  return experiment;
}

/** Makes an experiment; its id. */
export async function createExperiment(
  connection: Connection,
  name: string,
): Promise<string> {
  const { experiment_id } = await connection.http.json(
    "POST",
    await connection.endpoint("experiments/create"),
    {
      attempted: `create the experiment "${name}"`,
      json: { name },
      schema: newExperimentAnswer,
    },
  );
  return experiment_id;
}

/**
 * The id of the experiment of a name, made if there is none. Two writers at once, and an answer that got lost,
 * end with one experiment.
 *
 * @throws {RefusedError} when the name is invalid or the experiment was deleted
 */
export async function findOrCreateExperiment(
  connection: Connection,
  name: string,
): Promise<string> {
  const fit = fitName(name, await connection.limits());
  const found = await getExperimentByName(connection, fit);
  if (found !== null) return usable(connection, found);
  try {
    return await createExperiment(connection, fit);
  } catch (error) {
    const taken = isRefusedError(error) &&
      error.error_code === "RESOURCE_ALREADY_EXISTS";
    if (!taken && !(isTrackingError(error) && error.retry === "unsure")) {
      throw error;
    }
    const made = await getExperimentByName(connection, fit);
    if (made !== null) return usable(connection, made);
    if (!taken) throw error;
    throw new RefusedError(
      `Cannot create the experiment "${name}": the server takes no such name`,
      {
        status: error.status,
        method: error.method,
        url: error.url,
        attempted: error.attempted,
        retry: "never",
        error_code: error.error_code,
        hint: "Give the experiment another name.",
        cause: error,
      },
    );
  }
}

function usable(connection: Connection, experiment: Experiment): string {
  if (experiment.lifecycle_stage !== "deleted") return experiment.experiment_id;
  throw new RefusedError(
    `Cannot log to the experiment "${experiment.name}": it was deleted on the server`,
    {
      method: "",
      url: connection.tracking_uri,
      attempted: "log to the experiment",
      retry: "never",
      hint: "Restore it there, or use another name.",
    },
  );
}

/** All experiments, without those that GitLab keeps for models. */
export async function listExperiments(
  connection: Connection,
): Promise<Experiment[]> {
  const attempted = "list the experiments";
  const schema = experimentsAnswer;
  const server = await connection.server();
  if (server.kind === "gitlab") {
    // The search is a POST there and asks for the right to write.
    const url = await connection.endpoint("experiments/list");
    const { experiments } = await connection.http.json("GET", url, {
      attempted,
      schema,
      limit: 50_000_000,
    });
    return experiments.filter((e) => !e.name.startsWith("[model]"));
  }
  const url = await connection.endpoint("experiments/search");
  const walk = new PageWalk(attempted, url);
  const all: Experiment[] = [];
  let page_token: string | null = null;
  do {
    const json = { max_results: 1000, ...(page_token ? { page_token } : {}) };
    const page: { experiments: Experiment[]; next_page_token: string | null } =
      await connection.http.json("POST", url, {
        attempted,
        json,
        schema,
        repeat: "safe",
      });
    all.push(...page.experiments);
    page_token = page.next_page_token;
    if (page_token !== null) {
      walk.next(page_token, page.experiments.map((one) => one.experiment_id));
    }
  } while (page_token !== null);
  return all;
}

/** Deletes an experiment; on GitLab for good. */
export async function deleteExperiment(
  connection: Connection,
  experiment_id: string,
): Promise<void> {
  await connection.http.json(
    "POST",
    await connection.endpoint("experiments/delete"),
    {
      attempted: `delete experiment ${experiment_id}`,
      json: { experiment_id },
      schema: emptyAnswer,
    },
  );
}
