/**
 * Routes: a template of path segments, the area whose rules come first, and a handler for each method.
 *
 * @module
 */
import { RefusedAnswer, routeNotFound } from "../protocol/answers.ts";
import type { Profile, Settings } from "../settings/config.ts";
import { parseForm } from "../protocol/form.ts";
import { bodyTooLarge, type Incoming } from "../protocol/incoming.ts";
import { Input, readInput } from "../protocol/input.ts";
import type { Store } from "../store/store.ts";

/** What handlers work with. */
export interface Services {
  readonly store: Store;
  readonly profile: Profile;
  readonly limits: Settings["limits"];
  /** What answers call this server, without a slash at the end. */
  readonly externalUrl: string;
}

/** A request on its way. */
export interface Context {
  readonly services: Services;
  readonly request: Incoming;
  readonly method: string;
  /** The path without the query, as sent. */
  readonly path: string;
  /** The query as sent, without its question mark. */
  readonly search: string;
  /** The variables of the path, decoded; `*` holds the rest of the path. */
  readonly variables: Readonly<Record<string, string>>;
  /** What a fine-grained token must be allowed for this request; undefined where none is enough. */
  readonly permission: string | undefined;
  /** Query and body; only the query before the body is read, and in areas that leave it to the handler. */
  readonly input: Input;
}

/** What comes before the handlers of an area. */
export interface Area<C> {
  /** Whether the body is read as parameters; else the handler has it as it comes. */
  readonly readsBody: boolean;
  /** The checks that come before everything else; they need nothing of the body. */
  before(context: Context): C;
}

/** Answers a request. */
export type Handler<C> = (context: C) => Response | Promise<Response>;

/** A path with what answers it. */
export interface Route {
  readonly segments: readonly string[];
  readonly profiles: readonly Profile[] | undefined;
  answer(
    context: Omit<Context, "input" | "permission">,
  ): Promise<Response>;
}

/**
 * Declares a path.
 *
 * @param template segments, `:name` for a variable, `*` at the end for one or more segments
 * @param options.permission what a fine-grained token must be allowed, for every method or by method
 * @param options.profiles the profiles that have it; all when absent
 */
export function route<C extends Context>(
  template: string,
  handlers: Readonly<Record<string, Handler<C>>>,
  options: {
    area: Area<C>;
    permission?: string | Readonly<Record<string, string>>;
    profiles?: readonly Profile[];
  },
): Route {
  const { area } = options;
  const methods = Object.keys(handlers).flatMap((method) =>
    method === "GET" ? ["GET", "HEAD"] : [method]
  );
  const allow = ["OPTIONS", ...methods].join(", ");
  return {
    segments: segmentsOf(template),
    profiles: options.profiles,
    async answer(context) {
      const { request, search, method, services } = context;
      const declared = method === "HEAD" ? "GET" : method;
      const handler = handlers[declared];
      const permission = typeof options.permission === "string"
        ? options.permission
        : options.permission?.[declared];
      const query = parseForm(search);
      const entered = enter(area, {
        ...context,
        permission,
        input: new Input(query),
      });
      const input = area.readsBody && handler !== undefined
        ? await readInput(request, {
          query,
          profile: services.profile,
          limit: {
            ms: services.limits.timeout_seconds * 1000,
            ...(entered instanceof RefusedAnswer
              ? { bytes: STRANGERS_BYTES, refusal: entered }
              : { bytes: services.limits.body_bytes, refusal: bodyTooLarge() }),
          },
        })
        : new Input(query);
      if (entered instanceof RefusedAnswer) throw entered;
      if (method === "OPTIONS") {
        return new Response(null, { status: 204, headers: { allow } });
      }
      if (handler === undefined) {
        throw new RefusedAnswer(405, { error: "405 Not Allowed" }, {
          headers: { allow },
        });
      }
      return await handler({ ...entered, input });
    },
  };
}

/**
 * How long a body of a sender who is refused may be to be read all the same, bytes: GitLab reads a body before
 * it knows the sender, so that a malformed one is refused first.
 */
const STRANGERS_BYTES = 64 * 1024;

function enter<C extends Context>(
  area: Area<C>,
  context: Context,
): C | RefusedAnswer {
  try {
    return area.before(context);
  } catch (error) {
    if (error instanceof RefusedAnswer) return error;
    throw error;
  }
}

/** The routes of a profile. */
export class Router {
  readonly #routes: readonly Route[];

  constructor(routes: readonly Route[], profile: Profile) {
    this.#routes = routes.filter(({ profiles }) =>
      profiles === undefined || profiles.includes(profile)
    );
  }

  /**
   * Answers a request.
   *
   * @throws {RefusedAnswer} when the answer is no
   */
  answer(
    context: Omit<Context, "input" | "variables" | "permission">,
  ): Promise<Response> {
    const segments = segmentsOf(context.path);
    for (const candidate of this.#routes) {
      const raw = match(candidate.segments, segments);
      if (raw !== undefined) {
        return candidate.answer({ ...context, variables: decodeAll(raw) });
      }
    }
    throw routeNotFound();
  }
}

function segmentsOf(path: string): string[] {
  return path.split("/").slice(1);
}

function match(
  template: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const variables: Record<string, string> = {};
  for (const [at, part] of template.entries()) {
    const segment = segments[at];
    if (segment === undefined) return undefined;
    if (part === "*") {
      if (segments.at(-1) === "") return undefined;
      variables["*"] = segments.slice(at).join("/");
      return variables;
    }
    if (part.startsWith(":")) {
      if (segment === "") return undefined;
      variables[part.slice(1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return template.length === segments.length ? variables : undefined;
}

function decodeAll(raw: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(raw).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]),
    );
  } catch (cause) {
    throw new RefusedAnswer(400, { error: "400 Bad Request" }, { cause });
  }
}
