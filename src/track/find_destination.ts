/**
 * What the tracking process knows of a run's destination; the recorder decides by it.
 *
 * @module
 */
import { serverEnv } from "../base/env.ts";
import type { Destination } from "../base/destination.ts";
import type { TrackOptions } from "./types.ts";

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
