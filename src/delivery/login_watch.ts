/**
 * Notices that a token was stored while runs are being delivered.
 *
 * @module
 */
import { ifThere } from "../base/files.ts";
import type { Destination } from "../base/destination.ts";
import { ENV } from "../base/env.ts";

/** Watches the file of stored logins. */
export class LoginWatch {
  readonly #path: string;
  #seen: number | null;

  constructor(home: string) {
    this.#path = `${home}/credentials.json`;
    this.#seen = this.#time();
  }

  /** Whether a login was stored since the last question. */
  changed(): boolean {
    const time = this.#time();
    const changed = time !== null && time !== this.#seen;
    this.#seen = time;
    return changed;
  }

  #time(): number | null {
    return ifThere(() => Deno.statSync(this.#path).mtime?.getTime() ?? null);
  }
}

/** A destination with the tokens that came from `track()` and from variables taken out. */
export function withoutTokens({ options, env }: Destination): Destination {
  const { token: _, ...others } = options;
  const none = [
    ENV.trackingToken,
    ENV.trackingUsername,
    ENV.trackingPassword,
    ENV.gitlabToken,
  ].map((name) => [name, ""]);
  return { options: others, env: { ...env, ...Object.fromEntries(none) } };
}
