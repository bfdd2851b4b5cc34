/**
 * Addresses of runs and experiments on a server.
 *
 * @module
 */
import { cleanUri } from "../gitlab/tracking_uri.ts";
import { decodeText } from "../gitlab/decode.ts";
import { AddressError } from "../gitlab/errors.ts";

/** What an address says. */
export type ServerAddress =
  /** A page of GitLab: its path holds the project, after a relative root that looks like a part of it. */
  | {
    type: "page";
    /** Without the page's own part. */
    project_url: string;
    of: "run" | "experiment";
    /** The number within the project. */
    iid: number;
  }
  /** A tracking URI and an id. */
  | {
    type: "tracking";
    /** User and password are kept for a plain server. */
    tracking_uri: string;
    of: "run" | "experiment";
    id: string;
  };

const PAGE = /^(.+?)\/-\/ml\/(candidates|experiments)\/(\d+)(?:\/|\.csv|$)/;
const TRACKING = /^(.*\/api\/v4\/projects\/[^/]+\/ml\/mlflow)(\/.*)?$/;
const REST = /^(.*)\/api\/2\.0\/mlflow\/.*$/;
const IN_PATH = /\/(runs|experiments)\/([^/?#]+)\/?$/;
const IN_HASH = /^#\/experiments\/([^/?]+)(?:\/runs\/([^/?]+))?/;

/**
 * Reads the address of a run or an experiment: GitLab's page, its API, or a page of MLflow's.
 *
 * @throws {AddressError} when it is neither
 */
export function parseAddress(text: string): ServerAddress {
  const url = URL.parse(text);
  if (url === null) throw unknown(text);
  const page = PAGE.exec(url.pathname);
  if (page !== null) {
    return {
      type: "page",
      project_url: url.origin + page[1],
      of: page[2] === "candidates" ? "run" : "experiment",
      iid: Number(page[3]),
    };
  }
  const tracking = TRACKING.exec(url.pathname);
  const rest = REST.exec(url.pathname);
  const base = tracking?.[1] ?? rest?.[1] ?? url.pathname;
  const user = url.username === ""
    ? ""
    : `${url.username}${url.password === "" ? "" : `:${url.password}`}@`;
  const tracking_uri = cleanPath(`${url.protocol}//${user}${url.host}${base}`);
  const query = url.searchParams;
  const run = query.get("run_id") ?? query.get("run_uuid") ??
    IN_HASH.exec(url.hash)?.[2];
  if (run) return { type: "tracking", tracking_uri, of: "run", id: run };
  const experiment = query.get("experiment_id") ?? IN_HASH.exec(url.hash)?.[1];
  if (experiment) {
    return { type: "tracking", tracking_uri, of: "experiment", id: experiment };
  }
  const inPath = IN_PATH.exec(tracking?.[2] ?? "");
  if (inPath !== null) {
    return {
      type: "tracking",
      tracking_uri,
      of: inPath[1] === "runs" ? "run" : "experiment",
      id: decodeText(inPath[2] ?? ""),
    };
  }
  throw unknown(text);
}

/**
 * Every reading of a page's path as GitLab's root and a project's path, that without a relative root first: a group
 * may be called like a root.
 */
export function readings(
  project_url: string,
): { root: string; project: string }[] {
  const url = new URL(project_url);
  const parts = decodeText(url.pathname).split("/").filter((part) =>
    part !== ""
  );
  const found = [];
  for (let n = 0; parts.length - n >= 2; n++) {
    found.push({
      root: [url.origin, ...parts.slice(0, n)].join("/"),
      project: parts.slice(n).join("/"),
    });
  }
  return found;
}

function cleanPath(uri: string): string {
  return uri.replace(/\/+$/, "");
}

function unknown(text: string): AddressError {
  return new AddressError(
    `It is not clear which run ${cleanUri(text).slice(0, 200)} means.`,
    {
      hint:
        "Give its page on GitLab (…/-/ml/candidates/NUMBER), or …/ml/mlflow/api/2.0/mlflow/runs/get?run_id=ID.",
    },
  );
}
