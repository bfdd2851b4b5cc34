/** What the server's tests share: a configuration with every kind of token, and a client that says little. */
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";

/** Tokens by what they may do; made at run time. */
export const TOKENS = Object.fromEntries(
  ["write", "read", "noscope", "reporter", "guest", "outsider", "job", "owner"]
    .map((name) => [name, ["gl", "pat", name, "0123456789"].join("-")]),
) as Record<
  | "write"
  | "read"
  | "noscope"
  | "reporter"
  | "guest"
  | "outsider"
  | "job"
  | "owner",
  string
>;

/** The id of the CI job of the configuration. */
export const JOB = 7001;
/** Ids of the projects of the configuration. */
export const PROJECT = { main: 42, empty: 43, featureOff: 44, registryOff: 45 };

/** A configuration with the projects and tokens of the contract's fixtures. */
export function config(change: Partial<ServerConfig> = {}): ServerConfig {
  const developer = { id: 5, username: "dev", name: "Developer" };
  const everywhere = <R extends "developer" | "maintainer">(role: R) => ({
    "lab/main": role,
    "lab/empty": role,
    "lab/off": role,
    "lab/noregistry": role,
  });
  return {
    profile: "newest",
    projects: [
      { id: PROJECT.main, path: "lab/main", former_paths: ["lab/old"] },
      { id: PROJECT.empty, path: "lab/empty" },
      { id: PROJECT.featureOff, path: "lab/off", experiments: false },
      { id: PROJECT.registryOff, path: "lab/noregistry", registry: false },
    ],
    tokens: [
      {
        token: TOKENS.write,
        user: developer,
        scopes: ["api", "read_api"],
        roles: everywhere("developer"),
      },
      {
        token: TOKENS.read,
        user: developer,
        scopes: ["read_api"],
        roles: everywhere("developer"),
      },
      {
        token: TOKENS.noscope,
        user: developer,
        scopes: ["read_user"],
        roles: everywhere("developer"),
      },
      {
        token: TOKENS.reporter,
        user: { id: 6, username: "reporter" },
        scopes: ["api"],
        roles: { "lab/main": "reporter" },
      },
      {
        token: TOKENS.guest,
        user: { id: 8, username: "guest" },
        scopes: ["api"],
        roles: { "lab/main": "guest" },
      },
      {
        token: TOKENS.outsider,
        user: { id: 7, username: "outsider" },
        scopes: ["api"],
      },
      {
        token: TOKENS.owner,
        user: { id: 9, username: "owner" },
        scopes: ["api"],
        roles: everywhere("maintainer"),
      },
    ],
    jobs: [{ id: JOB, project: "lab/main", token: TOKENS.job, user: 5 }],
    ...change,
  };
}

/** A server in memory with that configuration. */
export function start(
  change: Partial<ServerConfig> = {},
): Promise<PracticeServer> {
  return startServer({ data: "memory", config: config(change) });
}

/** How a call differs from a Developer's JSON call to the main project. */
export interface CallOptions {
  token?: string | null;
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  project?: number | string;
}

/** A call's answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** What `JSON.parse` made of it; undefined when it is no JSON. */
  body: ReturnType<typeof JSON.parse>;
}

/** Calls `/api/v4/…` of a server. */
export async function call(
  server: PracticeServer,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { token = TOKENS.write, method = "GET", headers = {}, body } = options;
  const answer = await fetch(`${server.url}/api/v4${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.includes("json");
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: json ? JSON.parse(text) : undefined,
  };
}

/** Calls the MLflow API: GET without a value, else POST with it as JSON. */
export function mlflow(
  server: PracticeServer,
  endpoint: string,
  value?: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  const { project = PROJECT.main, ...rest } = options;
  return call(
    server,
    `/projects/${project}/ml/mlflow/api/2.0/mlflow/${endpoint}`,
    value === undefined ? rest : {
      method: "POST",
      body: JSON.stringify(value),
      ...rest,
      headers: { "content-type": "application/json", ...rest.headers },
    },
  );
}

/** Makes an experiment; gives its id. */
export async function newExperiment(
  server: PracticeServer,
  name: string = crypto.randomUUID(),
): Promise<string> {
  return (await mlflow(server, "experiments/create", { name })).body
    .experiment_id;
}

/** Makes a run in a new experiment; gives its id and number. */
export async function newRun(
  server: PracticeServer,
  options: { experiment?: string; name?: string } = {},
): Promise<{ run_id: string; iid: number; experiment_id: string }> {
  const experiment_id = options.experiment ?? await newExperiment(server);
  const { body } = await mlflow(server, "runs/create", {
    experiment_id,
    run_name: options.name,
  });
  const { run_id, artifact_uri } = body.run.info;
  const iid = Number(/(\d+)(\/files)?\/$/.exec(artifact_uri)?.[1]);
  return { run_id, iid, experiment_id };
}
