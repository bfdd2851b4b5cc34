/**
 * Requests to one tracking server, repeated where that is safe.
 *
 * @module
 */
import type { z } from "../base/zod.ts";
import { parseAnswer } from "./answers.ts";
import type { Call } from "./call.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import {
  DEFAULT_RETRY,
  pause,
  type RetryPolicy,
  waitBeforeRetry,
} from "./retry.ts";

/** How to reach a server. */
export interface HttpOptions extends ExchangeOptions {
  /** Waits between attempts. @default {a timer} */
  delay?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** How requests are repeated. @default {DEFAULT_RETRY} */
  retry?: Partial<RetryPolicy> | undefined;
}

/** A client of one server. */
export class Http {
  readonly #options: HttpOptions;
  readonly #exchange: Exchange;
  readonly #policy: RetryPolicy;

  /** @param base an address of the server; the token goes to its origin only */
  constructor(base: string, options: HttpOptions = {}) {
    this.#options = options;
    this.#exchange = new Exchange(base, options);
    this.#policy = { ...DEFAULT_RETRY, ...options.retry };
  }

  /** The server's clock minus ours at the last answer, milliseconds; null before one or without a `Date`. */
  get clock_skew_ms(): number | null {
    return this.#exchange.clock_skew_ms;
  }

  /** A request whose answer is JSON of a shape. */
  json<T extends z.ZodType>(
    method: string,
    url: string,
    call: Call & { schema: T },
  ): Promise<z.infer<T>> {
    return this.#repeated(method, call, async () => {
      const { answered, text } = await this.#exchange.text(method, url, call);
      return parseAnswer(call.schema, text, answered);
    });
  }

  /** A GET whose answer is text. */
  text(url: string, call: Call): Promise<{ text: string; type: string }> {
    return this.#repeated("GET", call, async () => {
      const { answered, text } = await this.#exchange.text("GET", url, call);
      return { text, type: answered.type };
    });
  }

  /** A GET whose answer is read as it comes; the time-out holds for each piece. */
  stream(
    url: string,
    call: Call,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const any = { ...call, accept: "*/*" };
    return this.#repeated("GET", any, () => this.#exchange.stream(url, any));
  }

  async #repeated<T>(
    method: string,
    call: Call,
    once: () => Promise<T>,
  ): Promise<T> {
    const repeat = call.repeat ?? (method === "GET" ? "safe" : "unsafe");
    const { signal, delay = pause } = this.#options;
    for (let attempt = 1;; attempt++) {
      signal?.throwIfAborted();
      try {
        return await once();
      } catch (error) {
        const wait = waitBeforeRetry(error, attempt, {
          policy: this.#policy,
          repeat,
          random: Math.random(),
        });
        if (wait === null) throw error;
        await delay(wait, signal);
      }
    }
  }
}
