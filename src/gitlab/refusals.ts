/**
 * Turns an HTTP status and body into the error that says it best.
 *
 * @module
 */
import {
  AuthenticationError,
  ForbiddenError,
  type Missing,
  NotFoundError,
  RefusedError,
  type Retry,
  ScopeError,
  ServerError,
  ThrottledError,
  TooLargeError,
  type TrackingError,
} from "./errors.ts";
import { type Body, parseBody, said } from "./refusal_body.ts";

/** GitLab's limits of JSON bodies, which its administrators may lower. */
const TOO_MANY_VALUES =
  /^(Too many total parameters|(Array|Hash) parameter too large)$/;

/** What is known of a refused request. */
export interface Refusal {
  /** The HTTP status. */
  status: number;
  /** The body's text, already without secrets. */
  body: string;
  /** The HTTP method. */
  method: string;
  /** The address without credentials and query. */
  url: string;
  /** What was to be done. */
  attempted: string;
  /** Whether doing it twice is the same as once. */
  safe: boolean;
  /** How long the server asks to wait. */
  retry_after_ms: number | null;
  /** The origin a redirect led to, where no token was sent. */
  redirected_to: string | null;
}

/** The error of a refused request. */
export function refusalError(refusal: Refusal): TrackingError {
  const { status, attempted, url, safe } = refusal;
  const body = parseBody(refusal.body);
  const text = said(body);
  const host = hostOf(url);
  const quote = text === "" ? "" : `: ${text}`;
  const at = (retry: Retry, hint?: string) => ({
    status,
    method: refusal.method,
    url,
    attempted,
    retry,
    hint,
  });
  const cannot = `Cannot ${attempted} on ${host}`;
  switch (status) {
    case 400:
    case 405:
    case 409:
    case 415:
    case 422:
      return refused(cannot, quote, body, text, at);
    case 401:
      return unauthorized(cannot, body, refusal, at);
    case 403:
      return forbidden(cannot, quote, body, at);
    case 404:
      return notFound(cannot, body, at);
    case 407:
      return new RefusedError(
        `${cannot}: the proxy asks who you are (407)`,
        {
          ...at(
            "never",
            "Set HTTPS_PROXY or HTTP_PROXY to http://USER:PASSWORD@HOST:PORT, or name the server in NO_PROXY.",
          ),
          error_code: null,
        },
      );
    case 413:
      return new TooLargeError(
        `${cannot}: it is larger than the server takes (413)`,
        at(
          "never",
          "Log something smaller, or have the server's limit raised.",
        ),
      );
    case 429:
      return new ThrottledError(
        `${cannot}: the server asks to slow down (429)`,
        {
          ...at("later", `Wait ${waitOf(refusal.retry_after_ms)}.`),
          retry_after_ms: refusal.retry_after_ms,
        },
      );
    default:
      if (status >= 500) {
        return new ServerError(
          `${cannot}: the server or a proxy before it failed (${status})${
            status === 500 ? "" : quote
          }`,
          at(
            safe ? "later" : "unsure",
            "If it stays so, ask the server's administrator.",
          ),
        );
      }
      return new RefusedError(
        `${cannot}: unexpected status ${status}${quote}`,
        {
          ...at("never", "Check the server's address."),
          error_code: body.error_code ?? null,
        },
      );
  }
}

function waitOf(ms: number | null): string {
  return ms === null ? "a minute" : `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

type At = (
  retry: Retry,
  hint?: string,
) => {
  status: number;
  method: string;
  url: string;
  attempted: string;
  retry: Retry;
  hint: string | undefined;
};

function refused(
  cannot: string,
  quote: string,
  body: Body,
  text: string,
  at: At,
): TrackingError {
  if (/file is too large/i.test(text)) {
    return new TooLargeError(
      `${cannot}: the file is larger than the server takes`,
      at("never", "Log a smaller file, or have the project's limit raised."),
    );
  }
  if (TOO_MANY_VALUES.test(body.error ?? "")) {
    return new TooLargeError(
      `${cannot}: the request holds more values than the server takes`,
      at("never", "Log less at once, or have the server's limit raised."),
    );
  }
  if (/moved projects/i.test(text)) {
    return new RefusedError(
      `${cannot}: the project was renamed or moved`,
      at("never", "Use the project's new path or its numeric id."),
    );
  }
  return new RefusedError(`${cannot}: the server refused it${quote}`, {
    ...at("never"),
    error_code: body.error_code ?? null,
  });
}

function unauthorized(
  cannot: string,
  body: Body,
  refusal: Refusal,
  at: At,
): TrackingError {
  if (refusal.redirected_to !== null) {
    return new AuthenticationError(
      `${cannot}: it sends requests on to ${refusal.redirected_to}, where no token is sent`,
      at("never", `Set the server's address to ${refusal.redirected_to}.`),
    );
  }
  if (body.error === "invalid_token") {
    const why = /revoked/i.test(body.error_description ?? "")
      ? "was revoked"
      : /expired/i.test(body.error_description ?? "")
      ? "has expired"
      : "is no longer valid";
    return new AuthenticationError(
      `${cannot}: the token ${why} (401)`,
      at("never", "Make a new token with scope `api` and run `nbtrack login`."),
    );
  }
  return new AuthenticationError(
    `${cannot}: the token is not accepted, or its user may not write there (401)`,
    at(
      "never",
      "Check that the token has scope `api` and its user is at least Developer in the project; CI_JOB_TOKEN cannot log runs.",
    ),
  );
}

function forbidden(
  cannot: string,
  quote: string,
  body: Body,
  at: At,
): TrackingError {
  if (body.error === "insufficient_scope") {
    return new ScopeError(
      `${cannot}: the token's scopes are too small (403)`,
      at(
        "never",
        `Make a token with scope \`api\` and run \`nbtrack login\`${
          body.scope ? `; the server asks for: ${body.scope}` : ""
        }.`,
      ),
    );
  }
  if (/invalid host header/i.test(quote)) {
    return new ForbiddenError(
      `${cannot}: the MLflow server does not know this host name (403)`,
      at("never", "Start it with --allowed-hosts naming the host."),
    );
  }
  return new ForbiddenError(
    `${cannot}: the user may not do that (403)${quote}`,
    at(
      "never",
      "Ask for the role Developer in the project; check that its Package registry is on and the user is not blocked.",
    ),
  );
}

const HINTS: Record<Missing, string | undefined> = {
  resource: undefined,
  project: "Check the project's path, and that the token's user is a member.",
  hidden:
    "In the project's settings switch on Model experiments, Model registry and Package registry, and check the user's role.",
  file: undefined,
  route:
    "Check that the address is a tracking server's; an older server may lack this function.",
};

const TEXTS: Record<Missing, string> = {
  resource: "the server does not have it (404)",
  project: "there is no such project, or the token's user cannot see it (404)",
  hidden: "the feature is switched off there, or the user may not see it (404)",
  file: "there is no such file (404)",
  route: "the server has no such function (404)",
};

function notFound(cannot: string, body: Body, at: At): TrackingError {
  const missing: Missing = body.error_code === "RESOURCE_DOES_NOT_EXIST"
    ? "resource"
    : typeof body.message !== "string"
    ? "route"
    : /project not found/i.test(body.message)
    ? "project"
    : body.message === "404 Not found"
    ? "file"
    : /^404 (\w+ )?Not Found$/.test(body.message)
    ? "hidden"
    : "route";
  return new NotFoundError(`${cannot}: ${TEXTS[missing]}`, {
    ...at("never", HINTS[missing]),
    missing,
  });
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
