/**
 * What can go wrong between nbtrack and a tracking server. No error holds a token: messages are made
 * from scrubbed texts, addresses lose their user part and query, and raw causes are not kept.
 *
 * @module
 */
import {
  DetailedError,
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
  recogniser,
} from "../base/errors.ts";

/**
 * What a failed request allows: `never`: the same again is refused again until something is mended;
 * `later`: nothing was carried out, or doing it twice is the same as once; `unsure`: it may have been carried out.
 */
export type Retry = "never" | "later" | "unsure";

/** What is known of a failed request. */
interface FailedRequest {
  /** The HTTP method, empty when nothing was sent. */
  method: string;
  /** The address without credentials and query. */
  url: string;
  /** What was to be done, such as `create the run`. */
  attempted: string;
  /** What it allows. */
  retry: Retry;
}

/** What every error of a request carries. */
export type TrackingErrorOptions = NbtrackErrorOptions & FailedRequest & {
  /** The HTTP status, null when there was no answer. @default {null} */
  status?: number | null;
};

/** A request to a tracking server failed. */
export class TrackingError
  extends DetailedError<FailedRequest & { status: number | null }> {
  constructor(message: string, options: TrackingErrorOptions) {
    super(message, { ...options, status: options.status ?? null });
  }
}

/** The base of tracking errors that carry further details. */
const DetailedTrackingError = TrackingError as new <Details extends object>(
  message: string,
  options: TrackingErrorOptions & Details,
) => TrackingError & Readonly<Details>;

/** 401: the token is missing, unknown, expired or revoked, or its user's role is too low to write. */
export class AuthenticationError extends TrackingError {}

/** 403 with `insufficient_scope`: the token's scopes are too small, or a fine-grained one lacks a right. */
export class ScopeError extends TrackingError {
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
export class ForbiddenError extends TrackingError {}

/** Which thing a 404 speaks of; `hidden`: a feature that is off, or a right that is missing. */
export type MissingKind = "resource" | "project" | "hidden" | "file" | "route";

/** 404: see {@linkcode NotFoundError.missing}. */
export class NotFoundError extends DetailedTrackingError<{
  /** What is missing. */
  missing: MissingKind;
}> {}

/** 429: the server asks to wait. */
export class ThrottledError extends DetailedTrackingError<{
  /** How long the server asks to wait, milliseconds; null when it does not say. */
  retry_after_ms: number | null;
}> {}

/** 400, 405, 409, 415, 422, or a value that is known to be refused and was not sent. */
export class RefusedError extends TrackingError {
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
export class TooLargeError extends TrackingError {}

/** 5xx, from the server or a proxy before it. */
export class ServerError extends TrackingError {}

/** What failed when there was no answer; `file`: the file that was being sent. */
export type NetworkFailure = "connect" | "tls" | "reset" | "timeout" | "file";

/** No answer: name not found, refused, TLS, reset, nothing within the time. */
export class NetworkError extends DetailedTrackingError<{
  /** What failed. */
  failure: NetworkFailure;
}> {}

/** What is wrong with an answer. */
export type AnswerFault =
  | "html"
  | "cut"
  | "json"
  | "schema"
  | "too-large"
  | "redirect";

/** An answer that cannot be used: a login page, cut or broken JSON, too large, of another shape, a redirect. */
export class AnswerError extends DetailedTrackingError<{
  /** What is wrong with it. */
  fault: AnswerFault;
}> {}

/** The server has no such function; nothing was sent. */
export class UnsupportedError extends TrackingError {}

/** A tracking address that cannot be used. */
export class AddressError extends NbtrackError {}

const NAMES = new Set(
  [
    TrackingError,
    AuthenticationError,
    ScopeError,
    ForbiddenError,
    NotFoundError,
    ThrottledError,
    RefusedError,
    TooLargeError,
    ServerError,
    NetworkError,
    AnswerError,
    UnsupportedError,
  ].map(({ name }) => name),
);

/** Whether a value is a {@linkcode TrackingError} of any kind. */
export function isTrackingError(value: unknown): value is TrackingError {
  return isNbtrackError(value) && NAMES.has(value.name);
}

/** Whether a value is an {@linkcode AuthenticationError}. */
export const isAuthenticationError = recogniser(AuthenticationError);
/** Whether a value is a {@linkcode ScopeError}. */
export const isScopeError = recogniser(ScopeError);
/** Whether a value is a {@linkcode ForbiddenError}. */
export const isForbiddenError = recogniser(ForbiddenError);
/** Whether a value is a {@linkcode NotFoundError}. */
export const isNotFoundError = recogniser(NotFoundError);
/** Whether a value is a {@linkcode ThrottledError}. */
export const isThrottledError = recogniser(ThrottledError);
/** Whether a value is a {@linkcode RefusedError}. */
export const isRefusedError = recogniser(RefusedError);
/** Whether a value is a {@linkcode TooLargeError}. */
export const isTooLargeError = recogniser(TooLargeError);
/** Whether a value is a {@linkcode NetworkError}. */
export const isNetworkError = recogniser(NetworkError);
/** Whether a value is an {@linkcode AnswerError}. */
export const isAnswerError = recogniser(AnswerError);
/** Whether a value is an {@linkcode UnsupportedError}. */
export const isUnsupportedError = recogniser(UnsupportedError);
/** Whether a value is an {@linkcode AddressError}. */
export const isAddressError = recogniser(AddressError);
