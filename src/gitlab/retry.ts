/**
 * When a failed request is sent again by itself, and after how long.
 *
 * @module
 */
import { isNetworkError, isThrottledError, isTrackingError } from "./errors.ts";

/** How a client repeats requests. */
export interface RetryPolicy {
  /** How often a request is sent again at most. */
  retries: number;
  /** A server that asks to wait longer than this is left alone: the error says how long. Milliseconds. */
  longest_wait_ms: number;
  /** The first pause where the server names none, milliseconds; it doubles each time. */
  first_wait_ms: number;
}

/** What the client does unless asked otherwise. */
export const DEFAULT_RETRY: RetryPolicy = {
  retries: 2,
  longest_wait_ms: 20_000,
  first_wait_ms: 300,
};

/** How a request may be repeated: `once` never, not even after a 429. */
export type Repeat = "once" | "unsafe" | "safe";

/**
 * How long to wait before a request is sent again, or null when it must not be.
 *
 * @param attempt how often it has been sent, from 1
 * @param options the policy, how the request may be repeated, and a random number from 0 to 1
 */
export function waitBeforeRetry(
  error: unknown,
  attempt: number,
  options: { policy: RetryPolicy; repeat: Repeat; random: number },
): number | null {
  const { policy, repeat, random } = options;
  if (repeat === "once" || attempt > policy.retries) return null;
  if (!isTrackingError(error) || error.retry !== "later") return null;
  // A certificate or a missing file does not mend itself within seconds.
  if (
    isNetworkError(error) &&
    (error.failure === "tls" || error.failure === "file")
  ) return null;
  const backoff = policy.first_wait_ms * 2 ** (attempt - 1) * (1 + random / 2);
  if (!isThrottledError(error) || error.retry_after_ms === null) return backoff;
  return error.retry_after_ms > policy.longest_wait_ms
    ? null
    : error.retry_after_ms + random * policy.first_wait_ms;
}

/**
 * What `Retry-After` asks for, milliseconds from the moment the answer was made; else what `RateLimit-Reset`
 * says on a 429. A date is held against the server's own clock, which may be days off from ours.
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const asked = headers.get("retry-after")?.trim();
  const clock = Date.parse(headers.get("date") ?? "");
  const server = Number.isNaN(clock) ? now : clock;
  if (asked !== undefined && asked !== "") {
    if (/^\d+(\.\d+)?$/.test(asked)) return Math.ceil(Number(asked) * 1000);
    const date = Date.parse(asked);
    return Number.isNaN(date) ? null : Math.max(0, date - server);
  }
  const reset = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  // GitLab gives seconds since 1970; others give the seconds left.
  if (!Number.isFinite(reset) || reset < 0) return null;
  return reset > 1e9
    ? Math.max(0, reset * 1000 - server)
    : Math.ceil(reset * 1000);
}
