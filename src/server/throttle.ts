/**
 * GitLab's request throttle: so many requests a minute for each user, or for each address of nobody,
 * with the packages API counted apart.
 *
 * @module
 */
import type { Profile } from "./config.ts";
import { Refusal } from "./answers.ts";

/** The length of a period, milliseconds. */
const PERIOD_MS = 60_000;
const PACKAGES = /\/api\/v4\/projects\/[^/]+\/packages(\/|$)/;

interface Count {
  observed: number;
  until: number;
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
   * @param request.user the sender's number, undefined for nobody
   * @returns the headers that its answer carries
   * @throws {Refusal} 429 when it is one too many
   */
  count(
    request: { path: string; user: number | undefined; address: string },
    now = Date.now(),
  ): Record<string, string> {
    const who = request.user === undefined
      ? "unauthenticated"
      : "authenticated";
    const what = PACKAGES.test(request.path) ? "packages_api" : "api";
    const name = `throttle_${who}_${what}`;
    const key = `${name} ${request.user ?? request.address}`;
    let count = this.#counts.get(key);
    if (count === undefined || count.until <= now) {
      if (this.#counts.size > 10_000) this.#counts.clear();
      count = { observed: 0, until: now + PERIOD_MS };
      this.#counts.set(key, count);
    }
    count.observed++;
    const headers = {
      "ratelimit-limit": String(this.#limit),
      "ratelimit-name": name,
      "ratelimit-observed": String(count.observed),
      "ratelimit-remaining": String(Math.max(0, this.#limit - count.observed)),
      "ratelimit-reset": String(Math.ceil(count.until / 1000)),
    };
    if (count.observed > this.#limit) {
      throw retryLater({
        ...headers,
        "retry-after": String(
          Math.max(1, Math.ceil((count.until - now) / 1000)),
        ),
        "ratelimit-resettime": new Date(count.until).toUTCString(),
      });
    }
    return this.#profile === "newest" ? headers : {};
  }
}

/** The throttle's answer: plain text. */
export function retryLater(headers: Record<string, string>): Refusal {
  return new Refusal(429, "Retry later", { headers });
}
