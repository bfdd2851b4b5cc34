/**
 * Where runs go: options, then MLflow's variables, then GitLab's, then CI's, then a stored login for the git
 * remote's host, else nowhere.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { cleanUri, gitlabUri, parseGitLabUri } from "./tracking_uri.ts";
import { type Credential, findCredential } from "./credentials.ts";
import { projectAt, rootOf } from "./project_address.ts";
import { parseRemote, projectPath, type Remote } from "./remotes.ts";
import {
  accessTo,
  type Env,
  isLocal,
  keptBack,
  type KnownTokens,
  read,
  unencryptedProblem,
  userOf,
} from "./sign_in.ts";

/** What is known of where runs should go. */
export interface TargetQuestion {
  /** Options of `track()`; all as text. */
  options?: {
    trackingUri?: string | undefined;
    url?: string | undefined;
    project?: string | undefined;
    token?: string | undefined;
  };
  /** Environment variables by name. */
  env: Env;
  /** What `readCredentials` gave. */
  credentials?: readonly Credential[];
  /** The git remote's address. */
  remote?: string | null;
}

/** Where runs go. */
export interface Target {
  /** GitLab, or to be found out by asking (`TrackingClient.kind`). */
  kind: "gitlab" | "unknown";
  /** Without credentials. */
  tracking_uri: string;
  /** The token. */
  token?: string;
  /** A user and password that stood in the tracking URI. */
  basic?: { username: string; password: string };
  /** GitLab's project, its id or path. */
  project: string | null;
  /** What named it. */
  source: "options" | "mlflow-env" | "gitlab-env" | "ci" | "login";
  /** Sentences for the user. */
  warnings: string[];
  /** Why nothing can be delivered there, one sentence; null when nothing speaks against it. */
  problem: string | null;
}

const JOB_TOKEN =
  "CI_JOB_TOKEN cannot log runs: set GITLAB_TOKEN to a project access token (role Developer, scope api) in a masked CI variable.";

/** What a named server is asked about with. */
interface Named {
  source: Target["source"];
  uri: string;
  /** A token that was named with this server. */
  token?: string | undefined;
}

/** Decides where runs go; null for nowhere. Nothing is read or asked. */
export function resolveTarget(question: TargetQuestion): Target | null {
  const { options = {}, env, credentials = [] } = question;
  const known = { env, credentials };
  const remote = question.remote ? parseRemote(question.remote) : null;
  const named = byOptions(question, remote) ?? byVariables(question, remote);
  if (named !== null && "problem" in named) {
    return byLogin(question, remote) ?? named;
  }
  if (named !== null) return target(named, known);
  const root = rootOf(read(env, ENV.ciApiUrl));
  const projectId = read(env, ENV.ciProjectId);
  if (root !== undefined && projectId !== undefined) {
    const found = target({
      source: "ci",
      uri: gitlabUri(root, projectId),
      token: options.token,
    }, known);
    if (found.token === undefined) found.problem = JOB_TOKEN;
    return found;
  }
  return byLogin(question, remote);
}

function byOptions(
  { options = {}, env }: TargetQuestion,
  remote: Remote | null,
): Named | null {
  const { token, trackingUri, project } = options;
  const source = "options";
  if (trackingUri !== undefined) return { source, uri: trackingUri, token };
  if (project === undefined) return null;
  const root = rootOf(options.url) ?? rootOf(read(env, ENV.gitlabUrl)) ??
    rootOf(read(env, ENV.ciApiUrl)) ?? remote?.base ?? "https://gitlab.com";
  const at = projectAt(root, project);
  return { source, uri: gitlabUri(at.root, at.project), token };
}

function byVariables(
  { options = {}, env }: TargetQuestion,
  remote: Remote | null,
): Named | Target | null {
  const { token } = options;
  const trackingUri = read(env, ENV.trackingUri);
  if (trackingUri !== undefined) {
    return { source: "mlflow-env", uri: trackingUri, token };
  }
  const url = read(env, ENV.gitlabUrl);
  const given = read(env, ENV.gitlabProject);
  if (url === undefined && given === undefined) return null;
  const source = "gitlab-env";
  const whole = url === undefined ? null : parseGitLabUri(url);
  const root = whole?.root ?? rootOf(url) ?? rootOf(read(env, ENV.ciApiUrl)) ??
    "https://gitlab.com";
  const project = given ?? whole?.project ??
    (remote === null ? null : projectPath(remote, root));
  if (project !== null) {
    const at = projectAt(root, project);
    return { source, uri: gitlabUri(at.root, at.project), token };
  }
  const ciProject = rootOf(read(env, ENV.ciApiUrl)) !== undefined &&
    read(env, ENV.ciProjectId) !== undefined;
  const signsIn = token ?? read(env, ENV.gitlabToken) ??
    read(env, ENV.trackingToken);
  // An address alone may be meant for another program.
  if (ciProject || signsIn === undefined) return null;
  return {
    kind: "gitlab",
    tracking_uri: "",
    project: null,
    source,
    warnings: [],
    problem:
      `${ENV.gitlabUrl} names ${root}, but nothing names a project there: set ${ENV.gitlabProject} to its path, such as group/name.`,
  };
}

function byLogin(
  { options = {}, env, credentials = [] }: TargetQuestion,
  remote: Remote | null,
): Target | null {
  if (remote === null) return null;
  for (const credential of credentials) {
    const path = projectPath(remote, credential.url);
    if (path === null) continue;
    const best = findCredential(credentials, {
      url: credential.url,
      project: path,
    }) ?? credential;
    const same = best.project?.toLowerCase() === path.toLowerCase();
    const found = target({
      source: "login",
      uri: gitlabUri(best.url, same ? best.project_id ?? path : path),
      token: options.token ?? best.token,
    }, { env, credentials });
    if (!same && best.project !== null) {
      found.warnings.push(
        `The stored login is for ${best.project}; it is used for ${path} on the same host.`,
      );
    }
    return found;
  }
  return null;
}

function target(
  { source, uri, token: given }: Named,
  known: KnownTokens,
): Target {
  const { env } = known;
  const url = URL.parse(uri);
  const gitlab = parseGitLabUri(uri);
  const root = gitlab?.root ?? uri;
  const access = given === undefined
    ? accessTo({ root, project: gitlab?.project ?? null }, {
      ...known,
      unnamed: true,
    })
    : { token: given };
  const basic = userOf(uri) ?? access.basic;
  let { token } = access;
  const warnings: string[] = [];
  let problem: string | null = null;
  const jobToken = read(env, ENV.ciJobToken);
  if (
    token !== undefined && (token === jobToken || token.startsWith("glcbt-"))
  ) {
    token = undefined;
    problem = JOB_TOKEN;
  }
  if (url === null || !/^https?:$/.test(url.protocol)) {
    problem =
      "The tracking URI is no http or https address: set GitLab's https://HOST/api/v4/projects/ID/ml/mlflow, or an MLflow server's.";
  } else if (problem === null && token === undefined && gitlab !== null) {
    problem = noToken(url.host, { basic, env });
  } else if (url.protocol === "http:" && !isLocal(url.hostname)) {
    const secret = token !== undefined || basic !== undefined;
    problem ??= secret ? unencryptedProblem(uri, known) : null;
    warnings.push(
      `The address http://${url.host} is not encrypted: ${
        secret ? "token and data" : "data"
      } can be read on the way; use https.`,
    );
  }
  return {
    kind: gitlab === null ? "unknown" : "gitlab",
    tracking_uri: url === null ? "" : cleanUri(uri),
    project: gitlab?.project ?? null,
    source,
    warnings,
    problem,
    ...(token === undefined ? {} : { token }),
    ...(basic === undefined || token !== undefined ? {} : { basic }),
  };
}

function noToken(
  host: string,
  { basic, env }: { basic: Target["basic"] | undefined; env: Env },
): string {
  if (basic !== undefined) {
    return `GitLab at ${host} takes no user and password for runs: set ${ENV.trackingToken} to an access token, or run \`nbtrack login\`.`;
  }
  const kept = keptBack(env);
  return kept === null
    ? `There is no token for ${host}: run \`nbtrack login\`, or set ${ENV.trackingToken}.`
    : `There is no token for ${host}. ${kept} Give one to track(), or run \`nbtrack login\`.`;
}
