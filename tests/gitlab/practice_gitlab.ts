/**
 * A practice server as GitLab, with a client.
 *
 * @module
 */
import { createClient, type TrackingClient } from "../../src/gitlab/client.ts";
import { createTags } from "../../src/gitlab/fields.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";
import { token } from "./scripted_server.ts";

/** Runs a test against a practice server of one project, `g/p` with id 7, and a Developer's token. */
export async function withGitLab(
  change: Partial<ServerConfig>,
  test: (
    client: TrackingClient,
    server: PracticeServer,
    connect: (secret: string) => TrackingClient,
  ) => Promise<void>,
): Promise<void> {
  const secret = token();
  const config: ServerConfig = {
    projects: [{ id: 7, path: "g/p", former_paths: ["g/old"] }],
    tokens: [tokenOf(secret, "developer", "api")],
    ...change,
  };
  const tokens = [tokenOf(secret, "developer", "api"), ...change.tokens ?? []];
  const server = await startServer({
    data: "memory",
    config: { ...config, tokens },
  });
  const connect = (text: string) =>
    createClient({
      tracking_uri: server.tracking_uri,
      token: text,
      delay: () => Promise.resolve(),
    });
  try {
    await test(connect(secret), server, connect);
  } finally {
    await server.close();
  }
}

let users = 0;
/** A token of a new user. */
export function tokenOf(
  secret: string,
  role: "guest" | "reporter" | "developer",
  scope: string,
): ServerConfig["tokens"][number] {
  const id = ++users;
  return {
    token: secret,
    user: { id, username: `user${id}` },
    scopes: [scope],
    roles: { "g/p": role },
  };
}

/** A new run of the experiment "penguins". */
export async function newRun(
  client: TrackingClient,
  id: string = crypto.randomUUID(),
) {
  const experiment_id = await client.findOrCreateExperiment("penguins");
  const run = await client.createRun({
    experiment_id,
    run_name: "calm-otter-1",
    start_time: 1_700_000_000_000,
    tags: createTags({ run_id: id, run_name: "calm-otter-1" }),
  });
  return { id, experiment_id, run, run_id: run.info.run_id };
}
