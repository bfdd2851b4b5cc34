/**
 * What can go wrong between nbtrack and a tracking server. No error holds a token: messages are made
 * from scrubbed texts, addresses lose their user part and query, and raw causes are not kept.
 *
 * @module
 */
import {
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
} from "../base/errors.ts";

/**
 * What a failed request allows: `never`: the same again is refused again until something is mended;
 * `later`: nothing was carried out, or doing it twice is the same as once; `unsure`: it may have been carried out.
 */
export type Retry = "never" | "later" | "unsure";

/** What every error of a request carries. */
export interface TrackingErrorOptions extends NbtrackErrorOptions {
  /** The HTTP status, null when there was no answer. */
  status?: number | null;
  /** The HTTP method, empty when nothing was sent. */
  method: string;
  /** The address without credentials and query. */
  url: string;
  /** What was to be done, such as `create the run`. */
  attempted: string;
  /** What it allows. */
  retry: Retry;
}

/** A request to a tracking server failed. */
export class TrackingError extends NbtrackError {
  override name = "TrackingError";
  /** The HTTP status, null when there was no answer. */
  readonly status: number | null;
  /** The HTTP method, empty when nothing was sent. */
  readonly method: string;
  /** The address without credentials and query. */
  readonly url: string;
  /** What was to be done, such as `create the run`. */
  readonly attempted: string;
  /** What it allows. */
  readonly retry: Retry;

  constructor(message: string, options: TrackingErrorOptions) {
    super(message, options);
    this.status = options.status ?? null;
    this.method = options.method;
    this.url = options.url;
    this.attempted = options.attempted;
    this.retry = options.retry;
  }
}

/** 401: the token is missing, unknown, expired or revoked, or its user's role is too low to write. */
export class AuthenticationError extends TrackingError {
  override name = "AuthenticationError";
}

/** 403 with `insufficient_scope`: the token's scopes are too small, or a fine-grained one lacks a right. */
export class ScopeError extends TrackingError {
  override name = "ScopeError";
  /** Whether it is a right of a fine-grained token. */
  readonly fine_grained: boolean;

  constructor(
    message: string,
    options: TrackingErrorOptions & { fine_grained?: boolean },
  ) {
    super(message, options);
    this.fine_grained = options.fine_grained ?? false;
  }
}

/** 403 otherwise: the user is blocked, or the role does not allow it. */
export class ForbiddenError extends TrackingError {
  override name = "ForbiddenError";
}

/** Which thing a 404 speaks of; `hidden`: a feature that is off, or a right that is missing. */
export type MissingKind = "resource" | "project" | "hidden" | "file" | "route";

/** 404: see {@linkcode NotFoundError.missing}. */
export class NotFoundError extends TrackingError {
  override name = "NotFoundError";
  /** What is missing. */
  readonly missing: MissingKind;

  constructor(
    message: string,
    options: TrackingErrorOptions & { missing: MissingKind },
  ) {
    super(message, options);
    this.missing = options.missing;
  }
}

/** 429: the server asks to wait. */
export class ThrottledError extends TrackingError {
  override name = "ThrottledError";
  /** How long the server asks to wait, milliseconds; null when it does not say. */
  readonly retry_after_ms: number | null;

  constructor(
    message: string,
    options: TrackingErrorOptions & { retry_after_ms: number | null },
  ) {
    super(message, options);
    this.retry_after_ms = options.retry_after_ms;
  }
}

/** 400, 405, 409, 415, 422, or a value that is known to be refused and was not sent. */
export class RefusedError extends TrackingError {
  override name = "RefusedError";
  /** The server's `error_code`, when it gave one. */
  readonly error_code: string | null;

  constructor(
    message: string,
    options: TrackingErrorOptions & { error_code?: string | null },
  ) {
    super(message, options);
    this.error_code = options.error_code ?? null;
  }
}

/** 413, or GitLab's 400 for a file over its limit or a body of too many values. */
export class TooLargeError extends TrackingError {
  override name = "TooLargeError";
}

/** 5xx, from the server or a proxy before it. */
export class ServerError extends TrackingError {
  override name = "ServerError";
}

/** What failed when there was no answer; `file`: the file that was being sent. */
export type NetworkFailure = "connect" | "tls" | "reset" | "timeout" | "file";

/** No answer: name not found, refused, TLS, reset, nothing within the time. */
export class NetworkError extends TrackingError {
  override name = "NetworkError";
  /** What failed. */
  readonly failure: NetworkFailure;

  constructor(
    message: string,
    options: TrackingErrorOptions & { failure: NetworkFailure },
  ) {
    super(message, options);
    this.failure = options.failure;
  }
}

/** What is wrong with an answer. */
export type AnswerFault =
  | "html"
  | "cut"
  | "json"
  | "schema"
  | "too-large"
  | "redirect";

/** An answer that cannot be used: a login page, cut or broken JSON, too large, of another shape, a redirect. */
export class AnswerError extends TrackingError {
  override name = "AnswerError";
  /** What is wrong with it. */
  readonly fault: AnswerFault;

  constructor(
    message: string,
    options: TrackingErrorOptions & { fault: AnswerFault },
  ) {
    super(message, options);
    this.fault = options.fault;
  }
}

/** The server has no such function; nothing was sent. */
export class UnsupportedError extends TrackingError {
  override name = "UnsupportedError";
}

/** A tracking address that cannot be used. */
export class AddressError extends NbtrackError {
  override name = "AddressError";
}

function named<T extends NbtrackError>(name: string) {
  return (value: unknown): value is T =>
    isNbtrackError(value) && value.name === name;
}

const NAMES = new Set([
  "TrackingError",
  "AuthenticationError",
  "ScopeError",
  "ForbiddenError",
  "NotFoundError",
  "ThrottledError",
  "RefusedError",
  "TooLargeError",
  "ServerError",
  "NetworkError",
  "AnswerError",
  "UnsupportedError",
]);

/** Whether a value is a {@linkcode TrackingError} of any kind. */
export function isTrackingError(value: unknown): value is TrackingError {
  return isNbtrackError(value) && NAMES.has(value.name);
}

/** Whether a value is an {@linkcode AuthenticationError}. */
export const isAuthenticationError = named<AuthenticationError>(
  "AuthenticationError",
);
/** Whether a value is a {@linkcode ScopeError}. */
export const isScopeError = named<ScopeError>("ScopeError");
/** Whether a value is a {@linkcode ForbiddenError}. */
export const isForbiddenError = named<ForbiddenError>("ForbiddenError");
/** Whether a value is a {@linkcode NotFoundError}. */
export const isNotFoundError = named<NotFoundError>("NotFoundError");
/** Whether a value is a {@linkcode ThrottledError}. */
export const isThrottledError = named<ThrottledError>("ThrottledError");
/** Whether a value is a {@linkcode RefusedError}. */
export const isRefusedError = named<RefusedError>("RefusedError");
/** Whether a value is a {@linkcode TooLargeError}. */
export const isTooLargeError = named<TooLargeError>("TooLargeError");
/** Whether a value is a {@linkcode ServerError}. */
export const isServerError = named<ServerError>("ServerError");
/** Whether a value is a {@linkcode NetworkError}. */
export const isNetworkError = named<NetworkError>("NetworkError");
/** Whether a value is an {@linkcode AnswerError}. */
export const isAnswerError = named<AnswerError>("AnswerError");
/** Whether a value is an {@linkcode UnsupportedError}. */
export const isUnsupportedError = named<UnsupportedError>("UnsupportedError");
/** Whether a value is an {@linkcode AddressError}. */
export const isAddressError = named<AddressError>("AddressError");
