/**
 * Requests to one tracking server, repeated where that is safe. `ky` signs them, waits, and sends them again; what an
 * answer means, and so whether it may be asked for again, {@linkcode Exchange} says.
 *
 * @module
 */
import ky, { type KyInstance, type RetryOptions } from "npm:ky@2.1.0";
import type { z } from "../base/zod.ts";
import { parseAnswer } from "./answers.ts";
import type { Call } from "./call.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import { withQuery } from "./network.ts";
import { DEFAULT_RETRY, type RetryPolicy, waitBeforeRetry } from "./retry.ts";

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
  readonly #client: KyInstance;
  readonly #policy: RetryPolicy;

  /** @param base an address of the server; the token goes to its origin only */
  constructor(base: string, options: HttpOptions = {}) {
    this.#options = options;
    const exchange = new Exchange(base, options);
    this.#exchange = exchange;
    this.#policy = { ...DEFAULT_RETRY, ...options.retry };
    this.#client = ky.create({
      // An answer's status, its redirects and its body are read where they become errors of ours.
      throwHttpErrors: false,
      // The time limit is for silence, which a large file or answer may take long without.
      timeout: false,
      hooks: {
        beforeRequest: [
          ({ request }) => exchange.sign(request.headers, request.url),
        ],
      },
    });
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
    return this.#repeated(method, url, call, async (request) => {
      const { answered, text } = await this.#exchange.text(request, call);
      return parseAnswer(call.schema, text, answered);
    });
  }

  /** A GET whose answer is text. */
  text(url: string, call: Call): Promise<{ text: string; type: string }> {
    return this.#repeated("GET", url, call, async (request) => {
      const { answered, text } = await this.#exchange.text(request, call);
      return { text, type: answered.type };
    });
  }

  /** A GET whose answer is read as it comes; the time-out holds for each piece. */
  stream(
    url: string,
    call: Call,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const any = { ...call, accept: "*/*" };
    return this.#repeated(
      "GET",
      url,
      any,
      (request) => this.#exchange.stream(request, any),
    );
  }

  /** What one attempt gave, of as many as the policy allows. */
  async #repeated<T>(
    method: string,
    url: string,
    call: Call,
    once: (request: Request) => Promise<T>,
  ): Promise<T> {
    const { signal, delay } = this.#options;
    signal?.throwIfAborted();
    let value: { of: T } | undefined;
    let wait = 0;
    await this.#client(withQuery(url, call.query), {
      method,
      headers: { accept: call.accept ?? "application/json" },
      ...(signal === undefined ? {} : { signal }),
      retry: this.#retry(method, call, (ms) => wait = ms),
      hooks: {
        beforeRetry: delay === undefined
          ? []
          : [async () => await delay(wait, signal)],
      },
      // The body is made anew for each attempt, and the answer read in it: what breaks while it is read is repeated, too.
      fetch: async (request) => {
        value = { of: await once(new Request(request)) };
        return new Response();
      },
    });
    return (value as { of: T }).of;
  }

  #retry(
    method: string,
    call: Call,
    waits: (ms: number) => void,
  ): RetryOptions {
    const repeat = call.repeat ?? (method === "GET" ? "safe" : "unsafe");
    const { delay } = this.#options;
    let wait = 0;
    return {
      limit: this.#policy.retries,
      methods: [method.toLowerCase()],
      shouldRetry: ({ error, retryCount }) => {
        const ms = waitBeforeRetry(error, retryCount, {
          policy: this.#policy,
          repeat,
          random: Math.random(),
        });
        waits(wait = ms ?? 0);
        return ms !== null;
      },
      delay: () => delay === undefined ? wait : 0,
    };
  }
}
