/**
 * Requests that were refused for who sent them: 401 and 403.
 *
 * @module
 */
import {
  AuthenticationError,
  ForbiddenError,
  type Retry,
  ScopeError,
  type TrackingError,
} from "./errors.ts";
import type { Body } from "./refusal_body.ts";

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
  /** The answer's content type, empty when it has none. */
  type: string;
  /** How long the server asks to wait. */
  retry_after_ms: number | null;
  /** The origin a redirect led to, where no token was sent. */
  redirected_to: string | null;
}

/** What every error of a request carries. */
export type RefusalAt = (
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

/** Whether an address is of GitLab's API; what is said of a plain server speaks of no role and no project. */
export function isGitLab(url: string): boolean {
  return url.includes("/api/v4/");
}

/** The error of a 401. */
export function unauthorized(
  cannot: string,
  body: Body,
  refusal: Refusal,
  at: RefusalAt,
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
  if (!isGitLab(refusal.url)) {
    return new AuthenticationError(
      `${cannot}: the server does not accept how nbtrack signs in (401)`,
      at(
        "never",
        "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, beside MLFLOW_TRACKING_URI.",
      ),
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

/** The error of a 403. */
export function forbidden(
  cannot: string,
  quote: string,
  body: Body,
  { url }: Refusal,
  at: RefusalAt,
): TrackingError {
  if (body.error === "insufficient_granular_scope") {
    return new ScopeError(
      `${cannot}: the fine-grained token lacks a right (403): ${
        rightsOf(body) ?? "GitLab does not say which"
      }`,
      {
        fine_grained: true,
        ...at(
          "never",
          "Add the right to the token, or use one with scope `api`; the README lists the rights that logging needs.",
        ),
      },
    );
  }
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
  if (!isGitLab(url)) {
    return new ForbiddenError(
      `${cannot}: the user may not do that (403)${quote}`,
      at("never", "Ask the server's administrator for the right to do it."),
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

/** What rights GitLab asks for, in its own words. */
function rightsOf(body: Body): string | undefined {
  return /\[([^\]]+)\]/.exec(body.error_description ?? "")?.[1];
}
