/**
 * GitLab's request throttle: a number of requests a minute for each user, or for each address when nobody is
 * signed in. Requests to the packages API have a count of their own.
 *
 * @module
 */
import type { Profile } from "./settings/config.ts";
import { RefusedAnswer } from "./protocol/answers.ts";

/** The length of a period, milliseconds. */
const PERIOD_MS = 60_000;
const PACKAGES = /\/api\/v4\/projects\/[^/]+\/packages(\/|$)/;

interface Count {
  observed: number;
  until: number;
}

/** What the throttle needs to know of a request. */
export interface Counted {
  readonly path: string;
  /** The sender's number, undefined for nobody. */
  readonly user: number | undefined;
}

/** Counts requests. */
export class Throttle {
  readonly #limit: number;
  readonly #profile: Profile;
  readonly #counts = new Map<string, Count>();

  /** @param limit requests a minute */
  constructor(limit: number, profile: Profile) {
    this.#limit = limit;
    this.#profile = profile;
  }

  /**
   * Counts a request.
   *
   * @returns the headers that its answer carries
   * @throws {RefusedAnswer} 429 when it is one too many
   */
  count(
    request: Counted & { address: string },
    now = Date.now(),
  ): Record<string, string> {
    const name = nameOf(request);
    const key = `${name} ${request.user ?? request.address}`;
    let count = this.#counts.get(key);
    if (count === undefined || count.until <= now) {
      if (this.#counts.size > 10_000) this.#counts.clear();
      count = { observed: 0, until: now + PERIOD_MS };
      this.#counts.set(key, count);
    }
    count.observed++;
    const headers = headersOf(name, this.#limit, count);
    if (count.observed > this.#limit) throw refusal(headers, count, now);
    return this.#profile === "newest" ? headers : {};
  }
}

/** The throttle's answer to a request that is one too many, for a second. */
export function retryLater(
  request: Counted,
  limit: number,
  now = Date.now(),
): RefusedAnswer {
  const count = { observed: limit + 1, until: now + 1000 };
  return refusal(headersOf(nameOf(request), limit, count), count, now);
}

function nameOf({ path, user }: Counted): string {
  const who = user === undefined ? "unauthenticated" : "authenticated";
  const what = PACKAGES.test(path) ? "packages_api" : "api";
  return `throttle_${who}_${what}`;
}

function headersOf(name: string, limit: number, { observed, until }: Count) {
  return {
    "ratelimit-limit": String(limit),
    "ratelimit-name": name,
    "ratelimit-observed": String(observed),
    "ratelimit-remaining": String(Math.max(0, limit - observed)),
    "ratelimit-reset": String(Math.ceil(until / 1000)),
  };
}

function refusal(
  headers: Record<string, string>,
  { until }: Count,
  now: number,
): RefusedAnswer {
  return new RefusedAnswer(429, "Retry later", {
    headers: {
      ...headers,
      "retry-after": String(Math.max(1, Math.ceil((until - now) / 1000))),
      "ratelimit-resettime": new Date(until).toUTCString(),
    },
  });
}
