/**
 * Storing a token for a GitLab project, once the server has said that runs can be logged with it.
 *
 * @module
 */
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { NbtrackError } from "../base/errors.ts";
import { ENV, readEnv } from "../base/env.ts";
import { captureGit } from "../git/state.ts";
import { type Access, checkAccess } from "../gitlab/access.ts";
import { createClient } from "../gitlab/client.ts";
import { gitlabUri } from "../gitlab/tracking_uri.ts";
import { storeCredential } from "../gitlab/credentials.ts";
import { parseRemote, projectPath } from "../gitlab/remotes.ts";
import { unencryptedProblem } from "../gitlab/sign_in.ts";
import { projectAt, rootOf as serverRoot } from "../gitlab/project_address.ts";
import { readings } from "../record/address.ts";

/** A login was refused, by the server or because it would not work. */
export class LoginError extends NbtrackError {}

/** Where to log in. */
export interface LoginProject {
  /** GitLab's root. */
  root: string;
  /** The project's path or number. */
  project: string;
}

/** What names the project. */
export interface ProjectOptions {
  /** The folder whose git remote may name it. */
  cwd: string;
  /** GitLab's address. @default {GITLAB_URL, else that of the git remote} */
  url?: string | undefined;
  /** The project's path, number, or page. @default {GITLAB_PROJECT, else that of the git remote} */
  project?: string | undefined;
}

/**
 * The projects that are meant, the likeliest first: the git remote of a GitLab under a path of its host reads in more
 * than one way.
 *
 * @throws {LoginError} when nothing names a server or a project
 */
export async function loginProjects(
  options: ProjectOptions,
): Promise<LoginProject[]> {
  const url = options.url ?? readEnv(ENV.gitlabUrl);
  const project = options.project ?? readEnv(ENV.gitlabProject);
  if (project !== undefined && /^https?:\/\//.test(project)) {
    const page = pageOf(project);
    return under(url, readings(page), page);
  }
  if (project !== undefined && url !== undefined) {
    return [projectAt(rootOf(url), project)];
  }
  const address = (await captureGit(options.cwd, { maxDiffBytes: 0 }))?.remote;
  const remote = address ? parseRemote(address) : null;
  if (url !== undefined && project === undefined) {
    const path = remote === null ? null : projectPath(remote, rootOf(url));
    // The address may be the project's page.
    const pages = path === null ? readings(pageOf(rootOf(url))) : [];
    if (pages.length > 0) return pages;
  }
  if (remote === null) {
    throw new LoginError(
      `Cannot log in: ${
        url === undefined ? "no server" : `no project of ${url}`
      } is named, and ${options.cwd} has no git remote that does.`,
      {
        hint:
          "nbtrack login --url https://gitlab.com --project GROUP/NAME names both.",
      },
    );
  }
  if (url !== undefined) {
    const path = projectPath(remote, rootOf(url));
    if (path !== null) return [{ root: rootOf(url), project: path }];
    throw new LoginError(
      `Cannot log in: no project of ${url} is named, and the git remote is on ${remote.host}.`,
      { hint: "Add --project GROUP/NAME." },
    );
  }
  if (project !== undefined) return [projectAt(remote.base, project)];
  return readings(`${remote.base}/${remote.path}`);
}

/** The address of a project's page, from that of one of its pages or of its clone. */
function pageOf(address: string): string {
  return address.replace(/\/-\/.*$/, "").replace(/\.git\/?$/, "");
}

function rootOf(url: string): string {
  const parsed = URL.parse(serverRoot(url) ?? url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new LoginError(
      `Cannot log in at ${
        JSON.stringify(url)
      }: it is no http or https address.`,
      { hint: "Write it like https://gitlab.com." },
    );
  }
  return (parsed.origin + parsed.pathname).replace(/\/+$/, "");
}

function under(
  url: string | undefined,
  found: LoginProject[],
  page: string,
): LoginProject[] {
  const root = url === undefined ? undefined : rootOf(url);
  const left = found.filter((project) =>
    root === undefined || project.root === root
  );
  if (left.length > 0) return left;
  throw new LoginError(`Cannot log in: ${page} is no project's address.`, {
    hint: "Write it like https://gitlab.com/GROUP/NAME, or GROUP/NAME.",
  });
}

/** Who was logged in, and where. */
export interface LoggedIn {
  /** GitLab's root. */
  url: string;
  /** The project's path. */
  project: string;
  /** The user's name; null where the token may not say. */
  user: string | null;
  /** What may go wrong, one sentence each. */
  warnings: string[];
}

/** The first of the servers that a token would be sent to for all on the way to read; null when there is none. */
export function unencryptedRoot(
  projects: readonly LoginProject[],
): string | null {
  return projects.find(({ root }) => isUnencrypted(root))?.root ?? null;
}

function isUnencrypted(root: string): boolean {
  const known = { env: Deno.env.toObject(), credentials: [] };
  return unencryptedProblem(root, known) !== null;
}

/** Says that a token was not sent, and how it can be. */
export function unencryptedError(root: string): LoginError {
  return new LoginError(
    `The token was not sent: ${root} is not encrypted, so that anyone on the way could read it.`,
    { hint: "Use https; nbtrack login --allow-http sends it all the same." },
  );
}

/**
 * Checks a token and stores it. Over plain http to another machine it is sent only where the user has agreed to it.
 *
 * @throws {LoginError} with one sentence on why it was not stored
 */
export async function login(
  projects: readonly LoginProject[],
  token: string,
  options: { home: string; allowHttp?: boolean },
): Promise<LoggedIn> {
  const open = options.allowHttp === true ? null : unencryptedRoot(projects);
  if (open !== null) throw unencryptedError(open);
  const redaction = standardRedaction(options.home);
  // Whatever a server answers to it is shown without it from here on.
  redaction.know("token", token);
  const clean = (text: string) => redaction.text(text).text;
  let first: LoginError | null = null;
  for (const named of projects) {
    const access = await tried(named, token);
    const wrong = access.checks.find((check) => check.state === "fail");
    const { user = null, project = null } = access.identity ?? {};
    if (wrong === undefined && access.identity !== null) {
      const path = project?.path_with_namespace ?? named.project;
      const username = user?.username ?? null;
      await storeCredential({
        url: named.root,
        project: path,
        project_id: project?.id ??
          (/^\d+$/.test(named.project) ? Number(named.project) : null),
        token,
        username,
        stored: Date.now(),
      }, options.home);
      return {
        url: named.root,
        project: clean(path),
        user: username === null ? null : clean(username),
        warnings: access.checks.filter((check) => check.state === "warn")
          .map((check) => clean(check.message)),
      };
    }
    first ??= new LoginError(
      `The token was not stored. ${
        clean(wrong?.message ?? "The server is no GitLab.")
      }`,
      { hint: clean(wrong?.hint ?? "Check the server's address.") },
    );
    // Another reading of the address only helps where this one names no project.
    if (wrong?.name !== "project" && wrong?.name !== "server") break;
  }
  throw first ?? new LoginError("Cannot log in: no server is named.");
}

async function tried(project: LoginProject, token: string): Promise<Access> {
  const client = createClient({
    tracking_uri: gitlabUri(project.root, project.project),
    token,
  });
  const access = await checkAccess(client);
  if (isUnencrypted(project.root)) {
    access.checks.push({
      name: "encryption",
      state: "warn",
      message:
        `The address ${project.root} is not encrypted: the token can be read on the way.`,
      hint: "Use https.",
    });
  }
  return access;
}
