/**
 * The texts of tracking URIs. Nothing here speaks to a server: what only asks where runs go loads no client.
 *
 * @module
 */
import { decodeText } from "./decode.ts";

const GITLAB = /^(.*)\/api\/v4\/projects\/([^/]+)\/ml\/mlflow$/;

/** The parts of GitLab's tracking URI, or null for another address. */
export function parseGitLabUri(
  tracking_uri: string,
): { root: string; project: string } | null {
  const match = GITLAB.exec(cleanUri(tracking_uri));
  return match === null
    ? null
    : { root: match[1] ?? "", project: decodeText(match[2] ?? "") };
}

/** GitLab's tracking URI of a project, given by id or path. */
export function gitlabUri(root: string, project: string | number): string {
  return `${root.replace(/\/+$/, "")}/api/v4/projects/${
    encodeURIComponent(project)
  }/ml/mlflow`;
}

/** An address without credentials, query, REST part and slash at its end. */
export function cleanUri(uri: string): string {
  const url = URL.parse(uri);
  return url === null
    ? uri
    : (url.origin + url.pathname).replace(/\/api\/2\.0\/mlflow\/?$/, "")
      .replace(/\/+$/, "");
}
