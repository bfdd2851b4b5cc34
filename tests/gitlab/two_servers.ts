/**
 * GitLab and a plain MLflow server as tests script them, each with a client.
 *
 * @module
 */
import { createClient, type TrackingClient } from "../../src/gitlab/client.ts";
import {
  type Answer,
  json,
  type Scripted,
  token,
  tracking,
  withServer,
} from "./scripted_server.ts";

export const MISSING = () =>
  json({ error_code: "RESOURCE_DOES_NOT_EXIST" }, 404);
export const NO_ROUTE = () => json({ error: "404 Not Found" }, 404);
export const API = "/api/v4/projects/42/ml/mlflow/api/2.0/mlflow";
export const PROJECT = {
  id: 42,
  path_with_namespace: "g/p",
  web_url: "https://web.example/root/g/p",
  permissions: {
    project_access: { access_level: 20 },
    group_access: { access_level: 30 },
  },
};

/** Runs a test against GitLab's project 42; routes by path without query. */
export function onGitLab(
  routes: Record<string, Answer>,
  test: (client: TrackingClient, server: Scripted) => Promise<void>,
): Promise<void> {
  const counts = new Map<string, number>();
  return withServer((seen) => {
    const path = seen.path.replace(/\?.*/, "");
    const answer = routes[path.replace(API, "")] ?? routes[path];
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    return answer === undefined ? NO_ROUTE() : answer(seen, count);
  }, (server) =>
    test(
      createClient({
        tracking_uri: tracking(server.url),
        token: token(),
        delay: () => Promise.resolve(),
      }),
      server,
    ));
}

/** Runs a test against a plain server. */
export function onMlflow(
  routes: Record<string, Answer>,
  test: (client: TrackingClient, server: Scripted) => Promise<void>,
): Promise<void> {
  return withServer((seen, count) => {
    const path = seen.path.replace(/\?.*/, "");
    if (path === "/version") return new Response("3.17.2");
    const answer = routes[path.replace("/api/2.0/mlflow", "")] ?? routes[path];
    return answer?.(seen, count) ??
      new Response("<!doctype html>", { status: 404 });
  }, (server) => test(createClient({ tracking_uri: server.url }), server));
}

export function queryOf(path: string): URLSearchParams {
  return new URL(path, "http://x").searchParams;
}
