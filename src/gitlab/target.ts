/**
 * Where runs go: options, then MLflow's variables, then GitLab's, then CI's, then a stored login for the git
 * remote's host, else nowhere.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { cleanUri, gitlabUri, parseGitLabUri } from "./connection.ts";
import { type Credential, findCredential } from "./credentials.ts";
import { decodeText } from "./decode.ts";
import { parseRemote, projectPath } from "./remotes.ts";

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
  env: Readonly<Record<string, string | undefined>>;
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

/** Decides where runs go; null for nowhere. Nothing is read or asked. */
export function resolveTarget(question: TargetQuestion): Target | null {
  const { options = {}, env } = question;
  const stored = (root: string, project: string | null) =>
    findCredential(question.credentials ?? [], { url: root, project });
  const read = (name: string) => env[name]?.trim() || undefined;
  const trackingToken = read(ENV.trackingToken);
  const gitlabToken = read(ENV.gitlabToken);
  const finish = (
    source: Target["source"],
    uri: string,
    token: string | undefined,
  ) => target({ source, uri, token, stored, jobToken: read("CI_JOB_TOKEN") });

  if (options.trackingUri !== undefined) {
    return finish(
      "options",
      options.trackingUri,
      options.token ?? trackingToken ?? gitlabToken,
    );
  }
  const remote = question.remote ? parseRemote(question.remote) : null;
  if (options.project !== undefined) {
    const set = options.url ?? read(ENV.gitlabUrl) ??
      ciRoot(read(ENV.ciApiUrl));
    const named = projectAt(
      set ?? remote?.base ?? "https://gitlab.com",
      options.project,
    );
    // A variable's token is not sent to a host that only the git remote names.
    const known = set !== undefined || remote === null;
    return finish(
      "options",
      gitlabUri(named.root, named.project),
      options.token ?? (known ? gitlabToken ?? trackingToken : undefined),
    );
  }
  const trackingUri = read(ENV.trackingUri);
  if (trackingUri !== undefined) {
    const ofGitLab = parseGitLabUri(trackingUri) !== null;
    return finish(
      "mlflow-env",
      trackingUri,
      options.token ?? trackingToken ?? (ofGitLab ? gitlabToken : undefined),
    );
  }
  const gitlabUrl = read(ENV.gitlabUrl);
  const gitlabProject = read(ENV.gitlabProject);
  if (gitlabUrl !== undefined || gitlabProject !== undefined) {
    const root = gitlabUrl ?? ciRoot(read(ENV.ciApiUrl)) ??
      "https://gitlab.com";
    const project = gitlabProject ??
      (remote === null ? null : projectPath(remote, root));
    // An address alone names no project; what comes next may.
    if (project !== null) {
      const named = projectAt(root, project);
      return finish(
        "gitlab-env",
        gitlabUri(named.root, named.project),
        options.token ?? gitlabToken ?? trackingToken,
      );
    }
  }
  const root = ciRoot(read(ENV.ciApiUrl));
  const projectId = read(ENV.ciProjectId);
  if (root !== undefined && projectId !== undefined) {
    const found = finish(
      "ci",
      gitlabUri(root, projectId),
      options.token ?? gitlabToken ?? trackingToken,
    );
    if (found.token === undefined) found.problem = JOB_TOKEN;
    return found;
  }
  if (remote === null) return null;
  for (const credential of question.credentials ?? []) {
    const path = projectPath(remote, credential.url);
    if (path === null) continue;
    const best = stored(credential.url, path) ?? credential;
    const same = best.project?.toLowerCase() === path.toLowerCase();
    const found = finish(
      "login",
      gitlabUri(best.url, same ? best.project_id ?? path : path),
      options.token ?? best.token,
    );
    if (!same && best.project !== null) {
      found.warnings.push(
        `The stored login is for ${best.project}; it is used for ${path} on the same host.`,
      );
    }
    return found;
  }
  return null;
}

/** GitLab's root in a CI job. */
function ciRoot(api: string | undefined): string | undefined {
  return api?.replace(/\/api\/v4\/?$/, "");
}

/** A project may be given by its page's address too. */
function projectAt(
  root: string,
  project: string,
): { root: string; project: string } {
  if (/^https?:\/\//.test(project)) {
    const remote = parseRemote(project.replace(/\/-\/.*$/, ""));
    const path = remote === null
      ? null
      : projectPath(remote, root) ?? remote.path;
    if (remote !== null && path !== null) {
      const under = projectPath(remote, root) !== null;
      return { root: under ? root : remote.base, project: path };
    }
  }
  return { root, project: project.replace(/^\/+|\/+$/g, "") };
}

function target(found: {
  source: Target["source"];
  uri: string;
  token: string | undefined;
  stored: (root: string, project: string | null) => Credential | null;
  jobToken: string | undefined;
}): Target {
  const { source, uri, stored, jobToken } = found;
  const url = URL.parse(uri);
  const gitlab = parseGitLabUri(uri);
  const warnings: string[] = [];
  let problem: string | null = null;
  let token = found.token;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    problem =
      "The tracking URI is no http or https address: set GitLab's https://HOST/api/v4/projects/ID/ml/mlflow, or an MLflow server's.";
  } else if (url.protocol === "http:" && !isLocal(url.hostname)) {
    warnings.push(
      `The address http://${url.host} is not encrypted: token and data can be read on the way; use https.`,
    );
  }
  if (
    token !== undefined && (token === jobToken || token.startsWith("glcbt-"))
  ) {
    token = undefined;
    problem = JOB_TOKEN;
  }
  if (token === undefined && problem === null && gitlab !== null) {
    token = stored(gitlab.root, gitlab.project)?.token;
    if (token === undefined) {
      problem =
        `There is no token for ${url?.host}: run \`nbtrack login\`, or set MLFLOW_TRACKING_TOKEN.`;
    }
  }
  const result: Target = {
    kind: gitlab === null ? "unknown" : "gitlab",
    tracking_uri: url === null ? "" : cleanUri(uri),
    project: gitlab?.project ?? null,
    source,
    warnings,
    problem,
  };
  if (token !== undefined) result.token = token;
  if (url !== null && url.username !== "") {
    result.basic = {
      username: decodeText(url.username),
      password: decodeText(url.password),
    };
  }
  return result;
}

/** Whether a host is this machine, so that nobody can listen on the way. */
export function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") ||
    hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
