/**
 * Practice servers for the tests of delivery.
 *
 * @module
 */
import { createClient, type TrackingClient } from "../../src/gitlab/client.ts";
import type { Journal } from "../../src/journal/journal.ts";
import type { ServerConfig } from "../../src/practice/settings/config.ts";
import { type PracticeServer, startServer } from "../../src/practice/server.ts";
import { Home } from "./support.ts";

/** A token, made when the test runs. */
export function newToken(): string {
  return ["practice", crypto.randomUUID()].join("-");
}

/** A configuration of one project, `g/p` with id 7, and tokens by their role. */
export function configOf(
  token: string,
  change: Partial<ServerConfig> = {},
): ServerConfig {
  return {
    projects: [{ id: 7, path: "g/p" }],
    tokens: [{
      token,
      user: { id: 1, username: "heron" },
      scopes: ["api"],
      roles: { "g/p": "developer" },
    }],
    ...change,
  };
}

/** A practice server in this process, with a client that meets none of its faults. */
export interface Practice {
  server: PracticeServer;
  token: string;
  client: TrackingClient;
}

/** Where a practice server is, and with which token. */
export function placeOf({ server, token }: Practice) {
  return { tracking_uri: server.tracking_uri, token };
}

/** Runs a test with a journal and a practice server. */
export async function withServer(
  change: Partial<ServerConfig>,
  test: (practice: Practice, journal: Journal) => Promise<void>,
): Promise<void> {
  using home = new Home();
  using journal = home.open();
  const token = newToken();
  const server = await startServer({
    data: "memory",
    config: configOf(token, change),
  });
  try {
    const { tracking_uri } = server;
    const client = createClient({
      tracking_uri,
      token,
      retry: { retries: 30, first_wait_ms: 5 },
    });
    await test({ server, token, client }, journal);
  } finally {
    await server.close();
  }
}
