/**
 * The practice server: GitLab's MLflow-compatible API on this machine, with its own data.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";
import { App } from "./app.ts";
import { parseServerConfig, type ServerConfig } from "./settings/config.ts";
import { FaultPlan } from "./faults.ts";
import { type Arrival, listen, type Listener } from "./listener.ts";
import type { DataLocation } from "./store/data_dir.ts";
import type { Incoming } from "./protocol/incoming.ts";
import { Store } from "./store/store.ts";
import type { PageQuestion } from "./pages.ts";
import { serverError } from "./protocol/answers.ts";

/** How the server is started. */
export interface ServerOptions {
  /** Where it keeps its data: a folder, or memory, which is gone with it. */
  data: DataLocation;
  /**
   * The port.
   * @default {0} any free one
   */
  port?: number;
  /**
   * The address to listen on.
   * @default {"127.0.0.1"}
   */
  host?: string;
  /**
   * What `serve --config` reads: projects, tokens, jobs, limits, faults. Without it the server offers the
   * projects of its folder, or one practice project, and a new token; earlier tokens stay valid.
   */
  config?: ServerConfig;
  /**
   * Makes the pages of projects for browsers; `tracking_uri` is where the project's runs are read.
   * @default {there are no pages}
   */
  pages?: (
    question: PageQuestion & { tracking_uri: string },
  ) => Promise<Response>;
  /**
   * Answers requests before the API does; undefined for one that is not its own. Called with the store.
   * @default {the API alone}
   */
  before?: (
    request: Incoming,
    store: Store,
  ) => Promise<Response> | Response | undefined;
  /** Closes the server. */
  signal?: AbortSignal;
  /**
   * Called with every unexpected error, which the server answered with 500.
   * @default {console.error}
   */
  report?: (error: unknown) => void;
}

/** A running practice server. */
export interface PracticeServer {
  /** Where it listens, with the root of `external_url` if that has one. */
  readonly url: string;
  /** The tracking URI of the first project, by its numeric id. */
  readonly tracking_uri: string;
  /** The text of the first token; null when the configuration has none. */
  readonly token: string | null;
  /** Address and port. */
  readonly addr: Deno.NetAddr;
  /** Ends what is being answered, then closes; nothing is lost. Closing twice is closing once. */
  close(): Promise<void>;
}

/** How long requests may go on once the server is closing, milliseconds. */
const GRACE_MS = 2000;

/** What is said of a host that is none, or not this machine's. */
const WRONG_HOST: readonly unknown[] = [
  "ENOTFOUND",
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "EINVAL",
];

/**
 * Starts the practice server.
 *
 * @throws {ServerConfigError} when the configuration is wrong
 * @throws {DataDirInUseError} when another server has the folder open
 * @throws {DataDirError} when the folder cannot be used
 * @throws {NbtrackError} when the host or the port cannot be listened on
 */
export function startServer(options: ServerOptions): Promise<PracticeServer> {
  return Promise.try(start, options);
}

async function start(options: ServerOptions): Promise<PracticeServer> {
  const { port = 0, host = "127.0.0.1", data, config, signal } = options;
  const { pages: makePage, report = console.error } = options;
  const settings = parseServerConfig(
    config ?? { projects: [{ id: 1, path: "practice/project" }], tokens: [] },
  );
  const store = Store.open(data, config === undefined ? undefined : settings);
  const faults = settings.faults && new FaultPlan(settings.faults);
  const external = settings.external_url?.replace(/\/+$/, "");
  const root = external === undefined
    ? ""
    : new URL(external).pathname.replace(/\/$/, "");

  const handle = async ({ request, address, cut }: Arrival) => {
    const answer = options.before?.(request, store);
    if (answer !== undefined) return await answer;
    if (faults === undefined) return await app.answer(request, address);
    if (faults.delayMs > 0) {
      await new Promise((done) => setTimeout(done, faults.delayMs));
    }
    const fault = faults.next();
    if (fault === "429") return app.refuseForNow(request);
    if (fault === "500") return serverError().toResponse();
    const response = fault === "reset"
      ? serverError().toResponse()
      : await app.answer(request, address);
    if (fault === "reset" || fault === "lost answer") cut();
    return response;
  };

  let listener: Listener;
  try {
    const timeoutMs = settings.limits.timeout_seconds * 1000;
    listener = await listen({ port, host, timeoutMs, report }, handle);
  } catch (cause) {
    store.close();
    throw new NbtrackError(
      `Cannot listen on ${host} port ${port}: ${messageOf(cause)}`,
      {
        hint: WRONG_HOST.includes((cause as { code?: unknown }).code)
          ? "Give an address of this machine with --host: 127.0.0.1 for it alone, 0.0.0.0 for its network"
          : "Give another port with --port; 0 takes any free one",
        cause,
      },
    );
  }

  const { addr } = listener;
  const url = `http://${reachable(host)}:${addr.port}${root}`;
  const app = new App({
    store,
    profile: settings.profile,
    limits: settings.limits,
    externalUrl: external ?? url,
  }, {
    root,
    report,
    pages: makePage === undefined ? undefined : (question) =>
      makePage({
        ...question,
        tracking_uri: trackingUri(url, question.project.id),
      }),
  });

  let closing: Promise<void> | undefined;
  const close = () => closing ??= shutDown();
  const shutDown = async () => {
    signal?.removeEventListener("abort", close);
    await listener.close(GRACE_MS);
    store.close();
  };
  if (signal?.aborted) close();
  else signal?.addEventListener("abort", close, { once: true });

  const first = config === undefined
    ? store.accounts.projects()[0]?.id
    : settings.projects[0]?.id;
  return {
    url,
    tracking_uri: trackingUri(url, first ?? 1),
    token: store.generatedToken ?? settings.tokens[0]?.token ?? null,
    addr,
    close,
  };
}

function trackingUri(url: string, project: number): string {
  return `${url}/api/v4/projects/${project}/ml/mlflow`;
}

/** The line of JSON from which a script reads that the server is ready, and how it is reached. */
export function serverReadyLine(server: PracticeServer): string {
  const { url, tracking_uri, token } = server;
  return JSON.stringify({ url, tracking_uri, token, pid: Deno.pid });
}

/** An address under which a listener on `host` is reached from this machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
