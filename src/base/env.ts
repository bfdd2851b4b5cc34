/**
 * The names of the environment variables nbtrack reads or sets, and where its own folder is.
 *
 * @module
 */

/** Every environment variable by its purpose. */
export const ENV = {
  home: "NBTRACK_HOME",
  offline: "NBTRACK_OFFLINE",
  /** Hosts to which a token may be sent over plain http, separated by commas. */
  allowHttp: "NBTRACK_ALLOW_HTTP",
  quiet: "NBTRACK_QUIET",
  debug: "NBTRACK_DEBUG",
  /** Set by `nbtrack run`: JSON object of params that override those of `track()`. */
  params: "NBTRACK_PARAMS",
  /** Set by `nbtrack run`: the seed for `track()`. */
  seed: "NBTRACK_SEED",
  /** Set by `nbtrack run`: the executed notebook's absolute path. */
  notebook: "NBTRACK_NOTEBOOK",
  /** Set by `nbtrack reproduce`: the id of the run that is reproduced, `#`, and its number among its session's runs. */
  reproduces: "NBTRACK_REPRODUCES",
  /** Set by `nbtrack run` for a run of a sweep: the sweep's run id, `#`, and the number of the trial. */
  sweep: "NBTRACK_SWEEP",
  /** Set by Jupyter Server: the notebook's absolute path. */
  jupyterSession: "JPY_SESSION_NAME",
  trackingUri: "MLFLOW_TRACKING_URI",
  trackingToken: "MLFLOW_TRACKING_TOKEN",
  trackingUsername: "MLFLOW_TRACKING_USERNAME",
  trackingPassword: "MLFLOW_TRACKING_PASSWORD",
  gitlabUrl: "GITLAB_URL",
  gitlabProject: "GITLAB_PROJECT",
  gitlabToken: "GITLAB_TOKEN",
  ciApiUrl: "CI_API_V4_URL",
  ciProjectId: "CI_PROJECT_ID",
  ciJobId: "CI_JOB_ID",
  ciJobToken: "CI_JOB_TOKEN",
} as const;

const SERVER_VARIABLES: readonly string[] = [
  ENV.offline,
  ENV.allowHttp,
  ENV.trackingUri,
  ENV.trackingToken,
  ENV.trackingUsername,
  ENV.trackingPassword,
  ENV.gitlabUrl,
  ENV.gitlabProject,
  ENV.gitlabToken,
  ENV.ciApiUrl,
  ENV.ciProjectId,
  ENV.ciJobId,
  ENV.ciJobToken,
];

/** An environment variable's value, or undefined when unset or empty. */
export function readEnv(name: string): string | undefined {
  const value = Deno.env.get(name);
  return value === undefined || value === "" ? undefined : value;
}

/** Whether a variable switches something on: set, and not to `0`, `false`, `no` or `off`. */
export function switchedOn(value: string | undefined): boolean {
  const text = value?.trim().toLowerCase() ?? "";
  return !["", "0", "false", "no", "off"].includes(text);
}

/**
 * nbtrack's own folder: `NBTRACK_HOME`, else `nbtrack` in the user's data folder of the operating system
 * (`$XDG_DATA_HOME` or `~/.local/share`, `~/Library/Application Support`, `%APPDATA%`); always an absolute path, as
 * the recorder and the kernel stand in other folders.
 */
export function nbtrackHome(
  os: typeof Deno.build.os = Deno.build.os,
  env: (name: string) => string | undefined = readEnv,
): string {
  return wholePath(homeBy(os, env));
}

function wholePath(path: string): string {
  return /^(?:[/\\]|[a-z]:[/\\])/i.test(path) ? path : `${Deno.cwd()}/${path}`;
}

/** What a process that is started in another folder needs set: paths that are meant from this one. */
export function pathEnv(): Record<string, string> {
  const name = "DENO_CERT";
  const certificate = readEnv(name);
  return certificate === undefined ? {} : { [name]: wholePath(certificate) };
}

function homeBy(
  os: typeof Deno.build.os,
  env: (name: string) => string | undefined,
): string {
  const set = env(ENV.home);
  if (set !== undefined) return set;
  if (os === "windows") {
    return `${
      env("APPDATA") ?? `${env("USERPROFILE") ?? "."}\\AppData\\Roaming`
    }\\nbtrack`;
  }
  const home = env("HOME") ?? ".";
  return os === "darwin"
    ? `${home}/Library/Application Support/nbtrack`
    : `${env("XDG_DATA_HOME") ?? `${home}/.local/share`}/nbtrack`;
}

/** The variables that name a server or a CI job, as they are now. */
export function serverEnv(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of SERVER_VARIABLES) {
    const value = readEnv(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
