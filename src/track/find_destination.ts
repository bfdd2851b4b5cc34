/**
 * What the tracking process knows of a run's destination; the recorder decides by it.
 *
 * @module
 */
import { ENV, serverEnv } from "../base/env.ts";
import type { Destination } from "../base/destination.ts";
import type { TrackOptions } from "./types.ts";

/** The server that options or variables name, without credentials; null when they name none, or nothing is delivered. */
export function serverOf({ options, env }: Destination): string | null {
  if (env[ENV.offline]) return null;
  const named = options["trackingUri"] ?? options["url"] ??
    env[ENV.trackingUri] ?? env[ENV.gitlabUrl] ?? env["CI_API_V4_URL"];
  try {
    return named === undefined ? null : new URL(named).origin;
  } catch {
    return null; // no address: the recorder says what is wrong with it
  }
}

/** The options and variables that name a server, as they are now. */
export function findDestination(options: TrackOptions): Destination {
  const given: Record<string, string> = {};
  const put = (key: string, value: string | number | undefined) => {
    if (value !== undefined) given[key] = String(value);
  };
  put("trackingUri", options.trackingUri);
  put("token", options.token ?? options.gitlab?.token);
  put("url", options.gitlab?.url);
  put("project", options.gitlab?.project);
  return { options: given, env: serverEnv() };
}
