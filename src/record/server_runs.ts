/**
 * Finding runs on a server by their address.
 *
 * @module
 */
import { runIid } from "../gitlab/artifact_locations.ts";
import { createClient, type TrackingClient } from "../gitlab/client.ts";
import { gitlabUri, parseGitLabUri } from "../gitlab/tracking_uri.ts";
import { readCredentials } from "../gitlab/credentials.ts";
import {
  AddressError,
  isAnswerError,
  isNotFoundError,
} from "../gitlab/errors.ts";
import {
  accessTo,
  type KnownTokens,
  type SignIn,
  unencryptedProblem,
} from "../gitlab/sign_in.ts";
import type { Journal } from "../journal/journal.ts";
import { parseAddress, readings, type ServerAddress } from "./address.ts";
import { RunNotFoundError } from "./errors.ts";
import type { FoundRun, ListOptions } from "./reader.ts";
import { ServerReader } from "./server_reader.ts";
import type { RunSummary } from "./schema/summary.ts";

/** How to reach servers. */
export interface ServerRunsOptions {
  /** Environment variables by name. @default {this process's} */
  env?: Readonly<Record<string, string | undefined>>;
  /** Ends everything. */
  signal?: AbortSignal;
}

/**
 * The run at an address.
 *
 * @throws {AddressError} when it is the address of something else
 * @throws {RunNotFoundError} when there is no run
 * @throws {TrackingError} when the server cannot be reached or refuses
 */
export async function findOnServer(
  text: string,
  journal: Journal,
  options: ServerRunsOptions = {},
): Promise<FoundRun> {
  const address = parseAddress(text);
  if (address.of !== "run") {
    throw new AddressError(
      `${text} is the address of an experiment, not of a run.`,
      {
        hint: `nbtrack runs --experiment ${text} lists its runs.`,
      },
    );
  }
  const client = await connect(address, journal.home, options);
  if (address.type === "tracking") {
    return { run_id: address.id, reader: new ServerReader(client) };
  }
  const run_id = deliveredAs(text, journal) ??
    await withNumber(client, address.iid);
  if (run_id !== null) return { run_id, reader: new ServerReader(client) };
  throw new RunNotFoundError(
    `There is no run ${address.iid} in ${address.project_url}.`,
    {
      asked: text,
      hint: "It may have been deleted, or belong to a version of a model.",
    },
  );
}

/**
 * The runs of an experiment, given by its address.
 *
 * @throws {AddressError} when it is the address of something else
 * @throws {TrackingError} when the server cannot be reached or refuses
 */
export async function listOnServer(
  wanted: ListOptions & { experiment: string },
  journal: Journal,
  options: ServerRunsOptions = {},
): Promise<RunSummary[]> {
  const { experiment, ...listOptions } = wanted;
  const address = parseAddress(experiment);
  if (address.of !== "experiment") {
    throw new AddressError(
      `${experiment} is the address of a run, not of an experiment.`,
      {
        hint: `nbtrack show ${experiment} shows it.`,
      },
    );
  }
  const client = await connect(address, journal.home, options);
  const id = address.type === "page" ? String(address.iid) : address.id;
  return await new ServerReader(client).list({
    ...listOptions,
    experiment: (await client.getExperiment(id)).name,
  });
}

async function connect(
  address: ServerAddress,
  home: string,
  options: ServerRunsOptions,
): Promise<TrackingClient> {
  const { env = Deno.env.toObject(), signal } = options;
  const credentials = await readCredentials(home);
  const open = (tracking_uri: string, access: SignIn) => {
    checkEncrypted(tracking_uri, access, { env, credentials });
    return createClient({
      tracking_uri,
      ...access,
      ...(signal === undefined ? {} : { signal }),
    });
  };
  if (address.type === "tracking") {
    const gitlab = parseGitLabUri(address.tracking_uri);
    const server = gitlab ?? { root: address.tracking_uri, project: null };
    const access = accessTo(server, { env, credentials });
    if (gitlab !== null) checkToken(gitlab.root, [access]);
    return open(address.tracking_uri, access);
  }
  return await openPage(address.project_url, { env, credentials, open });
}

/** Asks for the project under each reading of the page's path, until there is one. */
async function openPage(
  project_url: string,
  given: KnownTokens & {
    open: (tracking_uri: string, access: SignIn) => TrackingClient;
  },
): Promise<TrackingClient> {
  let first: unknown;
  const projects = readings(project_url).map((reading) => ({
    uri: gitlabUri(reading.root, reading.project),
    access: accessTo(reading, given),
  }));
  checkToken(project_url, projects.map(({ access }) => access));
  for (const { uri, access } of projects) {
    const client = given.open(uri, access);
    try {
      await client.kind();
      return client;
    } catch (error) {
      if (!isNotFoundError(error) && !isAnswerError(error)) throw error;
      first ??= error;
    }
  }
  throw first ?? new AddressError(`${project_url} names no project.`, {
    hint:
      "A project's address has a group and a name: https://HOST/GROUP/NAME/-/ml/candidates/NUMBER.",
  });
}

/** A token is not sent where anyone on the way could read it. */
function checkEncrypted(
  uri: string,
  { token, basic }: SignIn,
  known: KnownTokens,
): void {
  if (token === undefined && basic === undefined) return;
  const problem = unencryptedProblem(uri, known);
  if (problem !== null) throw new AddressError(`Cannot read runs. ${problem}`);
}

/** GitLab shows no run to somebody without a token, and says then that there is none. */
function checkToken(url: string, access: readonly SignIn[]): void {
  if (access.some(({ token }) => token !== undefined)) return;
  const { host, origin } = new URL(url);
  throw new AddressError(
    `Cannot read from ${host}: there is no token for it.`,
    {
      hint:
        `Run \`nbtrack login --url ${origin}\`, or set MLFLOW_TRACKING_URI beside MLFLOW_TRACKING_TOKEN: a token goes only to the server that is named with it.`,
    },
  );
}

/** The id of a run that this machine delivered to a page. */
function deliveredAs(page: string, journal: Journal): string | null {
  const plain = page.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return journal.deliveries.inState("delivered").find((d) => d.url === plain)
    ?.remote_run_id ?? null;
}

/** GitLab finds no run by its number: the experiments are gone through, newest runs first. */
async function withNumber(
  client: TrackingClient,
  iid: number,
): Promise<string | null> {
  for (const { experiment_id } of await client.listExperiments()) {
    for await (const { info } of client.searchRuns({ experiment_id })) {
      const number = runIid(info.artifact_uri);
      if (number === iid) return info.run_id;
      // Numbers grow with time, in all experiments of a project together.
      if (number !== null && number < iid) break;
    }
  }
  return null;
}
