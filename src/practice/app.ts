/**
 * From a request to its answer: the throttle, then the routes, then refusals and unexpected errors.
 *
 * @module
 */
import { isNbtrackError } from "../base/errors.ts";
import { type MakePage, ProjectPages } from "./pages.ts";
import { RefusedAnswer, serverError } from "./protocol/answers.ts";
import type { Incoming } from "./protocol/incoming.ts";
import { identifyUser } from "./requests/auth.ts";
import { Router, type Services } from "./requests/router.ts";
import { artifactRoutes } from "./routes/artifacts.ts";
import { experimentRoutes } from "./routes/experiments.ts";
import { genericPackageRoutes } from "./routes/generic_packages.ts";
import { instanceRoutes } from "./routes/instance.ts";
import { issueRoutes } from "./routes/issues.ts";
import { logBatchRoutes } from "./routes/log_batch.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { mlModelRoutes } from "./routes/ml_models.ts";
import { modelVersionRoutes } from "./routes/model_versions.ts";
import { packageListRoutes } from "./routes/package_list.ts";
import { noteRoutes } from "./routes/notes.ts";
import { registeredModelRoutes } from "./routes/registered_models.ts";
import { runRoutes } from "./routes/runs.ts";
import { retryLater, Throttle } from "./throttle.ts";

const ROUTES = [
  ...logBatchRoutes,
  ...runRoutes,
  ...metricRoutes,
  ...experimentRoutes,
  ...artifactRoutes,
  ...mlModelRoutes,
  ...genericPackageRoutes,
  ...packageListRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...noteRoutes,
  ...issueRoutes,
  ...instanceRoutes,
];

/** The limit that a throttled answer names when none is configured, requests a minute: GitLab.com's. */
const USUAL_LIMIT = 2000;

/** The server's answers, without the network. */
export class App {
  readonly #services: Services;
  readonly #router: Router;
  readonly #throttle: Throttle | undefined;
  readonly #root: string;
  readonly #report: (error: unknown) => void;
  readonly #pages: ProjectPages | undefined;

  /**
   * @param options.root the path under which the server also answers, such as `/gitlab`
   * @param options.report called with every unexpected error
   * @param options.pages makes the pages of projects; without it there are none
   */
  constructor(
    services: Services,
    options: {
      root: string;
      report: (error: unknown) => void;
      pages?: MakePage | undefined;
    },
  ) {
    this.#services = services;
    this.#router = new Router(ROUTES, services.profile);
    const limit = services.limits.requests_per_minute;
    this.#throttle = limit === null
      ? undefined
      : new Throttle(limit, services.profile);
    this.#root = options.root;
    this.#report = options.report;
    this.#pages = options.pages === undefined
      ? undefined
      : new ProjectPages(services.store, options.pages, options.root);
  }

  /** Answers a request; never throws. */
  async answer(request: Incoming, address: string): Promise<Response> {
    const began = performance.now();
    const { path, search } = this.#split(request.target);
    let headers: Record<string, string> = {};
    let response: Response;
    try {
      headers = this.#throttle?.count({
        path,
        address,
        user: this.#sender(request),
      }) ?? {};
      response = await this.#pages?.answer(request, path, search) ??
        await this.#router.answer({
          services: this.#services,
          request,
          method: request.method,
          path,
          search,
        });
    } catch (error) {
      response = this.#refuse(error);
    }
    for (const [name, value] of Object.entries(headers)) {
      response.headers.set(name, value);
    }
    const seconds = (performance.now() - began) / 1000;
    response.headers.set("x-runtime", seconds.toFixed(6));
    return response;
  }

  /** Answers a request as the throttle does, whether or not it is one too many. */
  refuseForNow(request: Incoming): Response {
    const { path } = this.#split(request.target);
    const limit = this.#services.limits.requests_per_minute ?? USUAL_LIMIT;
    return retryLater({ path, user: this.#sender(request) }, limit)
      .toResponse();
  }

  #refuse(error: unknown): Response {
    const refusal = error instanceof RefusedAnswer ? error : serverError(error);
    if (!isNbtrackError(error) && !isSenderGone(error)) this.#report(error);
    return refusal.toResponse();
  }

  /** The path as it was sent, below the root, and the query. */
  #split(target: string): { path: string; search: string } {
    // A client that takes this server for a proxy sends the whole address.
    const start = target.startsWith("/")
      ? 0
      : target.indexOf("/", target.indexOf("://") + 3);
    const query = target.indexOf("?", start);
    const path = query < 0 ? target.slice(start) : target.slice(start, query);
    const search = query < 0 ? "" : target.slice(query + 1);
    return path.startsWith(`${this.#root}/`)
      ? { path: path.slice(this.#root.length), search }
      : { path, search };
  }

  /** The sender's number, for the throttle: a token that does not count makes nobody. */
  #sender(request: Incoming): number | undefined {
    try {
      return identifyUser(request, {
        store: this.#services.store,
        ways: {
          bearer: ["access", "oauth", "job"],
          privateToken: true,
          jobToken: true,
          basic: true,
        },
        scopes: "any",
      })?.user.id;
    } catch (error) {
      if (error instanceof RefusedAnswer) return undefined;
      throw error;
    }
  }
}

/** Whether an error only says that the request's body ended before it was complete. */
function isSenderGone(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    error.code === "ECONNRESET";
}
