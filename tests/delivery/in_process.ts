/**
 * The practice server without the network, for tests that have no right to it: what the client sends is answered by the
 * server's own code and SQLite in this process.
 *
 * @module
 */
import { createClient, type TrackingClient } from "../../src/gitlab/client.ts";
import { Lease } from "../../src/delivery/lease.ts";
import { newMemory, type Sending } from "../../src/delivery/sending.ts";
import { SentBefore } from "../../src/delivery/sent_before.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { App } from "../../src/practice/app.ts";
import {
  parseServerConfig,
  type ServerConfig,
} from "../../src/practice/settings/config.ts";
import { Store } from "../../src/practice/store/store.ts";
import { configOf, newToken } from "./practice.ts";
import { Home } from "./support.ts";

/** What happens to a request: `lose` carries it out and loses the answer, `drop` loses the request itself, `refuse` is a 400. */
export type Fate = "pass" | "lose" | "drop" | "refuse";

/** A journal, a server, and a client that reaches it. */
export class InProcess implements Disposable {
  readonly journal: Journal;
  readonly client: TrackingClient;
  /** The requests that were sent, as method and last parts of the path. */
  readonly asked: string[] = [];
  /** Decides about each request. */
  fate: (path: string, body: string) => Fate = () => "pass";
  readonly #home = new Home();
  readonly #store: Store;
  readonly #fetch = globalThis.fetch;
  readonly #leases: Lease[] = [];

  constructor(change: Partial<ServerConfig> = {}) {
    const token = newToken();
    const origin = "http://gitlab.invalid";
    const settings = parseServerConfig(configOf(token, change));
    this.#store = Store.open("memory", settings);
    const app = new App({
      store: this.#store,
      profile: settings.profile,
      limits: settings.limits,
      externalUrl: origin,
    }, {
      root: "",
      report: (error) => {
        throw error;
      },
    });
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const bytes = await request.bytes();
      this.asked.push(
        `${request.method} ${pathname.split("/").slice(-2).join("/")}`,
      );
      const fate = this.fate(pathname, new TextDecoder().decode(bytes));
      const lost = new TypeError("the connection broke");
      if (fate === "drop") throw lost;
      if (fate === "refuse") {
        return Response.json({ message: "400 Bad request" }, { status: 400 });
      }
      const answer = await app.answer({
        method: request.method,
        target: pathname + search,
        headers: request.headers,
        body: ReadableStream.from([bytes]),
      }, "127.0.0.1");
      if (fate === "lose") throw lost;
      return answer;
    };
    this.journal = this.#home.open();
    this.client = createClient({
      tracking_uri: `${origin}/api/v4/projects/7/ml/mlflow`,
      token,
      retry: { retries: 0 },
    });
  }

  /** One pass over a run, as a delivery begins it. */
  async sending(
    run_id: string,
    change: Partial<Sending> = {},
  ): Promise<Sending> {
    const run = this.journal.runs.get(run_id);
    const lease = Lease.take(this.journal, run_id, "test");
    if (run === undefined || lease === null) throw new Error("no such run");
    this.#leases.push(lease);
    return {
      journal: this.journal,
      run,
      remote: this.journal.deliveries.get(run_id).remote_run_id ?? "",
      client: this.client,
      server: await this.client.detect(),
      lease,
      memory: newMemory(),
      complete: run.finalised_time !== null,
      sent_before: new SentBefore(),
      points: "all",
      in_flight_ms: 0,
      in_flight_until: null,
      most_read_back: 1_000_000,
      ...change,
    };
  }

  [Symbol.dispose](): void {
    for (const lease of this.#leases) lease.release();
    globalThis.fetch = this.#fetch;
    this.journal[Symbol.dispose]();
    this.#store.close();
    this.#home[Symbol.dispose]();
  }
}
