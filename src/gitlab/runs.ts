/**
 * Runs: made, found, changed, logged to.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import { isAnswerError, isNotFoundError, isTrackingError } from "./errors.ts";
import type { RunStatus } from "../base/run_status.ts";
import { fitName, fitTag } from "./limits.ts";
import { PageWalk } from "./page_walk.ts";
import {
  emptyAnswer,
  runAnswer,
  type RunInfo,
  runInfoAnswer,
  runsAnswer,
  type ServerRun,
  type Tag,
} from "./schemas.ts";

/** Older GitLab puts every metric point of a run into its answer, bytes. */
const RUN_LIMIT = 200_000_000;

/** Pages may hold a single run each. */
const MOST_PAGES = 100_000;

/** A run to make. */
export interface NewRun {
  /** The experiment's id. */
  experiment_id: string;
  /** The name; GitLab cannot change it later. */
  run_name: string;
  /** Milliseconds since 1970. */
  start_time: number;
  /**
   * Tags of the creating call. GitLab stores them after the run and outside its transaction, so here belongs
   * only what finds the run again; the others go into a batch.
   */
  tags?: readonly Tag[];
}

/**
 * Makes a run. It is never sent a second time: after an error with `retry` "unsure" search with
 * {@linkcode findRunByTag} first.
 */
export async function createServerRun(
  connection: Connection,
  run: NewRun,
): Promise<ServerRun> {
  const limits = await connection.limits();
  const tags = (run.tags ?? []).map((tag) => {
    const { key, value } = fitTag(tag.key, tag.value, limits);
    return { key, value };
  });
  const answer = await connection.http.json(
    "POST",
    await connection.endpoint("runs/create"),
    {
      attempted: `create the run "${run.run_name}"`,
      json: {
        experiment_id: run.experiment_id,
        run_name: fitName(run.run_name, limits),
        start_time: Math.max(limits.earliest, Math.trunc(run.start_time)),
        tags,
      },
      schema: runAnswer,
      repeat: "once",
      limit: RUN_LIMIT,
    },
  );
  return answer.run;
}

/** A run with what was logged to it. */
export async function getRun(
  connection: Connection,
  run_id: string,
): Promise<ServerRun> {
  const answer = await connection.http.json(
    "GET",
    await connection.endpoint("runs/get"),
    {
      attempted: `read run ${run_id}`,
      query: { run_id },
      schema: runAnswer,
      limit: RUN_LIMIT,
    },
  );
  return answer.run;
}

/** What to search for. */
export interface RunSearch {
  /** The experiment's id. */
  experiment_id: string;
  /** Such as `created_at DESC` or `metrics.loss ASC` on GitLab, MLflow's terms elsewhere. @default {newest first} */
  order_by?: string;
  /** MLflow's filter; GitLab ignores it and gives all. */
  filter?: string;
  /** Runs of one request. @default {200} */
  page_size?: number;
}

/** The runs of an experiment, page by page. Pages become smaller where their answers are too long. */
export async function* searchRuns(
  connection: Connection,
  search: RunSearch,
): AsyncGenerator<ServerRun, void, undefined> {
  const { experiment_id, order_by, filter } = search;
  const server = await connection.server();
  const url = await connection.endpoint("runs/search");
  let size = search.page_size ?? 200;
  const attempted = `search the runs of experiment ${experiment_id}`;
  const walk = new PageWalk(attempted, url, MOST_PAGES);
  let page_token: string | null = null;
  do {
    const json: Record<string, unknown> = {
      experiment_ids: [experiment_id],
      max_results: size,
    };
    if (order_by !== undefined) {
      json.order_by = server.kind === "gitlab" ? order_by : [order_by];
    }
    if (filter !== undefined && server.kind === "mlflow") json.filter = filter;
    if (page_token !== null) json.page_token = page_token;
    let page: { runs: ServerRun[]; next_page_token: string | null };
    try {
      page = await connection.http.json("POST", url, {
        attempted,
        json,
        schema: runsAnswer,
        repeat: "safe",
        limit: size === 1 ? RUN_LIMIT : 20_000_000,
      });
    } catch (error) {
      if (!isAnswerError(error) || error.fault !== "too-large" || size === 1) {
        throw error;
      }
      size = Math.max(1, Math.floor(size / 8));
      continue;
    }
    yield* page.runs;
    page_token = page.next_page_token;
    if (page_token === null) return;
    walk.next(page_token, page.runs.map(({ info }) => info.run_id));
  } while (true);
}

/** What distinguishes one run from all others. */
export interface RunKey {
  /** The experiment's id. */
  experiment_id: string;
  /** The tag's key. */
  key: string;
  /** The tag's value. */
  value: string;
  /**
   * Name and start of a run that may have lost its tags: one without this tag that has both is taken too,
   * because GitLab stores tags after the run and may be stopped in between.
   */
  also?: { run_name: string; start_time: number };
}

/** The run that has a tag, or null. A plain server finds it itself; GitLab's runs are gone through. */
export async function findRunByTag(
  connection: Connection,
  wanted: RunKey,
): Promise<ServerRun | null> {
  const { experiment_id, key, value, also } = wanted;
  if ((await connection.server()).kind === "mlflow") {
    const filter = `tags.\`${key}\` = '${value.replaceAll("'", "\\'")}'`;
    const found = searchRuns(connection, {
      experiment_id,
      filter,
      page_size: 1,
    });
    for await (const run of found) return run;
    if (also === undefined) return null;
  }
  const name = also && fitName(also.run_name, await connection.limits());
  let second: ServerRun | null = null;
  for await (
    const run of searchRuns(connection, { experiment_id, page_size: 100 })
  ) {
    const tag = run.data.tags.find((t) => t.key === key);
    if (tag?.value === value) return run;
    if (
      tag === undefined && also !== undefined && run.info.run_name === name &&
      run.info.start_time === Math.trunc(also.start_time)
    ) second ??= run;
  }
  return second;
}

/** Changes of a run. */
export interface RunChange {
  /** The run's id on the server. */
  run_id: string;
  /** The new state. */
  status?: RunStatus;
  /** Milliseconds since 1970. */
  end_time?: number;
  /** The new name; GitLab ignores it. */
  run_name?: string;
}

/** Changes a run's state, end or name. */
export async function updateRun(
  connection: Connection,
  change: RunChange,
): Promise<RunInfo> {
  const { earliest } = await connection.limits();
  const answer = await connection.http.json(
    "POST",
    await connection.endpoint("runs/update"),
    {
      attempted: `update run ${change.run_id}`,
      json: change.end_time === undefined ? change : {
        ...change,
        end_time: Math.max(earliest, Math.trunc(change.end_time)),
      },
      schema: runInfoAnswer,
      repeat: "safe",
    },
  );
  return answer.run_info;
}

/** Deletes a run; on GitLab for good. One that is gone by then, or was deleted by a request whose answer was lost, is not found. */
export async function deleteRun(
  connection: Connection,
  run_id: string,
): Promise<void> {
  await connection.http.json(
    "POST",
    await connection.endpoint("runs/delete"),
    {
      attempted: `delete run ${run_id}`,
      json: { run_id },
      schema: emptyAnswer,
      repeat: "safe",
    },
  );
}

/** Deletes a run, if it is there; where runs cannot be deleted it is KILLED. */
export async function takeBackRun(
  connection: Connection,
  run_id: string,
  end_time: number,
): Promise<void> {
  try {
    await deleteRun(connection, run_id);
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return;
    if (!isTrackingError(error) || error.retry !== "never") throw error;
    await updateRun(connection, { run_id, status: "KILLED", end_time });
  }
}
