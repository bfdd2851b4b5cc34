/**
 * What servers answer when they refuse, and what becomes of it.
 *
 * @module
 */
import type { MissingKind } from "../../src/gitlab/errors.ts";

/** One refusal. */
export interface Row {
  name: string;
  status: number;
  body: unknown;
  error: string;
  retry: string;
  missing?: MissingKind | "";
  says: string;
}

/** Every refusal that the contract names. */
export const ROWS: Row[] = [
  {
    name: "a proxy that wants a password",
    status: 407,
    body: "<html>Proxy Authentication Required</html>",
    error: "RefusedError",
    retry: "never",
    says: "the proxy asks who you are",
  },
  {
    name: "a parameter that is missing",
    status: 400,
    body: { error: "run_id is missing, key is missing" },
    error: "RefusedError",
    retry: "never",
    says: "run_id is missing, key is missing",
  },
  {
    name: "a value that is too long",
    status: 400,
    body: {
      error_code: "INVALID_PARAMETER_VALUE",
      message:
        "Validation failed: Value is too long (maximum is 250 characters)",
    },
    error: "RefusedError",
    retry: "never",
    says: "maximum is 250 characters",
  },
  {
    name: "a database's complaint, which may hold the row",
    status: 400,
    body: {
      error_code: "INVALID_PARAMETER_VALUE",
      message:
        "PG::CheckViolation: new row violates check\nDETAIL: row (1, hush)",
    },
    error: "RefusedError",
    retry: "never",
    says: "its database refused a value",
  },
  {
    name: "a project that moved",
    status: 405,
    body: { message: "Non GET methods are not allowed for moved projects" },
    error: "RefusedError",
    retry: "never",
    says: "renamed or moved",
  },
  {
    name: "a body type that is not known",
    status: 415,
    body: { error: "The provided content-type 'text/plain' is not supported." },
    error: "RefusedError",
    retry: "never",
    says: "content-type",
  },
  {
    name: "an unknown token or a role too low",
    status: 401,
    body: { message: "401 Unauthorized" },
    error: "AuthenticationError",
    retry: "never",
    says: "may not write there",
  },
  {
    name: "an expired token",
    status: 401,
    body: {
      error: "invalid_token",
      error_description:
        "Token is expired. You can either do re-authorization or token refresh.",
    },
    error: "AuthenticationError",
    retry: "never",
    says: "has expired",
  },
  {
    name: "a revoked token",
    status: 401,
    body: {
      error: "invalid_token",
      error_description:
        "Token was revoked. You have to re-authorize from the user.",
    },
    error: "AuthenticationError",
    retry: "never",
    says: "was revoked",
  },
  {
    name: "a scope too small",
    status: 403,
    body: {
      error: "insufficient_scope",
      error_description: "The request requires higher privileges",
      scope: "api",
    },
    error: "ScopeError",
    retry: "never",
    says: "scopes are too small",
  },
  {
    name: "a blocked user",
    status: 403,
    body: { message: "403 Forbidden" },
    error: "ForbiddenError",
    retry: "never",
    says: "may not do that",
  },
  {
    name: "a run that is not there",
    status: 404,
    body: { error_code: "RESOURCE_DOES_NOT_EXIST" },
    error: "NotFoundError",
    missing: "resource",
    retry: "never",
    says: "does not have it",
  },
  {
    name: "a project that cannot be seen",
    status: 404,
    body: { message: "404 Project Not Found" },
    error: "NotFoundError",
    missing: "project",
    retry: "never",
    says: "no such project",
  },
  {
    name: "a feature that is off",
    status: 404,
    body: { message: "404 Not Found" },
    error: "NotFoundError",
    missing: "hidden",
    retry: "never",
    says: "switched off",
  },
  {
    name: "a file that is not there",
    status: 404,
    body: { message: "404 Not found" },
    error: "NotFoundError",
    missing: "file",
    retry: "never",
    says: "no such file",
  },
  {
    name: "a route that is not there",
    status: 404,
    body: { error: "404 Not Found" },
    error: "NotFoundError",
    missing: "route",
    retry: "never",
    says: "no such function",
  },
  {
    name: "a plain server's page for an unknown route",
    status: 404,
    body: "<!doctype html><title>404</title>",
    error: "NotFoundError",
    missing: "route",
    retry: "never",
    says: "no such function",
  },
  {
    name: "a body that a proxy finds too large",
    status: 413,
    body: "<html><h1>413 Request Entity Too Large</h1></html>",
    error: "TooLargeError",
    retry: "never",
    says: "larger than the server takes",
  },
  {
    name: "a file that GitLab finds too large",
    status: 400,
    body: { message: "400 Bad request - Artifact file is too large" },
    error: "TooLargeError",
    retry: "never",
    says: "larger than the server takes",
  },
  {
    name: "a body in which GitLab finds too many values",
    status: 400,
    body: { error: "Too many total parameters" },
    error: "TooLargeError",
    retry: "never",
    says: "more values than the server takes",
  },
  {
    name: "a list that GitLab finds too long",
    status: 400,
    body: { error: "Array parameter too large" },
    error: "TooLargeError",
    retry: "never",
    says: "more values than the server takes",
  },
  {
    name: "a throttled request",
    status: 429,
    body: "Retry later",
    error: "ThrottledError",
    retry: "later",
    says: "slow down",
  },
  {
    name: "a failure of the server",
    status: 500,
    body: { message: "500 Internal Server Error" },
    error: "ServerError",
    retry: "unsure",
    says: "failed (500)",
  },
  {
    name: "a proxy's page for a server that is down",
    status: 502,
    body: "<html><center><h1>502 Bad Gateway</h1></center></html>",
    error: "ServerError",
    retry: "unsure",
    says: "failed (502)",
  },
  {
    name: "a firewall's page with a status of its own",
    status: 406,
    body: "<html><title>Not acceptable</title></html>",
    error: "AnswerError",
    retry: "never",
    says: 'a web page came in place of an answer (406, "Not acceptable")',
  },
  {
    name: "a proxy that waited too long for the request",
    status: 408,
    body: "<html><h1>408 Request Time-out</h1></html>",
    error: "ServerError",
    retry: "unsure",
    says: "failed (408)",
  },
  {
    name: "a status nobody expects",
    status: 418,
    body: "short and stout",
    error: "RefusedError",
    retry: "never",
    says: "short and stout",
  },
];
